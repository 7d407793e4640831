"""« Comment ce jeu a été préparé » : what a citizen reads, from the rules and the counts of the run."""

from __future__ import annotations

from collections.abc import Iterable

from aqueduc.declaration.model import Cell, Dataset, Drop, Publish, SuppressUnder
from aqueduc.declaration.wording import described, secrecy
from aqueduc.findings import plural


def preparation_text(dataset: Dataset, *, rejected: int | None, suppressed: int | None) -> str:
    """French, in Markdown, one paragraph a subject. Counts are left out where they are None."""
    parts = [
        *_withheld_columns(dataset),
        *_changed_columns(dataset),
        *_classes(dataset),
        *_small_counts(dataset),
        *_withheld_rows(suppressed),
        *_legal_bases(dataset),
        _checked(rejected),
        *_split(dataset),
    ]
    if dataset.publication.outlet is not None:
        parts.append("La Ville sert elle-même les fichiers, tels qu'ils ont été préparés ici.")
    elif dataset.publication.at_source:
        parts.append(
            "La donnée reste chez son producteur : le lien mène à la source elle-même, qui ne contient rien "
            "qui ne puisse être publié."
        )
    return unbroken("\n\n".join(parts))


def unbroken(text: str) -> str:
    """With no-break spaces where French typography wants them, so that no line starts with « ; » or « » »."""
    for mark in ("»", ";", ":", "%"):
        text = text.replace(f" {mark}", f"\N{NO-BREAK SPACE}{mark}")
    return text.replace("« ", "«\N{NO-BREAK SPACE}")


def _withheld_columns(dataset: Dataset) -> Iterable[str]:
    names = [column.name for column in dataset.columns if isinstance(column.rule, Drop)]
    if len(names) == 1:
        yield f"Une colonne de la source n'est pas publiée : {_list(names)}."
    elif names:
        yield f"{len(names)} colonnes de la source ne sont pas publiées : {_list(names)}."


def _changed_columns(dataset: Dataset) -> Iterable[str]:
    changed = [
        f"« {column.published_as} » ({described(column.rule)})"
        for column in dataset.published
        if not isinstance(column.rule, Publish | SuppressUnder | Cell)
    ]
    if changed:
        yield f"Valeurs rendues moins précises avant publication : {', '.join(changed)}."


def _classes(dataset: Dataset) -> Iterable[str]:
    if dataset.privacy is None:
        return
    published = {column.name: column.published_as or column.name for column in dataset.columns}
    names = [published.get(name, name) for name in dataset.privacy.quasi_identifiers]
    yield (
        f"Anonymat : chaque combinaison publiée de {_list(names)} réunit au moins {dataset.privacy.k} lignes "
        f"(k-anonymat, k = {dataset.privacy.k}) ; les lignes des groupes plus petits sont retirées."
    )
    coarser = [published.get(one.column, one.column) for one in dataset.privacy.hierarchies]
    if coarser:
        yield (
            f"Là où les lignes sont rares, la valeur de {_list(coarser)} est moins précise ; « * » veut dire "
            "« toutes valeurs »."
        )


def _small_counts(dataset: Dataset) -> Iterable[str]:
    for column in dataset.published:
        if isinstance(column.rule, Cell):
            yield f"Secret statistique : « {column.published_as} », {secrecy(column.rule)}."
        if isinstance(column.rule, SuppressUnder):
            yield (
                f"Petits effectifs : les lignes où « {column.published_as} » est inférieur à "
                f"{column.rule.threshold} sont retirées."
            )


def _withheld_rows(suppressed: int | None) -> Iterable[str]:
    if suppressed:
        verb = "a été retirée" if suppressed == 1 else "ont été retirées"
        yield f"{plural(suppressed, 'ligne', 'lignes')} {verb} pour protéger les personnes."


def _legal_bases(dataset: Dataset) -> Iterable[str]:
    for column in dataset.published:
        if column.basis:
            yield f"« {column.published_as} » est publiée en application de : {column.basis.strip()}."


def _checked(rejected: int | None) -> str:
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


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
