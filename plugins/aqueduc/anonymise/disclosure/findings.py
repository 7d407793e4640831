"""What disclosure control can find. None of it carries a value: columns, levels, lines, counts."""

from aqueduc.findings import Finding
from aqueduc.language import Message, _

# --- hierarchies -------------------------------------------------------------------------------------------

HierarchyEmpty = Finding.define_subclass(
    "hierarchie-vide",
    _("« {column} » : la hiérarchie n'a aucune ligne"),
    _("y mettre une ligne par valeur : valeur;niveau 1;niveau 2…"),
)
RaggedHierarchyLine = Finding.define_subclass(
    "hierarchie-irreguliere",
    _("« {column} » : la hiérarchie a des lignes qui n'ont pas le même nombre de niveaux que la première"),
    _("donner le même nombre de niveaux à chaque ligne"),
)
DuplicateLeaf = Finding.define_subclass(
    "hierarchie-valeur-repetee",
    _("« {column} » : une même valeur a plusieurs lignes dans la hiérarchie"),
    _("n'en garder qu'une"),
)
UnnestedLevels = Finding.define_subclass(
    "hierarchie-non-emboitee",
    _("« {column} » : un groupe du niveau {level} est partagé entre plusieurs groupes du niveau suivant"),
    _("chaque groupe doit tenir tout entier dans un seul groupe du niveau suivant"),
)
AmbiguousLabel = Finding.define_subclass(
    "hierarchie-ambigue",
    _("« {column} » : un même libellé désigne des valeurs différentes selon le niveau de la hiérarchie"),
    _("donner un autre libellé à l'un des niveaux"),
)


LAST_LEVEL = _("elles n'y ont que le dernier niveau, commun à toutes")
ROWS_WITHHELD = _("leurs lignes sont retirées")

# ``fate``: what becomes of them.
UnknownValues = Finding.define_subclass(
    "hierarchie-incomplete",
    _("« {column} » : des valeurs des données manquent dans la hiérarchie (nombre : {missing}) ; {fate}"),
    _("les ajouter à la hiérarchie"),
)
# ``fate``: what becomes of them.
UnreadableValues = Finding.define_subclass(
    "hierarchie-inapplicable",
    _(
        "« {column} » : des valeurs ne se lisent pas comme la hiérarchie l'attend (nombre : {missing}) ; "
        "{fate}"
    ),
    _("corriger ces valeurs à la source, ou déclarer une table pour hiérarchie"),
)
UnnestedWidths = Finding.define_subclass(
    "hierarchie-mal-graduee",
    _("« {column} » : les niveaux de la hiérarchie ne s'emboîtent pas dans l'ordre donné"),
    _("chaque largeur multiple de la précédente, chaque unité plus longue, chaque préfixe plus court"),
)


# --- recoding ----------------------------------------------------------------------------------------------

LatticeTooLarge = Finding.define_subclass(
    "treillis-trop-grand",
    _(
        "les hiérarchies déclarées font {nodes} combinaisons de niveaux, plus que les {most} "
        "qui sont cherchées"
    ),
    _("déclarer moins de niveaux"),
)
PopulationMissing = Finding.define_subclass(
    "population-absente",
    _("une k-map est demandée sans table de population"),
    _("déclarer « population: », ou retirer la k-map"),
)
NoRecoding = Finding.define_subclass(
    "aucune-generalisation",
    _(
        "aucune combinaison des niveaux déclarés ne donne k = {k} sans retirer plus de lignes qu'admis ({suppressible})"
    ),
    _(
        "ajouter des niveaux plus généraux aux hiérarchies, ou ôter un quasi-identifiant (« drop ») ; relever "
        "« suppress_at_most » ne convient que s'il s'en faut de peu de lignes"
    ),
)


LEVELS = _("déclarer de plus grands niveaux ; pour ces données conviendraient : {levels}")
NO_LEVELS = _(
    "aucun des niveaux déclarés ne convient : en ajouter de plus généraux, ôter un quasi-identifiant "
    "(« drop »), ou relever « suppress_at_most »"
)
LARGEST_SUPPRESSION = 0.5
"""Of the rows: beyond, what is left is no picture of the source, and to admit more is no remedy."""
NO_LEVELS_FOR_MOST = _(
    "aucun des niveaux déclarés ne convient, et relever « suppress_at_most » retirerait l'essentiel du jeu : ajouter "
    "des niveaux bien plus généraux, ou ôter un ou plusieurs quasi-identifiants (« drop »)"
)
_AS_IS = _("« {column} » sans hiérarchie")
_DROPPED = _("« {column} » non publiée (« drop »)")
_LEVEL = _("« {column} » à partir du niveau {level} de sa hiérarchie")


def format_level_advice(column: str, level: int, height: int) -> Message:
    """How to declare that ``column`` is published at a level of a hierarchy of ``height`` levels."""
    words = _AS_IS if level == 0 else _DROPPED if level == height - 1 else _LEVEL
    return words.format(column=column, level=level)


LevelsTooFine = Finding.define_subclass(
    "niveaux-trop-fins",
    _(
        "aux niveaux déclarés, il faudrait retirer {rows} sur {total} ({share}) pour satisfaire ce que "
        "demande « privacy: », plus que les {limit} admis"
    ),
    Message("{advice}"),
)


# --- the written file --------------------------------------------------------------------------------------

REPORT = _("ne pas publier ; signaler ce défaut")

ClassTooSmall = Finding.define_subclass(
    "classe-sous-k",
    _("le plus petit groupe du fichier à publier, en lignes : {size}, moins que k = {k}"),
    REPORT,
)
KMapViolation = Finding.define_subclass(
    "classe-sous-k-map",
    _(
        "un groupe du fichier à publier peut correspondre à {people} personnes de la population seulement, "
        "moins que {k}"
    ),
    REPORT,
)
LDiversityViolation = Finding.define_subclass(
    "classe-sous-l",
    _(
        "un groupe du fichier à publier n'a pas assez de valeurs différentes de « {column} » "
        "({seen} pour {l})"
    ),
    REPORT,
)
ClassBeyondTCloseness = Finding.define_subclass(
    "classe-au-dela-de-t",
    _(
        "un groupe du fichier à publier s'écarte de l'ensemble pour « {column} » : {distance}, "
        "plus que t = {t}"
    ),
    REPORT,
)
UnorderedSensitiveAttribute = Finding.define_subclass(
    "attribut-sans-ordre",
    _("« {column} » est déclaré ordonné, mais n'est fait ni de nombres ni de dates"),
    _("retirer « ordered: », ou publier un nombre"),
)
