"""What the anonymisation can find."""

from aqueduc.findings import Finding
from aqueduc.language import _


class UndeclaredColumn(Finding):
    code = "colonne-non-declaree"
    sentence = _("la source donne une colonne que la déclaration ne connaît pas : {shown}")
    remedy = _("décider de son sort sous « columns: » (« drop » si elle ne doit pas sortir)")


class MissingColumn(Finding):
    code = "colonne-absente"
    sentence = _("la colonne déclarée « {column} » n'est plus dans la source")
    remedy = _("corriger la requête ou le fichier, ou l'ôter de « columns: »")


class RuleFailed(Finding):
    code = "regle-inapplicable"
    sentence = _("« {column} » : la règle « {rule} » ne s'applique pas à {rows} : rejet")
    remedy = _("corriger ces valeurs à la source ; {expected}")


class TooManyRejected(Finding):
    code = "trop-de-rejets"
    sentence = _("{rows} rejetée{s} sur {total}, soit plus que la part tolérée ({limit})")
    remedy = _("corriger la source, ou relever « reject_at_most »")


class SmallClasses(Finding):
    code = "classes-trop-petites"
    sentence = _("{rows} dans des groupes de moins de {k}, retirée{s} avant publication")


class GroupsWithheld(Finding):
    code = "groupes-retires"
    sentence = _("{rows} dans des groupes qui ne satisfont pas ce que demande « privacy: », retirée{s}")


class TooManySuppressed(Finding):
    code = "trop-de-suppressions"
    sentence = _(
        "il faudrait retirer {rows} sur {total} ({share}) pour que chaque groupe compte {k}, "
        "plus que les {limit} admis"
    )
    remedy = _("généraliser davantage les quasi-identifiants ({columns}), ou relever « suppress_at_most »")


class NothingLeft(Finding):
    code = "rien-ne-reste"
    sentence = _("aucune ligne ne reste à publier sur {total}")
    remedy = _("vérifier la source : elle est vide, ou tout y est rejeté ou retiré")


class ForeignColumn(Finding):
    code = "colonne-etrangere"
    sentence = _("les colonnes du fichier à publier ne sont pas celles que la déclaration publie")
    remedy = _("ne pas publier ; signaler ce défaut")


class UnitsTooFew(Finding):
    code = "unites-trop-peu"
    sentence = _(
        "un groupe du fichier à publier ne compte que {size} unités différentes ({unit}), moins que k = {k}"
    )
    remedy = _("ne pas publier ; signaler ce défaut")


class UnitsNotTraced(Finding):
    code = "unites-sans-trace"
    sentence = _(
        "les unités qui suivent les lignes ne sont pas celles de l'extrait : rien ne dit combien de "
        "personnes compte un groupe"
    )
    remedy = _("ne pas publier ; signaler ce défaut")


class TypeChanged(Finding):
    code = "type-change"
    sentence = _("« {column} » : la source la donne en {now}, elle la donnait en {before}")
    remedy = _(
        "vérifier ce que la colonne contient désormais, puis revoir sa règle ou la requête (un CAST "
        "la ramène "
        "à son type)"
    )


class SecretCell(Finding):
    code = "case-secrete"
    sentence = _("« {column} » : le fichier écrit contient {rows} que protège le secret statistique")
    remedy = _("ne pas publier ; signaler ce défaut")


class MarginsBeside(Finding):
    code = "totaux-et-cases-secretes"
    sentence = _(
        "« {column} » contient des totaux, alors que des lignes sont retirées : leur valeur s'en déduirait"
    )
    remedy = _("ôter les totaux de la source (ou de la requête) : chacun peut additionner ce qui est publié")


class WorkedOut(Finding):
    """``what``: how the column is worked out from others."""

    code = "colonne-qui-se-deduit"
    sentence = _("« {column} » {what}, alors que des lignes sont retirées : leur valeur s'en déduirait")
    remedy = _("ne pas publier cette colonne (« drop ») : chacun peut refaire le calcul à l'envers")


class GapsReveal(Finding):
    code = "numeros-a-trous"
    sentence = _(
        "« {column} » numérote les lignes : les numéros qui manquent désigneraient celles qui sont retirées"
    )
    remedy = _("ne pas publier cette colonne (« drop »)")


class ColumnsOfPopulation(Finding):
    code = "population-incomplete"
    sentence = _("la population ({file}) n'a pas toutes les colonnes attendues ; manque : {missing}")
    remedy = _("nommer ses colonnes comme les quasi-identifiants publiés")


class DifferenceWithheld(Finding):
    code = "difference-entre-revisions"
    sentence = _("{rows} retenue{s} : la comparaison avec une révision déjà publiée isolerait moins de {k}")


class ColumnsWithheld(Finding):
    code = "difference-de-colonnes"
    sentence = _(
        "{rows} retenue{s} : une révision déjà publiée n'avait pas tous les quasi-identifiants "
        "d'aujourd'hui ; la comparaison avec elle sur ceux qu'elle avait isolerait moins de {k}"
    )


class PopulationWithheld(Finding):
    code = "difference-entre-jeux"
    sentence = _(
        "{rows} retenue{s} : la comparaison avec le jeu « {other} », qui décrit les mêmes personnes, en "
        "isolerait moins de {k}"
    )


class ExposedByRejection(Finding):
    code = "classe-reduite-par-rejet"
    sentence = _("{rows} retirées : des lignes rejetées laissaient leur groupe à moins de {k}")
    remedy = _("corriger à la source les lignes rejetées pour que ces groupes reviennent")


class TooMuchWithheld(Finding):
    code = "trop-de-differences"
    sentence = _(
        "il faudrait retenir {rows} sur {total} ({share}) pour que la différence avec ce qui est déjà publié "
        "n'isole personne, plus que les {limit} admis"
    )
    remedy = _(
        "attendre que davantage de lignes aient changé (une cadence plus lente), généraliser davantage, ou "
        "relever « suppress_at_most »"
    )


class EarlierRevisionGone(Finding):
    code = "revision-anterieure-absente"
    sentence = _(
        "des révisions déjà publiées ne sont plus dans le dépôt (nombre : {missing}) : rien ne dit "
        "ce que leur "
        "différence révélerait"
    )
    remedy = _("restaurer le dépôt ; ou, si nul ne peut plus les avoir, les ôter de {key}")


class DifferenceIsolates(Finding):
    code = "difference-qui-isole"
    sentence = _(
        "la différence entre le fichier à publier et une révision déjà publiée isole moins de {k} "
        "(groupes concernés : {classes})"
    )
    remedy = _("ne pas publier ; signaler ce défaut")


class PopulationIsolates(Finding):
    code = "difference-qui-isole-entre-jeux"
    sentence = _(
        "la différence entre le fichier à publier et le jeu « {other} », qui décrit les mêmes personnes, "
        "isole moins de {k} (groupes concernés : {classes})"
    )
    remedy = _(
        "relancer l'exécution entière (Clear depuis « Extraire ») : l'autre jeu a été publié entre-temps"
    )


_THREE_WAYS = _(
    "l'une de trois : {rule} ; « basis: » avec le texte qui permet de la publier ; ou, si ce n'est la donnée "
    "de personne, la décision de qui l'a vérifié, inscrite à son nom sous « waivers: » : {waiver}"
)


class PersonalColumn(Finding):
    """``rule`` and ``waiver``: see ``ways_out``."""

    code = "donnee-personnelle"
    sentence = _("« {column} » : {what} ({sure}) dans {rows} du fichier à publier")
    remedy = _THREE_WAYS


class PerhapsPersonal(Finding):
    """As ``PersonalColumn``, where only a person can tell."""

    code = "donnee-personnelle-possible"
    sentence = _(
        "« {column} » : peut-être {what}, dans {rows} du fichier à publier ; rien ne sort avant qu'une "
        "personne nommée en ait décidé"
    )
    remedy = _THREE_WAYS


class NotedColumn(Finding):
    code = "donnee-signalee"
    sentence = _(
        "« {column} » : {what} dans {rows} ; signalé sans fermer la porte, parce que la colonne paraît être "
        "de choses, de services ou de références : à lire, personne n'en a décidé"
    )


class WaivedFinding(Finding):
    code = "constat-leve"
    sentence = _("« {column} » : {what} dans {rows}, constat levé le {day}, au nom de : {by} ({reason})")


class StaleWaiver(Finding):
    code = "levee-sans-objet"
    sentence = _("« {column} » : plus rien n'y ressemble à {what}, mais ce constat y est toujours levé")
    remedy = _("ôter cette levée de « waivers: » : elle couvrirait une donnée qui reviendrait")
