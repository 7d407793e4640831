"""What a database without types of its own may give."""

from aqueduc.findings import Finding
from aqueduc.language import _

MixedTypes = Finding.define_subclass(
    "types-melanges",
    _(
        "la base y rend des valeurs de plusieurs types (nombres, textes, dates) : la colonne est lue comme du texte"
    ),
    _("la convertir dans la requête (CAST), ou corriger les données à la source"),
)
