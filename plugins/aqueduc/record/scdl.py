"""A catalogue as the local authorities' common one (SCDL « Catalogue », schema.data.gouv.fr): 20 columns."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from aqueduc.declaration.vocabulary import THEMES
from aqueduc.record.catalogue import Catalogue, CatalogueEntry

LONGEST_NAME = 140
_LICENCES = {
    "lov2": "Licence Ouverte-LO",
    "odc-odbl": "Open Database License-ODBL",
    "cc-by": "Creative Commons-CC",
    "cc-by-sa": "Creative Commons-CC",
    "cc-zero": "Creative Commons-CC",
}


def render_scdl_catalogue(catalogue: Catalogue) -> bytes | None:
    """CSV, UTF-8, comma: the open datasets that have a file or a link. None when the city declares no SIRET,
    which each of its rows must carry."""
    if not catalogue.publisher.siret:
        return None
    shown = [entry for entry in catalogue.entries if entry.fiche.access.is_open and entry.placed]
    rows = [_build_scdl_row(catalogue, entry) for entry in shown]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return out.getvalue().encode()


COLUMNS = (
    "COLL_NOM",
    "COLL_SIRET",
    "ID",
    "TITRE",
    "DESCRIPTION",
    "THEME",
    "PRODUCTEUR_NOM",
    "PRODUCTEUR_SIRET",
    "COUV_SPAT_MAILLE",
    "COUV_SPAT_NOM",
    "COUV_TEMP_DEBUT",
    "COUV_TEMP_FIN",
    "DATE_PUBL",
    "FREQ_MAJ",
    "DATE_MAJ",
    "MOTS_CLES",
    "LICENCE",
    "NOMBRE_RESSOURCES",
    "FORMAT_RESSOURCES",
    "URL",
)


def _build_scdl_row(catalogue: Catalogue, entry: CatalogueEntry) -> dict[str, str]:
    """All 20 are required. Of a dataset whose rows carry no date, the period covered is the one over which
    its states were published."""
    fiche, city = entry.fiche, catalogue.publisher
    changed = fiche.modified or fiche.issued
    start, end = fiche.temporal or (fiche.issued, changed)
    formats = dict.fromkeys(placed.distribution.format.lower() for placed in entry.placed)
    return {
        "COLL_NOM": city.name[:LONGEST_NAME],
        "COLL_SIRET": city.siret,
        "ID": fiche.slug,
        "TITRE": fiche.title,
        "DESCRIPTION": " ".join(fiche.description.split()),
        "THEME": THEMES[fiche.theme],
        "PRODUCTEUR_NOM": city.name[:LONGEST_NAME],
        "PRODUCTEUR_SIRET": city.siret,
        "COUV_SPAT_MAILLE": "Communale",
        "COUV_SPAT_NOM": city.commune_name,
        "COUV_TEMP_DEBUT": start.isoformat(),
        "COUV_TEMP_FIN": end.isoformat(),
        "DATE_PUBL": fiche.issued.isoformat(),
        "FREQ_MAJ": fiche.frequency.scdl,
        "DATE_MAJ": changed.isoformat(),
        "MOTS_CLES": ";".join(_normalise_keywords(fiche.keywords or (THEMES[fiche.theme],))),
        "LICENCE": _LICENCES.get(fiche.licence.id, "Spécifique ou autre"),
        "NOMBRE_RESSOURCES": str(len(entry.placed)),
        "FORMAT_RESSOURCES": ";".join(formats),
        "URL": entry.page,
    }


def _normalise_keywords(words: tuple[str, ...]) -> Iterator[str]:
    """In lower case, without accents, as the schema asks."""
    for word in words:
        plain = unicodedata.normalize("NFKD", word.replace("œ", "oe")).encode("ascii", "ignore").decode()
        if clean := re.sub(r"[;\s]+", " ", plain.casefold()).strip():
            yield clean
