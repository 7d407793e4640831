from typing import Any, ClassVar, Literal, Self

from aqueduc.language import N_, _
from aqueduc.rules import (
    NAME,
    TEXT,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    Text,
    TreatmentCategory,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_filled_text,
)


class Pseudonymisation(LookupTableRule):
    """HMAC-SHA-256 under the key kept in the connection ``key``. Still personal data: needs a basis.

    ``rotate``: another key for another extract, derived from that one: two revisions cannot be linked.
    """

    spelling: ClassVar = RuleSpelling(
        "pseudonym",
        _("remplace la valeur par un pseudonyme à clé ; reste une donnée personnelle, demande « basis: »"),
        _("« pseudonym: » attend le nom de la connexion qui garde la clé, ou {key: connexion, rotate: true}"),
        {
            "anyOf": [
                NAME,
                build_object_json_schema(
                    {
                        "key": {**NAME, "description": N_("La connexion d'Airflow qui garde la clé.")},
                        "rotate": {
                            "type": "boolean",
                            "description": N_(
                                "Une autre clé quand l'extrait change : le pseudonyme ne permet plus de "
                                "suivre quelqu'un de l'un à l'autre."
                            ),
                        },
                    },
                    "key",
                ),
            ],
            "examples": ["sel_urbanisme"],
        },
        personal=_("un pseudonyme permet de suivre la même personne"),
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.PSEUDONYMISED,
        stable=True,
        # Never said to be anonymous: opinion 05/2014 of the article 29 working party, 4.
        texts=RuleTexts(
            describe=_("remplacée par un pseudonyme à clé{renewed} (reste une donnée personnelle)"),
            why="reste une donnée personnelle : sort sur un fondement",
            unchecked="que la clé des pseudonymes reste secrète : qui l'a refait le lien",
            explain="« {column} » : la valeur est remplacée par un pseudonyme calculé avec une clé que la "
            "Ville doit garder secrète (HMAC-SHA-256). Il permet de suivre une même valeur {reach} : c'est une "
            "pseudonymisation (RGPD, art. 4, 5), qui laisse à la donnée son caractère personnel. Elle ne "
            "peut sortir que sur un fondement cité (voir « Sur quel fondement »).",
            citizens="« {column} » : la valeur d'origine est remplacée par un pseudonyme, toujours le même "
            "pour une même valeur{changes}. Un pseudonyme n'est pas un anonymat : il reste une donnée "
            "personnelle.",
        ),
        gives=TEXT,
        hides=True,
        about_people=True,
        shows_position=False,
        marked_by_key=True,
    )

    kind: Literal["pseudonym"] = "pseudonym"
    key: Text
    rotate: bool = False

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if is_filled_text(written):
            return cls(key=written)
        if has_required_and_no_unknown_keys(written, {"key"}, {"rotate"}) and is_filled_text(written["key"]):
            rotate = written.get("rotate", False)
            return cls(key=written["key"], rotate=rotate) if isinstance(rotate, bool) else None
        return None

    def build_description_placeholders(self) -> dict[str, Any]:
        return {
            "renewed": _(", renouvelé quand l'extrait change") if self.rotate else "",
            "changes": " ; il change avec les données" if self.rotate else "",
            "reach": "d'une ligne à l'autre d'un même extrait"
            if self.rotate
            else "d'une ligne et d'une révision à l'autre, et d'un jeu ou d'une colonne à l'autre avec la "
            "même clé",
        }

    @property
    def key_connection_id(self) -> str:
        return self.key

    @property
    def is_stable_across_extracts(self) -> bool:
        return not self.rotate

    def is_weaker_than(self, before: Self) -> bool:
        return before.rotate and not self.rotate

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        key = context.key_of(self.key)
        if self.rotate:
            key = context.derive_key(self.key, "pseudonym", column)
        return context.create_keyed_hash_mapping(column, table, key)
