"""``check --connect``: every source and every platform is asked, and answers or not. Nothing is written."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aqueduc.anonymise import check_source_columns
from aqueduc.anonymise.findings import MissingColumn
from aqueduc.declaration import City, Dataset
from aqueduc.declaration.source_kind import summarise_source
from aqueduc.declaration.spec import PlatformSettings
from aqueduc.errors import AqueducError, GateClosed
from aqueduc.findings import Finding
from aqueduc.language import Message, _, format_label, join_messages, n_
from aqueduc.publish.preflight import check_platform_readiness, open_checked_platform
from aqueduc.run import Workspace
from aqueduc.sources.adapter import RECORDS_READ, keep_source_columns, probe_source
from aqueduc.sources.national import NationalSchemaCatalogue, read_catalogue
from aqueduc.sources.references import list_added_columns

AT_ONCE = 8


@dataclass(frozen=True)
class ConnectionAnswer:
    """The answer of a source or a platform. ``subject``: ``source``, ``schema`` (a national one), ``record``
    or ``platform`` (which has no dataset); ``name`` is for reading. ``later``: it did not answer, and may.
    ``doubts`` stop nothing."""

    subject: str
    dataset: str | None
    name: str
    ok: bool
    said: str
    code: str = ""
    remedy: str = ""
    later: bool = False
    doubts: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "doubts": list(self.doubts)}


def ask_connections(
    datasets: Sequence[Dataset], city: City, workspace: Workspace
) -> Iterator[ConnectionAnswer]:
    """The answers of the sources, then those of each platform with its records; in the order of the
    declarations."""
    yield from _ask_datasets_concurrently(lambda dataset: [_ask_source(dataset, city, workspace)], datasets)
    yield from _check_newer_schemas(datasets)
    used = {name for dataset in datasets for name in dataset.publication.platforms}
    for settings in city.platforms:
        if settings.name in used:
            yield from _ask_platform(settings, datasets, city, workspace)


def _ask_datasets_concurrently(
    ask: Callable[[Dataset], list[ConnectionAnswer]], datasets: Sequence[Dataset]
) -> Iterator[ConnectionAnswer]:
    """Several at once, since each spends its time waiting; told in order."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for answers in pool.map(lambda dataset, here: here.run(ask, dataset), *_pair_with_contexts(datasets)):
            yield from answers
    finally:
        pool.shutdown(cancel_futures=True)


def _pair_with_contexts(datasets: Sequence[Dataset]) -> tuple[Sequence[Dataset], list[Any]]:
    """A thread has no context of its own: the language is handed to it."""
    return datasets, [copy_context() for _ in datasets]


# --- sources ------------------------------------------------------------------------------------------------


def _ask_source(dataset: Dataset, city: City, workspace: Workspace) -> ConnectionAnswer:
    name = str(_("{} : {}").format(dataset.id, summarise_source(dataset.source)))
    try:
        added = (*list_added_columns(dataset, city, workspace), *dataset.computed)
        found = probe_source(keep_source_columns(dataset, added), city, workspace)
    except AqueducError as error:
        return _build_failed_answer("source", dataset.id, name, error)
    findings = check_source_columns(dataset, (*found.columns, *added))
    doubts: tuple[str, ...] = ()
    if not found.whole:
        absent = [finding for finding in findings if isinstance(finding, MissingColumn)]
        findings = [finding for finding in findings if finding not in absent]
        doubts = tuple(
            str(
                _("« {} » n'est dans aucun des {} premiers enregistrements").format(
                    finding.column, RECORDS_READ
                )
            )
            for finding in absent
        )
    if findings:
        return ConnectionAnswer(
            "source",
            dataset.id,
            name,
            ok=False,
            said=str(
                format_label(
                    _("ses colonnes ne sont pas celles de la déclaration"),
                    join_messages((finding.message() for finding in findings), " ; "),
                )
            ),
            code=findings[0].code,
            remedy=findings[0].what_to_do(),
        )
    counted = n_("{count} colonne", "{count} colonnes", len(found.columns))
    said = _("{}, toutes déclarées").format(counted)
    return ConnectionAnswer(
        "source",
        dataset.id,
        name,
        ok=True,
        said=str(Message("{} ; {}").format(found.holds, said) if found.holds else said),
        doubts=(*doubts, *map(str, found.doubts)),
    )


# --- national schemas ---------------------------------------------------------------------------------------

_NEWER = _("la version {} est parue ; pour la suivre : aqueduc fetch-schema {}, puis changer « version: »")


def _check_newer_schemas(datasets: Sequence[Dataset]) -> Iterator[ConnectionAnswer]:
    """Whether there is a newer version of each national schema that is followed: it is told, and stops
    nothing, and neither does a catalogue that is silent. A run never asks."""
    followed = {dataset.id: dataset.national for dataset in datasets if dataset.national}
    catalogues = {index: _read_schema_catalogue(index) for index in {one.index for one in followed.values()}}
    for name, one in followed.items():
        catalogue = catalogues[one.index]
        if isinstance(catalogue, AqueducError):
            doubt = [
                _("le catalogue n'a pas répondu : nul ne sait s'il y a une version plus récente ({})").format(
                    catalogue.what
                )
            ]
        elif one.version not in catalogue.addresses.get(one.name, ()):
            doubt = [_("le catalogue n'a plus cette version")]
        else:
            newer = catalogue.find_newer_version(one.name, one.version)
            doubt = [_NEWER.format(newer, f"{one.name} {newer}")] if newer else []
        yield ConnectionAnswer(
            "schema",
            name,
            str(_("{} : schéma national").format(name)),
            ok=True,
            said=str(_("{} {}, tel qu'il a été cherché").format(one.name, one.version)),
            doubts=tuple(map(str, doubt)),
        )


def _read_schema_catalogue(index: str) -> NationalSchemaCatalogue | AqueducError:
    with tempfile.TemporaryDirectory(prefix="aqueduc-") as scratch:
        try:
            return read_catalogue(index, Path(scratch))
        except AqueducError as error:
            return error


# --- platforms ----------------------------------------------------------------------------------------------


def _ask_platform(
    settings: PlatformSettings, datasets: Iterable[Dataset], city: City, workspace: Workspace
) -> Iterator[ConnectionAnswer]:
    """Its records are only asked about once it has let us in."""
    mine = [dataset for dataset in datasets if settings.name in dataset.publication.platforms]
    try:
        with open_checked_platform(settings, city, workspace) as platform:
            known = platform.read_capabilities()
            version = ".".join(map(str, known.version))
            said = str(settings.kind.greeting.format(version, platform.client.organisation))
            limits = tuple(map(str, known.limits))
            yield ConnectionAnswer("platform", None, settings.name, ok=True, said=said, doubts=limits)
            for dataset in mine:
                yield _ask_record(
                    dataset,
                    settings.name,
                    lambda dataset: check_platform_readiness(
                        dataset, city, platform, settings.name, workspace
                    ),
                )
    except AqueducError as error:
        yield _build_failed_answer("platform", None, settings.name, error)


def _ask_record(
    dataset: Dataset, platform: str, ask: Callable[[Dataset], tuple[Finding, ...]]
) -> ConnectionAnswer:
    name = str(_("fiche « {} »").format(dataset.id))
    try:
        findings = ask(dataset)
    except AqueducError as error:
        return _build_failed_answer("record", dataset.id, name, error)
    accepted = [_("licence, adresse et rayon acceptés")]
    if platform in dataset.publication.adopts:
        accepted.append(_("la fiche à reprendre est là, avec ses ressources"))
    return ConnectionAnswer(
        "record",
        dataset.id,
        name,
        ok=True,
        said=str(join_messages(accepted, " ; ")),
        doubts=tuple(map(str, findings)),
    )


def _build_failed_answer(
    subject: str, dataset: str | None, name: str, error: AqueducError
) -> ConnectionAnswer:
    said = error.what
    if isinstance(error, GateClosed):
        said = f"{said} {' ; '.join(finding.message() for finding in error.findings)}"
    return ConnectionAnswer(
        subject,
        dataset,
        name,
        ok=False,
        said=said,
        code=error.code,
        remedy=error.remedy,
        later=error.retryable,
    )
