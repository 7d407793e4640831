"""What a data protection officer signs, whether of a declaration (``explanation``) or of one of its runs
(``certify.officer``): why, about whom, to whom, for how long, what nothing checks, who decided what, what
has changed since the last opinion, and where to sign.

Each sentence is held to the code by ``tests/adversary/test_sentences.py``. What only people know is quoted
from ``processing:``; where they have not said it, there is a blank to fill by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import KEPT_WEEKS
from aqueduc.decisions import KNOWN_BY, DecisionWithLedgerEntry
from aqueduc.declaration.column_name_hints import filter_person_identifier_columns
from aqueduc.declaration.embargo import find_embargo_end
from aqueduc.declaration.positions import is_hidden_personal_column
from aqueduc.declaration.signatures import (
    FOLDER,
    SignedOpinion,
    find_last_opinion,
    list_current_and_former_identifiers,
    read_opinions_under_all_identifiers,
)
from aqueduc.declaration.spec import (
    NOTICE_WAYS,
    City,
    CityPerson,
    ColumnDeclaration,
    ConventionAmendment,
    Dataset,
    PlatformSettings,
    RecodingMode,
    RegionalConvention,
)
from aqueduc.declaration.spec.guards import GUARD_LABELS, REOPEN
from aqueduc.declaration.term import ConventionEnd, find_convention_end, list_platforms_under_convention
from aqueduc.declaration.vocabulary import IDENTIFIERS, AccessLevel
from aqueduc.errors import DeclarationError
from aqueduc.findings import format_french_count
from aqueduc.leases import RESUMABLE_S, WAITING_S
from aqueduc.record.blocks import (
    Block,
    BulletList,
    FormBlanks,
    Paragraph,
    TableBlock,
    TextSection,
    build_section_with_nobreak_spaces,
    format_day,
    format_enumeration,
    format_names_or_column_count,
    format_one_line_sentence,
    format_quoted_names,
    punctuate_items,
)
from aqueduc.record.facts import ACCESS_READERS, collect_dataset_facts, compare_facts
from aqueduc.record.material import describe_agreement_scope
from aqueduc.rules import list_capabilities_of_distinct_rule_kinds

BLANK = "……………………………………"
COMPARED_STATES = 60
"""``anonymise.release_history.COMPARED``: how many earlier states are compared with."""
WHOLE_MB = 64
"""``publish.readback.WHOLE_BYTES``: above, what is served is read back in samples."""
WHOLE_ROWS = "50 000"
"""``publish.contents.WHOLE_ROWS``: up to so many rows, a table is compared whole before it is changed."""
LOOKED_AT = 6
"""``publish.inspection.MOST_REQUESTS``: what a run asks of a platform before anything else."""
READ_ROWS = 20
"""``publish.readback.SAMPLE_ROWS``: of a queryable table, the rows that are compared cell by cell."""


@dataclass(frozen=True)
class OpinionAndAgreementContext:
    """When the text was made, and the last opinion recorded on this dataset, if any. ``most_changes``: how
    many of the changes since are told (None: all)."""

    day: date
    last: SignedOpinion | None = None
    most_changes: int | None = None
    unread: bool = False
    """Whether the opinions recorded could not be read."""
    agreement: DecisionWithLedgerEntry | None = None
    """The decision on this very declaration, which agrees or refuses; None without any, and where the city asks for
    none."""
    held: tuple[str, ...] = ()
    """What people decided that holds the dataset today, or objected to: in French."""


def read_last_opinion_into_context(
    include: Path,
    dataset: Dataset,
    today: date,
    most_changes: int | None = None,
    agreement: DecisionWithLedgerEntry | None = None,
    held: tuple[str, ...] = (),
) -> OpinionAndAgreementContext:
    """With the last opinion recorded. A file of opinions that cannot be read is said to be so, and stops
    nothing: no run waits for an opinion."""
    last, unread = None, False
    try:
        last = find_last_opinion(read_opinions_under_all_identifiers(include, dataset), today)
    except DeclarationError:
        unread = True
    return OpinionAndAgreementContext(today, last, most_changes, unread, agreement, held)


@dataclass(frozen=True)
class RunFingerprints:
    """A run to be signed: its name, and what it was made under: the fingerprints of the declaration and of
    ``city.yaml``, and the versions of Aqueduc and of packages ("" where its reports do not say)."""

    name: str
    fingerprint: str
    city: str = ""
    version: str = ""
    published: str = ""
    """When what it published was read back, on the city's clock; "" for one that published nothing."""
    wrote: bool = True
    """False for one that found nothing to write: what is online is older."""
    rows_of: str = ""
    """The run that prepared its rows, which its fingerprints are those of, where it is another."""

    @property
    def run_label(self) -> str:
        if not self.published:
            return self.name
        if self.wrote:
            return f"publiée le {self.published} ({self.name})"
        return f"du {self.published} ({self.name}), qui n'a rien eu à écrire"


def build_dpo_statement_sections(
    dataset: Dataset, city: City, edition: OpinionAndAgreementContext, run: RunFingerprints | None = None
) -> tuple[TextSection, ...]:
    """The sections in the order of the page; ``run``: the one that is reported on, for the signature."""
    return (
        *build_processing_sections(dataset, city),
        build_section_with_nobreak_spaces(
            "Ce que rien ne vérifie",
            (BulletList(punctuate_items(list_unverified_promises(dataset, city, edition.day))),),
        ),
        build_section_with_nobreak_spaces(
            "Qui répond de quoi, et au nom de qui", _describe_responsibilities(dataset, city, edition)
        ),
        build_section_with_nobreak_spaces(
            "Depuis le dernier avis", _describe_changes_since_opinion(dataset, city, edition)
        ),
        build_section_with_nobreak_spaces("Avis et décision", _build_signature_blocks(dataset, city, run)),
    )


def build_processing_sections(dataset: Dataset, city: City) -> tuple[TextSection, ...]:
    """Why and about whom, to whom, and for how long: what the register of processing activities asks too."""
    return (
        build_section_with_nobreak_spaces(
            "Finalité, fondement et personnes", _build_purpose_and_legal_basis_table(dataset)
        ),
        build_section_with_nobreak_spaces(
            "À qui, et sous quelle licence", _describe_recipients(dataset, city)
        ),
        build_section_with_nobreak_spaces(
            "Ce qui est conservé, et combien de temps", _build_retention_table(dataset, city)
        ),
    )


# --- why, and about whom ------------------------------------------------------------------------------------


def _build_purpose_and_legal_basis_table(dataset: Dataset) -> Iterator[Block]:
    said = dataset.processing
    rows = [
        ("Finalité", said.purpose or BLANK),
        ("Fondement du traitement (RGPD, art. 6)", said.legal_ground or BLANK),
        ("Personnes concernées", said.persons or BLANK),
    ]
    if dataset.privacy:
        rows.append((f"Pourquoi k = {dataset.privacy.k}", said.why_k or BLANK))
    elif may_withhold_rows(dataset):
        rows.append(("Pourquoi ce seuil", said.why_k or BLANK))
    rows.append(("Analyse d'impact (AIPD ; RGPD, art. 35)", _describe_dpia(dataset)))
    yield TableBlock(("", ""), tuple(rows))
    if any(BLANK in value for _, value in rows):
        yield Paragraph(
            "Les blancs sont à remplir à la main, ou dans la déclaration : Aqueduc "
            "n'invente rien de ce qu'il ne sait pas."
        )


def _describe_dpia(dataset: Dataset) -> str:
    dpia = dataset.processing.dpia
    if dpia is None:
        return f"oui / non, parce que {BLANK}"
    return f"{'oui, nécessaire' if dpia.needed else 'non, pas nécessaire'} : {dpia.why}"


# --- to whom ------------------------------------------------------------------------------------------------


def _describe_recipients(dataset: Dataset, city: City) -> Iterator[Block]:
    access = dataset.access
    who = ACCESS_READERS[access.level].format(users=", ".join(access.users))
    label = "destinataires" if access.is_open else "niveau d'accès déclaré"
    yield BulletList(punctuate_items([f"{label} : {who}", *_list_recipients(dataset, city)]))
    if not access.is_open:
        first = " sur la plateforme ; l'emplacement de la Ville reçoit les fichiers d'abord"
        first = first if dataset.publication.outlet else ""
        tried = "le lien" if dataset.publication.is_link_to_source else "quelques fichiers laissés cachés"
        term = ", dans la durée de la convention," if city.find_convention_binding_dataset(dataset) else ""
        yield Paragraph(
            f"La fiche est cachée aux visiteurs avant que les données n'arrivent{first}. Après chaque "
            "publication, Aqueduc les demande sans compte, depuis le réseau de la Ville, et l'exécution n'est "
            f"certifiée que s'il essuie un refus. Chaque exécution{term} essaie d'abord de même la fiche et {tried}. "
            "Si la fiche s'ouvre, l'exécution essaie de la cacher, sauf essai à blanc, et échoue si elle avait été "
            "laissée cachée ; un fichier qui s'ouvrirait sans la fiche reste ouvert, et l'exécution échoue. Parmi les "
            "comptes de la plateforme, c'est la plateforme seule qui dit qui lit ; Aqueduc ne sait pas qui les détient."
        )
    licence = dataset.licence
    where = f" ({licence.url})" if licence.url else ""
    yield Paragraph(f"Licence : {licence.title}{where}. {_describe_licence_legal_status(dataset)}")


def _list_recipients(dataset: Dataset, city: City) -> Iterator[str]:
    for settings in filter(
        None, [city.find_platform_settings(name) for name in dataset.publication.platforms]
    ):
        readers = _describe_private_record_readers(dataset, city, settings)
        yield f"plateforme « {settings.name} » ({settings.kind.label}){readers}"
    convention = city.find_convention_binding_dataset(dataset)
    if convention and _is_hosted_by_partner(dataset, city):
        yield (
            "partenaire de la convention, qui tient la plateforme, héberge ce qui y est déposé"
            f"{_PARTNER_MAY[dataset.licence.open]} : {convention.partner}"
        )
    outlet = next((one for one in city.outlets if one.name == dataset.publication.outlet), None)
    if outlet:
        yield f"emplacement « {outlet.name} » de la Ville, servi à l'adresse {outlet.url}"
    if outlet and outlet.table and dataset.access.is_open:
        yield (
            f"le rôle « {outlet.table.reader} » de la base « {outlet.table.connection} », qui lit la même "
            "table et ne peut pas y écrire"
        )
    if dataset.publication.is_link_to_source:
        yield f"les lecteurs lisent ce qui est servi par le lien {format_linked_source_address(dataset)}"


def _is_hosted_by_partner(dataset: Dataset, city: City) -> bool:
    """Whether the convention binds a platform that is not of a kind which the city runs itself."""
    bound = filter(None, map(city.find_platform_settings, list_platforms_under_convention(dataset, city)))
    return any(one.kind.capabilities.under_convention for one in bound)


_PARTNER_MAY = {True: ", peut le lire et, dans la licence, en dispose", False: " et peut le lire"}


def format_linked_source_address(dataset: Dataset) -> str:
    """The link as a reader can tell where it leads."""
    link = dataset.publication.link or ""
    return link if "://" in link else f"{link}, à l'adresse de la connexion « {dataset.source.connection} »"


def list_platforms_without_public_url(dataset: Dataset, city: City) -> list[str]:
    """The platforms where no visitor can be sent, since nobody declared their address."""
    platforms = filter(None, map(city.find_platform_settings, dataset.publication.platforms))
    return [
        one.name for one in platforms if one.kind.capabilities.declares_address and not one.spec.public_url
    ]


def _describe_private_record_readers(dataset: Dataset, city: City, settings: PlatformSettings) -> str:
    """What its kind says of a record that is private there, whatever the level declared."""
    level = dataset.access.level
    told = settings.kind.capabilities.private_readers.format(organisation=city.organisation)
    if dataset.access.is_open or not told:
        return ""
    no_more = f" ; le niveau « {level.value} » n'y ouvre rien de plus"
    return told if level is AccessLevel.SAME_ORGANISATION else f"{told}{no_more}"


def _describe_licence_legal_status(dataset: Dataset) -> str:
    licence = dataset.licence
    if licence.by_decree:
        return (
            "C'est l'une des licences que l'administration peut choisir pour une réutilisation gratuite "
            "(CRPA, art. D. 323-2-1, issu du décret n° 2017-638 du 27 avril 2017)."
        )
    if licence.open:
        return (
            "Cette licence n'est pas de celles que l'article D. 323-2-1 du CRPA (décret n° 2017-638 du 27 "
            "avril 2017) propose : pour une réutilisation gratuite, elle demande une homologation préalable "
            "par l'État (CRPA, art. L. 323-2)."
        )
    unwritten = "" if licence.url else " ; ses termes ne sont pas dans la déclaration"
    return f"Ce n'est pas une licence ouverte : elle va avec un accès restreint{unwritten}."


# --- for how long -------------------------------------------------------------------------------------------


def _build_retention_table(dataset: Dataset, city: City) -> Iterator[Block]:
    yield TableBlock(("Ce qui est conservé", "Où", "Durée"), tuple(_list_retention_rows(dataset, city)))


def _list_retention_rows(dataset: Dataset, city: City) -> Iterator[tuple[str, str, str]]:
    yield from _list_vault_retention_rows(dataset, city)
    linked = dataset.publication.is_link_to_source
    ready = "jamais déposées ailleurs" if linked else "prêtes à publier"
    based = any(column.basis for column in dataset.published_columns)
    personal = ", données personnelles publiées sur un fondement comprises" if based else ""
    changed = ", et ce qui change de l'une à l'autre" if dataset.privacy else ""
    yield (
        f"Lignes validées, {ready}, celles d'une exécution restée sans suite ou ôtées depuis par une opposition "
        f"comprises{personal}{changed}",
        "dépôt de la Ville",
        f"{_describe_revision_retention(dataset, city)}, pour dire "
        + (
            "ce que servait la source à une date donnée"
            if linked
            else "ce qui était en ligne à une date donnée, et pouvoir l'y remettre"
        ),
    )
    yield (
        f"Avis{', corrections' if dataset.corrections else ''}, et le nom de qui les a rendus",
        "include/ (fichiers de la Ville)",
        "sans limite de durée",
    )
    yield (
        "Rapports, certificats, déclarations, pages montrées à qui accorde, repères (types des colonnes, états "
        "publiés) : comptes, règles, fondements, condensats (ceux de l'extrait brut et de la table issue des règles "
        "compris), numéros de lignes de la source, noms et motifs de qui a accordé, levé, "
        "retiré, demandé un retrait ou remis en ligne ; aucune cellule de la source, hors les dates extrêmes et l'emprise "
        f"que la fiche montrait à qui accorde{_describe_retained_split_values(dataset)}"
        f"{format_file_name_cells_exception_clause(dataset, 'et')}",
        "dépôt de la Ville",
        "sans limite de durée : dans une source restée la même, ordre des lignes compris, un numéro ramène à sa ligne",
    )
    asked = "" if city.agreement == "none" else ", demandes d'accord (dates extrêmes et emprise comprises)"
    yield (
        f"Réglages de chaque exécution (qui lève une garde ou rétablit, et pourquoi){asked}, journaux ; alertes envoyées, "
        f"selon leur objet, {format_enumeration(list(_list_alert_recipients(dataset, city)))}, ou selon city.yaml",
        "dépôt (les alertes), base et journaux d'Airflow, messagerie de chacun",
        f"au dépôt, {KEPT_WEEKS} semaines si la synthèse hebdomadaire part alors (Airflow), sinon sans limite ; "
        "ailleurs, celle que règlent l'opérateur et chacun d'eux",
    )
    yield (
        _format_online_items_label(dataset, city),
        format_enumeration(
            [f"« {name} »" for name in dataset.publication.platforms]
            + ([f"« {dataset.publication.outlet} »"] if dataset.publication.outlet else [])
        ),
        _describe_online_retention(dataset, city, linked=linked),
    )


def _format_online_items_label(dataset: Dataset, city: City) -> str:
    if dataset.publication.is_link_to_source:
        return "Fiche"
    return (
        "Fiche, fichiers et table publiés"
        if _may_have_datastore_table(dataset, city)
        else "Fiche et fichiers publiés"
    )


def _may_have_datastore_table(dataset: Dataset, city: City) -> bool:
    platforms = filter(None, map(city.find_platform_settings, dataset.publication.platforms))
    return dataset.publication.datastore and any(one.kind.capabilities.has_tables for one in platforms)


def _list_alert_recipients(dataset: Dataset, city: City) -> Iterator[str]:
    yield f"à {dataset.contact}"
    if city.dpo:
        yield "au délégué"
    if city.notify.operator.mails:
        yield "à l'opérateur"
    if city.agreement == "required" and city.agreement_role == "signatory":
        yield "à qui signe pour la Ville"
    # Of a withdrawal or an incident it is told whatever platform the dataset is on now.
    if city.convention:
        yield f"pour la convention à {city.convention.partner}"


def _describe_revision_retention(dataset: Dataset, city: City) -> str:
    if city.revision_days is None:
        return "sans limite de durée (RGPD, art. 5, 1, e : city.yaml n'en fixe pas)"
    longer = (
        f" (et tant qu'elles sont des {COMPARED_STATES} derniers états comparés)" if dataset.privacy else ""
    )
    days = format_french_count(city.revision_days, "jour", "jours")
    return f"{days} au moins une fois remplacées{longer}, et sous réclamation jusqu'à sa clôture"


def _list_vault_retention_rows(dataset: Dataset, city: City) -> Iterator[tuple[str, str, str]]:
    dropped = len(dataset.published_columns) < len(dataset.columns)
    whole = (
        " (avec les colonnes retirées, pour celles que la lecture ou une règle rejette)" if dropped else ""
    )
    yield (
        "Extrait brut de la source, avec toutes les colonnes "
        f"{_format_extracted_columns_relative_clause(dataset)} ; table issue "
        "des règles, pas encore validée",
        "coffre (espace privé de la Ville) ; s'il est distant (S3), aussi le dossier temporaire de la "
        "machine qui travaille, le temps d'une étape",
        RAW_RETENTION,
    )
    yield (
        f"Lignes rejetées, pour que la direction les corrige à la source{whole}",
        "coffre",
        f"{format_french_count(city.rejected_days, 'jour', 'jours')} : effacées au premier balayage qui suit ; "
        "plus longtemps tant qu'une réclamation le demande",
    )
    newest = (
        f", et la plus récente des « {dataset.source.watermark.column} »" if dataset.source.watermark else ""
    )
    yield (
        f"Condensat de l'extrait{newest}, pour savoir si la source a changé",
        "coffre",
        f"un par intervalle au plus, que remplace la publication suivante de cet intervalle ; tous, {_ENDED}"
        if dataset.windowed
        else f"jusqu'à ce que la publication d'un extrait le remplace{FORGOTTEN}",
    )
    if dataset.privacy and dataset.privacy.hierarchies:
        local = dataset.privacy.recode is RecodingMode.LOCAL
        digests = ", et condensats de valeurs, publiées ou non" if local else ""
        yield (
            f"Niveaux de généralisation retenus{digests}",
            "coffre",
            f"jusqu'à la publication suivante{FORGOTTEN}",
        )
    yield (
        f"Secret des marques de correction{'' if dataset.corrections else ', si le jeu en a eu'}",
        "coffre",
        "sans limite de durée",
    )
    yield (
        "Oppositions : condensats de cellules (HMAC) et leur clé (qui la lit peut essayer des valeurs)",
        "coffre",
        "jusqu'à ce que quelqu'un les lève",
    )
    yield (
        "Oppositions et levées : colonnes, jours d'une période, nom et motif de qui les a enregistrées",
        "dépôt de la Ville (colonnes et jours, aussi au coffre jusqu'à la levée)",
        "sans limite de durée",
    )
    yield (
        "Réclamations, incidents, lettres : leur texte, et qui les a notés",
        "dépôt de la Ville",
        "sans limite de durée",
    )


def _format_extracted_columns_relative_clause(dataset: Dataset) -> str:
    return "que rend la requête" if dataset.source.query is not None else "qu'elle donne"


RAW_RETENTION = (
    "détruits à la fin de l'exécution, réussie ou non. D'une exécution tuée, au plus tard par le balayage de la "
    "même machine (au début de chaque exécution ; chaque heure aussi sous Airflow, où il est actif) qui suit un silence de "
    f"{RESUMABLE_S // 3600} h, ou de {WAITING_S // 3600} h tant qu'Airflow la dit en cours"
)


_ENDED = (
    "jusqu'au balayage qui suit la fin du jeu (retrait ou déclaration ôtée ; plus tard, tant qu'une réclamation le "
    "demande)"
)
FORGOTTEN = f" ; après la dernière publication, {_ENDED}"


def format_file_name_cells_exception_clause(dataset: Dataset, joint: str = "hors") -> str:
    """Findings name the files that were read, which are cells where a column holds them."""
    added = dataset.source.file_name_column
    return f", {joint} les noms de fichiers (« {added} »)" if added else ""


def _describe_retained_split_values(dataset: Dataset) -> str:
    """Which cells a revision in several files has in what is remembered of them."""
    split = dataset.publication.split
    return (
        f", et, dans les repères seuls, les valeurs de « {split.by} » qui répartissent les fichiers"
        if split
        else ""
    )


def _format_convention_end_takedown_clause(dataset: Dataset, city: City) -> str:
    """Among what takes off what is online: it does so where the convention binds only."""
    if city.find_convention_binding_dataset(dataset) is None:
        return ""
    bound = list_platforms_under_convention(dataset, city)
    everywhere = len(bound) == len(dataset.publication.platforms) and not dataset.publication.outlet
    where = "" if everywhere else f", pour {format_quoted_names(bound)} seulement"
    return f", fin de la convention{where}"


def _describe_tombstone_records(dataset: Dataset, city: City) -> str:
    """Where a withdrawal leaves the record to those who may read what is hidden."""
    platforms = filter(None, map(city.find_platform_settings, dataset.publication.platforms))
    kept = [
        one.name
        for one in platforms
        if one.kind.capabilities.keeps_withdrawn and one.spec.withdrawn == "tombstone"
    ]
    if not kept:
        return ""
    return (
        f" ; retirée, la fiche reste sur {format_quoted_names(kept)}, cachée et vidée, tant que personne ne l'y "
        "supprime"
    )


def _describe_online_retention(dataset: Dataset, city: City, *, linked: bool) -> str:
    again = (
        f"une fiche cachée ou supprimée, un {'lien' if linked else 'fichier'} supprimé de sa fiche, ne revient alors "
        f"(hors ce qu'Aqueduc a ôté ou caché) qu'une fois la garde « {GUARD_LABELS[REOPEN]} » levée au nom d'une personne"
    )
    term = _format_convention_end_takedown_clause(dataset, city)
    gone = "son" if linked else "leur remplacement, une révision qui ne les a plus, ou leur"
    plain = (
        f"jusqu'à {gone} retrait (« aqueduc withdraw »{term}, ou à la main sur la plateforme : {again}) ; une réclamation "
        f"peut {'la' if linked else 'les'} cacher jusqu'à une exécution qui suit sa clôture"
        f"{_describe_tombstone_records(dataset, city)}"
    )
    # With an outlet, no file is on the platform.
    holds_files = not (linked or dataset.publication.outlet)
    for one in (
        filter(None, map(city.find_platform_settings, dataset.publication.platforms)) if holds_files else ()
    ):
        if days := one.spec.replaced_file_retention_days:
            until = format_french_count(days, "jour", "jours")
            where = f"sur « {one.name} », à l'adresse de sa révision"
            plain += (
                f" ; un fichier remplacé peut se lire encore {where}, jusqu'à la première publication du jeu faite {until} "
                "de calendrier (UTC) après ou plus tard ; avant, un retrait, une suspension ou une remise en ligne "
                "l'ôtent aussitôt ; une opposition, la levée d'une remise en ligne, d'autres règles ou une révision qui n'a "
                "plus de fichier de ce nom, à la publication qui suit ; le retour à un contenu encore lisible ainsi n'ôte "
                "que ceux venus après lui ; un fichier "
                "en vigueur, effacé à la main du dossier, y est remis une fois vu manquer, un "
                "fichier remplacé ne l'est pas"
            )
    told = dataset.processing.retention
    if not told and not any(column.basis for column in dataset.published_columns):
        return plain
    return f"{plain} ; données personnelles : {told or BLANK} (rien ne les retire de soi-même)"


# --- what nothing checks ------------------------------------------------------------------------------------


def list_unverified_promises(dataset: Dataset, city: City, day: date) -> Iterator[str]:
    """Everything that these pages, made on ``day``, could be taken to promise, and that no code holds."""
    yield (
        "ce que les personnes ont écrit : finalité, fondements et leur portée en droit, motifs des levées, "
        "exactitude de la source, choix des colonnes, des quasi-identifiants et du k"
    )
    yield (
        "un nom que les listes ne connaissent pas, ou tenu pour celui d'un mort, d'une entreprise ou d'un lieu, une "
        "forme que personne n'a prévue ou que trop peu de cellules de la colonne ont, ce qu'une image, une voix, un "
        "contexte dit de quelqu'un : la recherche de données personnelles reconnaît, elle ne garantit pas"
    )
    yield (
        "les données des articles 9 et 10 du RGPD autres que la santé (origine, opinions politiques, convictions "
        "religieuses ou philosophiques, appartenance syndicale, génétique, biométrie, vie et orientation sexuelles, "
        "condamnations et infractions) : rien ne les cherche"
    )
    yield (
        "le rapprochement avec d'autres fichiers, d'autres jeux de la Ville compris"
        + (
            f", hors le nombre de lignes, sur les quasi-identifiants publiés sous le même nom, de ceux qui "
            f"décrivent aussi « {dataset.privacy.population} »"
            if dataset.privacy and dataset.privacy.population
            else ""
        )
    )
    if len(dataset.published_columns) < len(dataset.columns):
        yield "si ce que contenaient les colonnes retirées se lit encore dans une colonne publiée"
    if not (dataset.keeps_order or dataset.publication.is_link_to_source):
        dense = ", hors des numéros qui se suivent de près" if may_withhold_rows(dataset) else ""
        yield f"si une colonne publiée redonne l'ordre des lignes dans la source{dense}"
    if may_miss_home_positions(dataset):
        yield (
            "si une position est celle d'un domicile, quand ni une autre colonne ni un en-tête ne fait penser "
            "à quelqu'un"
        )
    if dataset.rule_packages:
        yield (
            f"ce que font les paquets de règles ({', '.join(dataset.rule_packages)}), hors de toute empreinte"
        )
    yield from _list_unverified_scan_limits(dataset)
    yield from _list_what_anonymity_checks_leave_unverified(dataset)
    yield from _list_unverified_rule_limits(dataset)
    yield from _list_unverified_erasure_limits(dataset, city, day)
    yield from _list_unverified_publication_limits(dataset, city)
    yield (
        "ce que deviennent les données une fois publiées : copies, moissonnages, réutilisations, y compris "
        "après un retrait"
    )
    links = [
        column.published_as or "" for column in dataset.published_columns if _is_url_column(dataset, column)
    ]
    if links:
        yield f"ce que contiennent les documents où mènent les adresses publiées ({format_quoted_names(links)})"
    yield from _list_unverified_human_acts(dataset, city)
    yield (
        "les sauvegardes, les accès à Airflow et à ses journaux, le chiffrement des disques et les droits des "
        f"comptes de la Ville{_describe_unsigned_ledger(city)}"
    )


def _describe_unsigned_ledger(city: City) -> str:
    """The signature of a person is verified when the decision is written, and never again."""
    if city.signing is not None:
        return ""
    people = (
        " (la signature de qui accorde ou retire par sa clé y est gardée, et rien ne la revérifie ensuite)"
        if any(one.key for one in city.people)
        else ""
    )
    return (
        f" ; le registre (certificats, accords, retraits), que nulle clé de la Ville ne signe{people} : qui écrit dans le "
        "dépôt peut le refaire"
    )


def _is_url_column(dataset: Dataset, column: ColumnDeclaration) -> bool:
    field = dataset.table_schema.find_field(column.published_as or "")
    return field is not None and field.format == "uri"


def _list_unverified_human_acts(dataset: Dataset, city: City) -> Iterator[str]:
    """What people signed, set and agreed on, outside of Aqueduc."""
    awaited = (
        ""
        if city.agreement == "none"
        else f", hors l'accord exprès que donne, dans Aqueduc, {_describe_who_gives_agreement(city)}"
    )
    yield f"qu'un avis a été signé, que la publication a été autorisée : aucune exécution ne l'attend{awaited}"
    yield (
        "où mènent les connexions nommées (source, plateforme), que l'opérateur règle dans Airflow, hors de "
        "toute empreinte"
    )
    if city.find_convention_binding_dataset(dataset):
        yield (
            "que les dates de la convention, d'après lesquelles rien n'est publié hors de sa durée sur les "
            "plateformes qu'elle lie, sont celles des actes signés : la Ville les déclare"
        )
        yield (
            "si le partenaire de la convention, destinataire, est aussi sous-traitant ou responsable conjoint (RGPD, "
            "art. 4 (points 7 à 9), 26 et 28), où il héberge les données, et leur transfert hors de l'Union"
            if _is_hosted_by_partner(dataset, city)
            else "si le partenaire de la convention est sous-traitant ou responsable conjoint (RGPD, art. 4 (points 7 et "
            "8), 26 et 28)"
        )


def _describe_who_gives_agreement(city: City) -> str:
    """Who may give the express agreement of the city (GDPR 38(6): an officer advises, and does not decide)."""
    if city.agreement_role != "dpo":
        both = [
            one.name
            for one in city.people
            if city.agreement_role in one.roles and _is_data_protection_officer(one, city)
        ]
        return f"une personne à qui city.yaml donne pouvoir de signer{_describe_conflict_of_interest(both)}"
    return (
        "le délégué à la protection des données, que décider met en conflit d'intérêts (RGPD, art. 38, 6 ; "
        "remède : city.yaml peut le demander à qui signe pour la Ville)"
    )


def _is_data_protection_officer(person: CityPerson, city: City) -> bool:
    return "dpo" in person.roles or _has_dpo_email(person, city)


def _has_dpo_email(person: CityPerson, city: City) -> bool:
    """In capitals or not: it is the same mailbox."""
    return bool(city.dpo and person.email and person.email.casefold() == city.dpo.casefold())


def _describe_conflict_of_interest(both: list[str]) -> str:
    """Of those who may sign for the city while they advise it too."""
    if not both:
        return ""
    return (
        f" ({format_enumeration(both)} : aussi délégué à la protection des données, que décider met en conflit d'intérêts ; "
        "RGPD, art. 38, 6)"
    )


def may_miss_home_positions(dataset: Dataset) -> bool:
    """Whether no dropped column says that rows are about somebody: positions are then not all judged."""
    return not any(map(is_hidden_personal_column, dataset.columns))


def may_withhold_rows(dataset: Dataset) -> bool:
    """Whether rows may be taken out to protect people."""
    return bool(dataset.privacy) or any(one.rule.capabilities.withholds for one in dataset.published_columns)


def _list_unverified_scan_limits(dataset: Dataset) -> Iterator[str]:
    """What the search finds, and who answers for it."""
    if dataset.processing.dpia and dataset.processing.dpia.needed:
        yield "que l'analyse d'impact, dite nécessaire, a été menée, quand, et ce qu'elle conclut"
    served = ", hors ce que sert le lien" if dataset.publication.is_link_to_source else ""
    yield (
        "ce que la recherche ne fait que signaler : cela sort sans décision ; le rapport de chaque exécution "
        f"le liste{served}"
    )
    yield (
        "qu'une levée ou un fondement couvre ce qui est reconnu : ils valent pour toute valeur future de la colonne, "
        "la levée si elle est de même nature, le fondement quelle qu'elle soit"
    )
    yield (
        "que la personne au nom de qui la levée d'un constat, une correction ou un avis est inscrit en a décidé : rien "
        "n'établit que c'est elle"
    )


def _list_what_anonymity_checks_leave_unverified(dataset: Dataset) -> Iterator[str]:
    privacy = dataset.privacy
    if privacy is None:
        yield (
            "si des colonnes publiées, rapprochées, désignent quelqu'un : aucun quasi-identifiant n'est "
            "déclaré, et la part des lignes que rien ne répète, seule mesurée, ne le dit pas"
        )
        return
    names = {column.name: column.published_as or "" for column in dataset.published_columns}
    apart = [*privacy.quasi_identifiers, *(one.column for one in privacy.sensitive)]
    others = [published for name, published in names.items() if name not in apart]
    if others:
        learnt, leave = (
            (f"l'autre colonne ({format_quoted_names(others)}) apprend", "laisse")
            if len(others) == 1
            else (f"les autres colonnes ({format_names_or_column_count(others)}) apprennent", "laissent")
        )
        yield (
            f"ce que {learnt} d'un groupe, si toutes ses lignes y ont la même valeur, ou y {leave} distinguer"
        )
    if privacy.counts_rows_as_people:
        yield (
            "que chaque ligne est d'une autre personne, comme le dit la déclaration (« unit: [] ») : ce qui le dément "
            "est signalé, et sort"
        )
    elif not privacy.unit:
        yield (
            "combien de personnes font les lignes d'un groupe : plusieurs peuvent être d'une même personne, "
            "et la déclaration ne dit pas quelle colonne en désigne "
            f"une{_format_person_identifier_exception_clause(dataset)}"
        )
    yield (
        "entre révisions : les réunions de plusieurs groupes, les colonnes prises deux à deux, les états "
        f"publiés au-delà des {COMPARED_STATES} plus récents, ceux d'avant la protection des groupes, hors le dernier, et "
        "les colonnes dont la règle, la hiérarchie ou l'écriture a changé depuis"
    )


def _format_person_identifier_exception_clause(dataset: Dataset) -> str:
    """``anonymise.repeated_persons``."""
    numbers = filter_person_identifier_columns(one.name for one in dataset.columns)
    return (
        f" (hors ce que {format_names_or_column_count(numbers)} en montre : l'exécution est alors arrêtée)"
        if numbers
        else ""
    )


def find_pending_embargo_end(dataset: Dataset, city: City, day: date) -> datetime | None:
    """Its end on the city's clock; None without one, and where it ended before ``day``."""
    end = find_embargo_end(dataset, city)
    local = end.astimezone(ZoneInfo(city.timezone)) if end else None
    return local if local and local.date() >= day else None


def _describe_publication_holds(dataset: Dataset, city: City, day: date) -> str:
    """What keeps a revision that is ready from leaving."""
    days = city.announce_days if dataset.announce_days is None else dataset.announce_days
    notice = (
        f"colonnes changées sans l'annonce de {format_french_count(days, 'jour', 'jours')} aux réutilisateurs"
    )
    held = ["vérification", "garde", *(["accord à donner"] if city.agreement == "required" else [])]
    held += ["embargo"] if find_pending_embargo_end(dataset, city, day) else []
    held += ["intervalles à refaire"] if dataset.windowed else []
    return ", ".join([*held, *([notice] if days else [])])


def _list_unverified_erasure_limits(dataset: Dataset, city: City, day: date) -> Iterator[str]:
    """What of somebody who was erased or corrected at the source may be, or come back, online."""
    if dataset.publication.is_link_to_source:
        yield (
            "qu'une opposition ôte une ligne : le lien la montre tant que la source la sert, et l'opposition ne fait "
            "qu'arrêter les exécutions ; c'est la source qui est à corriger"
        )
        return
    yield (
        "qu'une révision remise en ligne ne montre personne que la source a effacé ou rectifié depuis (RGPD, "
        "art. 16, 17 et 21) : rien ne la compare à la source, et seule une opposition enregistrée (« aqueduc "
        "objection ») fait refuser celles d'avant elle"
    )
    if dataset.source.watermark is not None:
        never = ", que rien ne prévoit : il est déclaré que cela n'arrive jamais"
        yield (
            "une ligne supprimée à la source, que la requête ne rend plus, ou dont la clé a changé : elle peut rester en "
            "ligne jusqu'à ce que tout soit relu (par l'exécution qui trouve à la source moins de lignes qu'il n'en est "
            "publié, ou qui suit un autre écart ; une ligne venue trop tard peut le compenser)"
            f"{'' if dataset.source.watermark.full_every_hours else never} ; une opposition enregistrée (« aqueduc "
            "objection ») ou une exécution forcée fait tout relire"
        )
    shown = "" if dataset.access.is_open else ", caché aux visiteurs"
    late = " (k retient parfois toute la révision suivante)" if dataset.privacy else ""
    yield (
        "le délai d'un effacement, d'une rectification ou d'une opposition : tant que la publication est retenue "
        f"({_describe_publication_holds(dataset, city, day)}) ou qu'une révision remise en ligne le demeure, ce qui est en "
        f"ligne y reste{shown}{late} ; il faut alors lever ce qui retient, ou retirer le jeu"
    )


def _list_unverified_rule_limits(dataset: Dataset) -> Iterator[str]:
    rules = list_capabilities_of_distinct_rule_kinds(column.rule for column in dataset.published_columns)
    yield from dict.fromkeys(rule.texts.unchecked for rule in rules if rule.texts.unchecked)
    if watermark := dataset.source.watermark:
        yield (
            f"que « {watermark.column} » change chaque fois qu'une ligne de la requête change, et n'arrive pas plus tard "
            "que le retard déclaré : une ligne modifiée qu'elle ne montre pas reste publiée telle qu'elle était, jusqu'à ce "
            "que tout soit relu"
        )
        yield (
            "qu'une clé n'est que d'une ligne de la source : une ligne lue prend la place de celle qui est publiée sous la "
            "sienne, jusqu'à ce que tout soit relu"
        )
    if dataset.windowed:
        yield "que ce que rend la source pour un intervalle est de cet intervalle"
        yield (
            "les intervalles déjà publiés, hors leurs clés et les constats qu'on en a inscrits : seules les lignes de "
            "celui de l'exécution sont examinées ; une même personne peut se trouver dans plusieurs, et ce qui est "
            "corrigé ou effacé à la source n'y change qu'une fois l'intervalle repris (Backfill)"
        )


def _list_unverified_publication_limits(dataset: Dataset, city: City) -> Iterator[str]:
    publication = dataset.publication
    platforms = [one for one in map(city.find_platform_settings, publication.platforms) if one]
    if publication.is_link_to_source:
        yield (
            "ce que sert le lien entre deux vérifications ; et, quand elles échouent, un lien déjà publié "
            "reste en place"
        )
    else:
        yield (
            f"d'un fichier de plus de {WHOLE_MB} Mo, ce qui est entre les extraits relus ; entre deux "
            "publications, les fichiers en ligne autres que ceux que chaque exécution tire au sort "
            f"({LOOKED_AT} requêtes au plus par plateforme, la fiche comprise)"
        )
    if _may_have_datastore_table(dataset, city):
        more = f", la dernière et {READ_ROWS} autres" if dataset.key else " et la dernière"
        yield (
            "d'une table interrogeable, les lignes autres que celles relues après l'écriture (la "
            f"première{more} ; jusqu'à {WHOLE_ROWS} lignes, toutes le sont à la publication suivante) ; "
            "entre deux publications, ses cellules : chaque exécution n'en compte que les lignes"
        )
    for platform in platforms:
        if left := platform.kind.capabilities.left_to_people:
            yield (
                f"de la fiche sur « {platform.name} », ce que la plateforme ne reçoit pas d'Aqueduc et que "
                f"des personnes y remplissent à la main : {left}"
            )
    yield (
        "de la fiche, les champs et les ressources qu'Aqueduc n'y a pas mis (le certificat compte ces "
        "ressources, sans les regarder)"
    )
    unread = list_platforms_without_public_url(dataset, city)
    if unread:
        yield f"ce qu'un visiteur lit sur {format_quoted_names(unread)}, dont l'adresse n'est pas déclarée"
    if len(unread) < len(platforms):
        yield ("ce qui se lit hors du réseau de la Ville, d'où tout est relu")


# --- who ----------------------------------------------------------------------------------------------------


def _describe_responsibilities(
    dataset: Dataset, city: City, edition: OpinionAndAgreementContext
) -> Iterator[Block]:
    officer = _format_dpo_name_and_email(city)
    yield BulletList(
        punctuate_items(
            [
                f"responsable du traitement : {city.legal_name} ; délégué à la protection des "
                f"données : {officer}",
                f"direction qui répond de la donnée et de ce texte : {dataset.owner} ; contact public : "
                f"{dataset.contact}",
                *_describe_former_name(dataset),
                *_describe_convention(city.find_convention_binding_dataset(dataset), edition.day),
                _describe_express_agreement(dataset, city, edition.agreement),
                *edition.held,
                *_describe_rows_counted_as_people(dataset),
                *_describe_scan_waivers(dataset),
                *_describe_corrections(dataset),
            ]
        )
    )
    hidden = "" if dataset.access.is_open else ", une fiche restreinte qui s'ouvrirait à tous"
    # Whatever the platforms of today: a record is hidden where it was published before, too.
    binds = city.convention and any(one.under_convention for one in city.platforms)
    ended = ", et ce qu'il cache à la fin de la convention" if binds else ""
    yield Paragraph(
        "Qui a écrit chaque règle et cité chaque fondement, et quand, n'est pas dans la déclaration : cela "
        "se lit dans l'historique du dossier include/, si la Ville en tient un. Ce texte ne tient lieu ni du "
        "registre des activités de traitement (RGPD, art. 30), ni de l'information des personnes (RGPD, art. "
        "13 et 14), ni de la réponse à qui demande l'effacement ou s'oppose (RGPD, art. 17 et 21, selon le fondement) : "
        f"hors ce qu'une nouvelle révision remplace ou n'a plus{hidden}{ended}, Aqueduc ne retire de lui-même rien de ce "
        "qui est publié, et ne rappelle aucune copie."
    )


def _describe_former_name(dataset: Dataset) -> Iterator[str]:
    if dataset.moved_from:
        yield (
            f"jeu auparavant nommé « {dataset.moved_from} » : les retraits, suspensions, oppositions et avis enregistrés "
            "sous ce nom sont les siens"
        )


def _format_dpo_name_and_email(city: City) -> str:
    """By name too, where ``people:`` has who reads this address."""
    who = [one.name for one in city.people if _has_dpo_email(one, city) and "dpo" in one.roles]
    return f"{who[0]} ({city.dpo})" if who else city.dpo or BLANK


def _describe_express_agreement(dataset: Dataset, city: City, given: DecisionWithLedgerEntry | None) -> str:
    if city.agreement == "none":
        return (
            "accord exprès avant publication : la Ville le recueille hors d'Aqueduc (réglage de city.yaml), qui ne "
            "l'attend pas"
        )
    until = "jusqu'à un accord, Aqueduc n'en publie rien, fiche comprise, et n'ôte rien pour autant de ce qui est en ligne"
    until += (
        ""
        if dataset.access.is_open
        else ", hors une fiche ouverte à tous, que l'exécution suivante essaie de cacher"
    )
    if given is None:
        return (
            "accord exprès avant publication : aucun n'est en vigueur pour cette déclaration (non demandé, sans réponse "
            f"encore, donné ou refusé à une autre, ou que le registre n'atteste pas) ; {until}"
        )
    decision = given.decision
    day = format_day(datetime.fromisoformat(decision.at).astimezone(ZoneInfo(city.timezone)).date())
    if not decision.agreed:
        return (
            f"accord exprès avant publication : refusé par {decision.person_name}, le {day}, "
            f"{KNOWN_BY[decision.identified]} (motif : {format_one_line_sentence(decision.reason).removesuffix('.')} ; "
            f"registre : {given.entry}) ; {until}"
        )
    return (
        f"accord exprès avant publication : {decision.person_name}, le {day}, {KNOWN_BY[decision.identified]} "
        f"(registre : {given.entry}) ; il vaut pour : {describe_agreement_scope(dataset)} ; le reste (formats, table "
        "interrogeable, répartition, rythme, direction, contact, textes, corrections, version d'Aqueduc…) change sans autre "
        "accord"
    )


def _describe_convention(convention: RegionalConvention | None, day: date) -> Iterator[str]:
    if convention:
        yield (
            f"convention ({convention.partner}) : {_format_convention_dates_and_amendments(convention, day)} ; "
            f"correspondant : {convention.project_lead}"
        )


def _format_convention_dates_and_amendments(convention: RegionalConvention, day: date) -> str:
    """As of ``day``: an amendment that is still to be signed changes nothing yet."""
    said = f"{'à notifier' if day < convention.notified else 'notifiée'} le {format_day(convention.notified)}"
    signed = [one for one in convention.amendments if one.signed <= day]
    if signed:
        said += ", modifiée par " + ", ".join(
            f"l'avenant du {format_day(one.signed)} ({format_one_line_sentence(one.about).removesuffix('.')}"
            f"{_format_amendment_deliberations(one)})"
            for one in signed
        )
    end = find_convention_end(convention)
    if end is None:
        return f"{said}, renouvelée chaque année"
    return f"{said}, dont le terme est le {format_day(end.day)}{_describe_convention_end_notice(end)}"


def _format_amendment_deliberations(amendment: ConventionAmendment) -> str:
    taken = filter(None, (amendment.deliberations.city, amendment.deliberations.partner))
    return "".join(f" ; {one.body}, délibération {one.number} du {format_day(one.taken)}" for one in taken)


def _describe_convention_end_notice(end: ConventionEnd) -> str:
    if end.notice is None:
        return ""
    return f" (acte du {format_day(end.notice.day)} : {NOTICE_WAYS[end.notice.way].french_text})"


def _describe_rows_counted_as_people(dataset: Dataset) -> Iterator[str]:
    if dataset.privacy and dataset.privacy.counts_rows_as_people:
        yield (
            "chaque ligne tenue pour une autre personne (« unit: [] ») : la déclaration le dit, sans nom ni date ; "
            f"{dataset.owner} en répond"
        )


def _describe_scan_waivers(dataset: Dataset) -> Iterator[str]:
    """What the search found, and somebody looked at and took upon themselves."""
    for one in dataset.waivers:
        yield (
            f"levée inscrite, « {one.column} » ({IDENTIFIERS[one.kind].french_text}) : "
            f"{format_one_line_sentence(one.reason)} "
            f"Elle ne sert que si ce constat est fait ; inscrite le {format_day(one.day)}, au nom de : {one.by}"
        )


def _describe_corrections(dataset: Dataset) -> Iterator[str]:
    for who in sorted({one.by for one in dataset.corrections}):
        mine = [one for one in dataset.corrections if one.by == who]
        columns = format_quoted_names(dict.fromkeys(one.column for one in mine))
        cells = format_french_count(len(mine), "correction inscrite", "corrections inscrites")
        yield (
            f"{cells} (au nom de : {who}), en attendant la source ({columns}) : "
            f"include/corrections/{dataset.id}.csv ; une correction n'agit que si la cellule n'a pas changé"
        )


# --- since the last opinion, and now ------------------------------------------------------------------------

PRINTED_CHANGES = 4
"""More would not leave room for the signature on two printed pages."""
LONGEST_CHANGE = 300


def _describe_changes_since_opinion(
    dataset: Dataset, city: City, edition: OpinionAndAgreementContext
) -> Iterator[Block]:
    last = edition.last
    file = format_enumeration(
        [f"include/{FOLDER}/{name}.yaml" for name in list_current_and_former_identifiers(dataset)]
    )
    if edition.unread:
        yield Paragraph(
            f"Les avis enregistrés ({file}) sont illisibles : aqueduc explain {dataset.id} dit où."
        )
        return
    if last is None:
        yield Paragraph(f"Aucun avis n'est enregistré sur ce jeu ({file}).")
        return
    remarks = f" Observations : {format_one_line_sentence(last.remarks)}" if last.remarks else ""
    given = (
        f"Dernier avis enregistré : {last.opinion}, le {format_day(last.day)}, par {last.by} ({last.role}), "
        "tenu pour rendu (rien ne le compare au papier)"
    )
    seen, now = (last.fingerprint, last.city, last.version), _get_current_fingerprints(dataset, city)
    if seen == now:
        yield Paragraph(
            f"{given} sur cette déclaration et ce city.yaml mêmes, et Aqueduc "
            f"{dataset.software_version_and_code_digest}.{remarks}"
        )
        return
    yield Paragraph(
        f"{given} sur la déclaration {last.fingerprint[:16]}…, le city.yaml {last.city[:16]}… et Aqueduc "
        f"{last.version}.{remarks} Ce qui a changé depuis (la comparaison ne voit pas tout : relire ces pages) :"
    )
    found = [str(one) for one in compare_facts(last.facts, collect_dataset_facts(dataset, city))]
    if not found:
        yield Paragraph(
            "Aucun des points comparés n'a changé, mais un fichier n'est plus le même : un commentaire, la "
            "mise en forme, un autre réglage, le contenu d'un fichier nommé. La comparaison ne voit pas tout : relire "
            "ces pages."
        )
        return
    shown = [_shorten_change(one, dataset, edition) for one in found[: edition.most_changes]]
    if more := len(found) - len(shown):
        others = format_french_count(more, "autre changement", "autres changements")
        shown.append(f"{others}, que dit en entier : aqueduc explain {dataset.id}")
    yield BulletList(punctuate_items(shown))


def _shorten_change(change: str, dataset: Dataset, edition: OpinionAndAgreementContext) -> str:
    """What it is now stands above, whole."""
    if edition.most_changes is None or len(change) <= LONGEST_CHANGE:
        return change
    return f"{change[:LONGEST_CHANGE]}… (en entier : aqueduc explain {dataset.id})"


def _get_current_fingerprints(dataset: Dataset, city: City) -> tuple[str, str, str]:
    """All that a text to sign depends on, but for its date and the opinions."""
    return dataset.fingerprint, city.fingerprint, dataset.software_version_and_code_digest


def _format_run_fingerprints(run: RunFingerprints) -> str:
    city = f"{run.city[:16]}…" if run.city else "que son rapport ne dit pas"
    version = run.version or "dans une version que son rapport ne dit pas"
    return f"la déclaration {run.fingerprint[:16]}…, le city.yaml {city} et Aqueduc {version}"


def _build_signature_blocks(dataset: Dataset, city: City, run: RunFingerprints | None) -> Iterator[Block]:
    today = (
        f"la déclaration {dataset.fingerprint[:16]}… du jeu « {dataset.id} » et le city.yaml "
        f"{city.fingerprint[:16]}…, dont ces pages exposent ce qui précède "
        f"(Aqueduc {dataset.software_version_and_code_digest})"
    )
    if run is None:
        yield Paragraph(f"Sur {today} :")
    elif (run.fingerprint, run.city, run.version) == _get_current_fingerprints(dataset, city):
        yield Paragraph(f"Sur l'exécution {run.run_label}, et sur {today} :")
    else:
        made = f"dont les lignes ont été préparées (exécution {run.rows_of})" if run.rows_of else "faite"
        yield Paragraph(
            f"Sur l'exécution {run.run_label}, {made} selon {_format_run_fingerprints(run)}. Ce n'est plus l'état "
            "d'aujourd'hui, que les sections à partir de « Finalité » exposent : la déclaration "
            f"{dataset.fingerprint[:16]}…, le city.yaml {city.fingerprint[:16]}… et Aqueduc "
            f"{dataset.software_version_and_code_digest}. Mieux vaut signer une exécution faite selon celui-ci."
        )
    yield FormBlanks(
        "Avis du délégué à la protection des données",
        ("Avis (favorable, réservé, défavorable)", "Observations", "Nom", "Date", "Signature"),
    )
    # Two people may sign what looks alike: this one publishes nothing where the city asks for the other.
    apart = " (n'est pas l'accord exprès, qui se donne dans Aqueduc)" if city.agreement == "required" else ""
    yield FormBlanks(
        f"Décision : {dataset.owner}{apart}",
        ("Mise en ligne, ou maintien (oui, non)", "Observations", "Nom", "Date", "Signature"),
    )
