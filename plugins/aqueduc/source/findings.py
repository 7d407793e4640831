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
        "{rows} qui n'ont pas autant de cellules que l'en-tête, rejetées",
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
        "{rows} au pied du tableau (total, source…), non lues comme des données",
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
