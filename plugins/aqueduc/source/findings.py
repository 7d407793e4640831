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
