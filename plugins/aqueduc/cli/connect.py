"""``check --connect``: every source and every platform is asked, and answers or not. Nothing is written."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aqueduc.anonymise import find_source_column_mismatches
from aqueduc.anonymise.findings import MissingColumn
from aqueduc.certify.witness.places import WitnessAnswer, read_readable_places
from aqueduc.declaration import City, Dataset
from aqueduc.declaration.source_kind import summarise_source
from aqueduc.declaration.spec import PlatformSettings
from aqueduc.errors import AqueducError, GateClosed
from aqueduc.findings import Finding
from aqueduc.language import Message, _, format_labelled_text, join_messages, n_
from aqueduc.publish.preflight import check_platform_accepts_dataset, open_checked_platform
from aqueduc.run import Workspace
from aqueduc.sources.adapter import RECORDS_READ, build_dataset_without_columns, probe_source
from aqueduc.sources.national import NationalSchemaCatalogue, download_schema_catalogue
from aqueduc.sources.references import list_joined_column_names
from aqueduc.store import UNCONDITIONAL

AT_ONCE = 8


@dataclass(frozen=True)
class ConnectionCheckResult:
    """The answer of a source or a platform. ``subject``: ``source``, ``schema`` (a national one), ``record``,
    ``platform``, ``store`` or ``witness`` (which have no dataset); ``name`` is for reading. ``later``: it did not answer,
    and may. ``doubts`` stop nothing."""

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


def probe_connections(
    datasets: Sequence[Dataset], city: City, workspace: Workspace
) -> Iterator[ConnectionCheckResult]:
    """The answers of the sources, then those of each platform with its records; in the order of the
    declarations."""
    yield from _probe_datasets_concurrently(
        lambda dataset: [_check_source_connection_and_columns(dataset, city, workspace)], datasets
    )
    yield from _check_newer_national_schemas(datasets)
    if not workspace.store.has_conditional_writes:
        doubt = str(UNCONDITIONAL.format(url=workspace.store.url))
        yield ConnectionCheckResult("store", None, workspace.store.url, True, "", doubts=(doubt,))
    for witness in read_readable_places(city, workspace):
        yield _build_witness_check_result(witness)
    used = {name for dataset in datasets for name in dataset.publication.platforms}
    for settings in city.platforms:
        if settings.name in used:
            yield from _probe_platform_and_records(settings, datasets, city, workspace)


def _build_witness_check_result(witness: WitnessAnswer) -> ConnectionCheckResult:
    name = str(_("témoin {place}").format(place=witness.place))
    if witness.failure:
        return _build_failed_check_result("witness", None, name, witness.failure)
    said = witness.signed.checkpoint.describe() if witness.signed else _("rien n'y a encore été déposé")
    return ConnectionCheckResult("witness", None, name, True, str(said))


def _probe_datasets_concurrently(
    ask: Callable[[Dataset], list[ConnectionCheckResult]], datasets: Sequence[Dataset]
) -> Iterator[ConnectionCheckResult]:
    """Several at once, since each spends its time waiting; told in order."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for answers in pool.map(
            lambda dataset, here: here.run(ask, dataset), *_pair_datasets_with_contextvars(datasets)
        ):
            yield from answers
    finally:
        pool.shutdown(cancel_futures=True)


def _pair_datasets_with_contextvars(datasets: Sequence[Dataset]) -> tuple[Sequence[Dataset], list[Any]]:
    """A thread has no context of its own: the language is handed to it."""
    return datasets, [copy_context() for _ in datasets]


# --- sources ------------------------------------------------------------------------------------------------


def _check_source_connection_and_columns(
    dataset: Dataset, city: City, workspace: Workspace
) -> ConnectionCheckResult:
    name = str(_("{} : {}").format(dataset.id, summarise_source(dataset.source)))
    try:
        added = (*list_joined_column_names(dataset, city, workspace), *dataset.computed)
        found = probe_source(build_dataset_without_columns(dataset, added), city, workspace)
    except AqueducError as error:
        return _build_failed_check_result("source", dataset.id, name, error)
    findings = find_source_column_mismatches(dataset, (*found.columns, *added))
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
        return ConnectionCheckResult(
            "source",
            dataset.id,
            name,
            ok=False,
            said=str(
                format_labelled_text(
                    _("ses colonnes ne sont pas celles de la déclaration"),
                    join_messages((finding.message() for finding in findings), " ; "),
                )
            ),
            code=findings[0].code,
            remedy=findings[0].format_remedy(),
        )
    counted = n_("{count} colonne", "{count} colonnes", len(found.columns))
    said = _("{}, toutes déclarées").format(counted)
    return ConnectionCheckResult(
        "source",
        dataset.id,
        name,
        ok=True,
        said=str(Message("{} ; {}").format(found.holds, said) if found.holds else said),
        doubts=(*doubts, *map(str, found.doubts)),
    )


# --- national schemas ---------------------------------------------------------------------------------------

_NEWER = _("la version {} est parue ; pour la suivre : aqueduc fetch-schema {}, puis changer « version: »")


def _check_newer_national_schemas(datasets: Sequence[Dataset]) -> Iterator[ConnectionCheckResult]:
    """Whether there is a newer version of each national schema that is followed: it is told, and stops
    nothing, and neither does a catalogue that is silent. A run never asks."""
    followed = {dataset.id: dataset.national for dataset in datasets if dataset.national}
    catalogues = {
        index: _download_catalogue_or_return_error(index)
        for index in {one.index for one in followed.values()}
    }
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
        yield ConnectionCheckResult(
            "schema",
            name,
            str(_("{} : schéma national").format(name)),
            ok=True,
            said=str(_("{} {}, tel qu'il a été cherché").format(one.name, one.version)),
            doubts=tuple(map(str, doubt)),
        )


def _download_catalogue_or_return_error(index: str) -> NationalSchemaCatalogue | AqueducError:
    with tempfile.TemporaryDirectory(prefix="aqueduc-") as scratch:
        try:
            return download_schema_catalogue(index, Path(scratch))
        except AqueducError as error:
            return error


# --- platforms ----------------------------------------------------------------------------------------------


def _probe_platform_and_records(
    settings: PlatformSettings, datasets: Iterable[Dataset], city: City, workspace: Workspace
) -> Iterator[ConnectionCheckResult]:
    """Its records are only asked about once it has let us in."""
    mine = [dataset for dataset in datasets if settings.name in dataset.publication.platforms]
    try:
        with open_checked_platform(settings, city, workspace) as platform:
            known = platform.read_capabilities()
            version = ".".join(map(str, known.version))
            said = str(settings.kind.greeting.format(version, platform.client.organisation))
            limits = tuple(map(str, known.limits))
            yield ConnectionCheckResult("platform", None, settings.name, ok=True, said=said, doubts=limits)
            for dataset in mine:
                yield _check_platform_accepts_record(
                    dataset,
                    settings.name,
                    lambda dataset: check_platform_accepts_dataset(
                        dataset, city, platform, settings.name, workspace
                    ),
                )
    except AqueducError as error:
        yield _build_failed_check_result("platform", None, settings.name, error)


def _check_platform_accepts_record(
    dataset: Dataset, platform: str, ask: Callable[[Dataset], tuple[Finding, ...]]
) -> ConnectionCheckResult:
    name = str(_("fiche « {} »").format(dataset.id))
    try:
        findings = ask(dataset)
    except AqueducError as error:
        return _build_failed_check_result("record", dataset.id, name, error)
    accepted = [_("licence, adresse et rayon acceptés")]
    if platform in dataset.publication.adopts:
        accepted.append(_("la fiche à reprendre est là, avec ses ressources"))
    return ConnectionCheckResult(
        "record",
        dataset.id,
        name,
        ok=True,
        said=str(join_messages(accepted, " ; ")),
        doubts=tuple(map(str, findings)),
    )


def _build_failed_check_result(
    subject: str, dataset: str | None, name: str, error: AqueducError
) -> ConnectionCheckResult:
    said = error.what
    if isinstance(error, GateClosed):
        said = f"{said} {' ; '.join(finding.message() for finding in error.findings)}"
    return ConnectionCheckResult(
        subject,
        dataset,
        name,
        ok=False,
        said=said,
        code=error.code,
        remedy=error.remedy,
        later=error.retryable,
    )
