"""Findings of certification: what keeps a run from being certified, and where a ledger is broken."""

from aqueduc.findings import Finding
from aqueduc.language import _

_AGAIN = _("relancer le jeu depuis l'extraction")


class NotProved(Finding):
    code = "preuve-absente"
    sentence = _("rien ne prouve {what}")
    remedy = _AGAIN


class DoesNotAddUp(Finding):
    code = "compte-inexact"
    sentence = _(
        "{extracted} lignes extraites ; {published} publiées, {rejected} rejetées, {suppressed} retirées"
    )
    remedy = _AGAIN


_RESTORE = _(
    "ne rien supprimer ; comparer avec une sauvegarde du dépôt, et restaurer ce fichier tel qu'il y est"
)
_DIED = _("si une exécution vient d'être interrompue, la suivante y remédie ; sinon, {restore}").format(
    restore=_RESTORE
)


class EntryAltered(Finding):
    code = "entree-modifiee"
    sentence = _("l'entrée n° {rank}, « {entry} », a été modifiée, remplacée ou échangée avec une autre")
    remedy = _RESTORE


class EntryMissing(Finding):
    code = "entree-absente"
    sentence = _("l'entrée n° {rank}, « {entry} », a disparu")
    remedy = _RESTORE


class EntryUnreadable(Finding):
    code = "entree-illisible"
    sentence = _("l'entrée n° {rank}, « {entry} », est tronquée ou illisible")
    remedy = _RESTORE


class EntryForeign(Finding):
    code = "entree-etrangere"
    sentence = _("l'entrée « {entry} » n'est reliée à aucune autre : elle a été ajoutée à la main")
    remedy = _RESTORE


class EntryBeyondLedgerHead(Finding):
    code = "tete-en-retard"
    sentence = _(
        "la tête du registre ne connaît pas l'entrée « {entry} » : elle a été reculée, ou une exécution est "
        "morte"
    )
    remedy = _DIED


class SealBroken(Finding):
    code = "scelle-rompu"
    sentence = _("les entrées plus anciennes que « {entry} » ne sont plus celles qu'elle a scellées")
    remedy = _RESTORE


class LedgerHeadMissing(Finding):
    code = "tete-absente"
    sentence = _(
        "le registre n'a pas de tête : elle a été supprimée, ou ces entrées datent d'avant le chaînage"
    )
    remedy = _(
        "si le jeu n'a pas été exécuté depuis la mise à jour d'Aqueduc, sa prochaine exécution les scelle ; "
        "sinon, {restore}"
    ).format(restore=_RESTORE)


class CurrentRevisionBehind(Finding):
    code = "pointeur-recule"
    sentence = _(
        "la révision en vigueur n'est pas celle du dernier certificat, « {entry} » : elle a été reculée, ou "
        "une exécution est morte"
    )
    remedy = _DIED


class SignatureMissing(Finding):
    code = "signature-absente"
    sentence = _("l'entrée « {entry} » n'est pas signée, alors qu'une entrée plus ancienne l'est")
    remedy = _(
        "vérifier que la connexion de « signing: » est la même partout où Aqueduc s'exécute ; sinon, "
        "{restore}"
    ).format(restore=_RESTORE)


class SignerUnknown(Finding):
    code = "signataire-inconnu"
    sentence = _("l'entrée « {entry} » est signée par une clé que city.yaml ne connaît pas")
    remedy = _("ajouter cette clé à « signing: keys: » si elle est à la Ville ; sinon, {restore}").format(
        restore=_RESTORE
    )


class SignatureInvalid(Finding):
    code = "signature-fausse"
    sentence = _("la signature de l'entrée « {entry} » n'est pas celle de cette entrée")
    remedy = _RESTORE
