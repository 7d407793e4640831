"""What extract may notice without stopping."""

from __future__ import annotations

from aqueduc.findings import Finding


class BlankRows(Finding):
    code = "lignes-vides"
    sentence = "{rows} sans aucune valeur dans la source"
    remedy = "rien à faire : elles ne comptent pas"


class RaggedRows(Finding):
    code = "lignes-mal-decoupees"
    sentence = "{rows} qui n'ont pas autant de cellules que l'en-tête, rejetées"
    remedy = "les corriger : guillemets autour des cellules qui contiennent le séparateur"


class AmbiguousNumbers(Finding):
    code = "nombres-ambigus"
    sentence = "« {column} » : {rows} où un point sépare trois chiffres, alors que la décimale est la virgule"
    remedy = "le point est lu comme une décimale ; si c'est un séparateur de milliers, corriger la source"


class NoNextPage(Finding):
    code = "pas-de-page-suivante"
    sentence = "la première réponse ne porte pas « {path} » : une seule page a été lue"
    remedy = "vérifier « paging: » si l'API en annonce d'autres"
