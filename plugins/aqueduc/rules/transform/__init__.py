"""The city's own functions, ``include/transforms/*.py``: see ``process``, which is loaded when one runs."""

from typing import Any, ClassVar, Literal

from aqueduc.findings import Finding
from aqueduc.language import N_, Message, _
from aqueduc.rules import (
    NAME,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    ReferencedFile,
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

TransformFailed = Finding.define_subclass(
    "fonction-en-defaut",
    _("« {column} » : la fonction « {function} » de {file} n'a pas pu être appliquée : {why}"),
    _(
        "la corriger : à chaque valeur reçue elle répond, dans le même ordre, par un texte, un nombre, une "
        "date ou rien, d'après cette seule valeur, sans réseau et sans écrire de fichier"
    ),
)
TransformUnconfined = Finding.define_subclass(
    "fonction-non-confinee",
    _(
        "« {column} » : la fonction « {function} » de {file} n'est pas exécutée, faute de pouvoir l'enfermer : {why}"
    ),
    _(
        "l'exécuter là où Linux 5.13 ou plus récent a Landlock et où la bibliothèque libseccomp est installée ; ou "
        "l'accepter pour la Ville : confinement: none dans city.yaml"
    ),
)


class CustomFunctionRule(LookupTableRule):
    """The city's own ``function``, in the Python file ``path`` below ``include/``; ``sha256`` is the
    file's. ``confined``: it runs only where the system confines it; False when the city accepts otherwise."""

    spelling: ClassVar = RuleSpelling(
        "transform",
        _("applique une fonction de la Ville (include/transforms/)"),
        _("« transform: » attend {path: transforms/adresses.py, function: nettoyer}"),
        build_object_json_schema(
            {
                "path": {
                    **NAME,
                    "description": N_("Le fichier Python, dans include/."),
                    "examples": ["transforms/adresses.py"],
                },
                "function": {**NAME, "description": N_("Le nom de la fonction dans ce fichier.")},
            },
            "path",
            "function",
        ),
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.MODIFIED,
        texts=RuleTexts(
            describe=_("transformée par la fonction « {function} » de la Ville ({path})"),
            why="code de la Ville : ce qu'il fait se lit dans son fichier",
            unchecked="ce que fait vraiment la fonction de la Ville : elle se lit dans son fichier",
            explain="« {column} » : cette fonction est du code de la Ville, dont l'empreinte de la "
            "déclaration couvre le fichier (SHA-256 : {sha256}). Ce qu'elle fait est à lire dans ce fichier "
            ": ce texte n'en répond pas.",
        ),
    )

    kind: Literal["transform"] = "transform"
    path: Text
    function: Text
    sha256: str
    confined: bool = True

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        """The hash of the file is for the loader, which reads it."""
        if has_required_and_no_unknown_keys(written, {"path", "function"}) and all(
            map(is_filled_text, written.values())
        ):
            return cls(path=written["path"].strip(), function=written["function"].strip(), sha256="")
        return None

    @property
    def referenced_files(self) -> tuple[ReferencedFile, ...]:
        return (ReferencedFile(("transform", "path"), self.path, self.function),)

    def with_function_hash(self, sha256: str, *, confined: bool) -> Rule:
        return self.model_copy(update={"sha256": sha256, "confined": confined})

    def find_missing_system_support(self) -> Message | None:
        from aqueduc.rules.transform.process import find_missing_confinement

        return find_missing_confinement()

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        from aqueduc.rules.transform.process import open_custom_function_in_subprocess

        with open_custom_function_in_subprocess(context.include, column, self) as function:
            return context.map_distinct_values_with_function(column, table, function)
