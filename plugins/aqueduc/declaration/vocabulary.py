"""The closed lists a declaration chooses from, with what each platform calls them.

Sources: the IDGO and DataSud code lists, the EU authority tables (publications.europa.eu), the SCDL catalogue
schema, décret n° 2017-638 of 27 April 2017 (licences an administration may choose for free reuse).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aqueduc.language import N_, Message, _


@dataclass(frozen=True)
class Licence:
    """``id`` is the platform's; ``by_decree``: one of the licences of décret 2017-638; ``unlimited``: its own text
    grants reuse everywhere and without limit of time."""

    id: str
    title: str
    spdx: str
    url: str
    by_decree: bool = False
    open: bool = True
    unlimited: bool = False


LICENCES = {
    licence.id: licence
    for licence in (
        Licence(
            "lov2",
            "Licence Ouverte / Open Licence 2.0",
            "etalab-2.0",
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
            by_decree=True,
            unlimited=True,
        ),
        Licence(
            "odc-odbl",
            "Open Database License (ODbL)",
            "ODbL-1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/",
            by_decree=True,
        ),
        Licence(
            "odc-by",
            "Open Data Commons Attribution",
            "ODC-By-1.0",
            "https://opendatacommons.org/licenses/by/1-0/",
        ),
        Licence(
            "cc-by",
            "Creative Commons Attribution",
            "CC-BY-4.0",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            "cc-by-sa",
            "Creative Commons Attribution - Partage dans les mêmes conditions",
            "CC-BY-SA-4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        Licence(
            "cc-zero", "Creative Commons CC0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"
        ),
        Licence("other-open", "Autre licence ouverte", "", ""),
        Licence("other-at", "Licence spécifique (accès restreint)", "", "", open=False),
    )
}

THEMES = {
    "AGRI": N_("Agriculture, pêche, sylviculture et alimentation"),
    "ECON": N_("Économie et finances"),
    "EDUC": N_("Éducation, culture et sport"),
    "ENER": N_("Énergie"),
    "ENVI": N_("Environnement"),
    "GOVE": N_("Gouvernement et secteur public"),
    "HEAL": N_("Santé"),
    "INTR": N_("Questions internationales"),
    "JUST": N_("Justice, système juridique et sécurité publique"),
    "REGI": N_("Régions et villes"),
    "SOCI": N_("Population et société"),
    "TECH": N_("Science et technologie"),
    "TRAN": N_("Transports"),
}


@dataclass(frozen=True)
class UpdateFrequency:
    """One cadence, in the words of everyone who asks: the schedule, the fiche, the catalogues."""

    word: str
    label: Message
    cron: str | None
    period: timedelta | None
    datasud: str
    eu: str
    scdl: str
    nearest: str
    """The word of ``FREQUENCIES`` that says it in a catalogue which has no other: its own, if it is one."""

    @property
    def is_upper_bound_only(self) -> bool:
        """Whether it promises how long two updates may be apart, and no clock keeps it."""
        return self.cron is None and self.period is not None

    @property
    def french_label(self) -> str:
        """For what is published."""
        return self.label.french_text

    @property
    def authority_uri(self) -> str:
        """Its address in the authority table of the Union."""
        return f"http://publications.europa.eu/resource/authority/frequency/{self.eu}"


def _build_frequency_entry(
    word: str, label: Message, cron: str | None, days: float | None, datasud: str, eu: str, scdl: str
) -> tuple[str, UpdateFrequency]:
    period = timedelta(days=days) if days else None
    return word, UpdateFrequency(word, label, cron, period, datasud, eu, scdl, word)


_MONTHLY_OR_MORE = "Mensuelle ou plusieurs fois par mois"

# Night hours, spread so that a city's datasets do not all start on the stroke of midnight.
FREQUENCIES = dict(
    (
        _build_frequency_entry(
            "continuous",
            _("en continu"),
            "*/10 * * * *",
            10 / 1440,
            "continuously",
            "UPDATE_CONT",
            "Continuelle",
        ),
        _build_frequency_entry(
            "hourly",
            _("toutes les heures"),
            "0 * * * *",
            1 / 24,
            "continuously",
            "HOURLY",
            "Toutes les heures",
        ),
        _build_frequency_entry(
            "daily",
            _("tous les jours"),
            "0 0 * * *",
            1,
            "daily",
            "DAILY",
            "Quotidienne ou plusieurs fois par jour",
        ),
        _build_frequency_entry(
            "weekly",
            _("toutes les semaines"),
            "0 0 * * 1",
            7,
            "weekly",
            "WEEKLY",
            "Hebdomadaire ou plusieurs fois par semaine",
        ),
        _build_frequency_entry(
            "twice-a-month",
            _("deux fois par mois"),
            "0 0 1,15 * *",
            15,
            "fortnightly",
            "MONTHLY_2",
            _MONTHLY_OR_MORE,
        ),
        _build_frequency_entry(
            "monthly", _("tous les mois"), "0 0 1 * *", 30.5, "monthly", "MONTHLY", _MONTHLY_OR_MORE
        ),
        _build_frequency_entry(
            "quarterly",
            _("tous les trimestres"),
            "0 0 1 */3 *",
            91.5,
            "quarterly",
            "QUARTERLY",
            "Trimestrielle",
        ),
        _build_frequency_entry(
            "twice-a-year",
            _("deux fois par an"),
            "0 0 1 1,7 *",
            183,
            "semiannual",
            "ANNUAL_2",
            "Semestrielle",
        ),
        _build_frequency_entry("yearly", _("tous les ans"), "0 0 1 1 *", 366, "annual", "ANNUAL", "Annuelle"),
        _build_frequency_entry(
            "as-needed", _("lorsque nécessaire"), None, None, "asneeded", "AS_NEEDED", "Ponctuelle"
        ),
        _build_frequency_entry(
            "irregular", _("irrégulièrement"), None, None, "intermittently", "IRREG", "Irrégulière"
        ),
        _build_frequency_entry(
            "never-again", _("plus jamais (jeu clos)"), None, None, "never", "NOT_PLANNED", "Inconnue"
        ),
        _build_frequency_entry(
            "unknown", _("à une fréquence inconnue"), None, None, "unknown", "UNKNOWN", "Inconnue"
        ),
    )
)

CADENCES = (*FREQUENCIES, "every 10 minutes", "at most 35 days")
"""What a declaration may say, an example of each form included."""
BOUND = r"at most (1 day|([2-9]|[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6]) days)"
"""How a bound is written; of each, ``parse_cadence`` makes a cadence without a clock."""
_BOUND_SLACK = 1.2
"""A catalogue says « monthly » of 35 days, not « quarterly »: a bound may pass the period of its word by this."""

_MINUTES = {1: "1MIN", 5: "5MIN", 10: "10MIN", 15: "15MIN", 30: "30MIN", 60: "HOURLY"}
"""The Union's table has these; any other is a continuous update."""


def parse_cadence(cadence: str) -> UpdateFrequency | None:
    """The frequency a cadence names, or None. ``every N minutes``: N divides 60. ``at most N days``: 1 to 366."""
    if re.fullmatch(BOUND, cadence):
        return _build_upper_bound_frequency(cadence, int(cadence.split()[2]))
    every = re.fullmatch(r"every (\d{1,2}) minutes", cadence)
    if every is None:
        return FREQUENCIES.get(cadence)
    minutes = int(every[1])
    if minutes == 0 or 60 % minutes:
        return None
    base = FREQUENCIES["continuous"]
    return UpdateFrequency(
        cadence,
        _("toutes les {minutes} minutes").format(minutes=minutes),
        f"*/{minutes} * * * *" if minutes < 60 else "0 * * * *",
        timedelta(minutes=minutes),
        base.datasud,
        _MINUTES.get(minutes, base.eu),
        base.scdl,
        base.word,
    )


def _build_upper_bound_frequency(cadence: str, days: int) -> UpdateFrequency:
    period = timedelta(days=days)
    known = (one for one in FREQUENCIES.values() if one.period and period <= one.period * _BOUND_SLACK)
    base = next(known)
    label = (
        _("au moins une fois par jour")
        if days == 1
        else _("au moins une fois tous les {days} jours").format(days=days)
    )
    return UpdateFrequency(cadence, label, None, period, base.datasud, base.eu, base.scdl, base.word)


class AccessLevel(StrEnum):
    """Who may read, in IDGO's words (``public`` is open data)."""

    OPEN = "public"
    REGISTERED = "registered"
    NAMED_USERS = "only_allowed_users"
    SAME_ORGANISATION = "same_organization"
    ANY_ORGANISATION = "any_organization"
    PARTNERS = "only_idgo_partners"


GRANULARITIES = (
    "indefinie",
    "region",
    "departement",
    "epci",
    "commune",
    "iris",
    "parcelle-cadastrale",
    "poi",
)

# Theme of the EU → the category (CKAN group) citizens of DataSud browse by, unless `category:` says else.
CATEGORY_OF_THEME = {
    "AGRI": "agriculture-sylviculture-et-peche",
    "ECON": "economie-et-entreprises",
    "EDUC": "culture-patrimoine-et-tourisme",
    "ENER": "energies-et-reseaux",
    "ENVI": "environnement-et-climat",
    "GOVE": "administration-et-action-publique",
    "HEAL": "social-sante-et-sports",
    "INTR": "administration-et-action-publique",
    "JUST": "citoyennete-et-democratie",
    "REGI": "amenagement-et-urbanisme",
    "SOCI": "citoyennete-et-democratie",
    "TECH": "sciences-recherche-et-innovation",
    "TRAN": "mobilite-et-transports",
}
CATEGORIES = tuple(
    sorted(
        {
            *CATEGORY_OF_THEME.values(),
            "equipements-batiments-et-logement",
            "formation-education-et-emploi",
            "imagerie-et-occupation-du-sol",
            "limites-administratives-et-referentiels",
            "mer-littoral-et-montagne",
        }
    )
)

IDENTIFIERS: Mapping[str, Message] = {
    "nir": _("un numéro de sécurité sociale"),
    "iban": _("un compte bancaire"),
    "card": _("une carte bancaire"),
    "phone": _("un téléphone"),
    "email": _("une adresse électronique"),
    "plate": _("une plaque d'immatriculation"),
    "ip": _("une adresse IP"),
    "mac": _("une adresse MAC"),
    "identity_card": _("une carte d'identité"),
    "passport": _("un passeport"),
    "driving_licence": _("un permis de conduire"),
    "sports_licence": _("une licence sportive"),
    "caf_number": _("un numéro d'allocataire"),
    "student_number": _("un identifiant national d'élève (INE)"),
    "social_profile": _("un compte de réseau social"),
    "person_name": _("un nom de personne"),
    "address": _("une adresse postale"),
    "birth_date": _("une date de naissance"),
    "trigram": _("un trigramme ou des initiales d'agent"),
    "health": _("une donnée de santé"),
    "age_illness": _("un âge et une maladie"),
    "home_position": _("la position d'un domicile"),
    "person_header": _("un nom de personne en tête de colonne"),
    "derived": _("une valeur tirée d'une colonne retirée ou transformée"),
}
"""What the residual scan looks for: the words of ``waivers:``, of reports and of certificates."""

UNDECIDED = "à décider"
"""How ``aqueduc new`` marks what a person has to choose; a declaration that still says it is refused."""

UNDECIDED_MARK = re.compile(r"\s*(?:à|a\u0300|a)[ -]d(?:é|e\u0301|e)cider\b[ :]*", re.IGNORECASE)
"""The mark as people may retype it, and what stands between it and the question."""

LONGEST_FILE_NAME = 30
LONGEST_COLUMN_TITLE = 61
SHORTEST_KEYWORD = 2
"""What DataSud and IDGO take: file names with their extension, titles in a file, keywords (characters)."""

ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "cp850": "cp850",
    "mac-roman": "mac-roman",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
"""What a declaration may write, and Python's codec. Closed: a wrong codec corrupts in silence."""


SYNONYMS = {
    # keys
    "titre": "title",
    "nom": "name",
    "responsable": "owner",
    "proprietaire": "owner",
    "producteur": "owner",
    "courriel": "contact",
    "email": "contact",
    "categorie": "category",
    "mots-cles": "keywords",
    "license": "licence",
    "acces": "access",
    "frequence": "cadence",
    "frequency": "cadence",
    "schedule": "cadence",
    "apres": "after",
    "at-most": "cadence",
    "cle": "key",
    "cles": "key",
    "primary-key": "key",
    "colonnes": "columns",
    "jeux-de-colonnes": "column_sets",
    "anonymisation": "privacy",
    "vie-privee": "privacy",
    "publication": "publish",
    "plateforme": "platform",
    "plateformes": "platforms",
    "lien": "link",
    "url": "link",
    "decoupage": "split",
    "separator": "delimiter",
    "separateur": "delimiter",
    "encodage": "encoding",
    "feuille": "sheet",
    "defauts": "defaults",
    "planchers": "floors",
    "environnements": "environments",
    "connexions": "connections",
    "conges": "holidays",
    "table": "sql",
    "requete": "sql",
    # rules
    "publier": "publish",
    "publie": "publish",
    "publiee": "publish",
    "garder": "publish",
    "keep": "publish",
    "retirer": "drop",
    "supprimer": "drop",
    "ignorer": "drop",
    "remove": "drop",
    "delete": "drop",
    "generaliser": "generalise",
    "generalize": "generalise",
    "tronquer": "truncate",
    "maille": "snap",
    "pseudonyme": "pseudonym",
    "seuil": "suppress_under",
    "rename": "as",
    "alias": "as",
    "motif": "basis",
    "fondement": "basis",
    # units
    "heure": "hour",
    "jour": "day",
    "mois": "month",
    "trimestre": "quarter",
    "annee": "year",
    # cadences
    "horaire": "hourly",
    "temps-reel": "continuous",
    "quotidien": "daily",
    "quotidienne": "daily",
    "tous-les-jours": "daily",
    "hebdomadaire": "weekly",
    "toutes-les-semaines": "weekly",
    "mensuel": "monthly",
    "mensuelle": "monthly",
    "tous-les-mois": "monthly",
    "trimestriel": "quarterly",
    "trimestrielle": "quarterly",
    "semestriel": "twice-a-year",
    "semestrielle": "twice-a-year",
    "annuel": "yearly",
    "annuelle": "yearly",
    "annual": "yearly",
    "ponctuel": "as-needed",
    "ponctuelle": "as-needed",
    "irregulier": "irregular",
    "irreguliere": "irregular",
    # licences
    "licence-ouverte": "lov2",
    "etalab": "lov2",
    "etalab-2.0": "lov2",
    "lo": "lov2",
    "fr-lo": "lov2",
    "odbl": "odc-odbl",
    "odbl-1.0": "odc-odbl",
    "cc0": "cc-zero",
    "cc-by-4.0": "cc-by",
    "cc-by-sa-4.0": "cc-by-sa",
    # access and modes
    "ouvert": "open",
    "public": "open",
    "prive": "same_organization",
    "private": "same_organization",
    "same-organisation": "same_organization",
    "any-organisation": "any_organization",
    "depot": "upload",
    "depose": "upload",
    "indexe": "index",
    # themes
    "agriculture": "AGRI",
    "economie": "ECON",
    "finances": "ECON",
    "culture": "EDUC",
    "education": "EDUC",
    "sport": "EDUC",
    "energie": "ENER",
    "environnement": "ENVI",
    "administration": "GOVE",
    "sante": "HEAL",
    "justice": "JUST",
    "urbanisme": "REGI",
    "population": "SOCI",
    "science": "TECH",
    "transport": "TRAN",
    "transports": "TRAN",
    "mobilite": "TRAN",
    # encodings
    "ansi": "cp1252",
    "utf": "utf-8",
    # types of Table Schema
    "texte": "string",
    "text": "string",
    "nombre": "number",
    "float": "number",
    "decimal": "number",
    "entier": "integer",
    "int": "integer",
    "booleen": "boolean",
    "bool": "boolean",
    "timestamp": "datetime",
}
"""What people write, folded (``advice.fold``), and the word of Aqueduc's it stands for."""
