"""What the anonymisation can find."""

from aqueduc.findings import Finding
from aqueduc.language import Said


class UndeclaredColumn(Finding):
    code = "colonne-non-declaree"
    sentence = Said(
        "la source donne une colonne que la déclaration ne connaît pas : {shown}",
        "the source yields a column that the declaration does not know: {shown}",
    )
    remedy = Said(
        "décider de son sort sous « columns: » (« drop » si elle ne doit pas sortir)",
        "decide what becomes of it under “columns:” (“drop” if it must not leave)",
    )


class MissingColumn(Finding):
    code = "colonne-absente"
    sentence = Said(
        "la colonne déclarée « {column} » n'est plus dans la source",
        "the declared column “{column}” is no longer in the source",
    )
    remedy = Said(
        "corriger la requête ou le fichier, ou l'ôter de « columns: »",
        "correct the query or the file, or take it out of “columns:”",
    )


class RuleFailed(Finding):
    code = "regle-inapplicable"
    sentence = Said(
        "« {column} » : la règle « {rule} » ne s'applique pas à {rows}, qui sont rejetées",
        "“{column}”: the rule “{rule}” does not apply to {rows}, which are rejected",
    )
    remedy = Said(
        "corriger ces valeurs à la source ; {expected}", "correct these values at the source; {expected}"
    )


class TransformFailed(Finding):
    code = "fonction-en-defaut"
    sentence = Said(
        "« {column} » : la fonction « {function} » de {file} n'a pas pu être appliquée : {why}",
        "“{column}”: the function “{function}” of {file} could not be applied: {why}",
    )
    remedy = Said(
        "la corriger : elle rend autant de valeurs qu'elle en reçoit, sans lever d'exception",
        "correct it: it gives as many values as it receives, and raises nothing",
    )


class TooManyRejected(Finding):
    code = "trop-de-rejets"
    sentence = Said(
        "{rows} rejetées sur {total}, soit plus que la part tolérée ({limit})",
        "{rows} rejected out of {total}, more than the share that is tolerated ({limit})",
    )
    remedy = Said(
        "corriger la source, ou relever « reject_at_most »", "correct the source, or raise “reject_at_most”"
    )


class SmallClasses(Finding):
    code = "classes-trop-petites"
    sentence = Said(
        "{rows} dans des groupes de moins de {k} personnes, retirées avant publication",
        "{rows} in groups of fewer than {k} people, withheld before publication",
    )


class TooManySuppressed(Finding):
    code = "trop-de-suppressions"
    sentence = Said(
        "il faudrait retirer {rows} sur {total} ({share}) pour que chaque groupe compte {k} lignes, "
        "plus que les {limit} admis",
        "{rows} out of {total} ({share}) would have to be withheld for each group to hold {k} rows, "
        "more than the {limit} admitted",
    )
    remedy = Said(
        "généraliser davantage les quasi-identifiants ({columns}), ou relever « suppress_at_most »",
        "generalise the quasi-identifiers further ({columns}), or raise “suppress_at_most”",
    )


class SmallCounts(Finding):
    code = "petits-effectifs"
    sentence = Said(
        "« {column} » : {rows} sous le seuil de {threshold}, retirées",
        "“{column}”: {rows} under the threshold of {threshold}, withheld",
    )


class NothingLeft(Finding):
    code = "rien-ne-reste"
    sentence = Said("aucune ligne ne reste à publier sur {total}", "no row is left to publish out of {total}")
    remedy = Said(
        "vérifier la source : elle est vide, ou tout y est rejeté ou retiré",
        "check the source: it is empty, or all of it is rejected or withheld",
    )


class ClassBelowK(Finding):
    code = "classe-sous-k"
    sentence = Said(
        "le fichier à publier contient un groupe de {size} lignes, moins que k = {k}",
        "the file to publish holds a group of {size} rows, fewer than k = {k}",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class ForeignColumn(Finding):
    code = "colonne-etrangere"
    sentence = Said(
        "les colonnes du fichier à publier ne sont pas celles que la déclaration publie",
        "the columns of the file to publish are not those that the declaration publishes",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")
