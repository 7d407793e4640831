"""The differences that a reconciliation can find, each with its remedy.

``gravity`` says how grave; ``way`` which run would put it right (``WAYS``), empty where only people can.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Literal

from aqueduc.certify import findings as of_ledger
from aqueduc.declaration.platform_kind import FieldRole
from aqueduc.findings import Finding
from aqueduc.language import Message, _, n_
from aqueduc.publish.findings import (
    DeletedResources,
    MissingAgreement,
    OutdatedAgreement,
    OutdatedRefusal,
    RecordDeleted,
    RecordHidden,
    RefusedAgreement,
    RegressedLedger,
    RenamedOrganisation,
    UnprovedAgreement,
    VanishedRecord,
)


class Gravity(StrEnum):
    """How grave a difference is, the gravest first."""

    EXPOSURE = "exposure"
    """A visitor can read, or could until the look, what is not for them."""
    ALARM = "alarm"
    INCIDENT = "incident"
    REPLACED = "replaced"
    """A file or a table is served that is not the certified one."""
    DRIFT = "drift"
    """The record was edited; what it leads to is what was certified."""
    LATE = "late"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        return GRAVITIES.index(self)

    @property
    def is_grave(self) -> bool:
        """Whether it is told at once to everybody, the officer among them."""
        return self.rank <= Gravity.REPLACED.rank


GRAVITIES = tuple(Gravity)
COUNTED = frozenset({Gravity.EXPOSURE, Gravity.INCIDENT, Gravity.REPLACED, Gravity.DRIFT, Gravity.LATE})
"""What is abnormal when many datasets have it: ``pending`` is what the next runs do anyway."""
Way = Literal["", "run", "force", "reopen", "lift"]
WAYS: Mapping[Way, str] = {
    "run": "aqueduc run {dataset}",
    "force": "aqueduc run {dataset} --force",
    "reopen": "aqueduc run {dataset} --waive reopen --by … --reason …",
    "lift": "aqueduc restore {dataset} --lift --by … --reason …",
}


class Discrepancy(Finding):
    """A difference between what is declared, agreed, certified, recorded and served."""

    gravity: ClassVar[Gravity] = Gravity.DRIFT
    way: ClassVar[Way] = ""


_TOLD = _(
    "rien n'a été corrigé ; demander qui l'a modifié, et pourquoi ; pour garder ce changement, l'écrire dans la "
    "déclaration ; sinon, la prochaine exécution le remet"
)
_REMADE = _(
    "rien n'a été corrigé : regarder qui y a écrit, et si cela nomme quelqu'un ; la prochaine exécution, même sans "
    "nouveauté à la source, remet les lignes certifiées"
)
_READ = _("l'ouvrir sans être connecté ; si elle manque vraiment, la prochaine exécution la remet")

# --- the whole city -----------------------------------------------------------------------------------------

AbnormalDifferences = Discrepancy.define_subclass(
    "ecarts-anormaux",
    _("des jeux diffèrent, {found} sur {all} : c'est anormal, et peut venir de la plateforme ou du dépôt"),
    _(
        "ne rien relancer en masse ; vérifier d'abord que la plateforme, son compte et le dépôt (AQUEDUC_STORE) "
        "sont bien ceux d'hier"
    ),
    gravity=Gravity.ALARM,
)
UnreadableDeclaration = Discrepancy.define_subclass(
    "declaration-illisible",
    _("sa déclaration ne peut pas être lue : rien n'en est plus publié"),
    _("voir ce qui ne va pas : aqueduc check"),
)
ConnectionlessPlatform = Discrepancy.define_subclass(
    "plateforme-sans-connexion",
    _("« {platform} » est déclarée, et sa connexion manque ou ne se lit pas"),
    _("la créer dans Airflow (Admin > Connexions), puis « aqueduc check --connect »"),
    gravity=Gravity.UNKNOWN,
)
SilentPlatform = Discrepancy.define_subclass(
    "plateforme-muette",
    _("« {platform} » ne répond pas : ce qui y est en ligne n'est pas connu"),
    _("attendre la prochaine vérification ; si cela dure, prévenir qui tient la plateforme"),
    gravity=Gravity.UNKNOWN,
)
RefusingPlatform = Discrepancy.define_subclass(
    "plateforme-refuse",
    _("« {platform} » ne laisse pas vérifier ce qui y est : {what}"),
    Message("{remedy}"),
    gravity=Gravity.UNKNOWN,
)
SilentWitness = Discrepancy.define_subclass(
    "temoin-muet",
    _("le témoin du registre « {name} » n'a pas reçu le point de contrôle du jour : {what}"),
    Message("{remedy}"),
    gravity=Gravity.UNKNOWN,
)
UndeclaredPlatform = Discrepancy.define_subclass(
    "plateforme-oubliee",
    _("il a été publié sur « {platform} », que city.yaml ne nomme plus : ce qui y reste n'est pas connu"),
    _("l'y déclarer de nouveau le temps de l'en retirer, ou supprimer {key} du dépôt s'il n'y est plus"),
    gravity=Gravity.UNKNOWN,
)
AlteredSharedPage = Discrepancy.define_subclass(
    "page-commune-modifiee",
    _("« {page} », que tous les jeux partagent sur « {platform} », n'est plus telle qu'elle a été écrite"),
    _("demander qui l'a modifiée ; la prochaine publication d'un jeu la récrit"),
)

# --- declared, agreed, certified ----------------------------------------------------------------------------

UnreadableState = Discrepancy.define_subclass(
    "etat-illisible", Message("{what}"), Message("{remedy}"), gravity=Gravity.INCIDENT
)
NeverRun = Discrepancy.define_subclass(
    "jamais-lance",
    _("il est déclaré, et n'a jamais été lancé"),
    _("activer son DAG dans Airflow (il peut être en pause), ou le lancer"),
    gravity=Gravity.PENDING,
    way="run",
)
NeverCertified = Discrepancy.define_subclass(
    "jamais-publie",
    _("il a été lancé, et rien n'en a encore été publié et certifié"),
    _("lire le rapport de sa dernière exécution : aqueduc report {dataset}"),
    gravity=Gravity.PENDING,
    way="run",
)
PendingDeclaration = Discrepancy.define_subclass(
    "declaration-en-attente",
    _("sa déclaration a changé depuis la dernière publication certifiée"),
    _("attendre sa prochaine exécution, ou le lancer"),
    gravity=Gravity.PENDING,
    way="run",
)
PendingRestriction = Discrepancy.define_subclass(
    "restriction-en-attente",
    _("il est déclaré restreint, et encore ouvert à tous sur « {platform} »"),
    _("le lancer sans attendre : la fiche y sera cachée"),
    gravity=Gravity.INCIDENT,
    way="run",
)
PendingReturn = Discrepancy.define_subclass(
    "retour-en-attente",
    _("Aqueduc l'a ôté ou caché de « {platform} », et il n'y revient qu'à la prochaine publication"),
    _("attendre sa prochaine exécution, ou le lancer"),
    gravity=Gravity.PENDING,
    way="run",
)
LateDataset = Discrepancy.define_subclass(
    "en-retard",
    _("promis {cadence}, il était attendu le {expected} ; dernier passage réussi : {last}"),
    _(
        "vérifier dans Airflow que son DAG n'est ni en pause ni en échec, puis lire : aqueduc report {dataset}"
    ),
    gravity=Gravity.LATE,
    way="run",
)
UndeclaredState = Discrepancy.define_subclass(
    "orphelin-du-depot",
    _("il a été publié, n'est plus déclaré, et aucune plateforme ne le montre plus"),
    _("rétablir sa déclaration, ou le retirer dans les règles pour que son registre le dise"),
)
InterruptedPublication = Discrepancy.define_subclass(
    "publication-interrompue",
    _("une publication commencée le {at} n'a pas été menée à son terme, et plus personne n'y travaille"),
    _("relancer le jeu : l'exécution reprend ce qui a été laissé"),
    way="force",
)
UncertifiedPublication = Discrepancy.define_subclass(
    "publication-non-certifiee",
    _("« {platform} » montre pour {name} une révision que le certificat en vigueur n'atteste pas"),
    _("relancer le jeu : ce qui est en ligne doit être certifié"),
    way="force",
)
LastingRestoration = Discrepancy.define_subclass(
    "retablissement-qui-dure",
    _("une révision antérieure est rétablie depuis le {at} : rien d'autre n'est publié"),
    _("corriger la source ou la déclaration, puis lever le rétablissement"),
    way="lift",
)
MissingRevisionFile = Discrepancy.define_subclass(
    "fichier-du-depot-absent",
    _("un fichier de la révision en ligne n'est plus dans le dépôt"),
    _("le restaurer depuis une sauvegarde du dépôt, ou relancer le jeu en forçant"),
    way="force",
)

MissingIntervals = Discrepancy.define_subclass(
    "intervalle-absent",
    n_(
        "il manque {count} période entre ses intervalles publiés : du {start} au {end}",
        "il manque {count} périodes entre ses intervalles publiés ; la première, du {start} au {end}",
        1,
    ),
    _(
        "les reprendre par un Backfill dans Airflow, ou : aqueduc run {dataset} --start … --end … ; une exécution qui "
        "n'a pas eu lieu à son heure (panne, pause, jour sans publication) n'est pas refaite d'elle-même"
    ),
    gravity=Gravity.LATE,
)

# --- the record ---------------------------------------------------------------------------------------------

ExposedRestricted = Discrepancy.define_subclass(
    "restreint-ouvert", Message("{what}"), Message("{remedy}"), gravity=Gravity.EXPOSURE
)
ExposedWithdrawn = Discrepancy.define_subclass(
    "retire-encore-visible",
    _("il est retiré, et encore visible de tous sur « {platform} » ({url})"),
    _("reprendre le retrait sur cette plateforme ; s'il n'y parvient pas, écrire à qui la tient"),
    gravity=Gravity.EXPOSURE,
)
UnhideableRecord = Discrepancy.define_subclass(
    "ouvert-sans-pouvoir-cacher",
    _("d'accès restreint, il est ouvert à tous sur « {platform} », qui ne sait rien cacher"),
    _(
        "en retirer la fiche et les fichiers à la main, aujourd'hui ; prévenir le délégué à la protection des données"
    ),
    gravity=Gravity.EXPOSURE,
)
OrphanRecord = Discrepancy.define_subclass(
    "orphelin-en-ligne",
    _("il n'est plus déclaré, et sa fiche est encore sur « {platform} » ({url})"),
    _("le retirer dans les règles, ou rétablir sa déclaration"),
)
UnownedRecord = Discrepancy.define_subclass(
    "fiche-sans-declaration",
    _(
        "« {platform} » a une fiche faite par Aqueduc que rien ne déclare, et que ce dépôt ne connaît pas ({url})"
    ),
    _("vérifier que le dépôt est le bon ; sinon la retirer à la main, ou rétablir sa déclaration"),
)
ForeignRecords = Discrepancy.define_subclass(
    "fiches-faites-a-la-main",
    n_(
        "« {platform} » a {count} fiche de la Ville qu'Aqueduc n'a pas faite ({names})",
        "« {platform} » a {count} fiches de la Ville qu'Aqueduc n'a pas faites ({names})",
        1,
    ),
    _("rien à faire si c'est tenu à la main ; sinon le déclarer"),
    gravity=Gravity.NOTICE,
)
DoubleRecord = Discrepancy.define_subclass(
    "fiche-en-double",
    _("« {platform} » en a deux fiches de la Ville ({url} est l'autre)"),
    _("supprimer celle que rien ne tient à jour, après avoir prévenu qui l'utilise"),
)
HarvestedDouble = Discrepancy.define_subclass(
    "moissonnee-en-double",
    _("« {platform} » en a deux fiches : celle d'Aqueduc, et une qu'elle moissonne ailleurs ({url})"),
    _("ôter ce jeu du moissonnage, ou ne plus déclarer cette plateforme pour lui"),
)
FormerIdentifierServed = Discrepancy.define_subclass(
    "ancien-identifiant-servi",
    _("son ancien identifiant « {former} » a encore une fiche à lui sur « {platform} » ({url})"),
    _("vérifier qu'elle ne sert plus à personne, puis la supprimer à la main"),
)
FormerPlatformOpen = Discrepancy.define_subclass(
    "ancienne-plateforme-ouverte",
    _("sa déclaration ne nomme plus « {platform} », qui le montre encore ({url})"),
    _("l'en retirer, ou déclarer de nouveau cette plateforme : rien ne l'y tient plus à jour"),
)
NeverOnPlatform = Discrepancy.define_subclass(
    "jamais-sur-la-plateforme",
    _("« {platform} » est déclarée pour lui, et il n'y a jamais été publié"),
    _("attendre sa prochaine exécution, ou le lancer"),
    gravity=Gravity.PENDING,
    way="force",
)
UnseenRecord = Discrepancy.define_subclass(
    "fiche-non-montree",
    _("« {platform} » a la fiche, et ne la montre pas à un visiteur"),
    _("l'ouvrir sans être connecté ; demander à qui tient la plateforme ce qui la cache"),
)
MissingFromFeed = Discrepancy.define_subclass(
    "absent-du-flux",
    _("le flux DCAT de « {platform} », que moissonnent d'autres portails, ne le contient pas"),
    _("attendre que la plateforme refasse son flux ; si cela dure, prévenir qui la tient"),
)

# --- its fields ---------------------------------------------------------------------------------------------


def _define_field_discrepancy(
    code: str, sentence: Message, gravity: Gravity = Gravity.DRIFT
) -> type[Discrepancy]:
    return Discrepancy.define_subclass(code, sentence, _TOLD, way="run", gravity=gravity)


ChangedField = _define_field_discrepancy("champ-modifie", _("modifié à la main sur « {platform} » : {names}"))
CHANGED_FIELDS: Mapping[FieldRole, type[Discrepancy]] = {
    "title": _define_field_discrepancy(
        "titre-modifie", _("son titre a été modifié à la main sur « {platform} »")
    ),
    "description": _define_field_discrepancy(
        "description-modifiee", _("sa description a été modifiée à la main sur « {platform} »")
    ),
    "licence": _define_field_discrepancy(
        "licence-modifiee", _("sa licence a été modifiée à la main sur « {platform} »")
    ),
    "frequency": _define_field_discrepancy(
        "frequence-modifiee", _("sa fréquence de mise à jour a été modifiée à la main sur « {platform} »")
    ),
    "keywords": _define_field_discrepancy(
        "mots-cles-modifies", _("ses mots clés ont été modifiés à la main sur « {platform} »")
    ),
    "pages": _define_field_discrepancy(
        "pages-modifiees", _("ses pages sur « {platform} » ne sont plus telles qu'elles ont été écrites")
    ),
    "owner": Discrepancy.define_subclass(
        "organisation-changee",
        _("sur « {platform} », sa fiche appartient à une autre organisation que celle que déclare la Ville"),
        _(
            "demander à qui tient la plateforme de la rendre à l'organisation de la Ville : jusque-là, rien n'en est "
            "plus publié, et d'autres peuvent la modifier"
        ),
        gravity=Gravity.INCIDENT,
    ),
    "contact": _define_field_discrepancy(
        "contact-modifie", _("son contact a été modifié à la main sur « {platform} »")
    ),
}
ChangedResource = _define_field_discrepancy(
    "ressource-modifiee", _("{name} : {names} modifié à la main sur « {platform} »")
)
ReplacedFile = _define_field_discrepancy(
    "fichier-remplace",
    _("le fichier {name} a été remplacé à la main sur « {platform} »"),
    Gravity.REPLACED,
)
AddedResource = Discrepancy.define_subclass(
    "ressource-ajoutee",
    _("une ressource a été ajoutée à la main sur « {platform} » ({format}) : rien n'en est vérifié"),
    _("la supprimer, ou s'assurer qu'elle ne contient rien de personnel : elle est laissée en place"),
)

# --- what is served -----------------------------------------------------------------------------------------

DeadAddress = Discrepancy.define_subclass(
    "lien-mort",
    _("{name} sur « {platform} » : l'adresse ne mène plus à rien (code {status})"),
    _READ,
    way="force",
)
RefusedAddress = Discrepancy.define_subclass(
    "lien-refuse",
    _("{name} sur « {platform} » : un visiteur est renvoyé (code {status}), et ce jeu est ouvert à tous"),
    _("l'ouvrir sans être connecté ; rétablir les droits de lecture sur la plateforme ou le serveur"),
)
SilentAddress = Discrepancy.define_subclass(
    "lien-muet",
    _("{name} sur « {platform} » : l'adresse ne répond pas, ou par une erreur"),
    _("attendre la prochaine vérification ; si cela dure, prévenir qui tient ce serveur"),
    gravity=Gravity.UNKNOWN,
)
SlowAddress = Discrepancy.define_subclass(
    "lien-lent",
    _("{name} sur « {platform} » met {seconds} s à commencer de répondre"),
    _("prévenir qui tient ce serveur : au-delà de {most} s, beaucoup de lecteurs renoncent"),
)
MovedAddress = Discrepancy.define_subclass(
    "lien-vers-un-autre-serveur",
    _("{name} sur « {platform} » mène à un autre serveur que celui de la publication ({host})"),
    _("demander qui l'a changé : ce qu'il sert n'a été ni anonymisé ni vérifié"),
    way="force",
    gravity=Gravity.REPLACED,
)
ServedSizeDiffers = Discrepancy.define_subclass(
    "taille-differente",
    _("{name} sur « {platform} » : {served} octets servis, {certified} certifiés"),
    _TOLD,
    way="force",
    gravity=Gravity.REPLACED,
)
ServedBytesDiffer = Discrepancy.define_subclass(
    "octets-differents",
    _("{name} sur « {platform} » : ce qui est servi n'est pas le fichier certifié (empreinte)"),
    _TOLD,
    way="force",
    gravity=Gravity.REPLACED,
)
ServedTagDiffers = Discrepancy.define_subclass(
    "etiquette-differente",
    _("{name} sur « {platform} » : le serveur donne une autre étiquette (ETag) au même fichier"),
    _("rien à faire : le fichier a été relu en entier, et c'est bien celui qui est certifié"),
    gravity=Gravity.NOTICE,
)
MissingTable = Discrepancy.define_subclass(
    "table-absente",
    _("{name} sur « {platform} » : la table interrogeable n'est plus là pour un visiteur"),
    _READ,
    way="force",
)
TableCountDiffers = Discrepancy.define_subclass(
    "table-inexacte",
    _("{name} sur « {platform} » : lignes de la table, {served} ; du certificat, {certified}"),
    _TOLD,
    way="force",
    gravity=Gravity.REPLACED,
)
TableRowsDiffer = Discrepancy.define_subclass(
    "table-modifiee",
    n_(
        "{name} sur « {platform} » : {count} ligne de la table n'est pas celle du certificat (colonnes : {columns})",
        "{name} sur « {platform} » : {count} lignes de la table ne sont pas celles du certificat (colonnes : {columns})",
        1,
    ),
    _REMADE,
    gravity=Gravity.REPLACED,
    way="run",
)
TableColumnsDiffer = Discrepancy.define_subclass(
    "table-aux-autres-colonnes",
    _("{name} sur « {platform} » : la table n'a pas les colonnes du certificat"),
    _REMADE,
    gravity=Gravity.REPLACED,
    way="run",
)
UncomparedTable = Discrepancy.define_subclass(
    "table-non-comparee",
    _("{name} sur « {platform} » : les lignes de la table n'ont pas été comparées, seulement comptées"),
    _("attendre la prochaine publication, qui dit de nouveau ce que la table contient"),
    gravity=Gravity.NOTICE,
)
StaleTable = Discrepancy.define_subclass(
    "table-ancienne",
    _("sur « {platform} », la table interrogeable est restée à une révision antérieure"),
    _("relancer le jeu : la table sera amenée à la révision en ligne"),
    way="force",
)

ELSEWHERE: Mapping[str, tuple[Gravity, Way]] = {
    **{
        kind.code: (Gravity.DRIFT, "reopen")
        for kind in (RecordHidden, RecordDeleted, VanishedRecord, DeletedResources)
    },
    **{kind.code: (Gravity.DRIFT, "") for kind in (MissingAgreement, RefusedAgreement, RenamedOrganisation)},
    **{kind.code: (Gravity.PENDING, "") for kind in (OutdatedAgreement, OutdatedRefusal)},
    **{kind.code: (Gravity.INCIDENT, "") for kind in (UnprovedAgreement, RegressedLedger)},
    **{
        kind.code: (Gravity.INCIDENT, "")
        for kind in vars(of_ledger).values()
        if isinstance(kind, type) and issubclass(kind, Finding) and kind is not Finding
    },
}
"""Of findings of other stages: how grave they are here, and the run that puts them right."""


def get_finding_severity_and_command(finding: Finding) -> tuple[Gravity, Way]:
    """How grave a difference is, and the run that puts it right."""
    if isinstance(finding, Discrepancy):
        return finding.gravity, finding.way
    return ELSEWHERE[finding.code]
