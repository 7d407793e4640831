"""« Comment ce jeu a été préparé » : what a citizen reads, from the rules and the counts of the run."""

from __future__ import annotations

from collections.abc import Iterable

from aqueduc.declaration.spec import (
    Dataset,
    OutputFormat,
    SensitiveColumn,
)
from aqueduc.declaration.treatment import describe_treatment
from aqueduc.findings import plural
from aqueduc.language import format_unit_count
from aqueduc.rules import RuleEffect


def preparation_text(dataset: Dataset, *, rejected: int | None, suppressed: int | None) -> str:
    """French, in Markdown, one paragraph a subject. Counts are left out where they are None."""
    parts = [
        *_withheld_columns(dataset),
        *_coarser_columns(dataset),
        *_other_columns(dataset),
        *_tell_rules(dataset, withholds=False),
        *_classes(dataset),
        *_tell_rules(dataset, withholds=True),
        *_withheld_rows(dataset, suppressed),
        *_legal_bases(dataset),
        _validation_sentence(rejected),
        *_split(dataset),
        *_formulas(dataset),
    ]
    if dataset.publication.outlet is not None:
        parts.append("La Ville sert elle-même les fichiers, tels qu'ils ont été préparés ici.")
    elif dataset.publication.at_source:
        parts.append(
            "La donnée reste chez son producteur : le lien mène à la source elle-même, telle qu'elle est au "
            "moment où on la lit."
        )
    return unbroken("\n\n".join(parts))


def unbroken(text: str) -> str:
    """With no-break spaces where French typography wants them, so that no line starts with « ; » or « » »."""
    for mark in ("»", ";", ":", "%", "?", "!"):
        text = text.replace(f" {mark}", f"\N{NO-BREAK SPACE}{mark}")
    return text.replace("« ", "«\N{NO-BREAK SPACE}")


def _withheld_columns(dataset: Dataset) -> Iterable[str]:
    names = [column.name for column in dataset.columns if column.published_as is None]
    if len(names) == 1:
        yield f"Une colonne de la source n'est pas publiée : {_list(names)}."
    elif names:
        yield f"{len(names)} colonnes de la source ne sont pas publiées : {_list(names)}."


def _coarser_columns(dataset: Dataset) -> Iterable[str]:
    if changed := _describe_columns(dataset, RuleEffect.COARSER):
        yield f"Valeurs rendues moins précises avant publication : {changed}."


def _other_columns(dataset: Dataset) -> Iterable[str]:
    if changed := _describe_columns(dataset, RuleEffect.MODIFIED):
        yield f"Valeurs modifiées avant publication : {changed}."


def _describe_columns(dataset: Dataset, effect: RuleEffect) -> str:
    return ", ".join(
        f"« {one.published_as} » ({describe_treatment(one, dataset.privacy).french})"
        for one in dataset.published
        if one.rule.capabilities.effect is effect
    )


def _tell_rules(dataset: Dataset, *, withholds: bool) -> Iterable[str]:
    """What rules have to say of themselves, those that take rows out apart."""
    for column in dataset.published:
        if column.rule.capabilities.withholds == withholds:
            yield from filter(None, [column.rule.tell("citizens", column.published_as or "")])


def _classes(dataset: Dataset) -> Iterable[str]:
    if dataset.privacy is None:
        return
    published = {column.name: column.published_as or column.name for column in dataset.columns}
    names = [published.get(name, name) for name in dataset.privacy.quasi_identifiers]
    units = format_unit_count(dataset.privacy.unit, dataset.privacy.k).french
    yield (
        f"Anonymat : chaque combinaison publiée de {_list(names)} réunit au moins {units} (k-anonymat, "
        f"k = {dataset.privacy.k}) ; les lignes des groupes plus petits sont retirées."
    )
    coarser = [published.get(one.column, one.column) for one in dataset.privacy.hierarchies]
    if coarser:
        yield (
            f"Là où les lignes sont rares, la valeur de {_either(coarser)} est moins précise ; « * » veut "
            "dire « toutes valeurs »."
        )
    for sensitive in dataset.privacy.sensitive:
        yield from _diversity(sensitive, published.get(sensitive.column, sensitive.column))


def _diversity(sensitive: SensitiveColumn, name: str) -> Iterable[str]:
    """l-diversity, then t-closeness."""
    if max(sensitive.distinct, sensitive.entropy) > 1:
        least = max(sensitive.distinct, round(sensitive.entropy))
        yield (
            f"Diversité : dans chacun de ces groupes, « {name} » prend au moins {least} valeurs différentes, "
            "pour que l'appartenance à un groupe ne suffise pas à connaître celle de quelqu'un."
        )
    if sensitive.closeness is not None:
        yield (
            f"Proximité : dans chacun de ces groupes, « {name} » se répartit à peu près comme dans "
            "l'ensemble."
        )


def _withheld_rows(dataset: Dataset, suppressed: int | None) -> Iterable[str]:
    """A count as small as those that are hidden is hidden too: with a total known from elsewhere, it would
    give them back."""
    if not suppressed:
        return
    least = max(_thresholds(dataset), default=0)
    if suppressed < least:
        yield f"Moins de {least} lignes ont été retirées pour protéger les personnes."
        return
    verb = "a été retirée" if suppressed == 1 else "ont été retirées"
    yield f"{plural(suppressed, 'ligne', 'lignes')} {verb} pour protéger les personnes."


def _thresholds(dataset: Dataset) -> Iterable[int]:
    """Under how many each protection takes out."""
    if dataset.privacy is not None:
        yield dataset.privacy.k
    for column in dataset.published:
        yield from column.rule.minima(column.name).values()


def _formulas(dataset: Dataset) -> Iterable[str]:
    publication = dataset.publication
    if publication.formulas == "prefix" and OutputFormat.CSV in publication.formats:
        yield (
            "Dans le CSV, une apostrophe précède les textes qu'un tableur prendrait pour des formules (ceux "
            "qui commencent par =, +, - ou @)."
        )


def _legal_bases(dataset: Dataset) -> Iterable[str]:
    for column in dataset.published:
        if column.basis:
            yield (
                f"« {column.published_as} » contient des données personnelles, publiées en application de : "
                f"{column.basis.strip().rstrip('.')}."
            )


def _validation_sentence(rejected: int | None) -> str:
    text = "Chaque ligne est vérifiée par rapport au schéma de données avant publication"
    if rejected:
        verb = "a été écartée" if rejected == 1 else "ont été écartées"
        return f"{text} : {plural(rejected, 'ligne', 'lignes')} non conforme{'s' * (rejected > 1)} {verb}."
    return f"{text}."


def _split(dataset: Dataset) -> Iterable[str]:
    split = dataset.publication.split
    if split is None:
        return
    each = "année" if split.per == "year" else "valeur"
    yield f"Les données sont réparties en plusieurs fichiers, un par {each} de « {split.by} »."


def _either(names: Iterable[str]) -> str:
    return " ou de ".join(f"« {name} »" for name in names)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
