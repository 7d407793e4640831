"""What the anonymisation can find."""

from aqueduc.findings import Finding


class UndeclaredColumn(Finding):
    code = "colonne-non-declaree"
    sentence = "la source donne une colonne que la déclaration ne connaît pas : {shown}"
    remedy = "décider de son sort sous « columns: » (« drop » si elle ne doit pas sortir)"


class MissingColumn(Finding):
    code = "colonne-absente"
    sentence = "la colonne déclarée « {column} » n'est plus dans la source"
    remedy = "corriger la requête ou le fichier, ou l'ôter de « columns: »"


class RuleFailed(Finding):
    code = "regle-inapplicable"
    sentence = "« {column} » : la règle « {rule} » ne s'applique pas à {rows}, qui sont rejetées"
    remedy = "corriger ces valeurs à la source ; {expected}"


class TooManyRejected(Finding):
    code = "trop-de-rejets"
    sentence = "{rows} rejetées sur {total}, soit plus que la part tolérée ({limit})"
    remedy = "corriger la source, ou relever « reject_at_most »"


class SmallClasses(Finding):
    code = "classes-trop-petites"
    sentence = "{rows} dans des groupes de moins de {k} personnes, retirées avant publication"
    remedy = ""


class TooManySuppressed(Finding):
    code = "trop-de-suppressions"
    sentence = (
        "il faudrait retirer {rows} sur {total} ({share}) pour que chaque groupe compte {k} lignes, "
        "plus que les {limit} admis"
    )
    remedy = "généraliser davantage les quasi-identifiants ({columns}), ou relever « suppress_at_most »"


class SmallCounts(Finding):
    code = "petits-effectifs"
    sentence = "« {column} » : {rows} sous le seuil de {threshold}, retirées"
    remedy = ""


class NothingLeft(Finding):
    code = "rien-ne-reste"
    sentence = "aucune ligne ne reste à publier sur {total}"
    remedy = "vérifier la source : elle est vide, ou tout y est rejeté ou retiré"


class ClassBelowK(Finding):
    code = "classe-sous-k"
    sentence = "le fichier à publier contient un groupe de {size} lignes, moins que k = {k}"
    remedy = "ne pas publier ; signaler ce défaut"


class ForeignColumn(Finding):
    code = "colonne-etrangere"
    sentence = "les colonnes du fichier à publier ne sont pas celles que la déclaration publie"
    remedy = "ne pas publier ; signaler ce défaut"
