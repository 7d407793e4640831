"""What extract may notice without stopping."""

from __future__ import annotations

from aqueduc.findings import Finding
from aqueduc.language import Said


class BlankRows(Finding):
    code = "lignes-vides"
    sentence = Said("{rows} sans aucune valeur dans la source", "{rows} without any value in the source")
    remedy = Said("rien à faire : elles ne comptent pas", "nothing to do: they do not count")


class RaggedRows(Finding):
    code = "lignes-mal-decoupees"
    sentence = Said(
        "{rows} dont le nombre de cellules n'est pas celui de l'en-tête : rejet",
        "{rows} that do not have as many cells as the header, rejected",
    )
    remedy = Said(
        "les corriger : guillemets autour des cellules qui contiennent le séparateur",
        "correct them: quotes around the cells that contain the delimiter",
    )


class AmbiguousNumbers(Finding):
    code = "nombres-ambigus"
    sentence = Said(
        "« {column} » : {rows} où un point sépare trois chiffres, alors que la décimale est la virgule",
        "“{column}”: {rows} where a point sets three digits apart, though the decimal mark is the comma",
    )
    remedy = Said(
        "le point est lu comme une décimale ; si c'est un séparateur de milliers, corriger la source",
        "the point is read as a decimal mark; if it separates thousands, correct the source",
    )


class NoNextPage(Finding):
    code = "pas-de-page-suivante"
    sentence = Said(
        "la première réponse ne porte pas « {path} » : une seule page a été lue",
        "the first answer does not carry “{path}”: one page only was read",
    )
    remedy = Said(
        "vérifier « paging: » si l'API en annonce d'autres", "check “paging:” if the API announces others"
    )


class EncodingDoubtful(Finding):
    """``doubt``: why, as a sentence."""

    code = "encodage-devine"
    sentence = Said(
        "encodage deviné : {encoding} ; doute : {doubt}", "encoding guessed: {encoding}; doubt: {doubt}"
    )
    remedy = Said(
        "relire les accents à l'aperçu, puis écrire le bon « encoding: » dans la déclaration",
        "read the accents in the preview, then write the right “encoding:” in the declaration",
    )


class TitleRows(Finding):
    code = "lignes-de-titre"
    sentence = Said("{rows} de titre au-dessus de l'en-tête", "{rows} of title above the header")
    remedy = Said("rien à faire : elles ne comptent pas", "nothing to do: they do not count")


class FootRows(Finding):
    code = "lignes-de-pied"
    sentence = Said(
        "{rows} au pied du tableau (total, source…), non lue{s} comme des données",
        "{rows} at the foot of the table (total, source…), not read as data",
    )
    remedy = Said(
        "rien à faire si ce sont bien des totaux ou des notes ; sinon, préciser « footer: »",
        "nothing to do if they are totals or notes indeed; otherwise, make “footer:” more precise",
    )


class CellsMerged(Finding):
    code = "cellules-fusionnees"
    sentence = Said(
        "« {column} » : {rows} dans une cellule fusionnée, qui en ont reçu la valeur",
        "“{column}”: {rows} within a merged cell, given its value",
    )
    remedy = Said("rien à faire", "nothing to do")


_GROUPED = Said(
    "les lignes sont publiées triées : donner à chacune le nom de son groupe dans une colonne (« fill_down » "
    "s'il n'y manque que la suite), ou garder l'ordre du fichier par « order: source » si tout y est publié "
    "tel quel",
    "rows are published sorted: give each the name of its group in a column (“fill_down” where only what "
    "follows is blank), or keep the order of the file by “order: source” if all of it is published as it is",
)


class GroupLabels(Finding):
    code = "titres-de-groupes"
    sentence = Said(
        "{rows} d'une seule cellule, qui semblent le titre d'un groupe",
        "{rows} of a single cell, which look like the title of a group",
    )
    remedy = _GROUPED


class GroupsNamedOnce(Finding):
    code = "groupes-nommes-une-fois"
    sentence = Said(
        "{rows} dont la première colonne est vide, comme si le groupe n'était nommé qu'à sa première ligne",
        "{rows} whose first column is blank, as if a group were named on its first row only",
    )
    remedy = _GROUPED


class Subtotals(Finding):
    code = "sous-totaux"
    sentence = Said(
        "{rows} qui semblent des totaux au milieu des données", "{rows} that look like totals among the data"
    )
    remedy = Said(
        "les ôter du fichier : triées et additionnées avec les autres, elles compteraient deux fois ; celles "
        "du pied de tableau se déclarent par « footer: »",
        "take them out of the file: sorted and added up with the others, they would count twice; those at "
        "the foot are declared by “footer:”",
    )
