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
        "« {column} » : la règle « {rule} » ne s'applique pas à {rows} : rejet",
        "“{column}”: the rule “{rule}” does not apply to {rows}, which are rejected",
    )
    remedy = Said(
        "corriger ces valeurs à la source ; {expected}", "correct these values at the source; {expected}"
    )


class TooManyRejected(Finding):
    code = "trop-de-rejets"
    sentence = Said(
        "{rows} rejetée{s} sur {total}, soit plus que la part tolérée ({limit})",
        "{rows} rejected out of {total}, more than the share that is tolerated ({limit})",
    )
    remedy = Said(
        "corriger la source, ou relever « reject_at_most »", "correct the source, or raise “reject_at_most”"
    )


class SmallClasses(Finding):
    code = "classes-trop-petites"
    sentence = Said(
        "{rows} dans des groupes de moins de {k}, retirée{s} avant publication",
        "{rows} in groups of fewer than {k}, withheld before publication",
    )


class GroupsWithheld(Finding):
    code = "groupes-retires"
    sentence = Said(
        "{rows} dans des groupes qui ne satisfont pas ce que demande « privacy: », retirée{s}",
        "{rows} in groups that do not satisfy what “privacy:” asks, withheld before publication",
    )


class TooManySuppressed(Finding):
    code = "trop-de-suppressions"
    sentence = Said(
        "il faudrait retirer {rows} sur {total} ({share}) pour que chaque groupe compte {k}, "
        "plus que les {limit} admis",
        "{rows} out of {total} ({share}) would have to be withheld for each group to hold {k}, "
        "more than the {limit} admitted",
    )
    remedy = Said(
        "généraliser davantage les quasi-identifiants ({columns}), ou relever « suppress_at_most »",
        "generalise the quasi-identifiers further ({columns}), or raise “suppress_at_most”",
    )


class NothingLeft(Finding):
    code = "rien-ne-reste"
    sentence = Said("aucune ligne ne reste à publier sur {total}", "no row is left to publish out of {total}")
    remedy = Said(
        "vérifier la source : elle est vide, ou tout y est rejeté ou retiré",
        "check the source: it is empty, or all of it is rejected or withheld",
    )


class ForeignColumn(Finding):
    code = "colonne-etrangere"
    sentence = Said(
        "les colonnes du fichier à publier ne sont pas celles que la déclaration publie",
        "the columns of the file to publish are not those that the declaration publishes",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class UnitsTooFew(Finding):
    code = "unites-trop-peu"
    sentence = Said(
        "un groupe du fichier à publier ne compte que {size} unités différentes ({unit}), moins que k = {k}",
        "a class of the file to publish has {size} different units only ({unit}), fewer than k = {k}",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class UnitsNotTraced(Finding):
    code = "unites-sans-trace"
    sentence = Said(
        "les unités qui suivent les lignes ne sont pas celles de l'extrait : rien ne dit combien de "
        "personnes compte un groupe",
        "the units that follow the rows are not those of the extract: nothing says how many people a class "
        "is",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class TypeChanged(Finding):
    code = "type-change"
    sentence = Said(
        "« {column} » : la source la donne en {now}, elle la donnait en {before}",
        "“{column}”: the source gives it as {now}, it used to give it as {before}",
    )
    remedy = Said(
        "vérifier ce que la colonne contient désormais, puis revoir sa règle ou la requête (un CAST "
        "la ramène "
        "à son type)",
        "look at what the column holds now, then review its rule or the query (a CAST brings its type back)",
    )


class SecretCell(Finding):
    code = "case-secrete"
    sentence = Said(
        "« {column} » : le fichier écrit contient {rows} que protège le secret statistique",
        "“{column}”: the file that was written holds {rows} that statistical secrecy protects",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class MarginsBeside(Finding):
    code = "totaux-et-cases-secretes"
    sentence = Said(
        "« {column} » contient des totaux, alors que des lignes sont retirées : leur valeur s'en déduirait",
        "“{column}” holds totals while rows are withheld: their value could be worked out",
    )
    remedy = Said(
        "ôter les totaux de la source (ou de la requête) : chacun peut additionner ce qui est publié",
        "take the totals out of the source (or the query): anyone can add up what is published",
    )


class WorkedOut(Finding):
    """``what``: how the column is worked out from others."""

    code = "colonne-qui-se-deduit"
    sentence = Said(
        "« {column} » {what}, alors que des lignes sont retirées : leur valeur s'en déduirait",
        "“{column}” {what}, while rows are withheld: their value could be worked out",
    )
    remedy = Said(
        "ne pas publier cette colonne (« drop ») : chacun peut refaire le calcul à l'envers",
        "do not publish this column (“drop”): anyone can do the arithmetic backwards",
    )


class GapsReveal(Finding):
    code = "numeros-a-trous"
    sentence = Said(
        "« {column} » numérote les lignes : les numéros qui manquent désigneraient celles qui sont retirées",
        "“{column}” numbers the rows: the missing numbers would point at those that are withheld",
    )
    remedy = Said("ne pas publier cette colonne (« drop »)", "do not publish this column (“drop”)")


class ColumnsOfPopulation(Finding):
    code = "population-incomplete"
    sentence = Said(
        "la population ({file}) n'a pas toutes les colonnes attendues ; manque : {missing}",
        "the population ({file}) lacks columns: {missing}",
    )
    remedy = Said(
        "nommer ses colonnes comme les quasi-identifiants publiés",
        "name its columns as the quasi-identifiers are published",
    )


class DifferenceWithheld(Finding):
    code = "difference-entre-revisions"
    sentence = Said(
        "{rows} retenue{s} : la comparaison avec une révision déjà publiée isolerait moins de {k}",
        "{rows} withheld: set beside a revision already published, they would single out fewer than {k}",
    )


class ColumnsWithheld(Finding):
    code = "difference-de-colonnes"
    sentence = Said(
        "{rows} retenue{s} : une révision déjà publiée n'avait pas tous les quasi-identifiants "
        "d'aujourd'hui ; la comparaison avec elle sur ceux qu'elle avait isolerait moins de {k}",
        "{rows} withheld: a revision already published had not all the quasi-identifiers of today; set "
        "beside it by those it had, they would single out fewer than {k}",
    )


class PopulationWithheld(Finding):
    code = "difference-entre-jeux"
    sentence = Said(
        "{rows} retenue{s} : la comparaison avec le jeu « {other} », qui décrit les mêmes personnes, en "
        "isolerait moins de {k}",
        "{rows} withheld: set beside the dataset “{other}”, which describes the same people, they "
        "would single "
        "out fewer than {k}",
    )


class TooMuchWithheld(Finding):
    code = "trop-de-differences"
    sentence = Said(
        "il faudrait retenir {rows} sur {total} ({share}) pour que la différence avec ce qui est déjà publié "
        "n'isole personne, plus que les {limit} admis",
        "{rows} out of {total} ({share}) would have to be withheld for the difference with what is published "
        "already to single nobody out, more than the {limit} admitted",
    )
    remedy = Said(
        "attendre que davantage de lignes aient changé (une cadence plus lente), généraliser davantage, ou "
        "relever « suppress_at_most »",
        "wait until more rows have changed (a slower cadence), generalise further, or raise "
        "“suppress_at_most”",
    )


class EarlierRevisionGone(Finding):
    code = "revision-anterieure-absente"
    sentence = Said(
        "des révisions déjà publiées ne sont plus dans le dépôt (nombre : {missing}) : rien ne dit "
        "ce que leur "
        "différence révélerait",
        "revisions already published are no longer in the store ({missing} of them): nothing tells what the "
        "difference with them would reveal",
    )
    remedy = Said(
        "restaurer le dépôt ; ou, si nul ne peut plus les avoir, les ôter de {key}",
        "restore the store; or, if nobody can have them any more, remove them from {key}",
    )


class DifferenceIsolates(Finding):
    code = "difference-qui-isole"
    sentence = Said(
        "la différence entre le fichier à publier et une révision déjà publiée isole moins de {k} "
        "(groupes concernés : {classes})",
        "the difference between the file to publish and a revision already published singles out fewer than "
        "{k} ({classes} classes concerned)",
    )
    remedy = Said("ne pas publier ; signaler ce défaut", "do not publish; report this defect")


class PopulationIsolates(Finding):
    code = "difference-qui-isole-entre-jeux"
    sentence = Said(
        "la différence entre le fichier à publier et le jeu « {other} », qui décrit les mêmes personnes, "
        "isole moins de {k} (groupes concernés : {classes})",
        "the difference between the file to publish and the dataset “{other}”, which describes the same "
        "people, singles out fewer than {k} ({classes} classes concerned)",
    )
    remedy = Said(
        "relancer l'exécution entière (Clear depuis « Extraire ») : l'autre jeu a été publié entre-temps",
        "run the whole of it again (Clear from “Extraire”): the other dataset was published in between",
    )


_THREE_WAYS = Said(
    "l'une de trois : {rule} ; « basis: » avec le texte qui permet de la publier ; ou, si ce n'est la donnée "
    "de personne, la décision de qui l'a vérifié, inscrite à son nom sous « waivers: » : {waiver}",
    "one of three: {rule}; “basis:” with the text that allows it to be published; or, where it is nobody's, "
    "the decision of whoever looked, written down in their name under “waivers:”: {waiver}",
)


class PersonalColumn(Finding):
    """``rule`` and ``waiver``: see ``ways_out``."""

    code = "donnee-personnelle"
    sentence = Said(
        "« {column} » : {what} ({sure}) dans {rows} du fichier à publier",
        "“{column}”: {what} ({sure}) in {rows} of the file to publish",
    )
    remedy = _THREE_WAYS


class PerhapsPersonal(Finding):
    """As ``PersonalColumn``, where only a person can tell."""

    code = "donnee-personnelle-possible"
    sentence = Said(
        "« {column} » : peut-être {what}, dans {rows} du fichier à publier ; rien ne sort avant qu'une "
        "personne nommée en ait décidé",
        "“{column}”: perhaps {what}, in {rows} of the file to publish; nothing leaves before a named person "
        "has decided",
    )
    remedy = _THREE_WAYS


class NotedColumn(Finding):
    code = "donnee-signalee"
    sentence = Said(
        "« {column} » : {what} dans {rows} ; signalé sans fermer la porte, parce que la colonne paraît être "
        "de choses, de services ou de références : à lire, personne n'en a décidé",
        "“{column}”: {what} in {rows}; told and closing no gate, because the column seems to be of things, "
        "services or references: to be read, nobody has decided on it",
    )


class WaivedFinding(Finding):
    code = "constat-leve"
    sentence = Said(
        "« {column} » : {what} dans {rows}, constat levé le {day}, au nom de : {by} ({reason})",
        "“{column}”: {what} in {rows}, waived on {day} by {by} ({reason})",
    )


class StaleWaiver(Finding):
    code = "levee-sans-objet"
    sentence = Said(
        "« {column} » : plus rien n'y ressemble à {what}, mais ce constat y est toujours levé",
        "“{column}”: nothing looks like {what} any more, yet that finding is still waived",
    )
    remedy = Said(
        "ôter cette levée de « waivers: » : elle couvrirait une donnée qui reviendrait",
        "remove it from “waivers:”: it would cover data that came back",
    )
