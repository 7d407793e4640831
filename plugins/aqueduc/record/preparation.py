"""« Comment ce jeu a été préparé » : what a citizen reads, from the rules and the counts of the run."""

from collections.abc import Iterable

from aqueduc.declaration.derived import map_declared_added_columns_to_origins
from aqueduc.declaration.spec import (
    ColumnDeclaration,
    Dataset,
    OutputFormat,
    PrivacySettings,
    RecodingMode,
    SensitiveColumn,
)
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.findings import format_french_count
from aqueduc.language import format_privacy_unit_count
from aqueduc.rules import TreatmentCategory


def build_preparation_text_for_citizens(
    dataset: Dataset, *, rejected: int | None, suppressed: int | None
) -> str:
    """French, in Markdown, one paragraph a subject. Counts are left out where they are None."""
    parts = [
        *_describe_unpublished_source_columns(dataset),
        *_describe_added_columns(dataset),
        *_describe_coarser_columns(dataset),
        *_describe_modified_columns(dataset),
        *_list_column_rule_texts_for_citizens(dataset, withholds=False),
        *_describe_k_anonymity(dataset),
        *_list_column_rule_texts_for_citizens(dataset, withholds=True),
        *_describe_suppressed_row_count(dataset, suppressed),
        *_describe_legal_bases(dataset),
        _LINK_VALIDATION if dataset.publication.is_link_to_source else _describe_validation(rejected),
        *_describe_file_split(dataset),
        *_describe_csv_formula_escaping(dataset),
    ]
    if dataset.publication.outlet is not None:
        parts.append("La Ville sert elle-même les fichiers, tels qu'ils ont été préparés ici.")
    elif dataset.publication.is_link_to_source:
        parts.append(
            "La donnée n'est pas déposée ici : le lien mène à ce que sert son producteur, tel que c'est au "
            "moment où on le lit."
        )
    return insert_nobreak_spaces("\n\n".join(parts))


def insert_nobreak_spaces(text: str) -> str:
    """With no-break spaces where French typography wants them, so that no line starts with « ; » or « » »."""
    for mark in ("»", ";", ":", "%", "?", "!"):
        text = text.replace(f" {mark}", f"\N{NO-BREAK SPACE}{mark}")
    return text.replace("« ", "«\N{NO-BREAK SPACE}")


def _describe_unpublished_source_columns(dataset: Dataset) -> Iterable[str]:
    names, origin = (
        list_unpublished_source_columns(dataset),
        format_unpublished_columns_origin_suffix(dataset),
    )
    if len(names) == 1:
        yield f"Une colonne{origin} n'est pas publiée : {_format_quoted_list(names)}."
    elif names:
        yield f"{len(names)} colonnes{origin} ne sont pas publiées : {_format_quoted_list(names)}."


def list_unpublished_source_columns(dataset: Dataset) -> list[str]:
    """Those that are dropped, but for what the declaration adds to the source."""
    added = {
        *map_declared_added_columns_to_origins(dataset.columns, dataset.join, dataset.computed),
        dataset.source.file_name_column,
    }
    return [
        column.name for column in dataset.columns if column.published_as is None and column.name not in added
    ]


def format_unpublished_columns_origin_suffix(dataset: Dataset) -> str:
    """Of a table that is joined whole, the declaration does not tell the columns from those of the source."""
    return "" if any(not one.columns for one in dataset.join) else " de la source"


def _describe_added_columns(dataset: Dataset) -> Iterable[str]:
    published = {column.name: str(column.published_as) for column in dataset.published_columns}
    if (files := dataset.source.file_name_column) in published:
        yield f"Tiré du nom du fichier lu, et non d'une colonne de la source : {_format_quoted_list([published[files]])}."
    if computed := [published[name] for name in dataset.computed if name in published]:
        yield f"Calculé, et non lu dans la source : {_format_quoted_list(computed)}."
    if any(not one.columns for one in dataset.join):
        # All of its columns, which the declaration does not tell from those of the source.
        yield "Une autre table que la source est jointe à ses lignes."
    elif joined := [published[name] for one in dataset.join for name in one.columns if name in published]:
        yield f"Lu dans une autre table que la source, jointe à ses lignes : {_format_quoted_list(joined)}."


def _describe_coarser_columns(dataset: Dataset) -> Iterable[str]:
    if changed := _format_columns_with_treatment_category(dataset, TreatmentCategory.COARSER):
        yield f"Valeurs rendues moins précises avant publication : {changed}."


def _describe_modified_columns(dataset: Dataset) -> Iterable[str]:
    if changed := _format_columns_with_treatment_category(dataset, TreatmentCategory.MODIFIED):
        yield f"Valeurs modifiées avant publication : {changed}."


def _format_columns_with_treatment_category(dataset: Dataset, effect: TreatmentCategory) -> str:
    return ", ".join(
        f"« {one.published_as} » ({describe_column_transformation(one, dataset.privacy)})"
        for one in dataset.published_columns
        if one.rule.capabilities.effect is effect
    )


def describe_column_transformation(column: ColumnDeclaration, privacy: PrivacySettings | None) -> str:
    """What is done to a column that rules change, and which of its values they leave as they are."""
    text, intact = (
        describe_column_treatment(column, privacy).french_text,
        column.rule.capabilities.texts.intact,
    )
    recoded = privacy is not None and privacy.find_hierarchy(column.name) is not None
    return f"{text}, telle quelle {intact}" if intact and not recoded else text


def _list_column_rule_texts_for_citizens(dataset: Dataset, *, withholds: bool) -> Iterable[str]:
    """What rules have to say of themselves, those that take rows out apart."""
    for column in dataset.published_columns:
        if column.rule.capabilities.withholds == withholds:
            yield from filter(None, [column.rule.format_topic_text("citizens", column.published_as or "")])


def _describe_k_anonymity(dataset: Dataset) -> Iterable[str]:
    if dataset.privacy is None:
        return
    published = {column.name: column.published_as or column.name for column in dataset.columns}
    names = [published.get(name, name) for name in dataset.privacy.quasi_identifiers]
    units = format_privacy_unit_count(dataset.privacy.unit, dataset.privacy.k).french_text
    more = ", ou qui ne conviennent pas," if dataset.privacy.sensitive or dataset.privacy.k_map else ""
    yield (
        f"Groupes : chaque combinaison publiée de {_format_quoted_list(names)} réunit au moins {units} (k-anonymat, "
        f"k = {dataset.privacy.k}) ; les lignes des groupes plus petits{more} sont retirées."
        + {
            False: " Plusieurs lignes peuvent être d'une même personne.",
            True: " Une personne peut avoir plusieurs unités.",
        }[bool(dataset.privacy.unit)]
    )
    coarser = [published.get(one.column, one.column) for one in dataset.privacy.hierarchies]
    if coarser:
        recode = dataset.privacy.recode or RecodingMode.FIXED
        yield f"La valeur de {_join_quoted_names_with_or(coarser)} {_COARSER[recode]}."
    for sensitive in dataset.privacy.sensitive:
        yield from _describe_l_diversity_and_t_closeness(
            sensitive, published.get(sensitive.column, sensitive.column)
        )


_ANY_VALUE = " ; « * » veut dire « toutes valeurs »"
_COARSER = {
    RecodingMode.FIXED: "est moins précise que dans la source, de la même façon pour toutes les lignes",
    RecodingMode.GLOBAL: (
        f"peut être moins précise que dans la source, de la même façon pour toutes les lignes{_ANY_VALUE}"
    ),
    **dict.fromkeys(
        (RecodingMode.ITERATIVE, RecodingMode.LOCAL),
        f"peut être moins précise que dans la source, plus ou moins selon les lignes{_ANY_VALUE}",
    ),
}


def _describe_l_diversity_and_t_closeness(sensitive: SensitiveColumn, name: str) -> Iterable[str]:
    """l-diversity, then t-closeness."""
    if max(sensitive.distinct, sensitive.entropy) > 1:
        least = max(sensitive.distinct, round(sensitive.entropy))
        yield (
            f"Diversité : dans chacun de ces groupes, « {name} » prend au moins {least} valeurs différentes, "
            "pour que l'appartenance à un groupe ne donne pas de certitude sur celle de quelqu'un."
        )
    if sensitive.closeness is not None:
        yield (
            f"Proximité : dans chacun de ces groupes, « {name} » se répartit à peu près comme dans "
            "l'ensemble."
        )


def _describe_suppressed_row_count(dataset: Dataset, suppressed: int | None) -> Iterable[str]:
    """A count as small as those that are hidden is hidden too: with a total known from elsewhere, it would
    give them back."""
    if not suppressed:
        return
    least = max(_list_suppression_thresholds(dataset), default=0)
    if suppressed < least:
        yield f"Moins de {least} lignes ont été retirées pour protéger les personnes."
        return
    verb = "a été retirée" if suppressed == 1 else "ont été retirées"
    yield f"{format_french_count(suppressed, 'ligne', 'lignes')} {verb} pour protéger les personnes."


def _list_suppression_thresholds(dataset: Dataset) -> Iterable[int]:
    """Under how many each protection takes out."""
    if dataset.privacy is not None:
        yield dataset.privacy.k
    for column in dataset.published_columns:
        yield from column.rule.get_minimum_published_counts(column.name).values()


def _describe_csv_formula_escaping(dataset: Dataset) -> Iterable[str]:
    publication = dataset.publication
    if publication.formulas == "prefix" and OutputFormat.CSV in publication.formats:
        yield (
            "Dans le CSV, une apostrophe précède les textes qu'un tableur prendrait pour des formules (ceux "
            "qui commencent par =, +, - ou @)."
        )


def _describe_legal_bases(dataset: Dataset) -> Iterable[str]:
    for column in dataset.published_columns:
        if column.basis:
            yield (
                f"« {column.published_as} » contient des données personnelles, publiées en application de : "
                f"{column.basis.strip().rstrip('.')}."
            )


_LINK_VALIDATION = (
    "La source est comparée au schéma de données chaque fois qu'Aqueduc la lit ; ce qu'elle sert entre-temps ne "
    "l'est pas."
)


def _describe_validation(rejected: int | None) -> str:
    text = "Chaque ligne est vérifiée par rapport au schéma de données avant publication"
    if rejected:
        verb = "a été écartée" if rejected == 1 else "ont été écartées"
        return f"{text} : {format_french_count(rejected, 'ligne', 'lignes')} non conforme{'s' * (rejected > 1)} {verb}."
    return f"{text}."


def _describe_file_split(dataset: Dataset) -> Iterable[str]:
    split = dataset.publication.split
    if split is None:
        return
    each = "année" if split.per == "year" else "valeur"
    yield f"Les données sont réparties en plusieurs fichiers, un par {each} de « {split.by} »."


def _join_quoted_names_with_or(names: Iterable[str]) -> str:
    return " ou de ".join(f"« {name} »" for name in names)


def _format_quoted_list(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
