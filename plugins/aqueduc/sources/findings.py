"""What extract may notice without stopping."""

from __future__ import annotations

from aqueduc.findings import Finding
from aqueduc.language import _


class BlankRows(Finding):
    code = "lignes-vides"
    sentence = _("{rows} sans aucune valeur dans la source")
    remedy = _("rien à faire : elles ne comptent pas")


class RaggedRows(Finding):
    code = "lignes-mal-decoupees"
    sentence = _("{rows} dont le nombre de cellules n'est pas celui de l'en-tête : rejet")
    remedy = _("les corriger : guillemets autour des cellules qui contiennent le séparateur")


class AmbiguousNumbers(Finding):
    code = "nombres-ambigus"
    sentence = _(
        "« {column} » : {rows} où un point sépare trois chiffres, alors que la décimale est la virgule"
    )
    remedy = _("le point est lu comme une décimale ; si c'est un séparateur de milliers, corriger la source")


class NoNextPage(Finding):
    code = "pas-de-page-suivante"
    sentence = _("la première réponse ne porte pas « {path} » : une seule page a été lue")
    remedy = _("vérifier « paging: » si l'API en annonce d'autres")


class EncodingDoubtful(Finding):
    """``doubt``: why, as a sentence."""

    code = "encodage-devine"
    sentence = _("encodage deviné : {encoding} ; doute : {doubt}")
    remedy = _("relire les accents à l'aperçu, puis écrire le bon « encoding: » dans la déclaration")


class TitleRows(Finding):
    code = "lignes-de-titre"
    sentence = _("{rows} de titre au-dessus de l'en-tête")
    remedy = _("rien à faire : elles ne comptent pas")


class FootRows(Finding):
    code = "lignes-de-pied"
    sentence = _("{rows} au pied du tableau (total, source…), non lue{s} comme des données")
    remedy = _("rien à faire si ce sont bien des totaux ou des notes ; sinon, préciser « footer: »")


class CellsMerged(Finding):
    code = "cellules-fusionnees"
    sentence = _("« {column} » : {rows} dans une cellule fusionnée, qui en ont reçu la valeur")
    remedy = _("rien à faire")


_GROUPED = _(
    "les lignes sont publiées triées : donner à chacune le nom de son groupe dans une colonne (« fill_down » "
    "s'il n'y manque que la suite), ou garder l'ordre du fichier par « order: source » si tout y est publié "
    "tel quel"
)


class GroupLabels(Finding):
    code = "titres-de-groupes"
    sentence = _("{rows} d'une seule cellule, qui semblent le titre d'un groupe")
    remedy = _GROUPED


class GroupsNamedOnce(Finding):
    code = "groupes-nommes-une-fois"
    sentence = _(
        "{rows} dont la première colonne est vide, comme si le groupe n'était nommé qu'à sa première ligne"
    )
    remedy = _GROUPED


class SubtotalRows(Finding):
    code = "sous-totaux"
    sentence = _("{rows} qui semblent des totaux au milieu des données")
    remedy = _(
        "les ôter du fichier : triées et additionnées avec les autres, elles compteraient deux fois ; celles "
        "du pied de tableau se déclarent par « footer: »"
    )
