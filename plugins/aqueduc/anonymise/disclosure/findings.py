"""What disclosure control can find. None of it carries a value: columns, levels, lines, counts."""

from aqueduc.findings import Finding
from aqueduc.language import Said

# --- hierarchies -------------------------------------------------------------------------------------------


class HierarchyEmpty(Finding):
    code = "hierarchie-vide"
    sentence = Said("« {column} » : la hiérarchie n'a aucune ligne", '"{column}": the hierarchy has no line')
    remedy = Said("y mettre une ligne par valeur : valeur;niveau 1;niveau 2…", "give each value its line")


class RaggedLine(Finding):
    code = "hierarchie-irreguliere"
    sentence = Said(
        "« {column} » : la hiérarchie a des lignes qui n'ont pas le même nombre de niveaux que la première",
        '"{column}": the hierarchy has lines without the number of levels that the first one has',
    )
    remedy = Said(
        "donner le même nombre de niveaux à chaque ligne", "give each line the same number of levels"
    )


class LeafTwice(Finding):
    code = "hierarchie-valeur-repetee"
    sentence = Said(
        "« {column} » : une même valeur a plusieurs lignes dans la hiérarchie",
        '"{column}": a value has more than one line in the hierarchy',
    )
    remedy = Said("n'en garder qu'une", "keep one of them")


class LevelsNotNested(Finding):
    code = "hierarchie-non-emboitee"
    sentence = Said(
        "« {column} » : un groupe du niveau {level} est partagé entre plusieurs groupes du niveau suivant",
        '"{column}": a group of level {level} is torn between groups of the next level',
    )
    remedy = Said(
        "chaque groupe doit tenir tout entier dans un seul groupe du niveau suivant",
        "each group must lie within one group of the next level",
    )


class AmbiguousLabel(Finding):
    code = "hierarchie-ambigue"
    sentence = Said(
        "« {column} » : un même libellé désigne des valeurs différentes selon le niveau de la hiérarchie",
        '"{column}": one label stands for different values at different levels of the hierarchy',
    )
    remedy = Said("donner un autre libellé à l'un des niveaux", "give one of the levels another label")


LAST_LEVEL = Said(
    "elles n'y ont que le dernier niveau, commun à toutes", "they have its last level only, shared by all"
)
ROWS_WITHHELD = Said("leurs lignes sont retirées", "their rows are withheld")


class UnknownValues(Finding):
    """``fate``: what becomes of them."""

    code = "hierarchie-incomplete"
    sentence = Said(
        "« {column} » : des valeurs des données manquent dans la hiérarchie (nombre : {missing}) ; {fate}",
        '"{column}": values of the data are missing from the hierarchy ({missing} of them); {fate}',
    )
    remedy = Said("les ajouter à la hiérarchie", "add them to the hierarchy")


class UnreadableValues(Finding):
    """``fate``: what becomes of them."""

    code = "hierarchie-inapplicable"
    sentence = Said(
        "« {column} » : des valeurs ne se lisent pas comme la hiérarchie l'attend (nombre : {missing}) ; "
        "{fate}",
        '"{column}": values that cannot be read as the hierarchy expects ({missing} of them); {fate}',
    )
    remedy = Said(
        "corriger ces valeurs à la source, ou déclarer une table pour hiérarchie",
        "correct these values at the source, or declare a table as the hierarchy",
    )


class WidthsNotNested(Finding):
    code = "hierarchie-mal-graduee"
    sentence = Said(
        "« {column} » : les niveaux de la hiérarchie ne s'emboîtent pas dans l'ordre donné",
        '"{column}": the levels of the hierarchy do not nest in the order given',
    )
    remedy = Said(
        "chaque largeur multiple de la précédente, chaque unité plus longue, chaque préfixe plus court",
        "each width a multiple of the one before, each unit longer, each prefix shorter",
    )


# --- recoding ----------------------------------------------------------------------------------------------


class LatticeTooLarge(Finding):
    code = "treillis-trop-grand"
    sentence = Said(
        "les hiérarchies déclarées font {nodes} combinaisons de niveaux, plus que les {most} "
        "qui sont cherchées",
        "the hierarchies declared make {nodes} combinations of levels, more than the {most} searched",
    )
    remedy = Said("déclarer moins de niveaux", "declare fewer levels")


class PopulationMissing(Finding):
    code = "population-absente"
    sentence = Said(
        "une k-map est demandée sans table de population", "a k-map is asked for without a population table"
    )
    remedy = Said("déclarer « population: », ou retirer la k-map", "declare a population, or drop the k-map")


class NoRecoding(Finding):
    code = "aucune-generalisation"
    sentence = Said(
        "aucune combinaison des niveaux déclarés ne donne k = {k} en retirant {suppressible} lignes au plus",
        "no combination of the declared levels gives k = {k} while withholding {suppressible} rows at most",
    )
    remedy = Said(
        "ajouter des niveaux plus généraux aux hiérarchies, ou relever « suppress_at_most »",
        "add more general levels to the hierarchies, or raise suppress_at_most",
    )


LEVELS = Said(
    "déclarer de plus grands niveaux ; pour ces données conviendraient : {levels}",
    "declare more general levels; for these data, these would do: {levels}",
)
NO_LEVELS = Said(
    "aucun des niveaux déclarés ne convient : en ajouter de plus généraux, ôter un quasi-identifiant "
    "(« drop »), ou relever « suppress_at_most »",
    "none of the declared levels will do: add more general ones, drop a quasi-identifier, or raise "
    "suppress_at_most",
)
_AS_IS = Said("« {column} » sans hiérarchie", '"{column}" without a hierarchy')
_DROPPED = Said("« {column} » non publiée (« drop »)", '"{column}" not published (drop)')
_LEVEL = Said(
    "« {column} » à partir du niveau {level} de sa hiérarchie",
    '"{column}" from level {level} of its hierarchy',
)


def level_advice(column: str, level: int, height: int) -> Said:
    """How to declare that ``column`` is published at a level of a hierarchy of ``height`` levels."""
    words = _AS_IS if level == 0 else _DROPPED if level == height - 1 else _LEVEL
    return words.format(column=column, level=level)


class LevelsTooFine(Finding):
    code = "niveaux-trop-fins"
    sentence = Said(
        "aux niveaux déclarés, il faudrait retirer {rows} sur {total} ({share}) pour satisfaire ce que "
        "demande « privacy: », plus que les {limit} admis",
        "at the declared levels, {rows} out of {total} ({share}) would have to be withheld to satisfy what "
        "privacy: asks, more than the {limit} admitted",
    )
    remedy = Said("{advice}", "{advice}")


# --- the written file --------------------------------------------------------------------------------------

REPORT = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class ClassTooSmall(Finding):
    code = "classe-sous-k"
    sentence = Said(
        "le fichier à publier contient un groupe de {size} lignes, moins que k = {k}",
        "the file to publish has a class of {size} rows, fewer than k = {k}",
    )
    remedy = REPORT


class PeopleTooFew(Finding):
    code = "classe-sous-k-map"
    sentence = Said(
        "un groupe du fichier à publier peut correspondre à {people} personnes de la population seulement, "
        "moins que {k}",
        "a class of the file to publish can be {people} people of the population only, fewer than {k}",
    )
    remedy = REPORT


class ClassTooUniform(Finding):
    code = "classe-sous-l"
    sentence = Said(
        "un groupe du fichier à publier n'a pas assez de valeurs différentes de « {column} » "
        "({seen} pour {l})",
        'a class of the file to publish has too few different values of "{column}" ({seen}, {l} wanted)',
    )
    remedy = REPORT


class ClassUnlikeTheRest(Finding):
    code = "classe-au-dela-de-t"
    sentence = Said(
        "un groupe du fichier à publier s'écarte de l'ensemble pour « {column} » : {distance}, "
        "plus que t = {t}",
        'a class of the file to publish is unlike the whole for "{column}": {distance}, more than t = {t}',
    )
    remedy = REPORT


class SensitiveUnordered(Finding):
    code = "attribut-sans-ordre"
    sentence = Said(
        "« {column} » est déclaré ordonné, mais n'est fait ni de nombres ni de dates",
        '"{column}" is said to be ordered, but is made of neither numbers nor dates',
    )
    remedy = Said("retirer « ordered: », ou publier un nombre", "drop ordered, or publish a number")
