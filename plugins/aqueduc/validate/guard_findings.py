"""What the guards on the whole can find. Shares and counts only: a category or a total is never quoted."""

from __future__ import annotations

from typing import Any, ClassVar

from aqueduc.language import Said, format_count
from aqueduc.validate.findings import ValidationFinding

_WAIVE = Said(
    "vérifier la source ; si c'est voulu, lever la garde « {guard} » pour cette seule exécution, avec un nom "
    "et un motif (--waive, ou « waive » dans Airflow)",
    "check the source; if this is meant, waive the guard “{guard}” for this run alone, with a name and a "
    "reason (--waive, or “waive” in Airflow)",
)


class GuardFinding(ValidationFinding):
    """Base of all. ``guard``: its word in a declaration, and in a waiver."""

    code: ClassVar[str] = "garde"
    guard: ClassVar[str] = ""
    remedy: ClassVar[Said] = _WAIVE

    def words(self) -> dict[str, Any]:
        return {**super().words(), "guard": self.guard}


class RowsLost(GuardFinding):
    code = "garde-lignes-perdues"
    guard = "shrink"
    sentence = Said(
        "{rows} de moins que dans la révision publiée ({share} ; {limit} admis)",
        "{rows} fewer than in the published revision ({share}; {limit} admitted)",
    )


class RowsGained(GuardFinding):
    code = "garde-lignes-gagnees"
    guard = "grow"
    sentence = Said(
        "{rows} de plus que dans la révision publiée ({share} ; {limit} admis)",
        "{rows} more than in the published revision ({share}; {limit} admitted)",
    )


class ColumnLost(GuardFinding):
    code = "garde-colonne-perdue"
    guard = "columns"
    sentence = Said(
        "la colonne `{column}` est publiée, et a disparu", "the column `{column}` is published, and has gone"
    )


class NullsRose(GuardFinding):
    code = "garde-cellules-vides"
    guard = "nulls"
    sentence = Said(
        "`{column}` : {after} de cellules vides, {before} dans la révision publiée (hausse admise : {limit})",
        "`{column}`: {after} of empty cells, {before} in the published revision (rise admitted: {limit})",
    )


class CategoriesShifted(GuardFinding):
    code = "garde-repartition"
    guard = "shift"
    sentence = Said(
        "`{column}` : la répartition a changé pour {share} des lignes ({limit} admis)",
        "`{column}`: the distribution has changed for {share} of the rows ({limit} admitted)",
    )


class SourceTruncated(GuardFinding):
    code = "garde-source-coupee"
    guard = "truncated"
    sentence = Said(
        "la source a donné exactement {rows}, là où des exports ou des API s'arrêtent : elle est peut-être "
        "coupée",
        "the source gave exactly {rows}, where exports or APIs stop: it may be cut",
    )


class NothingRecent(GuardFinding):
    code = "garde-fraicheur"
    guard = "fresh"
    sentence = Said(
        "`{column}` : aucune ligne n'a moins de {delay}", "`{column}`: no row is less than {delay} old"
    )

    def words(self) -> dict[str, Any]:
        hours = int(self.detail.get("hours", 0))
        day, days = Said("jour", "day"), Said("jours", "days")
        hour = Said("heure", "hour"), Said("heures", "hours")
        delay = format_count(hours, *hour) if hours % 24 else format_count(hours // 24, day, days)
        return {**super().words(), "delay": delay}


class TotalMoved(GuardFinding):
    code = "garde-total"
    guard = "totals"
    sentence = Said(
        "`{column}` : le total a changé de {share} ({limit} admis)",
        "`{column}`: the total has moved by {share} ({limit} admitted)",
    )


class BaselineGone(GuardFinding):
    code = "garde-sans-repere"
    guard = "baseline"
    sentence = Said(
        "la révision publiée n'est plus dans le dépôt, ou n'est plus ce qu'elle était : rien à quoi comparer",
        "the published revision is no longer in the store, or not what it was: nothing to compare with",
    )


class ProtectionWeakened(GuardFinding):
    """``what``: the rule, or the line of ``privacy:``, that protects less."""

    code = "garde-protection"
    guard = "protection"
    sentence = Said("protection affaiblie : {what}", "weaker protection: {what}")
    remedy = Said(
        "rétablir cette protection dans la déclaration ; si l'affaiblir est voulu (et l'avis du délégué à la "
        "protection des données pris), lever la garde « {guard} » pour cette seule exécution, avec un nom et "
        "un motif (--waive, ou « waive » dans Airflow)",
        "put this protection back into the declaration; if it is meant to be weaker (and the data protection "
        "officer was asked), waive the guard “{guard}” for this run alone, with a name and a reason "
        "(--waive, or “waive” in Airflow)",
    )


class WaiverUseless(ValidationFinding):
    code = "derogation-sans-objet"
    sentence = Said(
        "la garde « {guard} » a été levée pour rien : elle ne retenait pas ce jeu",
        "the guard “{guard}” was waived for nothing: it did not hold this dataset",
    )
    remedy = Said("ne plus la lever", "do not waive it again")


class GuardWaived(ValidationFinding):
    """``what``: what the guard found; ``by`` and ``reason``: of the person who waived it."""

    code = "garde-levee"
    sentence = Said(
        "garde « {guard} » levée par {by} ({reason}) : {what}",
        "guard “{guard}” waived by {by} ({reason}): {what}",
    )
    remedy = Said("rien à faire : le certificat le porte", "nothing to do: the certificate says so")
