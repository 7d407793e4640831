"""Findings of certification: what keeps a run from being certified, and where a ledger is broken."""

from aqueduc.findings import Finding
from aqueduc.language import _

_AGAIN = _("relancer le jeu depuis l'extraction")

MissingProof = Finding.define_subclass("preuve-absente", _("rien ne prouve {what}"), _AGAIN)
UnbalancedRows = Finding.define_subclass(
    "compte-inexact",
    _(
        "lignes extraites : {extracted} ; publiées : {published} ; rejetées : {rejected} ; retirées : {suppressed}"
    ),
    _AGAIN,
)

_ANOTHER = _(
    "choisir une révision préparée sous la déclaration d'aujourd'hui, ou corriger la source et "
    "relancer le jeu"
)
RevisionLessProtected = Finding.define_subclass(
    "revision-moins-protegee",
    _("`{column}` est moins protégée dans cette révision que la déclaration d'aujourd'hui ne le demande"),
    _ANOTHER,
)
RevisionLessPrivate = Finding.define_subclass(
    "revision-moins-anonyme",
    _(
        "la déclaration d'aujourd'hui protège davantage que lorsque cette révision a été préparée : « privacy: » (k, "
        "quasi-identifiants, unités, hiérarchies ou seuils), « reject_at_most » ou « mode »"
    ),
    _ANOTHER,
)
RevisionProtectionUnknown = Finding.define_subclass(
    "revision-protection-inconnue",
    _("le certificat de cette révision ne dit pas comment elle était protégée"),
    _ANOTHER,
)
RevisionOfOtherColumns = Finding.define_subclass(
    "revision-autres-colonnes",
    _("ses colonnes ne sont pas celles que la déclaration d'aujourd'hui publie"),
    _ANOTHER,
)

_RESTORE = _(
    "ne rien supprimer ; comparer avec une sauvegarde du dépôt, et restaurer ce fichier tel qu'il y est ; si aucune ne l'a, "
    "une personne nommée scelle le registre : aqueduc ledger seal"
)
_DIED = _("si une exécution vient d'être interrompue, la suivante y remédie ; sinon, {restore}").format(
    restore=_RESTORE
)

AlteredEntry = Finding.define_subclass(
    "entree-modifiee",
    _("l'entrée n° {rank}, « {entry} », a été modifiée, remplacée ou échangée avec une autre"),
    _RESTORE,
)
MissingEntry = Finding.define_subclass(
    "entree-absente", _("l'entrée n° {rank}, « {entry} », a disparu"), _RESTORE
)
UnreadableEntry = Finding.define_subclass(
    "entree-illisible", _("l'entrée n° {rank}, « {entry} », est tronquée ou illisible"), _RESTORE
)
UnlinkedEntry = Finding.define_subclass(
    "entree-etrangere",
    _("l'entrée « {entry} » n'est reliée à aucune autre : elle a été ajoutée à la main"),
    _RESTORE,
)
StaleLedgerHead = Finding.define_subclass(
    "tete-en-retard",
    _(
        "la tête du registre ne connaît pas l'entrée « {entry} » : elle a été reculée, ou une exécution est "
        "morte"
    ),
    _DIED,
)
RolledBackLedger = Finding.define_subclass(
    "registre-ramene-en-arriere",
    _(
        "le registre n'a plus l'entrée n° {rank} que nomme le point de contrôle n° {number} du {day} ({place}) : il a été "
        "ramené en arrière, ou supprimé"
    ),
    _RESTORE,
)
BrokenSeal = Finding.define_subclass(
    "scelle-rompu",
    _("les entrées plus anciennes que « {entry} » ne sont plus celles qu'elle a scellées"),
    _RESTORE,
)
MissingLedgerHead = Finding.define_subclass(
    "tete-absente",
    _(
        "le registre n'a pas de tête : elle a été supprimée ou tronquée, ou ces entrées datent d'avant le "
        "chaînage"
    ),
    _(
        "si le jeu n'a pas été exécuté depuis la mise à jour d'Aqueduc, sa prochaine exécution les scelle ; "
        "sinon, {restore}"
    ).format(restore=_RESTORE),
)
StaleRevisionPointer = Finding.define_subclass(
    "pointeur-recule",
    _(
        "la révision en vigueur n'est pas celle du dernier certificat, « {entry} » : elle a été reculée, ou "
        "une exécution est morte"
    ),
    _DIED,
)
MissingEntrySignature = Finding.define_subclass(
    "signature-absente",
    _("l'entrée « {entry} » n'est pas signée, alors qu'une entrée plus ancienne l'est"),
    _(
        "vérifier que la connexion de « signing: » est la même partout où Aqueduc s'exécute ; sinon, "
        "{restore}"
    ).format(restore=_RESTORE),
)
UnsignedLedger = Finding.define_subclass(
    "registre-sans-signature",
    _("aucune entrée n'est signée, alors que city.yaml donne une clé publique"),
    _(
        "si la Ville commence à signer, relancer le jeu : sa prochaine entrée le sera ; s'il y avait des "
        "signatures, elles ont été effacées : {restore}"
    ).format(restore=_RESTORE),
)
UnknownEntrySigner = Finding.define_subclass(
    "signataire-inconnu",
    _("l'entrée « {entry} » est signée par une clé que city.yaml ne connaît pas"),
    _("ajouter cette clé à « signing: keys: » si elle est à la Ville ; sinon, {restore}").format(
        restore=_RESTORE
    ),
)
InvalidEntrySignature = Finding.define_subclass(
    "signature-fausse", _("la signature de l'entrée « {entry} » n'est pas celle de cette entrée"), _RESTORE
)
