"""What disclosure control can find. None of it carries a value: columns, levels, lines, counts."""

from aqueduc.findings import Finding
from aqueduc.language import Message, _

# --- hierarchies -------------------------------------------------------------------------------------------


class HierarchyEmpty(Finding):
    code = "hierarchie-vide"
    sentence = _("« {column} » : la hiérarchie n'a aucune ligne")
    remedy = _("y mettre une ligne par valeur : valeur;niveau 1;niveau 2…")


class RaggedLine(Finding):
    code = "hierarchie-irreguliere"
    sentence = _(
        "« {column} » : la hiérarchie a des lignes qui n'ont pas le même nombre de niveaux que la première"
    )
    remedy = _("donner le même nombre de niveaux à chaque ligne")


class LeafTwice(Finding):
    code = "hierarchie-valeur-repetee"
    sentence = _("« {column} » : une même valeur a plusieurs lignes dans la hiérarchie")
    remedy = _("n'en garder qu'une")


class LevelsNotNested(Finding):
    code = "hierarchie-non-emboitee"
    sentence = _(
        "« {column} » : un groupe du niveau {level} est partagé entre plusieurs groupes du niveau suivant"
    )
    remedy = _("chaque groupe doit tenir tout entier dans un seul groupe du niveau suivant")


class AmbiguousLabel(Finding):
    code = "hierarchie-ambigue"
    sentence = _(
        "« {column} » : un même libellé désigne des valeurs différentes selon le niveau de la hiérarchie"
    )
    remedy = _("donner un autre libellé à l'un des niveaux")


LAST_LEVEL = _("elles n'y ont que le dernier niveau, commun à toutes")
ROWS_WITHHELD = _("leurs lignes sont retirées")


class UnknownValues(Finding):
    """``fate``: what becomes of them."""

    code = "hierarchie-incomplete"
    sentence = _(
        "« {column} » : des valeurs des données manquent dans la hiérarchie (nombre : {missing}) ; {fate}"
    )
    remedy = _("les ajouter à la hiérarchie")


class UnreadableValues(Finding):
    """``fate``: what becomes of them."""

    code = "hierarchie-inapplicable"
    sentence = _(
        "« {column} » : des valeurs ne se lisent pas comme la hiérarchie l'attend (nombre : {missing}) ; "
        "{fate}"
    )
    remedy = _("corriger ces valeurs à la source, ou déclarer une table pour hiérarchie")


class WidthsNotNested(Finding):
    code = "hierarchie-mal-graduee"
    sentence = _("« {column} » : les niveaux de la hiérarchie ne s'emboîtent pas dans l'ordre donné")
    remedy = _(
        "chaque largeur multiple de la précédente, chaque unité plus longue, chaque préfixe plus court"
    )


# --- recoding ----------------------------------------------------------------------------------------------


class LatticeTooLarge(Finding):
    code = "treillis-trop-grand"
    sentence = _(
        "les hiérarchies déclarées font {nodes} combinaisons de niveaux, plus que les {most} "
        "qui sont cherchées"
    )
    remedy = _("déclarer moins de niveaux")


class PopulationMissing(Finding):
    code = "population-absente"
    sentence = _("une k-map est demandée sans table de population")
    remedy = _("déclarer « population: », ou retirer la k-map")


class NoRecoding(Finding):
    code = "aucune-generalisation"
    sentence = _(
        "aucune combinaison des niveaux déclarés ne donne k = {k} en retirant {suppressible} lignes au plus"
    )
    remedy = _("ajouter des niveaux plus généraux aux hiérarchies, ou relever « suppress_at_most »")


LEVELS = _("déclarer de plus grands niveaux ; pour ces données conviendraient : {levels}")
NO_LEVELS = _(
    "aucun des niveaux déclarés ne convient : en ajouter de plus généraux, ôter un quasi-identifiant "
    "(« drop »), ou relever « suppress_at_most »"
)
_AS_IS = _("« {column} » sans hiérarchie")
_DROPPED = _("« {column} » non publiée (« drop »)")
_LEVEL = _("« {column} » à partir du niveau {level} de sa hiérarchie")


def level_advice(column: str, level: int, height: int) -> Message:
    """How to declare that ``column`` is published at a level of a hierarchy of ``height`` levels."""
    words = _AS_IS if level == 0 else _DROPPED if level == height - 1 else _LEVEL
    return words.format(column=column, level=level)


class LevelsTooFine(Finding):
    code = "niveaux-trop-fins"
    sentence = _(
        "aux niveaux déclarés, il faudrait retirer {rows} sur {total} ({share}) pour satisfaire ce que "
        "demande « privacy: », plus que les {limit} admis"
    )
    remedy = Message("{advice}")


# --- the written file --------------------------------------------------------------------------------------

REPORT = _("ne pas publier ; signaler ce défaut")


class ClassTooSmall(Finding):
    code = "classe-sous-k"
    sentence = _("le fichier à publier contient un groupe de {size} lignes, moins que k = {k}")
    remedy = REPORT


class PeopleTooFew(Finding):
    code = "classe-sous-k-map"
    sentence = _(
        "un groupe du fichier à publier peut correspondre à {people} personnes de la population seulement, "
        "moins que {k}"
    )
    remedy = REPORT


class ClassTooUniform(Finding):
    code = "classe-sous-l"
    sentence = _(
        "un groupe du fichier à publier n'a pas assez de valeurs différentes de « {column} » "
        "({seen} pour {l})"
    )
    remedy = REPORT


class ClassBeyondTCloseness(Finding):
    code = "classe-au-dela-de-t"
    sentence = _(
        "un groupe du fichier à publier s'écarte de l'ensemble pour « {column} » : {distance}, "
        "plus que t = {t}"
    )
    remedy = REPORT


class SensitiveUnordered(Finding):
    code = "attribut-sans-ordre"
    sentence = _("« {column} » est déclaré ordonné, mais n'est fait ni de nombres ni de dates")
    remedy = _("retirer « ordered: », ou publier un nombre")
