"""What the guards on the whole can find. Shares and counts only: a category or a total is never quoted."""

from __future__ import annotations

from typing import Any, ClassVar

from aqueduc.language import Message, _, n_
from aqueduc.validate.findings import ValidationFinding

_WAIVE = _(
    "vérifier la source ; si c'est voulu, lever la garde « {guard} » pour cette seule exécution, avec un nom "
    "et un motif (--waive, ou « waive » dans Airflow)"
)


class GuardFinding(ValidationFinding):
    """Base of all. ``guard``: its word in a declaration, and in a waiver."""

    code: ClassVar[str] = "garde"
    guard: ClassVar[str] = ""
    remedy: ClassVar[Message] = _WAIVE

    def words(self) -> dict[str, Any]:
        return {**super().words(), "guard": self.guard}


class RowsLost(GuardFinding):
    code = "garde-lignes-perdues"
    guard = "shrink"
    sentence = _("{rows} de moins que dans la révision publiée ({share} ; {limit} admis)")


class RowsGained(GuardFinding):
    code = "garde-lignes-gagnees"
    guard = "grow"
    sentence = _("{rows} de plus que dans la révision publiée ({share} ; {limit} admis)")


class ColumnLost(GuardFinding):
    code = "garde-colonne-perdue"
    guard = "columns"
    sentence = _("la colonne `{column}` est publiée, et a disparu")


class NullsRose(GuardFinding):
    code = "garde-cellules-vides"
    guard = "nulls"
    sentence = _(
        "`{column}` : {after} de cellules vides, {before} dans la révision publiée (hausse admise : {limit})"
    )


class CategoriesShifted(GuardFinding):
    code = "garde-repartition"
    guard = "shift"
    sentence = _("`{column}` : la répartition a changé pour {share} des lignes ({limit} admis)")


class SourceTruncated(GuardFinding):
    code = "garde-source-coupee"
    guard = "truncated"
    sentence = _(
        "la source a donné exactement {rows}, là où des exports ou des API s'arrêtent : elle est peut-être "
        "coupée"
    )


class NothingRecent(GuardFinding):
    code = "garde-fraicheur"
    guard = "fresh"
    sentence = _("`{column}` : aucune ligne n'a moins de {delay}")

    def words(self) -> dict[str, Any]:
        hours = int(self.detail.get("hours", 0))
        delay = (
            n_("{count} heure", "{count} heures", hours)
            if hours % 24
            else n_("{count} jour", "{count} jours", hours // 24)
        )
        return {**super().words(), "delay": delay}


class TotalMoved(GuardFinding):
    code = "garde-total"
    guard = "totals"
    sentence = _("`{column}` : le total a changé de {share} ({limit} admis)")


class BaselineGone(GuardFinding):
    code = "garde-sans-repere"
    guard = "baseline"
    sentence = _(
        "la révision publiée n'est plus dans le dépôt, ou n'est plus ce qu'elle était : rien à quoi comparer"
    )


class ProtectionWeakened(GuardFinding):
    """``what``: the rule, or the line of ``privacy:``, that protects less."""

    code = "garde-protection"
    guard = "protection"
    sentence = _("protection affaiblie : {what}")
    remedy = _(
        "rétablir cette protection dans la déclaration ; si l'affaiblir est voulu (et l'avis du délégué à la "
        "protection des données pris), lever la garde « {guard} » pour cette seule exécution, avec un nom et "
        "un motif (--waive, ou « waive » dans Airflow)"
    )


class WaiverUseless(ValidationFinding):
    code = "derogation-sans-objet"
    sentence = _("la garde « {guard} » a été levée pour rien : elle ne retenait pas ce jeu")
    remedy = _("ne plus la lever")


class GuardWaived(ValidationFinding):
    """``what``: what the guard found; ``by`` and ``reason``: of the person who waived it."""

    code = "garde-levee"
    sentence = _("garde « {guard} » levée par {by} ({reason}) : {what}")
    remedy = _("rien à faire : le certificat le porte")
