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


RowsLost = GuardFinding.define(
    "garde-lignes-perdues",
    _("{rows} de moins que dans la révision publiée ({share} ; {limit} admis)"),
    guard="shrink",
)
RowsGained = GuardFinding.define(
    "garde-lignes-gagnees",
    _("{rows} de plus que dans la révision publiée ({share} ; {limit} admis)"),
    guard="grow",
)
ColumnLost = GuardFinding.define(
    "garde-colonne-perdue", _("la colonne `{column}` est publiée, et a disparu"), guard="columns"
)
NullsRose = GuardFinding.define(
    "garde-cellules-vides",
    _("`{column}` : {after} de cellules vides, {before} dans la révision publiée (hausse admise : {limit})"),
    guard="nulls",
)
CategoriesShifted = GuardFinding.define(
    "garde-repartition",
    _("`{column}` : la répartition a changé pour {share} des lignes ({limit} admis)"),
    guard="shift",
)
SourceTruncated = GuardFinding.define(
    "garde-source-coupee",
    _(
        "la source a donné exactement {rows}, là où des exports ou des API s'arrêtent : elle est peut-être "
        "coupée"
    ),
    guard="truncated",
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


TotalMoved = GuardFinding.define(
    "garde-total", _("`{column}` : le total a changé de {share} ({limit} admis)"), guard="totals"
)
BaselineGone = GuardFinding.define(
    "garde-sans-repere",
    _("la révision publiée n'est plus dans le dépôt, ou n'est plus ce qu'elle était : rien à quoi comparer"),
    guard="baseline",
)
# ``what``: the rule, or the line of ``privacy:``, that protects less.
ProtectionWeakened = GuardFinding.define(
    "garde-protection",
    _("protection affaiblie : {what}"),
    _(
        "rétablir cette protection dans la déclaration ; si l'affaiblir est voulu (et l'avis du délégué à la "
        "protection des données pris), lever la garde « {guard} » pour cette seule exécution, avec un nom et "
        "un motif (--waive, ou « waive » dans Airflow)"
    ),
    guard="protection",
)
WaiverUseless = ValidationFinding.define(
    "derogation-sans-objet",
    _("la garde « {guard} » a été levée pour rien : elle ne retenait pas ce jeu"),
    _("ne plus la lever"),
)
# ``what``: what the guard found; ``by`` and ``reason``: of the person who waived it.
GuardWaived = ValidationFinding.define(
    "garde-levee",
    _("garde « {guard} » levée par {by} ({reason}) : {what}"),
    _("rien à faire : le certificat le porte"),
)
