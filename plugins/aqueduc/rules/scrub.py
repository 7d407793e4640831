from typing import ClassVar, Literal

from aqueduc.findings import Finding
from aqueduc.language import REDACTED, _
from aqueduc.rules import (
    TEXT,
    TRUE,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
)
from aqueduc.sql import identifier

ScrubbedTexts = Finding.define_subclass(
    "texte-nettoye", _("« {column} » : des identifiants ont été remplacés par « {marker} » dans {rows}")
)


class IdentifierScrubbing(LookupTableRule):
    """A free text whose identifiers (phones, e-mails, names…) are replaced by a marker."""

    spelling: ClassVar = RuleSpelling(
        "scrub",
        _("expurge un texte libre : les identifiants reconnus (téléphone, courriel, nom…) sont remplacés"),
        _("« scrub » ou « scrub: true »"),
        TRUE,
        bare=True,
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.MODIFIED,
        stable=True,
        texts=RuleTexts(
            describe=_(
                "expurgée : les identifiants reconnus dans le texte sont remplacés par « {marker} »"
            ).format(marker=REDACTED),
            why="texte libre : les identifiants reconnus sont retirés",
            intact="où rien n'est reconnu",
            caution="L'expurgation d'un texte libre reconnaît des formes connues (téléphones, adresses "
            "électroniques, noms…) ; un texte où l'une d'elles est remplacée perd aussi ses balises, espaces insécables et "
            "caractères invisibles. Elle ne garantit pas que le texte ne désigne plus personne : une "
            "relecture humaine reste nécessaire.",
            unchecked="que le texte expurgé ne désigne plus personne : une relecture humaine reste "
            "nécessaire",
        ),
        gives=TEXT,
        blurs=True,
        about_people=True,
        redacts=True,
    )

    kind: Literal["scrub"] = "scrub"

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        mapped = context.map_distinct_values_with_function(column, table, context.redactor())
        joined = f"{table} ON plain = CAST(raw.{identifier(column)} AS VARCHAR)"
        changed = f"SELECT count(*) FROM raw JOIN {joined} WHERE mapped IS DISTINCT FROM plain"
        ((rows,),) = context.con.execute(changed).fetchall()
        found = (ScrubbedTexts(column=column, count=rows, detail={"marker": REDACTED}),) if rows else ()
        return LookupTableJoin(mapped.join, mapped.value, found)
