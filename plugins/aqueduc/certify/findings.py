"""Findings of certification: what keeps a run from being certified, and where a ledger is broken."""

from aqueduc.findings import Finding
from aqueduc.language import Said

_AGAIN = Said("relancer le jeu depuis l'extraction", "run the dataset again from its extract")


class NotProved(Finding):
    code = "preuve-absente"
    sentence = Said("rien ne prouve {what}", "nothing proves {what}")
    remedy = _AGAIN


class DoesNotAddUp(Finding):
    code = "compte-inexact"
    sentence = Said(
        "{extracted} lignes extraites ; {published} publiées, {rejected} rejetées, {suppressed} retirées",
        "{extracted} rows extracted; {published} published, {rejected} rejected, {suppressed} withheld",
    )
    remedy = _AGAIN


_RESTORE = Said(
    "ne rien supprimer ; comparer avec une sauvegarde du dépôt, et restaurer ce fichier tel qu'il y est",
    "delete nothing; compare with a backup of the store, and restore this file as it stands there",
)
_DIED = Said(
    "si une exécution vient d'être interrompue, la suivante y remédie ; sinon, " + _RESTORE.fr,
    "if a run has just been interrupted, the next one puts it right; otherwise, " + _RESTORE.en,
)


class EntryAltered(Finding):
    code = "entree-modifiee"
    sentence = Said(
        "l'entrée n° {rank}, « {entry} », a été modifiée, remplacée ou échangée avec une autre",
        "entry no. {rank}, “{entry}”, was changed, replaced or swapped with another",
    )
    remedy = _RESTORE


class EntryMissing(Finding):
    code = "entree-absente"
    sentence = Said("l'entrée n° {rank}, « {entry} », a disparu", "entry no. {rank}, “{entry}”, is gone")
    remedy = _RESTORE


class EntryUnreadable(Finding):
    code = "entree-illisible"
    sentence = Said(
        "l'entrée n° {rank}, « {entry} », est tronquée ou illisible",
        "entry no. {rank}, “{entry}”, is cut short or unreadable",
    )
    remedy = _RESTORE


class EntryForeign(Finding):
    code = "entree-etrangere"
    sentence = Said(
        "l'entrée « {entry} » n'est reliée à aucune autre : elle a été ajoutée à la main",
        "entry “{entry}” is bound to no other: it was added by hand",
    )
    remedy = _RESTORE


class EntryBeyondHead(Finding):
    code = "tete-en-retard"
    sentence = Said(
        "la tête du registre ne connaît pas l'entrée « {entry} » : elle a été reculée, ou une exécution est "
        "morte",
        "the head of the ledger does not know entry “{entry}”: it was set back, or a run died",
    )
    remedy = _DIED


class SealBroken(Finding):
    code = "scelle-rompu"
    sentence = Said(
        "les entrées plus anciennes que « {entry} » ne sont plus celles qu'elle a scellées",
        "the entries older than “{entry}” are no longer those that it sealed",
    )
    remedy = _RESTORE


class HeadMissing(Finding):
    code = "tete-absente"
    sentence = Said(
        "le registre n'a pas de tête : elle a été supprimée, ou ces entrées datent d'avant le chaînage",
        "the ledger has no head: it was deleted, or these entries are older than the chain",
    )
    remedy = Said(
        "si le jeu n'a pas été exécuté depuis la mise à jour d'Aqueduc, sa prochaine exécution les scelle ; "
        "sinon, " + _RESTORE.fr,
        "if the dataset has not run since Aqueduc was updated, its next run seals them; otherwise, "
        + _RESTORE.en,
    )


class PointerBehind(Finding):
    code = "pointeur-recule"
    sentence = Said(
        "la révision en vigueur n'est pas celle du dernier certificat, « {entry} » : elle a été reculée, ou "
        "une exécution est morte",
        "the current revision is not that of the last certificate, “{entry}”: it was set back, or a run died",
    )
    remedy = _DIED
