"""What a data protection officer signs: the whole of a declaration in French prose, and no cell of its data.

French only, whatever language the commands speak: it is an act of a French city. Legal sources: code des
relations entre le public et l'administration (CRPA), art. L. 312-1-1, L. 312-1-2, D. 312-1-3 and D. 323-2-1;
règlement (UE) 2016/679 (RGPD), art. 4 and recital 26; WP29 opinion 05/2014 on anonymisation techniques.
``statement`` has the sections that the report of a run shares.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from aqueduc.declaration.column_name_hints import filter_person_identifier_columns
from aqueduc.declaration.derived import map_declared_added_columns_to_origins
from aqueduc.declaration.expressions import format_expression_on_one_line
from aqueduc.declaration.platform_kind import PlatformKindCapabilities
from aqueduc.declaration.source_kind import describe_source_in_signed_statement
from aqueduc.declaration.spec import (
    City,
    ColumnDeclaration,
    Dataset,
    FileSplit,
    OutputFormat,
    PrivacySettings,
    PublicationMode,
    PublicationSettings,
    RecodingMode,
)
from aqueduc.declaration.spec.guards import FEWEST_ROWS, GUARD_LABELS, LOOSE_GUARDS, REOPEN
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.declaration.vocabulary import AccessLevel, UpdateFrequency
from aqueduc.findings import format_french_count
from aqueduc.language import (
    build_row_count_message,
    format_exact_number,
    format_privacy_unit_count,
    use_language,
)
from aqueduc.record.blocks import (
    Block,
    BulletList,
    Paragraph,
    TableBlock,
    TextSection,
    build_section_with_nobreak_spaces,
    format_day,
    format_enumeration,
    format_names_or_column_count,
    format_one_line_sentence,
    format_percent,
    format_quoted_names,
    punctuate_items,
)
from aqueduc.record.facts import describe_watermark, find_longitude_latitude_columns, find_period_date_column
from aqueduc.record.preparation import (
    describe_column_transformation,
    format_unpublished_columns_origin_suffix,
    insert_nobreak_spaces,
    list_unpublished_source_columns,
)
from aqueduc.record.statement import (
    COMPARED_STATES,
    PRINTED_CHANGES,
    OpinionAndAgreementContext,
    build_dpo_statement_sections,
    find_pending_embargo_end,
    format_file_name_cells_exception_clause,
    format_linked_source_address,
    list_platforms_without_public_url,
    may_miss_home_positions,
    may_withhold_rows,
)
from aqueduc.rules import CoordinateRequirement, TreatmentCategory, list_capabilities_of_distinct_rule_kinds

__all__ = [
    "PRINTED_CHANGES",
    "OpinionAndAgreementContext",
    "PublicationExplanation",
    "build_publication_explanation",
    "describe_added_columns",
    "describe_embargo",
]


FIRST_ROWS = (
    "sauf, sur les premières seulement, ce que sont les nombres d'une colonne (âges, années ou degrés : 20 000 "
    "lignes), et si des colonnes distinguent chaque ligne ou abrègent des noms en initiales (5 000)"
)
"""What is asked of ``scan.figures.SAMPLE`` and of ``scan.scan.PAIRS`` rows."""
FEWEST_ROWS_ASKED = 5_000
"""``scan.scan.PAIRS``: a file of no more rows is asked everything of all of them."""
MOST_ROWS = 16
"""Beyond, the columns that leave as they are stand in one paragraph: the page holds on two sheets."""


@dataclass(frozen=True)
class PublicationExplanation:
    """The text that says what leaves of a dataset. ``fingerprint`` and ``city`` bind the text to one exact
    declaration and one exact ``city.yaml``."""

    title: str
    subtitle: str
    edited: str
    fingerprint: str
    city: str
    sections: tuple[TextSection, ...]


@use_language("fr")
def build_publication_explanation(
    dataset: Dataset, city: City, edition: OpinionAndAgreementContext
) -> PublicationExplanation:
    """What leaves, what does not, how, why, how often and where; what is checked and what is not; to whom,
    for how long; who answers for it and decided it; what has changed since the last opinion; and a place to
    sign."""
    writers = (
        ("Objet", _describe_dataset_identity),
        ("Ce qui sort", _describe_published_columns),
        ("Ce qui ne sort pas", _describe_unpublished_data),
        ("Comment les personnes sont protégées", _describe_protection_of_persons),
        ("Sur quel fondement", partial(_describe_legal_bases, day=edition.day)),
        ("Où, comment et à quel rythme", partial(_describe_publication_place_and_schedule, day=edition.day)),
        ("Ce qui est vérifié avant chaque publication", _describe_publication_checks),
    )
    return PublicationExplanation(
        title=insert_nobreak_spaces(dataset.title),
        subtitle=insert_nobreak_spaces(f"{city.name} : ce qui sort, ce qui reste, et pourquoi"),
        edited=insert_nobreak_spaces(
            f"Édité le {format_day(edition.day)} par Aqueduc {dataset.software_version_and_code_digest}"
        ),
        fingerprint=dataset.fingerprint,
        city=city.fingerprint,
        sections=(
            *(build_section_with_nobreak_spaces(title, write(dataset, city)) for title, write in writers),
            *build_dpo_statement_sections(dataset, city, edition),
        ),
    )


# --- what leaves, what stays --------------------------------------------------------------------------------


def _describe_dataset_identity(dataset: Dataset, city: City) -> Iterator[Block]:
    packages = ", ".join(dataset.rule_packages)
    yield Paragraph(format_one_line_sentence(dataset.description))
    yield TableBlock(
        ("", ""),
        (
            ("Jeu de données", f"{dataset.title} (« {dataset.id} »)"),
            ("Direction responsable", f"{dataset.owner} ({dataset.contact})"),
            ("Origine", describe_source_in_signed_statement(dataset.source)),
            ("Déclaration", _describe_declaration_files(dataset)),
            ("Empreinte de la déclaration (SHA-256)", dataset.fingerprint),
            ("Empreinte de city.yaml et des listes de noms (SHA-256)", city.fingerprint),
        ),
    )
    yield Paragraph(
        "Ce texte dit ce que la déclaration prévoit, non ce qui est en ligne. "
        "Il ne vaut que pour ces deux empreintes et ce code d'Aqueduc (son condensat SHA-256 commence en tête "
        f"de page){f', et les numéros de ses paquets de règles ({packages})' if packages else ''}. La première "
        "change aussi avec ce que la déclaration tient de city.yaml."
    )


def _describe_declaration_files(dataset: Dataset) -> str:
    sets = f" ; jeux de colonnes : {', '.join(dataset.column_sets)}" if dataset.column_sets else ""
    read = f" ; lue pour l'environnement « {dataset.environment} »" if dataset.environment else ""
    followed = dataset.national
    schema = f"national, {followed.name} {followed.version}" if followed else dataset.schema_path
    return f"{dataset.path.name} ; schéma : {schema}{sets}{read}"


def _describe_published_columns(dataset: Dataset, _: City) -> Iterator[Block]:
    count = len(dataset.published_columns)
    if dataset.publication.is_link_to_source:
        yield Paragraph(
            f"{format_french_count(count, 'colonne est déclarée', 'colonnes sont déclarées')}. Le lien montre ce qui est "
            "servi à son adresse, aussitôt et tel quel ; rien ne le compare à ce qui est lu à la source. Une colonne que la "
            "source donnerait sans que la déclaration la connaisse arrête l'exécution, et peut se lire déjà par un lien "
            "en place."
        )
    else:
        value = "que rend la requête" if dataset.source.query is not None else "de la source"
        changes = " ; ".join(_describe_value_normalisation(dataset))
        but = f", sauf : {changes}" if changes else ""
        gives = "la requête rendrait" if dataset.source.query is not None else "la source donnerait"
        yield Paragraph(
            f"{format_french_count(count, 'colonne est publiée', 'colonnes sont publiées')}, et aucune autre. Une colonne "
            f"que {gives} sans que la déclaration la connaisse arrête l'exécution. « Telle quelle "
            f"» : la valeur {value}, écrite au type que dit le schéma (les blancs qui l'entourent peuvent "
            f"être ôtés){but}."
        )
    plain = [
        one
        for one in dataset.published_columns
        if _is_unchanged_column(one, dataset.privacy) and not one.basis
    ]
    short = len(dataset.published_columns) > MOST_ROWS
    rows = [one for one in dataset.published_columns if not (short and one in plain)]
    if short and plain:
        names = (
            f"{_get_published_name(one)}{f' ({one.name})' if one.name != one.published_as else ''}"
            for one in plain
        )
        yield Paragraph(f"Telles quelles, et nommées dans le schéma : {', '.join(names)}.")
    if rows:
        yield TableBlock(
            ("Colonne publiée", "Colonne de la source", "Ce qui lui est fait", "Ce qu'elle contient"),
            tuple(
                (
                    _get_published_name(one),
                    _describe_column_origin(dataset, one),
                    _get_column_treatment_text(dataset, one),
                    _get_column_title(dataset, one),
                )
                for one in rows
            ),
        )
    added = describe_added_columns(dataset)
    if added:
        yield Paragraph(added)


def _describe_column_origin(dataset: Dataset, column: ColumnDeclaration) -> str:
    if column.name == dataset.source.file_name_column:
        return "(le nom du fichier)"
    if column.name in dataset.computed:
        return f"{column.name} (calculée)"
    joined = next((one.file for one in dataset.join if column.name in one.columns), None)
    return f"{column.name} (jointe, de {joined})" if joined else column.name


def _describe_joins(dataset: Dataset) -> Iterator[str]:
    for one in dataset.join:
        columns = format_quoted_names(one.columns) or "toutes les colonnes sauf ses clés"
        lost = "est rejetée" if one.unmatched == "reject" else "les laisse vides"
        yield (
            f"{columns}, de {one.file} (table de la Ville, SHA-256 {one.sha256[:16]}…), par {format_quoted_names(one.on)} : "
            f"une ligne que la table ne connaît pas {lost}"
        )


def _describe_computed_columns(dataset: Dataset) -> Iterator[str]:
    origins = map_declared_added_columns_to_origins(dataset.columns, dataset.join, dataset.computed)
    for name, expression in dataset.computed.items():
        read = format_quoted_names(origins[name])
        # Whole, however long: what is done to a column is part of what is signed.
        yield f"« {name} », calculée{f' de {read}' if read else ''} : {format_expression_on_one_line(expression)}"


def _describe_value_normalisation(dataset: Dataset) -> Iterator[str]:
    """What changes a value that is said to leave as it is."""
    nothing = sorted(filter(None, dataset.reading.missing))
    if nothing:
        yield f"les cellules qui ne disent que {format_names_or_column_count(nothing)}, laissées vides"
    if dataset.source.filled_down_columns:
        filled = format_names_or_column_count(dataset.source.filled_down_columns)
        yield f"les cellules vides de {filled}, qui prennent la valeur du dessus"
    yield from dataset.source.rewritten_cell_descriptions
    fields = [
        dataset.table_schema.find_field(_get_published_name(one))
        for one in dataset.published_columns
        if one.rule.capabilities.as_is
    ]
    types = {field.type for field in fields if field}
    if "datetime" in types:
        yield (
            f"un instant qui porte un décalage, écrit sans lui à l'heure de la Ville ({dataset.timezone}) : deux "
            f"heures de même à la fin de l'heure d'été{_describe_daylight_saving_duplicates(dataset)}"
        )
    if "number" in types:
        yield _ROUNDED_OF_FILE if dataset.source.query is None else _ROUNDED_OF_QUERY
    if dataset.corrections:
        yield f"{format_french_count(len(dataset.corrections), 'cellule', 'cellules')} au plus que la Ville corrige"
    if dataset.publication.formulas == "prefix":
        yield "dans les CSV, une apostrophe devant ce qu'un tableur prendrait pour une formule"


_ROUNDED_OF_FILE = "un nombre de plus de 15 chiffres, qui peut être arrondi"
_ROUNDED_OF_QUERY = (
    "un nombre de plus de 15 chiffres sans précision déclarée, qui peut être arrondi, et un réel simple "
    "(real), écrit avec les chiffres de sa conversion"
)


def _get_published_name(column: ColumnDeclaration) -> str:
    return column.published_as or ""


def _is_unchanged_column(column: ColumnDeclaration, privacy: PrivacySettings | None) -> bool:
    return column.rule.capabilities.as_is and not _is_generalised_column(column, privacy)


def _get_column_treatment_text(dataset: Dataset, column: ColumnDeclaration) -> str:
    return describe_column_treatment(column, dataset.privacy).french_text


def _get_column_title(dataset: Dataset, column: ColumnDeclaration) -> str:
    field = dataset.table_schema.find_field(column.published_as or "")
    return (field.title or field.description).strip() if field else ""


def describe_added_columns(dataset: Dataset) -> str:
    """The columns that are no source's, where each comes from, and of what it is made (French); "" for none."""
    files = dataset.source.file_name_column
    named = [f"« {files} », le nom du fichier lu"] if files else []
    added = [*named, *_describe_joins(dataset), *_describe_computed_columns(dataset)]
    intro = "Ne sont pas de la source, et lui sont ajoutées à la lecture, avant toute règle"
    return f"{intro} : {' ; '.join(added)}." if added else ""


def _describe_unpublished_data(dataset: Dataset, _: City) -> Iterator[Block]:
    names = [column.name for column in dataset.columns if column.published_as is None]
    if names:
        added = dataset.computed or dataset.join or dataset.source.file_name_column
        one, many = (_DROPPED_ANYWHERE, _ALL_DROPPED_ANYWHERE) if added else (_DROPPED, _ALL_DROPPED)
        yield Paragraph(
            f"{format_french_count(len(names), one, many)} de tout fichier publié : "
            f"{format_quoted_names(names)}. La même information peut se trouver dans une colonne publiée, un "
            "texte libre surtout : l'examen final y cherche des données personnelles de formes connues, non "
            "ce que contenaient les colonnes retirées."
        )
        yield from _describe_dropped_column_uses(dataset, names)
    else:
        yield Paragraph(_describe_absence_of_dropped_columns(dataset))
    withheld = list(_describe_withheld_rows(dataset))
    if withheld:
        yield Paragraph("Ne sortent pas non plus :")
        yield BulletList(punctuate_items(withheld))


def _describe_absence_of_dropped_columns(dataset: Dataset) -> str:
    if dataset.publication.is_link_to_source:
        served = dataset.source.linked_document
        if dataset.access.is_open and served and served.shows_all_columns and not dataset.windowed:
            return (
                "Aucune colonne n'est retirée : le lien sert toutes celles de la déclaration, ce qui est vérifié avant "
                "chaque publication."
            )
        return "Aucune colonne n'est retirée ; que le lien les serve toutes n'est pas vérifié."
    if dataset.source.query is None:
        return "Aucune colonne n'est retirée : toutes celles de la déclaration sont publiées."
    return (
        "Aucune colonne que rend la requête n'est retirée : toutes sont publiées. La requête peut les tirer "
        "d'autres données de la base, ce que rien ne vérifie : elle est à lire."
    )


_DROPPED = "colonne de la source est retirée"
_ALL_DROPPED = "colonnes de la source sont retirées"
_DROPPED_ANYWHERE = "colonne, de la source ou ajoutée, est retirée"
_ALL_DROPPED_ANYWHERE = "colonnes, de la source ou ajoutées, sont retirées"


def _describe_dropped_column_uses(dataset: Dataset, dropped: list[str]) -> Iterator[Block]:
    """What a column that stays is still used for."""
    place = dataset.geometry
    here = [name for name in ((place.longitude, place.latitude) if place else ()) if name in dropped]
    for column in dataset.published_columns:
        rule = column.rule
        located = rule.capabilities.geometry is CoordinateRequirement.POSITION
        used = (
            here
            if located
            else [name for name in rule.other_source_columns_by_yaml_path.values() if name in dropped]
        )
        if used:
            yield Paragraph(
                rule.format_topic_text("uses", _get_published_name(column), format_quoted_names(used))
            )


def _describe_withheld_rows(dataset: Dataset) -> Iterator[str]:
    if dataset.privacy is not None:
        least = _format_k_threshold(dataset.privacy)
        yield (
            f"les lignes dont le groupe compte moins de {least}"
            f"{_describe_group_conditions_beyond_size(dataset.privacy)} et, d'un groupe qui différerait d'un état "
            f"déjà publié de moins de {least}, ce qu'il faut pour qu'il n'en soit rien, tout le "
            "groupe parfois (voir « Comment les personnes sont protégées »)"
        )
    yield from filter(
        None,
        (
            column.rule.format_topic_text("withheld", _get_published_name(column))
            for column in dataset.published_columns
        ),
    )
    if not dataset.publication.is_link_to_source:
        yield from dataset.source.skipped_row_descriptions
        read = "la lecture, un calcul" if dataset.computed else "la lecture"
        unmatched = _describe_rows_rejected_by_joins(dataset)
        yield f"les lignes que {read} ou une règle n'a pas su lire{unmatched}, et celles qui ne suivent pas le schéma"
        yield "celles que désigne une opposition en vigueur, à partir de la publication suivante"


def _describe_group_conditions_beyond_size(privacy: PrivacySettings) -> str:
    """Of a group, beside its size."""
    about = [
        *(["des colonnes sensibles"] if privacy.sensitive else []),
        *(["de la population"] if privacy.k_map else []),
    ]
    return f", ou n'a pas ce qui est demandé {format_enumeration(about)}," if about else ""


def _describe_rows_rejected_by_joins(dataset: Dataset) -> str:
    rejecting = [one.file for one in dataset.join if one.unmatched == "reject"]
    return f", celles que {format_enumeration(rejecting)} ne connaît pas" if rejecting else ""


# --- how people are protected, and by what right ------------------------------------------------------------


def _describe_protection_of_persons(dataset: Dataset, city: City) -> Iterator[Block]:
    changed = [
        f"« {column.published_as} » : {describe_column_transformation(column, dataset.privacy)}"
        for column in dataset.published_columns
        if column.rule.capabilities.effect in (TreatmentCategory.COARSER, TreatmentCategory.MODIFIED)
    ]
    if changed:
        clock = _describe_timezone_of_dates(dataset, city)
        yield Paragraph(f"Ces colonnes sont transformées avant de sortir{clock} :")
        yield BulletList(punctuate_items(changed))
    withholding = [
        f"« {_get_published_name(column)} » : {_get_column_treatment_text(dataset, column)}"
        for column in dataset.published_columns
        if column.rule.capabilities.withholds
    ]
    if withholding:
        yield Paragraph("Des lignes sont retirées selon la valeur de ces colonnes :")
        yield BulletList(punctuate_items(withholding))
    for rule in list_capabilities_of_distinct_rule_kinds(column.rule for column in dataset.published_columns):
        if rule.texts.caution:
            yield Paragraph(rule.texts.caution)
    for column in dataset.published_columns:
        if paragraph := column.rule.format_topic_text("explain", _get_published_name(column)):
            yield Paragraph(paragraph)
    yield from _describe_k_anonymity(dataset)


def _describe_timezone_of_dates(dataset: Dataset, city: City) -> str:
    """Which one says the day of a moment, for a rule that makes dates coarser."""
    dates = [one for one in dataset.published_columns if one.rule.capabilities.temporal]
    if not dates:
        return ""
    days = [one for one in dates if one.rule.input_type == "date" and dataset.source.query is None]
    of = f" dans {format_quoted_names(map(_get_published_name, days))}," if len(days) < len(dates) else ""
    midnight = f", sauf{of} minuit UTC, lu comme un jour" if days else ""
    return f" (un instant qui porte un décalage l'est à l'heure de la Ville, {city.timezone}{midnight})"


def _describe_k_anonymity(dataset: Dataset) -> Iterator[Block]:
    privacy = dataset.privacy
    if privacy is None:
        yield Paragraph(
            "Aucun quasi-identifiant n'est déclaré, et aucun k-anonymat appliqué : rien ne mesure si les "
            "colonnes publiées, rapprochées entre elles ou avec d'autres informations, désignent quelqu'un. "
            "Publier ainsi, c'est tenir qu'elles ne désignent personne, hors des fondements cités. L'avis et "
            "la décision qui closent ce texte portent sur ce point."
        )
        return
    published = {column.name: column.published_as or column.name for column in dataset.columns}
    names = [published[name] for name in privacy.quasi_identifiers]
    yield Paragraph(
        f"Anonymat de groupe (k-anonymat), k = {privacy.k} : chaque combinaison publiée de "
        f"{format_quoted_names(names)} réunit au moins {_format_k_threshold(privacy)}. "
        f"{_describe_counting_unit(dataset, privacy)} "
        + _describe_generalisation(dataset, privacy, published)
        + f"Les lignes des groupes plus petits{_describe_group_conditions_beyond_size(privacy)} sont retirées, dans la "
        f"limite de {format_percent(privacy.suppress_at_most)} des lignes : au-delà, rien n'est publié et les règles sont à "
        "revoir."
    )
    asked = [*_describe_sensitive_column_requirements(privacy, published), *_describe_k_map(privacy)]
    if asked:
        yield Paragraph("S'y ajoutent, pour chaque groupe publié :")
        yield BulletList(punctuate_items(asked))
    yield Paragraph(
        f"D'une révision à la suivante, ce qui change dans un groupe ne sort que par {_format_k_threshold(privacy)} au "
        "moins, compté ligne entière, groupe par groupe et colonne par colonne, à côté des "
        f"{COMPARED_STATES} derniers états publiés, hors les colonnes dont la règle, la hiérarchie ou "
        "l'écriture a changé depuis. Les lignes qui attendent comptent parmi celles qui sont retirées."
        + (
            f" Les jeux qui décrivent aussi « {privacy.population} » sont comparés par le nombre de lignes "
            "de leurs groupes, sur les quasi-identifiants publiés sous le même nom ; sans nom commun, rien "
            "n'est comparé, et le rapport de l'exécution le dit."
            if privacy.population
            else ""
        )
    )


def _format_k_threshold(privacy: PrivacySettings) -> str:
    return format_privacy_unit_count(privacy.unit, privacy.k).french_text


def _describe_counting_unit(dataset: Dataset, privacy: PrivacySettings) -> str:
    """What a class counts, and what that does not say."""
    others = format_french_count(privacy.k - 1, "autre", "autres")
    if not privacy.unit:
        return (
            "Qui ne connaîtrait d'une personne que ces informations ne pourrait donc distinguer sa ligne "
            f"d'au moins {others}. Ce sont des lignes qui sont comptées, et non des personnes : "
            "plusieurs lignes d'un groupe peuvent être d'une même personne, et le groupe en réunir moins de "
            f"{privacy.k}. Le calcul ne vaut pour des personnes que si chacune n'a qu'une ligne"
            f"{_describe_repeated_person_check(dataset, privacy)}."
        )
    one = "une valeur" if len(privacy.unit) == 1 else "une combinaison de valeurs"
    return (
        f"Une unité est {one} de {format_quoted_names(privacy.unit)}, lue dans la source et retirée de ce qui est "
        "publié (deux écritures qui ne diffèrent que par la casse, les accents, les espaces ou la "
        "ponctuation sont la même) ; les lignes où "
        f"{'elle manque' if len(privacy.unit) == 1 else 'il en manque une'} ne comptent pour aucune. Qui "
        "ne connaîtrait d'une personne que ces informations ne pourrait donc la distinguer d'au moins "
        f"{format_french_count(privacy.k - 1, 'autre unité', 'autres unités')}. Le calcul ne vaut pour des "
        "personnes que si une unité en désigne une, et une seule."
    )


def _describe_repeated_person_check(dataset: Dataset, privacy: PrivacySettings) -> str:
    """``anonymise.repeated_persons``."""
    numbers = filter_person_identifier_columns(one.name for one in dataset.columns)
    says = ", ce que dit la déclaration (« unit: [] »)" if privacy.counts_rows_as_people else ""
    if not numbers:
        return f"{says} ; aucun nom de colonne n'est reconnu pour un numéro de personne ou de dossier, pour le voir"
    then = "cela sort, et le rapport de l'exécution le dit" if says else "l'exécution est arrêtée"
    which = (
        format_quoted_names(numbers)
        if len(numbers) == 1
        else f"l'une de {format_names_or_column_count(numbers)}"
    )
    return f"{says} ; si un groupe a moins de {privacy.k} valeurs de {which}, {then}"


def _describe_generalisation(dataset: Dataset, privacy: PrivacySettings, published: Mapping[str, str]) -> str:
    """How the groups are made large enough, before any row is withheld."""
    if not privacy.hierarchies:
        return ""
    names = format_quoted_names([published[ladder.column] for ladder in privacy.hierarchies])
    recode = privacy.recode or RecodingMode.FIXED
    ruled = any(
        _is_generalised_column(one, privacy) and not one.rule.capabilities.as_is
        for one in dataset.published_columns
    )
    finest = "comme sa règle la laisse" if ruled else "telle quelle"
    does = "est" if recode is RecodingMode.FIXED else f"sort {finest}, ou est"
    start = f"Pour y parvenir, {names} : la valeur {does} rendue moins précise selon sa hiérarchie, "
    if recode is RecodingMode.LOCAL and (privacy.unit or privacy.sensitive or privacy.k_map):
        return start + _LOCAL_BEYOND_K.format(
            others=format_privacy_unit_count(privacy.unit, privacy.k - 1).french_text
        )
    return start + _LEVELS[recode].format(
        others=privacy.k - 1, rows=build_row_count_message(privacy.k - 1).french_text
    )


_ON_THE_DATA = "Ce niveau est choisi d'après les données, et ce choix apprend lui-même quelque chose : "
_REPORTED = (
    "Le rapport de chaque exécution au délégué à la protection des données compte ces lignes à l'anonymisation. Avec le "
    "réglage par défaut, les niveaux ne disent rien des données. "
)
_AS_BEFORE = (
    "si la perte n'en est pas accrue de plus de 2 points (sur 100, toute la précision ; une ligne retirée compte "
    "100)"
)
"""``anonymise.protection`` has the tolerance."""
_FINEST = (
    "au niveau le plus fin que permet chaque groupe, les divisions de la révision précédente étant d'abord refaites, "
    f"{_AS_BEFORE}. "
)
_LEVELS = {
    RecodingMode.FIXED: (
        "toujours à son premier niveau déclaré. Ce niveau ne dépend pas des données : il n'apprend rien "
        "d'elles. Les lignes dont la hiérarchie ne connaît pas la valeur sont retirées. "
    ),
    RecodingMode.GLOBAL: (
        "au même niveau pour toutes les lignes, celui qui perd le moins d'information (une recherche exacte "
        f"le garantit) ou celui de la révision précédente, {_AS_BEFORE}. "
        + _ON_THE_DATA
        + "qu'aucun autre niveau n'aurait, à 2 points près, perdu moins sans retirer plus de lignes qu'il n'est "
        "admis. "
    ),
    RecodingMode.ITERATIVE: (
        "au niveau qui perd le moins d'information, puis à d'autres pour les lignes qui restent, ou à ceux de la "
        f"révision précédente, {_AS_BEFORE}. "
        + _ON_THE_DATA
        + "une ligne publiée à un niveau qui n'est pas le premier était, au premier, dans un groupe qui ne "
        "convenait pas. " + _REPORTED
    ),
    RecodingMode.LOCAL: (
        _FINEST
        + _ON_THE_DATA
        + "un groupe de plus de {rows} par valeur plus précise possible, resté à un niveau grossier, montre qu'il "
        "ne pouvait pas être divisé, donc que presque toutes ses lignes (toutes, sauf {others} au plus) ont une même "
        "valeur plus précise, qui se devine. " + _REPORTED
    ),
}


_LOCAL_BEYOND_K = (
    _FINEST
    + _ON_THE_DATA
    + "un groupe de plus de {others} par valeur plus précise possible, resté à un niveau grossier, montre qu'il ne "
    "pouvait pas être divisé, souvent parce que presque toutes ses lignes ont une même valeur plus précise, qui se "
    "devine. " + _REPORTED
)


def _describe_sensitive_column_requirements(
    privacy: PrivacySettings, published: Mapping[str, str]
) -> Iterator[str]:
    for one in privacy.sensitive:
        asked = []
        if one.distinct > 1:
            asked.append(f"{one.distinct} valeurs différentes au moins (l-diversité)")
        if one.entropy > 1:
            asked.append(
                f"une variété d'au moins {format_exact_number(one.entropy)} (l-diversité d'entropie)"
            )
        if one.closeness is not None:
            asked.append(
                f"une répartition qui ne s'écarte pas de plus de {format_percent(one.closeness)} de celle de tout "
                "le fichier (t-proximité)"
            )
        yield f"« {published[one.column]} » montre {', '.join(asked)}"


def _describe_k_map(privacy: PrivacySettings) -> Iterator[str]:
    if privacy.k_map:
        yield (
            f"le groupe peut correspondre à {privacy.k_map.at_least} personnes au moins de la population "
            f"{privacy.k_map.path}"
        )


def _describe_legal_basis_expiry(column: ColumnDeclaration, day: date) -> str:
    if column.basis_until is None:
        return ""
    if column.basis_until < day:
        return (
            f" Ce fondement ne vaut que jusqu'au {column.basis_until:%d/%m/%Y}, jour passé : rien n'est publié tant que "
            "la colonne sort sur lui, mais ce qui est en ligne y reste tant que personne ne le retire."
        )
    return (
        f" Ce fondement vaut jusqu'au {column.basis_until:%d/%m/%Y} : ensuite, rien n'est plus publié, mais ce qui "
        "est en ligne y reste tant que personne ne le retire."
    )


def _describe_legal_bases(dataset: Dataset, city: City, day: date) -> Iterator[Block]:
    yield Paragraph(_OPEN_DATA if dataset.access.is_open else _describe_restricted_access(dataset, city))
    based = [column for column in dataset.published_columns if column.basis]
    if based:
        yield Paragraph("Données à caractère personnel qui sortent sur un fondement particulier :")
        yield BulletList(
            tuple(
                f"« {_get_published_name(one)} », {_get_column_treatment_text(dataset, one)} : "
                f"{format_one_line_sentence(one.basis or '')}{_describe_legal_basis_expiry(one, day)}"
                for one in based
            )
        )
        # The article is about information that is public.
        if dataset.access.is_open:
            yield Paragraph(
                "Leur réutilisation est elle-même soumise à la loi n° 78-17 du 6 janvier 1978 (CRPA, art. L. 322-2)."
            )
    plain = [
        one
        for one in dataset.published_columns
        if not one.basis and _may_leave_some_values_intact(one, dataset.privacy)
    ]
    if plain:
        alone = "ni seules ni réunies, entre elles ou aux autres, elles ne désignent"
        if len(plain) == 1 and _is_unchanged_column(plain[0], dataset.privacy):
            alone = "ni seule ni réunie aux autres, elle ne désigne"
        named = _describe_columns_without_basis(dataset, plain)
        yield Paragraph(
            f"Aucun texte permettant de publier des données personnelles n'est cité pour {named} : "
            f"c'est tenir que, {alone} personne{', hors ceux que couvre un fondement cité' if based else ''}, "
            "directement ou non (RGPD, art. 4, 1). L'avis et la décision portent sur ce point, à rapprocher des "
            "« Personnes concernées » plus bas."
        )


def _describe_columns_without_basis(dataset: Dataset, plain: list[ColumnDeclaration]) -> str:
    """Those that leave as they are, without a basis; apart, those of which the data choose the cells that do."""
    whole = [_get_published_name(one) for one in plain if _is_unchanged_column(one, dataset.privacy)]
    kept = [_get_published_name(one) for one in plain if _suppresses_only_some_values(one)]
    changed = [one for one in plain if one.rule.capabilities.texts.intact]
    partly = [
        _get_published_name(one)
        for one in plain
        if not (
            _is_unchanged_column(one, dataset.privacy) or _suppresses_only_some_values(one) or one in changed
        )
    ]
    said = []
    as_they_are = "telles quelles" if len(whole) > 1 else "telle quelle"
    if whole and len(dataset.published_columns) > MOST_ROWS:
        counted = format_french_count(len(whole), "colonne", "colonnes")
        said.append(f"{counted} ({as_they_are} dans « Ce qui sort »)")
    elif whole:
        said.append(f"{format_quoted_names(whole)}, publiée{'s' if len(whole) > 1 else ''} {as_they_are}")
    if partly:
        leaves = "leurs hiérarchies laissent" if len(partly) > 1 else "sa hiérarchie laisse"
        said.append(f"les cellules de {format_quoted_names(partly)} que {leaves} telles quelles")
    if kept:
        leaves = "leurs règles laissent" if len(kept) > 1 else "sa règle laisse"
        said.append(f"les valeurs de {format_quoted_names(kept)} que {leaves} telles quelles")
    for one in changed:
        recoded = _is_generalised_column(one, dataset.privacy)
        but = " que sa hiérarchie laisse telles quelles" if recoded else ""
        said.append(
            f"les cellules de « {_get_published_name(one)} » {one.rule.capabilities.texts.intact}{but}"
        )
    return ", ni pour ".join(said)


def _may_leave_some_values_intact(column: ColumnDeclaration, privacy: PrivacySettings | None) -> bool:
    """Whether the rules leave some of its values, if not all, as they are."""
    if column.rule.capabilities.texts.intact:
        return not _is_generalised_column(column, privacy) or _has_data_driven_recoding(privacy)
    return may_leave_all_values_intact(column, privacy) or _suppresses_only_some_values(column)


def _suppresses_only_some_values(column: ColumnDeclaration) -> bool:
    """Whether its rule takes some cells or rows out, and leaves the others unchanged."""
    rule = column.rule.capabilities
    return rule.effect is TreatmentCategory.KEPT and not rule.as_is


def may_leave_all_values_intact(column: ColumnDeclaration, privacy: PrivacySettings | None) -> bool:
    """Where the data choose the levels of a hierarchy, they may choose none."""
    if not column.rule.capabilities.as_is or not _is_generalised_column(column, privacy):
        return column.rule.capabilities.as_is
    return _has_data_driven_recoding(privacy)


def _has_data_driven_recoding(privacy: PrivacySettings | None) -> bool:
    return privacy is not None and privacy.recode not in (None, RecodingMode.FIXED)


def _is_generalised_column(column: ColumnDeclaration, privacy: PrivacySettings | None) -> bool:
    return privacy is not None and privacy.find_hierarchy(column.name) is not None


_OPEN_DATA = (
    "Le code des relations entre le public et l'administration (CRPA) impose aux administrations qui y sont "
    "soumises de publier en ligne certains documents et données (art. L. 312-1-1), d'en occulter les mentions "
    "protégées (art. L. 311-5 et L. 311-6), sauf disposition législative ou réglementaire contraire, et de "
    "n'y rendre publiques des données à caractère personnel qu'après un traitement qui rende impossible "
    "l'identification des personnes, sauf disposition législative contraire, accord de la personne, ou "
    "document de l'une des catégories de l'article D. 312-1-3 (art. L. 312-1-2)."
)


def _describe_restricted_access(dataset: Dataset, city: City) -> str:
    platforms = filter(None, map(city.find_platform_settings, dataset.publication.platforms))
    # There, the level opens no more than the platform does.
    same = any(one.kind.capabilities.private_readers for one in platforms)
    readers = _READERS_OF_PLATFORM if same else _WHO_MAY_READ[dataset.access.level]
    return (
        "L'accès à ce jeu est restreint. Publier ainsi, c'est tenir que ce n'est ni le publier en ligne ni le rendre "
        "public, au sens des articles L. 312-1-1 et L. 312-1-2 du code des relations entre le public et "
        f"l'administration (CRPA) ; cela dépend de {readers}. Toute donnée à caractère "
        "personnel qui y figurerait demande un fondement (RGPD, art. 6)."
    )


_READERS_OF_PLATFORM = "qui lit une fiche cachée sur la plateforme (« À qui, et sous quelle licence »)"
_WHO_MAY_READ = {
    AccessLevel.REGISTERED: "qui peut s'inscrire sur la plateforme, et de qui l'administre",
    AccessLevel.NAMED_USERS: "qui détient les comptes nommés, et de qui administre la plateforme",
    AccessLevel.SAME_ORGANISATION: "qui est membre de l'organisation sur la plateforme, et de qui l'administre",
    AccessLevel.ANY_ORGANISATION: "qui est membre d'une organisation de la plateforme, et de qui l'administre",
    AccessLevel.PARTNERS: "qui la plateforme tient pour partenaire, et de qui l'administre",
}


# --- where, how, how often ----------------------------------------------------------------------------------


def _describe_publication_place_and_schedule(dataset: Dataset, city: City, day: date) -> Iterator[Block]:
    publication = dataset.publication
    place = (
        f"la plateforme « {publication.primary_platform} », au nom de l'organisation « {city.organisation} »"
    )
    if publication.other_platforms:
        place += f", et de même sur {', '.join(f'« {name} »' for name in publication.other_platforms)}"
    if publication.is_link_to_source:
        yield Paragraph(_describe_link_publication(dataset, place))
    else:
        yield from _describe_file_publication(dataset, city, place)
    if record := _describe_extra_record_contents(dataset, city):
        yield Paragraph(record)
    paused = _PAUSED if city.holidays else ""
    again = "" if publication.is_link_to_source else _describe_restoration_checks(dataset)
    yield Paragraph(
        f"Rythme : {_describe_cadence(dataset)}{paused}.{describe_embargo(dataset, city, day)}{again}"
    )


def describe_embargo(dataset: Dataset, city: City, day: date) -> str:
    """A sentence to go on with; "" where none holds a publication back on ``day``."""
    end = find_pending_embargo_end(dataset, city, day)
    if end is None:
        return ""
    return f" Embargo : aucune nouvelle révision n'est publiée avant le {end:%d/%m/%Y à %H:%M} ({city.timezone})."


def _describe_extra_record_contents(dataset: Dataset, city: City) -> str:
    said = ["les fondements cités"] if any(column.basis for column in dataset.published_columns) else []
    if not dataset.publication.is_link_to_source:
        dropped = f"les noms des colonnes{format_unpublished_columns_origin_suffix(dataset)} retirées"
        ruled = dataset.privacy or not all(
            column.rule.capabilities.as_is for column in dataset.published_columns
        )
        said = [
            *([dropped] if list_unpublished_source_columns(dataset) else []),
            *(["ce que font les règles"] if ruled else []),
            *_describe_row_counts_stated_in_record(dataset),
            *said,
        ]
        if dates := _describe_temporal_coverage_source(dataset):
            said += _qualify_statement_by_platform_support(
                dates, dataset, city, lambda able: able.states_period
            )
    if not dataset.publication.is_link_to_source and find_longitude_latitude_columns(dataset):
        extent = "l'emprise des positions publiées"
    else:
        extent = "l'emprise de toute la Ville, d'après city.yaml" if city.bbox else ""
    if extent:
        said += _qualify_statement_by_platform_support(extent, dataset, city, lambda able: able.states_extent)
    if dataset.announce is not None:
        change = dataset.announce.change.strip().rstrip(".")
        said.append(f"le changement annoncé pour le {dataset.announce.day:%d/%m/%Y} (« {change} »)")
    return f"La fiche dit aussi, à qui peut la lire : {format_enumeration(said)}." if said else ""


def _qualify_statement_by_platform_support(
    said: str, dataset: Dataset, city: City, tells: Callable[[PlatformKindCapabilities], bool]
) -> list[str]:
    """Nothing, where no platform of the dataset ``tells`` it; else without those that do not."""
    platforms = [one for one in map(city.find_platform_settings, dataset.publication.platforms) if one]
    silent = [one.name for one in platforms if not tells(one.kind.capabilities)]
    if len(silent) == len(platforms):
        return []
    return [f"{said} (hors {format_quoted_names(silent)})" if silent else said]


def _describe_daylight_saving_duplicates(dataset: Dataset) -> str:
    fields = [dataset.table_schema.find_field(name) for name in dataset.key]
    if not any(field is not None and field.type == "datetime" for field in fields):
        return ""
    return ", donc deux fois la même clé, et deux lignes de même clé ne sont jamais publiées ensemble"


def _describe_row_counts_stated_in_record(dataset: Dataset) -> Iterator[str]:
    """What ``RowPreparationCounts`` has of a dataset that is read whole."""
    if dataset.windowed:
        return
    if may_withhold_rows(dataset):
        yield "combien de lignes une protection retire, s'il y en a, ou que c'est moins que le seuil"
    if dataset.reject_at_most:
        yield "combien de lignes sont rejetées, s'il y en a"


def _describe_temporal_coverage_source(dataset: Dataset) -> str:
    column = find_period_date_column(dataset)
    if column is not None:
        return f"les dates extrêmes de « {column} » publiées (d'un mois, d'un trimestre ou d'une année, ses jours extrêmes)"
    return "le début du premier intervalle publié et la fin du dernier" if dataset.windowed else ""


def _describe_restoration_checks(dataset: Dataset) -> str:
    privacy = dataset.privacy
    again = ["les colonnes", "les règles", "le schéma", "la recherche de données personnelles"]
    not_again = ["l'ordre", "les colonnes de la source", f"les gardes, hors « {GUARD_LABELS[REOPEN]} »"]
    if privacy is not None:
        again.append("la taille des groupes en lignes" if privacy.unit else "la taille des groupes")
        not_again.append("la différence avec les états publiés")
        again += ["la comparaison avec les jeux de la même population"] if privacy.population else []
    if privacy is not None and privacy.unit:
        not_again.append("les unités")
    elif privacy is not None and filter_person_identifier_columns(one.name for one in dataset.columns):
        not_again.append("le nombre de personnes par groupe")
    return (
        " Une personne peut remettre en ligne une révision antérieure, que le registre dit intacte : ni une "
        "d'avant une opposition en vigueur, ni une moins protégée que ne le veut la déclaration d'aujourd'hui (rejets "
        "et retraits admis, mode compris). En "
        f"sont jugés de nouveau {format_enumeration(again)} ; ne le sont pas {format_enumeration(not_again, 'ni')}. "
        "Ce que donne la source n'est plus publié jusqu'à ce que quelqu'un y mette fin."
    )


_PAUSED = (
    " ; sous Airflow, aucune exécution les jours sans publication de city.yaml, sauf si l'opérateur force ; "
    "« aqueduc run » n'en tient pas compte"
)


def _describe_link_publication(dataset: Dataset, place: str) -> str:
    looked_at = (
        "ouvre ce lien sans compte, depuis le réseau de la Ville, et refuse de le publier s'il sert une "
        "colonne que la déclaration ne connaît pas, ou ce qui ressemble à une donnée personnelle dont elle "
        "ne répond pas"
        if dataset.access.is_open
        else "vérifie que ce lien refuse qui l'ouvre sans compte depuis le réseau de la Ville, et ne regarde "
        "pas ce qu'il sert aux autres"
    )
    return (
        "La donnée se lit à l'adresse du lien, donnée pour celle où la source la sert ; la Ville garde pour elle une "
        f"copie de ce qui a été lu à la source à chaque publication. Sur {place}, seule la fiche est déposée, avec ce "
        f"lien ({format_linked_source_address(dataset)}) : c'est pourquoi toutes les colonnes sont déclarées publiables "
        f"telles quelles. Avant chaque publication, Aqueduc {looked_at}."
        f"{_describe_first_page_only_scan(dataset)} Un lien déjà publié reste en place, et personne ne contrôle ce qu'il "
        "montre entre deux vérifications : la direction responsable répond de ce que sa source sert."
    )


def _describe_first_page_only_scan(dataset: Dataset) -> str:
    served = dataset.source.linked_document
    if not (served and served.paged and dataset.access.is_open):
        return ""
    return " De ce que le lien sert, seule la première page est regardée ; les autres l'ont été à la lecture."


def _describe_file_publication(dataset: Dataset, city: City, place: str) -> Iterator[Block]:
    publication = dataset.publication
    several = len(publication.formats) > 1 or publication.split is not None
    formats = ", ".join(_FORMATS[kind] for kind in publication.formats) + _describe_file_split(
        publication.split
    )
    table = _describe_datastore_table(publication, city) if publication.outlet is None else ""
    # What an outlet serves is never too big for the platform.
    if publication.too_big == "omit" and several and publication.outlet is None:
        formats += (
            f", sauf un format que sa taille ferait refuser{', et la table avec le CSV' if table else ''}"
        )
    beside = _describe_outlet_table(dataset, city)
    if publication.outlet is not None:
        readers = "au public" if dataset.access.is_open else "à ceux qui y ont accès"
        yield Paragraph(
            f"{'Les fichiers' if several else 'Le fichier'} ({formats}), une fois les règles appliquées et "
            f"le schéma vérifié, {'sont déposés' if several else 'est déposé'} dans l'emplacement « "
            f"{publication.outlet} » de la Ville, qui {'les' if several else 'le'} sert {readers}{beside}. "
            f"Sur {place}, seule la fiche est déposée, avec "
            f"{'les liens qui y mènent' if several else 'le lien qui y mène'}."
        )
    else:
        files = "les fichiers" if several else "le fichier"
        yield Paragraph(f"La Ville dépose sur {place}, la fiche et {files} ({formats}){table}.")
    yield Paragraph(
        "La nouvelle révision est préparée en entier avant que rien ne soit remplacé ; puis la fiche et "
        "chaque fichier le sont l'un après l'autre."
        + (
            " La table interrogeable suit le fichier : elle peut manquer un instant, le temps d'être "
            "échangée contre la nouvelle, et plus longtemps quand une colonne cesse d'être publiée."
            if table
            else ""
        )
    )


def _describe_outlet_table(dataset: Dataset, city: City) -> str:
    table = next((one.table for one in city.outlets if one.name == dataset.publication.outlet), None)
    if table is None or not dataset.access.is_open:
        return ""
    return (
        f". Les mêmes lignes forment une table du schéma « {table.space} » de la base "
        f"« {table.connection} », que le rôle « {table.reader} » peut lire et non modifier"
    )


def _describe_datastore_table(publication: PublicationSettings, city: City) -> str:
    platforms = filter(None, map(city.find_platform_settings, publication.platforms))
    kept = [settings.kind.capabilities.has_tables for settings in platforms]
    if not publication.datastore or not any(kept):
        return ""
    return ", et une table interrogeable" + ("" if all(kept) else " là où la plateforme en tient une")


def _describe_file_split(split: FileSplit | None) -> str:
    if split is None:
        return ""
    return f" ; un fichier par {'année' if split.per == 'year' else 'valeur'} de « {split.by} »"


_FORMATS = {
    OutputFormat.CSV: "CSV",
    OutputFormat.PARQUET: "Parquet",
    OutputFormat.GEOJSON: "GeoJSON",
    OutputFormat.XLSX: "Excel",
}


def _describe_cadence(dataset: Dataset) -> str:
    when = _describe_run_schedule(dataset)
    if dataset.publication.is_link_to_source:
        return f"la source est relue {when} ; {_AT_REST} sans redemander le lien"
    if dataset.windowed:
        return (
            f"{when}, la source étant lue intervalle par intervalle ; ce qui est publié réunit les intervalles déjà "
            "publiés et ceux qu'une exécution a préparés sans les publier (accord, embargo, annonce ou reprise d'autres "
            "intervalles attendus), qui sortent avec la première qui publie ; celui d'un essai, ou d'une exécution "
            "arrêtée avant d'écrire ou refusée pour une autre raison, n'y est qu'une fois repris. Si les oppositions en "
            "vigueur, la source, la lecture, les règles, le schéma (hors titres, descriptions et unités), la position, la "
            "clé, les groupes ou la version d'Aqueduc ou d'un paquet ne sont plus ceux sous lesquels des intervalles ont "
            "été préparés, rien n'est publié tant que ceux-là n'ont pas été refaits (Backfill)"
        )
    if watermark := describe_watermark(dataset.source.watermark):
        return (
            f"{when} ; {_AT_REST} sans rien publier ; des lignes de la source, {watermark}. À chaque publication, celles "
            f"qui ont été lues prennent, par leur clé, la place de celles qui sont publiées ; les autres sont reprises "
            "du fichier publié, et l'état entier remplace le précédent. Toutes les lignes sont lues quand la déclaration, "
            "les règles ou la version d'Aqueduc ne sont plus celles de ce fichier, quand une opposition est en vigueur, "
            "quand la source a moins de lignes que ce fichier, ou quand l'exécution précédente n'a pas abouti ou a compté "
            "un écart avec la source"
        )
    return (
        f"{when} ; {_AT_REST} sans rien publier ; à chaque publication, l'état entier remplace le précédent"
    )


def _describe_run_schedule(dataset: Dataset) -> str:
    """When it is read; without a clock nor anything else to wait for, when people ask only."""
    cadence = dataset.frequency
    if cadence.period is not None or dataset.after:
        return f"{_describe_run_triggers(dataset)}{_describe_lateness_threshold(cadence)}"
    if cadence.word == "never-again":
        return "sur demande seulement (jeu clos)"
    return f"{cadence.french_label}, quand une exécution est demandée"


def _describe_run_triggers(dataset: Dataset) -> str:
    """What makes a run of it begin."""
    said = [] if dataset.frequency.is_upper_bound_only else [dataset.frequency.french_label]
    if dataset.after:
        names = format_enumeration(f"« {name} »" for name in dataset.after)
        said.append(f"dès que des exécutions d'Airflow ont publié {names} de nouveau")
    if dataset.on_arrival and dataset.source.capabilities.announces_state:
        said.append(
            "dès que l'adresse du document en annonce un autre état (Airflow le demande toutes les cinq minutes, là où "
            "« aqueduc_arrivals » est actif, sans lire le document, et attend d'avoir eu la même réponse deux fois de suite)"
        )
    elif dataset.on_arrival:
        said.append(
            "dès qu'un fichier est arrivé dans le dépôt (Airflow le liste toutes les cinq minutes, là où "
            "« aqueduc_arrivals » est actif, et attend d'avoir vu le même deux fois de suite)"
        )
    return ", et ".join(filter(None, (", ".join(said), "chaque fois qu'une exécution est demandée")))


def _describe_lateness_threshold(cadence: UpdateFrequency) -> str:
    if cadence.period is None or not cadence.is_upper_bound_only:
        return ""
    days = format_french_count(cadence.period.days, "jour", "jours")
    return f" (au-delà de {days} sans exécution réussie, le jeu est dit en retard)"


_AT_REST = "une exécution qui ne voit rien de nouveau (source, réglages, plateforme) peut s'arrêter"
"""Not that it always does: people may insist, and decide."""


# --- what is checked ----------------------------------------------------------------------------------------


def _describe_publication_checks(dataset: Dataset, city: City) -> Iterator[Block]:
    linked = dataset.publication.is_link_to_source
    hidden = "" if dataset.access.is_open else " (une fiche encore ouverte à tous est cachée d'abord)"
    stays = (
        "le lien déjà publié reste, qui montre ce que la source sert alors"
        if linked
        else "la publication précédente reste telle quelle (interrompue, elle peut être achevée, si rien n'a changé ni "
        "été décidé depuis), avec ce que la source a depuis effacé ou rectifié"
    )
    nothing = (
        "rien de plus n'est publié (une plateforme déjà servie le reste)"
        if dataset.publication.other_platforms
        else f"rien {'de cet intervalle ' if dataset.windowed else ''}n'est publié"
    )
    yield BulletList(
        punctuate_items(_describe_link_checks(dataset) if linked else _describe_file_checks(dataset))
    )
    yield Paragraph(_describe_guards(dataset))
    yield Paragraph(
        f"Tant qu'une de ces vérifications échoue ou attend une décision, {nothing}, et {stays}{hidden}. Une "
        f"dernière vient après : {_describe_readback(dataset, city)} ; si elle échoue, l'exécution n'est pas "
        "certifiée, mais ce qui est écrit reste en ligne jusqu'à la reprise. Journaux, messages, rapports et "
        f"certificats ne contiennent aucune cellule de la source{format_file_name_cells_exception_clause(dataset)}."
    )


def _describe_guards(dataset: Dataset) -> str:
    """Which ones run, and on what: ``validate.guards``."""
    guards, unused = dataset.guards, list(_list_unused_guard_labels(dataset))
    beside = [
        *_describe_guard_limit(guards.shrink, "lignes en moins"),
        *_describe_guard_limit(guards.grow, "lignes en plus"),
        *_describe_guard_limit(guards.nulls, _EMPTIER, " (plus de {} points)"),
        *_describe_guard_limit(guards.shift, _CATEGORIES),
        *(
            one
            for name, limit in guards.totals.items()
            for one in _describe_guard_limit(limit, f"total de « {name} » changé")
        ),
        *(["colonne publiée disparue sans que la déclaration la retire"] if guards.columns == "keep" else []),
        *([_TRUNCATED] if guards.truncated == "hold" else []),
        GUARD_LABELS["keys"],
    ]
    fresh = guards.fresh
    alone = [f"« {fresh.column} » le plus récent a plus de {fresh.hours} h"] if fresh else []
    always = [
        *alone,
        GUARD_LABELS["baseline"],
        GUARD_LABELS["protection"],
        f"{GUARD_LABELS[REOPEN]} par quelqu'un",
    ]
    off = f" Sans effet ici : {format_enumeration(unused)}." if unused else ""
    return (
        f"Gardes : {_describe_guard_baseline(dataset)}, l'exécution est arrêtée, et les suivantes"
        f"{' de cet intervalle' if dataset.windowed else ''} tant que l'écart demeure, sauf garde levée au nom d'une "
        "personne pour une exécution, ou limite changée dans la déclaration. Comparés, sauf à la première "
        f"publication : {', '.join(beside) or 'rien'}. Toujours : {', '.join(always)}.{off}"
    )


_EMPTIER = f"hausse de la part de cellules vides d'une colonne, à partir de {FEWEST_ROWS} lignes"
_CATEGORIES = (
    "lignes qui changent de catégorie, à partir de 20 lignes, dans une colonne de 2 à 50 valeurs, de dix lignes en "
    "moyenne, hors colonnes de type date, heure, mois ou année, ou dont la règle généralise une date"
)
"""``validate.guards``: FEWEST_ROWS, MOST_CATEGORIES and ROWS_A_CATEGORY."""
_TRUNCATED = "nombre de lignes lues où s'arrêtent les exports (1 000, 65 536…)"


def _describe_guard_limit(limit: float, what: str, form: str = " (plus de {} %)") -> Iterator[str]:
    if not math.isinf(limit):
        yield what + form.format(format_exact_number(100 * limit))


def _list_unused_guard_labels(dataset: Dataset) -> Iterator[str]:
    guards = dataset.guards
    runs = {
        "shrink": not math.isinf(guards.shrink),
        "grow": not math.isinf(guards.grow),
        "nulls": not math.isinf(guards.nulls),
        "shift": not math.isinf(guards.shift),
        "columns": guards.columns == "keep",
        "truncated": guards.truncated == "hold",
        "fresh": guards.fresh is not None,
        "totals": bool(guards.totals),
    }
    yield from (GUARD_LABELS[name] for name, does in runs.items() if not does)


def _describe_guard_baseline(dataset: Dataset) -> str:
    if not dataset.windowed:
        return "quand le jeu s'écarte trop de la dernière révision publiée"
    loose = [GUARD_LABELS[name] for name in LOOSE_GUARDS if name not in dataset.guards.new_window_guards]
    but = f", sauf pour {format_enumeration(loose)}, qui ne jugent qu'un intervalle repris" if loose else ""
    return (
        "quand l'intervalle lu s'écarte trop de ce qui en est publié, ou, s'il est nouveau, du plus récent des "
        f"intervalles publiés{but}"
    )


def _describe_readback(dataset: Dataset, city: City) -> str:
    """What is asked again once it is written, and by whom."""
    if dataset.publication.mode is PublicationMode.INDEX:
        asked = "chaque lien est redemandé sans compte, depuis le réseau de la Ville"
        return asked if dataset.access.is_open else f"{asked}, et doit être refusé"
    asked = (
        f"ce que sert la plateforme est relu {_describe_readback_account(dataset, city)} (par sondage pour les gros "
        "fichiers et les tables)"
    )
    if not dataset.access.is_open:
        return f"{asked}, et la lecture doit en être refusée sans compte, depuis le réseau de la Ville"
    unread = list_platforms_without_public_url(dataset, city)
    if len(unread) == len(dataset.publication.platforms):
        return f"{asked} ; rien ne l'est sans compte, faute d'adresse déclarée"
    but = f", hors {format_quoted_names(unread)}," if unread else ""
    return f"{asked}, et{but} de même sans compte, depuis le réseau de la Ville"


def _describe_readback_account(dataset: Dataset, city: City) -> str:
    """As whom the City reads back: what it writes into a folder of its own has no accounts."""
    platforms = filter(None, map(city.find_platform_settings, dataset.publication.platforms))
    of_folder = {one.kind.capabilities.declares_address for one in platforms}
    if of_folder == {True}:
        return "dans son dossier"
    return (
        "avec le compte de la Ville, ou dans son dossier"
        if True in of_folder
        else "avec le compte de la Ville"
    )


def _describe_link_checks(dataset: Dataset) -> Iterator[str]:
    yield "aucune ligne n'est rejetée ni retirée, même une seule : le lien la montrerait malgré tout"
    yield _describe_column_checks(dataset)
    what = f"toutes les colonnes lues à la source, {_describe_scanned_rows(dataset)}"
    yield (
        f"{what}, puis ce que sert le lien, {_describe_personal_data_scan(dataset)}, hors ce que sert le lien"
        if dataset.access.is_open
        else f"{what}, {_describe_personal_data_scan(dataset)}"
    )
    yield _describe_weaker_protection_guard(dataset)


def _describe_file_checks(dataset: Dataset) -> Iterator[str]:
    yield _describe_column_checks(dataset)
    read = " de l'intervalle lu" if dataset.windowed else ""
    yield (
        f"chaque ligne{read} qui reste après l'anonymisation est comparée au schéma ; "
        f"{_describe_rejection_tolerance(dataset)}, rien n'est publié"
    )
    if dataset.source.watermark:
        yield (
            "une ligne reprise du fichier publié y a été comparée quand elle a été lue ; l'unicité (hors celle de la "
            "clé) et les renvois à d'autres lignes sont vérifiés sur toutes"
        )
    if dataset.privacy is not None:
        yield (
            f"le fichier validé{read and ' de cet intervalle'}, d'où vient ce qui est publié, est jugé par "
            "un second calcul, séparé du premier, sur la même liste d'états : aucun groupe de moins de "
            f"{_format_k_threshold(dataset.privacy)}, "
            f"aucun groupe qui diffère de l'un des {COMPARED_STATES} derniers états publiés par moins de "
            f"{_format_k_threshold(dataset.privacy)}, hors les colonnes changées depuis"
        )
    if dataset.windowed and dataset.key:
        yield (
            f"une clé ({format_names_or_column_count(dataset.key)}) qui se trouve dans plusieurs des intervalles à publier "
            "fait que rien n'est publié"
        )
    scanned = _describe_scanned_rows(dataset)
    yield f"toutes les colonnes du fichier validé, {scanned}, {_describe_personal_data_scan(dataset)}"
    yield _describe_weaker_protection_guard(dataset)
    yield (
        "ce qui est publié vient du fichier qui a été validé : l'empreinte de chaque étape est celle dont "
        "part la suivante, de l'extrait au fichier à publier"
    )
    placed = _SORTED_BY_INTERVAL if dataset.windowed else _SORTED
    yield _ORDER_KEPT if dataset.keeps_order else f"{placed}, {_describe_sequence_gap_scan(dataset)}"


def _describe_scanned_rows(dataset: Dataset) -> str:
    rows = "toutes les lignes de l'intervalle lu" if dataset.windowed else "toutes lignes"
    return f"{rows} comprises ({FIRST_ROWS})"


def _describe_column_checks(dataset: Dataset) -> str:
    if dataset.source.query is None:  # of a file or of an API, each is a text
        contents = dataset.source.column_contents_description
        what = f" ({contents})" if contents else ""
        if dataset.windowed:
            what += f"{'' if contents else ','} dès qu'un enregistrement est lu"
        return f"les colonnes de la source sont exactement celles de la déclaration{what}"
    return (
        "les colonnes que rend la requête sont exactement celles de la déclaration (ce que la base contient "
        "d'autre n'est pas vérifié) ; aucune n'a changé de type depuis la dernière publication certifiée (ce "
        "qui est lu comme un texte n'en a qu'un), à moins que sa règle ou la requête n'ait été récrite"
    )


def _describe_personal_data_scan(dataset: Dataset) -> str:
    home = (
        ", si une autre colonne ou un en-tête fait penser à quelqu'un"
        if may_miss_home_positions(dataset)
        else ""
    )
    return (
        "sont examinées à la recherche de données personnelles (identifiants, coordonnées, noms, adresses, "
        f"dates de naissance, santé, position d'un domicile{home}) : ce qui est reconnu, même s'il n'est que "
        "possible, ferme la porte, sauf si la colonne cite un fondement, ou si une levée inscrite au nom "
        "d'une personne couvre ce constat (voir « Qui répond de quoi ») ; un numéro sans clé de contrôle, dans peu de "
        "cellules, et un nom tenu pour celui d'un mort de longue date, d'une entreprise, d'un lieu ou d'une fonction "
        "peuvent n'être ni retenus ni signalés ; ce que peu de cellules ont (un ou deux noms parmi des "
        "libellés), et ce que sa forme, l'en-tête, ses autres cellules ou les autres colonnes font prendre pour une "
        "chose, un service ou un décompte, peut n'être que signalé : "
        "cela sort sans décision, et le rapport de l'exécution le liste"
    )


def _describe_weaker_protection_guard(dataset: Dataset) -> str:
    # Of the files that rules name, only those of functions are in what is compared.
    named = any(
        one.rule.referenced_files and "sha256" not in type(one.rule).model_fields for one in dataset.columns
    )
    files = "le contenu des fichiers que nomment des règles (hiérarchie, polygones), " if named else ""
    return (
        "si la déclaration protège moins que celle de la dernière révision certifiée (une publication restée "
        "sans certificat ne compte pas ; protection des groupes ôtée, abaissée ou qui tient désormais chaque ligne pour "
        "une personne, hiérarchie ôtée ou plus fine, règle plus faible, colonne qui n'est plus retirée, plus de retraits "
        "ou de rejets admis, accès élargi, autre mode), le jeu est retenu tant qu'il en est ainsi, sauf garde levée au "
        "nom d'une personne ; le certificat dit ce nom et le motif. La requête, la lecture, le schéma, les fondements, "
        "les levées, les limites des "
        f"gardes, l'ordre, l'embargo, la plateforme, l'emplacement, l'organisation, {files}les colonnes nouvelles et ce "
        "que change une autre version (d'Aqueduc, d'un paquet) ne sont pas comparés"
    )


_SORTED = (
    "les lignes sont triées par leurs valeurs avant de sortir : leur ordre dans la source, qui peut dire le "
    "rang d'une colonne retirée, ne se voit pas, sauf si une colonne publiée le donne (un numéro d'ordre)"
)
_SORTED_BY_INTERVAL = (
    "les lignes sont triées par leurs valeurs dans chaque intervalle, et les intervalles se suivent dans "
    "l'ordre du temps : la place d'une ligne dit son intervalle, même si la date est retirée ; leur ordre "
    "dans la source ne se voit pas autrement, sauf si une colonne publiée le donne (un numéro d'ordre)"
)
_ORDER_KEPT = (
    "les lignes sortent dans l'ordre du fichier, ce qui est refusé dès qu'une de ses colonnes est retirée ou "
    "changée"
)


def _describe_sequence_gap_scan(dataset: Dataset) -> str:
    if may_withhold_rows(dataset):
        return (
            "ce qui n'est cherché que quand des lignes sont retirées, et seulement pour des numéros qui se "
            "suivent de près (non des numéros espacés, ni des dates étalées)"
        )
    return "ce que rien ne cherche"


def _describe_rejection_tolerance(dataset: Dataset) -> str:
    if dataset.reject_at_most == 0:
        return "si une seule est rejetée"
    most = format_percent(dataset.reject_at_most)
    return f"au-delà de {most} de lignes rejetées à une étape (lecture, règles, schéma)"
