"""What people read of a dataset in Airflow: its documentation page and its tags, in French."""

from __future__ import annotations

import re
from typing import Any

from aqueduc.declaration.source_kind import describe_on_page
from aqueduc.declaration.spec import (
    City,
    Column,
    Dataset,
    Mode,
    OutputFormat,
)
from aqueduc.declaration.treatment import describe_treatment
from aqueduc.declaration.vocabulary import THEMES, AccessLevel
from aqueduc.findings import percent
from aqueduc.language import format_unit_count

ACCESS = {
    AccessLevel.OPEN: "ouvert à tous",
    AccessLevel.REGISTERED: "réservé aux utilisateurs inscrits",
    AccessLevel.NAMED_USERS: "réservé aux utilisateurs nommés",
    AccessLevel.SAME_ORGANISATION: "réservé à l'organisation",
    AccessLevel.ANY_ORGANISATION: "réservé aux organisations inscrites",
    AccessLevel.PARTNERS: "réservé aux partenaires",
}
_FORMATS = {
    OutputFormat.CSV: "CSV",
    OutputFormat.PARQUET: "Parquet",
    OutputFormat.GEOJSON: "GeoJSON",
    OutputFormat.XLSX: "Excel",
}
_MODES = {Mode.UPLOAD: "dépôt", Mode.INDEX: "lien"}
SWEEP = """### Balayer le coffre

Chaque heure, ce que des exécutions tuées ont laissé dans le coffre est détruit : les extraits bruts qu'aucune
exécution vivante ne tient, leurs dossiers temporaires, et les lignes rejetées gardées plus de `rejected_days`
jours (`city.yaml`), de tous les jeux, déclarés ou non.

Une exécution en cours, ou qui attend sa tâche suivante, n'est pas balayée ; au-delà d'une journée d'attente,
elle reprend à l'extraction. À la main : `aqueduc sweep`.
"""
# Airflow refuses a tag longer than 100 characters, and its list shows little more than twenty.
_OWNER_PREFIXES = ("direction générale", "direction", "service", "pôle", "département")
_ARTICLES = ("de la ", "de l'", "de l’", "du ", "des ", "de ", "d'", "d’")


def tags(dataset: Dataset) -> list[str]:
    """``thème:…``, ``mode:…``, ``accès:…``, ``service:…``: what an operator filters the list by."""
    access = "ouvert" if dataset.access.is_open else "restreint"
    return [
        f"thème:{THEMES[dataset.theme].split(',')[0].lower()}",
        f"mode:{_MODES[dataset.publication.mode]}",
        f"accès:{access}",
        f"service:{short_owner(dataset.owner)}",
    ]


def short_owner(owner: str) -> str:
    """``Direction de l'urbanisme`` -> ``urbanisme``; at most 40 characters."""
    text = owner.strip()
    for prefix in _OWNER_PREFIXES:
        if text.lower().startswith(prefix + " "):
            text = text[len(prefix) + 1 :]
            break
    for article in _ARTICLES:
        if text.lower().startswith(article):
            text = text[len(article) :]
            break
    return text[:40].strip()


def complaint(text: str) -> str:
    """A message about a file, as Markdown: sentences wrap, the lines shown keep their carets aligned."""
    parts: list[str] = []
    fenced = False
    for line in text.splitlines():
        if bool(_SHOWN.match(line)) != fenced:
            parts.append("```text" if not fenced else "```")
            fenced = not fenced
        said = line.strip()
        if fenced:
            parts.append(line)
        elif said.startswith("= "):
            parts += ["", f"> {_MARKS.sub(_ESCAPED, said[2:])}", ""]
        else:
            parts += [_MARKS.sub(_ESCAPED, said), ""]
    return "\n".join([*parts, "```"] if fenced else parts)


_SHOWN = re.compile(r" *\d* \| ")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_ESCAPED = r"\\\1"


def page(dataset: Dataset, city: City) -> str:
    """The documentation of a DAG, in Markdown: what leaves, what stays and why, how often, where."""
    return "\n".join(
        [
            dataset.description,
            "",
            *_table(("", ""), _facts(dataset, city)),
            "",
            "#### Ce qui sort",
            "",
            *_table(("Colonne publiée", "Colonne de la source", "Traitement"), _leaving(dataset)),
            "",
            "#### Ce qui reste à la Ville",
            "",
            _staying(dataset),
            "",
            "#### Garanties",
            "",
            *(f"- {line}" for line in _guarantees(dataset)),
            "",
            "#### Lancer à la main",
            "",
            *(f"- {line}" for line in _by_hand(dataset)),
            *(["", "#### À revoir", ""] if dataset.warnings else []),
            *(f"- {_MARKS.sub(_ESCAPED, str(doubt))}" for doubt in dataset.warnings),
        ]
    )


def _facts(dataset: Dataset, city: City) -> list[tuple[str, str]]:
    platform = city.platform(dataset.publication.platform)
    where = (
        f"{platform.name} (organisation {city.organisation})" if platform else dataset.publication.platform
    )
    if also := dataset.publication.also:
        where += f", et {', '.join(also)}"
    if dataset.publication.at_source:
        where += " : la fiche et un lien ; les données restent à la Ville"
    else:
        formats = ", ".join(_FORMATS[kind] for kind in dataset.publication.formats)
        if split := dataset.publication.split:
            per = "année" if split.per == "year" else "valeur"
            formats += f", un fichier par {per} de `{split.by}`"
        if dataset.publication.outlet:
            where += f" : la fiche et des liens vers « {dataset.publication.outlet} »"
        where += f", en {formats}" + (", et en table interrogeable" if dataset.publication.datastore else "")
    licence = dataset.licence.title
    return [
        ("**Publié sur**", where),
        ("**Licence**", f"[{licence}]({dataset.licence.url})" if dataset.licence.url else licence),
        ("**Accès**", ACCESS[dataset.access.level]),
        ("**Cadence**", dataset.frequency.french + (", une période à la fois" if dataset.windowed else "")),
        ("**Source**", describe_on_page(dataset.source)),
        ("**Thème**", THEMES[dataset.theme]),
        ("**Producteur**", f"{dataset.owner}, {city.name} ({dataset.contact})"),
        ("**Déclaration**", f"`include/datasets/{dataset.path.name}`, schéma `{dataset.schema_path}`"),
    ]


def _leaving(dataset: Dataset) -> list[tuple[str, str, str]]:
    return [
        (f"`{column.published_as}`", f"`{column.name}`", _treatment(column, dataset))
        for column in dataset.published
    ]


def _treatment(column: Column, dataset: Dataset) -> str:
    text = describe_treatment(column, dataset.privacy)
    return f"{text} ; fondement : {column.basis}" if column.basis else text


def _staying(dataset: Dataset) -> str:
    retained = [f"`{column.name}`" for column in dataset.columns if column.published_as is None]
    return ", ".join(retained) if retained else "Rien : aucune colonne n'est retirée."


def _guarantees(dataset: Dataset) -> list[str]:
    lines = ["Une colonne de la source qui n'est pas déclarée ferme la porte : rien n'est publié."]
    if dataset.privacy:
        names = ", ".join(f"`{name}`" for name in dataset.privacy.quasi_identifiers)
        units = format_unit_count(dataset.privacy.unit, dataset.privacy.k).french
        lines.append(
            f"k-anonymité : toute combinaison de {names} est portée par au moins {units} ; "
            f"au plus {percent(dataset.privacy.suppress_at_most, 4)} des lignes sont retirées pour y "
            "parvenir, sinon rien n'est publié."
        )
        lines.append(
            f"Ce qui change dans un groupe d'une révision à l'autre ne sort que par {units} au moins."
        )
    lines += [
        "Une ligne qui ne suit pas le schéma est mise à l'écart ; si une étape en écarte plus de "
        f"{percent(dataset.reject_at_most, 4)}, rien n'est publié.",
        "L'extrait brut est détruit à la fin de chaque exécution, réussie ou non ; celui d'une exécution "
        "tuée, par le balayage du coffre.",
        "Une source inchangée n'est pas republiée.",
    ]
    return lines


def _by_hand(dataset: Dataset) -> list[str]:
    lines = [
        "`force` : republier même si rien n'a changé.",
        "`dry_run` : tout faire sauf publier.",
    ]
    if dataset.windowed:
        lines.append(
            "Sans intervalle de données, c'est la dernière période complète qui est extraite. « Backfill » "
            "(rattrapage) reprend des périodes passées."
        )
    else:
        lines.append(
            "Le jeu est publié en entier à chaque fois : un rattrapage (« Backfill ») n'a pas de sens et est "
            "refusé."
        )
    return lines


def _table(header: tuple[str, ...], rows: list[Any]) -> list[str]:
    cells = [header, tuple("---" for _ in header), *rows]
    return ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in cells]
