"""The part of a declaration on which somebody agrees: what leaves, of what, how it is protected, to whom and
where. A title or a keyword is none of it.

In a canonical form, so that the SHA-256 changes with what is declared and not with how it is written, nor with
the words of a version of Aqueduc; and in words, for who is asked again.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from aqueduc.declaration.files import list_function_folder_files
from aqueduc.declaration.spec import City, ColumnDeclaration, Dataset
from aqueduc.record.facts import Facts, collect_dataset_facts, compare_facts
from aqueduc.store import compute_bytes_sha256, compute_file_sha256

_PROSE = frozenset({"title", "description", "example", "rdfType"})
"""Of a schema: what describes a field, and changes nothing of what it may hold."""

_UPKEEP = frozenset({"pool", "largest_file_mb", "withdrawn"})
"""Of a platform: what says neither where a dataset is shown, nor how long, nor whether the convention binds it."""

# The labels of ``record.facts`` that tell of it, by how they begin.
_LABELS = (
    *(
        "Origine",
        "Lecture de la source",
        "Table jointe «",
        "Colonne calculée «",
        "Position",
        "Intervalles",
        "Clé",
        "Environnement",
    ),
    *("Texte de la requête", "Colonne «", "Réglages de «", "Colonne sensible «", "k-anonymat"),
    *("Quasi-identifiants", "Unité comptée", "Lignes retirées par le k-anonymat", "Choix des niveaux"),
    *("Hiérarchie de «", "Population", "Constat levé", "Ordre des lignes", "Lignes fautives tolérées"),
    *("Listes de noms", "Accès", "Licence", "Plateforme «", "Mode", "Lien", "Emplacement «", "Schéma"),
    *("Convention et «", "Fichiers remplacés sur «", "Embargo"),
    *(
        "Finalité",
        "Fondement du traitement",
        "Personnes concernées",
        "Raison du k",
        "AIPD",
        "Durée de publication",
    ),
    *("Gardes", "Ville", "Garde des lignes rejetées", "Garde des révisions remplacées"),
)


def hash_declaration_parts_needing_agreement(dataset: Dataset, city: City, include: Path) -> str:
    """SHA-256 of the canonical form. ``include``: where the files that it names are."""
    canonical = json.dumps(
        collect_declaration_parts_needing_agreement(dataset, city, include),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return compute_bytes_sha256(canonical.encode())


def collect_declaration_parts_needing_agreement(
    dataset: Dataset, city: City, include: Path
) -> dict[str, Any]:
    """Columns and rules with the files they read, privacy, guards, source, schema, licence, access, embargo, mode and
    platforms; why, on what ground and of whom (GDPR 6); how long rejected rows and replaced revisions are kept.

    What stands at its default is left out, so that a key that a later version adds asks nobody again."""
    publication = dataset.publication
    written = _dump_non_default_fields(dataset.guards)
    at_default = [name for name in dataset.guards.new_window_guards if name not in written]
    kept = city.model_dump(include={"rejected_days", "revision_days"}, exclude_defaults=True)
    return {
        "source": {"kind": dataset.source.kind, **_dump_non_default_fields(dataset.source)},
        "reading": _dump_non_default_fields(dataset.reading),
        # Its rows are data, as those of the source are: others ask nobody again.
        **(
            {"join": [one.model_dump(exclude={"sha256"}, exclude_defaults=True) for one in dataset.join]}
            if dataset.join
            else {}
        ),
        **({"computed": dataset.computed} if dataset.computed else {}),
        "geometry": _dump_non_default_fields(dataset.geometry) if dataset.geometry else None,
        "windowed": dataset.windowed,
        "key": dataset.key,
        "ordered": dataset.keeps_order,
        "columns": {
            column.name: _collect_column_parts_needing_agreement(column, include)
            for column in dataset.columns
        },
        "lists": city.lists if _has_column_redacted_with_name_lists(dataset) else "",
        "privacy": _dump_non_default_fields(dataset.privacy) if dataset.privacy else None,
        # As its default, but for what it decides.
        **({"unit": []} if dataset.privacy and dataset.privacy.counts_rows_as_people else {}),
        "waivers": sorted(
            [one.column, str(one.kind), one.by, one.reason, one.day.isoformat()] for one in dataset.waivers
        ),
        "reject_at_most": dataset.reject_at_most,
        "guards": written,
        # One that is declared at its default judges new windows, which it did not.
        **({"tightened": at_default} if at_default and dataset.windowed else {}),
        "processing": _dump_non_default_fields(dataset.processing),
        "schema": _remove_schema_descriptions(_dump_non_default_fields(dataset.table_schema)),
        "licence": dataset.licence.id,
        "organisation": city.organisation,
        "access": {"level": dataset.access.level.value, "users": sorted(dataset.access.users)},
        "mode": publication.mode.value,
        "link": publication.link,
        "outlet": dict(_list_outlet_settings(dataset, city)),
        "platforms": {name: dict(_list_platform_settings(name, city)) for name in publication.platforms},
        **({"publish_at": str(dataset.publish_at)} if dataset.publish_at else {}),
        **({"kept": kept} if kept else {}),
    }


def _has_column_redacted_with_name_lists(dataset: Dataset) -> bool:
    return any(one.rule.capabilities.redacts for one in dataset.columns)


def _dump_non_default_fields(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_defaults=True)


def _collect_column_parts_needing_agreement(column: ColumnDeclaration, include: Path) -> dict[str, Any]:
    rule = column.rule
    return {
        "rule": {"kind": rule.model_dump(mode="json").get("kind"), **_dump_non_default_fields(rule)},
        "files": {
            name: _compute_file_sha256_or_empty(include / name)
            for file in rule.referenced_files
            for name in (list_function_folder_files(include, file.path) if file.function else (file.path,))
        },
        "published_as": column.published_as,
        "basis": column.basis,
        "until": column.basis_until.isoformat() if column.basis_until else None,
    }


def _compute_file_sha256_or_empty(path: Path) -> str:
    """One that is gone is like no other: nobody agreed to it."""
    return compute_file_sha256(path) if path.is_file() else ""


def _remove_schema_descriptions(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: _remove_schema_descriptions(value) for key, value in schema.items() if key not in _PROSE}
    return [_remove_schema_descriptions(one) for one in schema] if isinstance(schema, list) else schema


def _list_outlet_settings(dataset: Dataset, city: City) -> Iterator[tuple[str, Any]]:
    outlet = next((one for one in city.outlets if one.name == dataset.publication.outlet), None)
    if outlet:
        yield from _dump_non_default_fields(outlet).items()


def _list_platform_settings(name: str, city: City) -> Iterator[tuple[str, Any]]:
    if settings := city.find_platform_settings(name):
        spec = settings.spec
        yield from (
            (key, value) for key, value in _dump_non_default_fields(spec).items() if key not in _UPKEEP
        )
        yield from (("type", spec.type), ("connection", spec.connection), ("url", spec.public_url))


_AGREED = (
    "ce qui est dit du traitement (finalité, fondement, personnes, raison du k ou du seuil, AIPD, durée), durées de "
    "garde (lignes rejetées, "
    "révisions), source et façon de la lire, colonnes, règles, schéma, position, clé, ordre, protection, levées (par "
    "qui, quand, pourquoi), rejets admis, gardes, licence, accès, mode et lien, embargo, organisation, "
    "emplacement, plateformes"
)
_AGREED_JOINS = ", tables jointes (leurs clés et leurs colonnes, non ce qu'elles contiennent)"
_AGREED_LISTS = ", listes de noms (une colonne est expurgée)"


def describe_agreement_scope(dataset: Dataset) -> str:
    """What ``collect_declaration_parts_needing_agreement`` has, in French."""
    joined = _AGREED_JOINS if dataset.join else ""
    joined += ", colonnes calculées" if dataset.computed else ""
    return f"{_AGREED}{joined}{_AGREED_LISTS if _has_column_redacted_with_name_lists(dataset) else ''}"


# --- in words -----------------------------------------------------------------------------------------------


def collect_dataset_facts_under_agreement(dataset: Dataset, city: City) -> dict[str, str]:
    """The same as labelled facts in French, to be kept beside an agreement."""
    facts = collect_dataset_facts(dataset, city)
    return {label: said for label, said in facts.items() if label.startswith(_LABELS)}


def describe_agreed_fact_changes(before: Facts, after: Facts) -> tuple[str, ...]:
    """What differs, in French sentences; never none, since it is asked where the digests differ."""
    return tuple(str(change) for change in compare_facts(before, after)) or (
        "le contenu d'un fichier nommé par la déclaration, ou un réglage que ces pages ne nomment pas",
    )
