"""Reads ``include/city.yaml``: the city, what its declarations inherit, and what its environments change."""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from aqueduc.declaration.diagnostics.advice import find_nearest_choice, suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    DuplicatePlatformKeys,
    InvalidBoundingBox,
    InvalidCitySiret,
    MissingKey,
    ReversedDates,
    UndeclaredEnvironment,
    UnknownChoice,
    UnknownConnection,
    ValueBelowFloor,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import ParsedDocument, PathKey
from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.files import compute_contents_digest, read_file_start, read_include_document
from aqueduc.declaration.layers import LayeredDocument, ValueLayer, ValueOrigin, stack_layers
from aqueduc.declaration.platform_kind import PlatformKind
from aqueduc.declaration.sets import ColumnSet
from aqueduc.declaration.source_kind import build_city_source_override_model, list_source_connections
from aqueduc.declaration.spec import (
    ChoiceList,
    City,
    CitySpec,
    ConventionTerminationNotice,
    PlatformSettings,
    PlatformSpec,
    RegionalConvention,
)
from aqueduc.declaration.spec.notify import Audience, NotifySettings
from aqueduc.declaration.upgrading import refuse_outdated_declaration_format
from aqueduc.language import Message, Sentence, _, join_messages, quote_text
from aqueduc.platforms import EMBEDDED, PLATFORMS

ENVIRONMENT = "AQUEDUC_ENVIRONMENT"
"""The variable that chooses an environment."""

LEXICONS = "lexicons"
"""Below ``include/``: the city's lists of names, which the search for personal data reads."""

LARGEST_LIST = 64 << 20
"""Bytes; beyond them the file is something else."""

_TOP = ("licence", "contact", "owner", "access", "granularity", "reject_at_most", "guards")


@dataclass(frozen=True)
class LoadedCity:
    """A city and what its declarations inherit. ``environment``: the one chosen, None for none.

    ``under`` and ``privacy`` are the defaults (``privacy`` only where a declaration has one), ``over`` what
    the environment changes. ``sets``, ``hashes`` and ``predecessors`` remember the column sets, the large
    files and the ``after:`` of the datasets read so far.
    """

    city: City
    document: ParsedDocument = field(repr=False)
    environment: str | None = None
    under: tuple[ValueLayer, ...] = field(default=(), repr=False)
    privacy: ValueLayer | None = field(default=None, repr=False)
    over: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sets: dict[str, ColumnSet] = field(default_factory=dict, repr=False, compare=False)
    hashes: dict[tuple[str, int, int], bytes] = field(default_factory=dict, repr=False, compare=False)
    predecessors: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)


def load_city(include: Path, environment: str | None = None) -> LoadedCity:
    """Reads ``include/city.yaml`` for ``environment``: None asks the variable AQUEDUC_ENVIRONMENT, "" is
    none.

    Raises DeclarationError.
    """
    chosen = (os.environ.get(ENVIRONMENT) if environment is None else environment) or None
    path = include / "city.yaml"
    document = read_include_document(include, path, "name: …")
    tree = _overlay_environment_platforms(document, chosen)
    collector = ProblemCollector(tree)
    written = None
    specs: dict[str, PlatformSpec] = {}
    with suppress(TooManyProblems):
        refuse_outdated_declaration_format(collector)
        written = collector.parse_valid_part_of_model(
            CitySpec, collector.report_and_remove_undecided_values(tree.value)
        )
        specs = _read_platform_specs(collector, written)
        _check_city_consistency(collector, written, specs)
        if chosen is not None and chosen not in written.environments:
            advice = suggest_nearest_choice_or_list(chosen, written.environments)
            collector.add_key_problem(("environments",), UndeclaredEnvironment, given=chosen, advice=advice)
    if collector.problems or written is None:
        raise collector.build_error()
    defaults = document.value.get("defaults") or {}
    return LoadedCity(
        city=_build_city(path, document, written, specs, chosen),
        document=document,
        environment=chosen,
        under=tuple(_build_default_layers(document, defaults)),
        privacy=_build_default_privacy_layer(document, defaults),
        over=(document.value.get("environments") or {}).get(chosen) or {} if chosen else {},
    )


def _overlay_environment_platforms(document: ParsedDocument, chosen: str | None) -> LayeredDocument:
    environments = document.value.get("environments")
    overlay = environments.get(chosen) if isinstance(environments, dict) and chosen else None
    platforms = overlay.get("platforms") if isinstance(overlay, dict) else None
    if not isinstance(platforms, dict) or chosen is None:
        return stack_layers(document)
    over = ValueLayer(
        ValueOrigin.ENVIRONMENT, document, {"platforms": platforms}, at=("environments", chosen)
    )
    return stack_layers(document, (over,))


def _build_default_layers(document: ParsedDocument, defaults: Mapping[str, Any]) -> Iterable[ValueLayer]:
    at: PathKey = ("defaults",)
    top = {key: defaults[key] for key in _TOP if key in defaults}
    publish = {
        key: defaults[key]
        for key in ("platform", "platforms", "mode", "formats", "datastore")
        if key in defaults
    }
    if top:
        yield ValueLayer(ValueOrigin.DEFAULT, document, top, at)
    if publish:
        yield ValueLayer(ValueOrigin.DEFAULT, document, publish, at, mount=("publish",))
    if "contact" in document.value:
        yield ValueLayer(ValueOrigin.DEFAULT, document, {"contact": document.value["contact"]})


def _build_default_privacy_layer(document: ParsedDocument, defaults: Mapping[str, Any]) -> ValueLayer | None:
    wanted = defaults.get("privacy")
    return ValueLayer(ValueOrigin.DEFAULT, document, {"privacy": wanted}, ("defaults",)) if wanted else None


def _build_city(
    path: Path,
    document: ParsedDocument,
    written: CitySpec,
    specs: Mapping[str, PlatformSpec],
    chosen: str | None,
) -> City:
    """Every key that is needed is there: its problems would have been raised."""
    lists = _compute_city_lexicons_digest(path.parent)
    contents = [document.text.encode(), *(text.encode() for text in (chosen, lists) if text)]
    resolved: dict[str, Any] = {
        "path": path,
        "fingerprint": compute_contents_digest(contents),
        "lists": lists,
        "contact": written.contact or written.defaults.contact,
        "convention": _sort_amendments_by_date(written.convention),
        "platforms": tuple(PlatformSettings(name=name, spec=spec) for name, spec in specs.items()),
        "environment": chosen,
    }
    return City(**{**dict(written), **resolved})


def _compute_city_lexicons_digest(include: Path) -> str:
    """SHA-256 of the names and the bytes of the city's lists; "" without any. One that cannot be read has no
    bytes here: whoever scans with it stops, and says so."""
    contents: list[bytes] = []
    for path in sorted((include / LEXICONS).glob("*.txt")):
        contents.append(path.name.encode())
        with suppress(OSError):
            contents.append(read_file_start(path, LARGEST_LIST + 1))
    return compute_contents_digest(contents) if contents else ""


def _sort_amendments_by_date(written: RegionalConvention | None) -> RegionalConvention | None:
    """With its amendments in the order of their dates."""
    if written is None:
        return None
    amendments = sorted(written.amendments, key=lambda amendment: amendment.signed)
    return written.model_copy(update={"amendments": tuple(amendments)})


# --- cross-checks ---------------------------------------------------------------------------------------


def _check_city_consistency(
    collector: ProblemCollector, written: CitySpec, specs: Mapping[str, PlatformSpec]
) -> None:
    at: PathKey = ("defaults",)
    check_platform_names(collector, at, written.defaults.platform, written.defaults.platforms, specs)
    privacy = written.defaults.privacy
    if privacy and privacy.k is not None and privacy.k < written.floors.k:
        collector.add_value_problem(
            (*at, "privacy", "k"), ValueBelowFloor, key="k", given=privacy.k, floor=written.floors.k
        )
    if written.convention:
        _check_convention_dates(collector, written.convention)
    _check_keys_required_by_platforms(collector, written, specs)
    _check_holiday_periods(collector, written)
    _check_siret_bbox_and_timezone(collector, written)
    _check_city_environment_overrides(collector, written)
    for path, name in _list_connections_with_key_paths(written, specs):
        check_connection_is_listed(collector, path, name, written.connections)


def _check_convention_dates(collector: ProblemCollector, convention: RegionalConvention) -> None:
    start = convention.notified
    for rank, amendment in enumerate(convention.amendments):
        at: PathKey = ("convention", "amendments", rank, "signed")
        _check_date_order(collector, at, _("la signature de l'avenant"), amendment.signed, _NOTIFIED, start)
    for rank, notice in enumerate(convention.notices):
        _check_notice_dates(collector, ("convention", "notices", rank), notice, start)
    _check_date_order(
        collector, ("convention", "ends"), _("la fin de la convention"), convention.ends, _NOTIFIED, start
    )


def _check_notice_dates(
    collector: ProblemCollector, at: PathKey, notice: ConventionTerminationNotice, notified: date | None
) -> None:
    _check_date_order(collector, (*at, "day"), _("cet acte"), notice.day, _NOTIFIED, notified)
    for key, later in _LATER_THAN_NOTICE.items():
        _check_date_order(
            collector, (*at, key), later, getattr(notice, key), _("l'acte lui-même"), notice.day
        )
    if notice.expert is not None:
        expert = (*at, "expert")
        appointed, ends = notice.expert.appointed, notice.expert.ends
        _check_date_order(collector, (*expert, "ends"), _EXPERT_END, ends, _APPOINTED, appointed)
    if notice.way == "fault":
        for key, advice in notice.needs_of_fault.items():
            if getattr(notice, key) is None and not collector.has_problem_at_or_around_path((*at, key)):
                collector.add_key_problem((*at, key), MissingKey, key=key, advice=advice)


def _check_keys_required_by_platforms(
    collector: ProblemCollector, written: CitySpec, specs: Mapping[str, PlatformSpec]
) -> None:
    """What says where and who the city is, and its convention, may be missing where no platform asks for it."""
    for name, spec in specs.items():
        for key, example in _list_city_keys_platform_requires(PlatformSettings(name=name, spec=spec)):
            if getattr(written, key) is None and not collector.has_problem_at_or_around_path((key,)):
                advice = _("{example}, que demande la plateforme « {name} »").format(
                    example=example, name=name
                )
                collector.add_key_problem((key,), MissingKey, key=key, advice=advice)


def _list_city_keys_platform_requires(settings: PlatformSettings) -> Iterable[tuple[str, Sentence]]:
    if settings.under_convention:
        yield "convention", _("« convention: » avec partner, notified et project_lead")
        yield "siren", CitySpec.needs_of_platforms["siren"]
    kind = PLATFORMS.get(settings.spec.type)
    for key in kind.capabilities.needs_of_city if kind else ():
        yield key, CitySpec.needs_of_platforms[key]


def _check_holiday_periods(collector: ProblemCollector, written: CitySpec) -> None:
    for rank, pause in enumerate(written.holidays):
        _check_date_order(collector, ("holidays", rank, "to"), _TO, pause.last, _FROM, pause.first)


def _check_date_order(
    collector: ProblemCollector,
    at: PathKey,
    later: Message,
    when: date | None,
    earlier: Message,
    before: date | None,
) -> None:
    if when is not None and before is not None and when < before:
        collector.add_value_problem(
            at, ReversedDates, later=later, earlier=earlier, when=when.isoformat(), before=before.isoformat()
        )


_NOTIFIED = _("la notification de la convention")
_LATER_THAN_NOTICE = {
    "answer_by": _("la fin du délai pour répondre"),
    "revoked": _("la renonciation à cet acte"),
}
_EXPERT_END, _APPOINTED = _("la fin de la convention d'après l'expert"), _("sa désignation")
_FROM, _TO = _("« from »"), _("« to »")


def _check_siret_bbox_and_timezone(collector: ProblemCollector, written: CitySpec) -> None:
    siren, siret = written.siren, written.siret
    if siren and siret and not (siret.startswith(siren) and has_valid_siret_checksum(siret)):
        collector.add_value_problem(("siret",), InvalidCitySiret, siren=siren)
    if written.bbox is not None:
        west, south, east, north = written.bbox
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            collector.add_value_problem(("bbox",), InvalidBoundingBox)
    try:
        ZoneInfo(written.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        collector.report_unknown_choice(
            ("timezone",), ChoiceList(_("fuseau horaire inconnu"), available_timezones()), written.timezone
        )


def _check_city_environment_overrides(collector: ProblemCollector, written: CitySpec) -> None:
    for name, changed in written.environment_specs.items():
        at: PathKey = ("environments", name)
        if changed.source is not None:
            collector.parse_valid_part_of_model(
                build_city_source_override_model(changed.source), changed.source, (*at, "source")
            )
        if changed.publish:
            path = (*at, "publish")
            one, several = changed.publish.platform, changed.publish.platforms
            check_platform_names(collector, path, one, several, written.platforms or EMBEDDED)
        for platform in changed.platforms or {}:
            if written.platforms is not None and platform not in written.platforms:
                collector.add_key_problem(
                    (*at, "platforms", platform),
                    UnknownChoice,
                    what=_PLATFORM,
                    given=platform,
                    advice=suggest_nearest_choice_or_list(platform, written.platforms),
                )


def has_valid_siret_checksum(siret: str) -> bool:
    """Luhn's key, from the right: every second digit doubled, and its own digits added."""
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(siret)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


# --- platforms ------------------------------------------------------------------------------------------


def _read_platform_specs(collector: ProblemCollector, written: CitySpec) -> dict[str, PlatformSpec]:
    """What is said of each, as its kind reads it."""
    raw = written.platforms or EMBEDDED
    return {name: _read_platform_spec(collector, ("platforms", name), said) for name, said in raw.items()}


def _read_platform_spec(collector: ProblemCollector, at: PathKey, raw: Mapping[str, Any]) -> PlatformSpec:
    kind = PLATFORMS.get(raw.get("type"))
    # Only its kind could tell what else is said of it; where its package cannot be loaded, the datasets that
    # it takes are told so, and no other.
    if kind is None:
        common = {key: value for key, value in raw.items() if key in PlatformSpec.model_fields}
        return collector.parse_valid_part_of_model(PlatformSpec, common, at)
    others = _find_keys_of_other_platform_kinds(kind, raw)
    for key, problem in others.items():
        collector.add_key_problem((*at, key), problem, key=key, type=kind.name)
    spec = collector.parse_valid_part_of_model(
        kind.spec, {key: raw[key] for key in raw if key not in others}, at
    )
    for key, problem in () if collector.has_problem_at_or_around_path(at) else spec.list_spec_problems():
        collector.add_value_problem((*at, key), problem)
    return spec


def _find_keys_of_other_platform_kinds(
    kind: PlatformKind, raw: Mapping[str, Any]
) -> dict[str, type[DeclarationProblem]]:
    """The keys of ``raw`` that only another kind has, and what is wrong with them."""
    unknown = raw.keys() - kind.spec.model_fields.keys()
    return {
        key: problem
        for other in (PLATFORMS.list_builtin_kinds() if unknown else ())
        for key, problem in other.own_keys.items()
        if key in unknown
    }


def check_platform_names(
    collector: ProblemCollector,
    at: PathKey,
    one: str | None,
    several: Collection[str] | None,
    known: Collection[str],
) -> bool:
    """Whether ``platform`` and ``platforms`` below ``at`` name known ones, and not both do; complains when
    they do not."""
    sure = one is None or _check_platform_name(collector, (*at, "platform"), one, known)
    for rank, name in enumerate(several or ()):
        path: PathKey = (*at, "platforms", rank)
        path = path if collector.tree.has_path(path) else path[:-1]
        sure = _check_platform_name(collector, path, name, known) and sure
    if one is not None and several is not None:
        collector.add_key_problem((*at, "platform"), DuplicatePlatformKeys)
        return False
    return sure


def _check_platform_name(
    collector: ProblemCollector, path: PathKey, name: str, known: Collection[str]
) -> bool:
    """Whether a platform is known; a city that names others declares the portal it had without a word."""
    choice = ChoiceList(_PLATFORM, known)
    if name in known or name not in EMBEDDED:
        return collector.check_choice(path, choice, name)
    advice = _("l'ajouter sous « platforms: » de city.yaml, « {declared} », ou nommer {listed}").format(
        declared=_("{name}: {{type: {type}}}").format(name=name, type=EMBEDDED[name]["type"]),
        listed=join_messages(map(quote_text, sorted(known))),
    )
    collector.add_value_problem(path, UnknownChoice, what=choice.what, given=name, advice=advice)
    return False


def _list_connections_with_key_paths(
    written: CitySpec, specs: Mapping[str, PlatformSpec]
) -> Iterable[tuple[PathKey, str | None]]:
    for name, spec in specs.items():
        yield ("platforms", name, "connection"), spec.connection
    if written.signing is not None:
        yield ("signing", "connection"), written.signing.connection
    if written.witness.git is not None:
        yield ("witness", "git", "connection"), written.witness.git.connection
    yield from _list_notify_connections_with_key_paths(written.notify)
    for outlet in written.outlets:
        yield ("outlets", outlet.name, "connection"), outlet.connection
        if outlet.table is not None:
            yield ("outlets", outlet.name, "table", "connection"), outlet.table.connection
    for name, changed in written.environment_specs.items():
        at: PathKey = ("environments", name)
        for known, settings in (changed.platforms or {}).items():
            yield (*at, "platforms", known, "connection"), settings.connection
        source = changed.source if isinstance(changed.source, dict) else {}
        for kind, connection in list_source_connections(source):
            yield (*at, "source", kind), connection


def list_city_connections(city: City) -> set[str]:
    """The connections that ``city.yaml`` needs in its environment, but that of mail where it is the usual one."""
    specs = {platform.name: platform.spec for platform in city.platforms}
    written = _list_connections_with_key_paths(city, specs)
    usual = (
        platform.connection
        for platform in city.platforms
        if (kind := PLATFORMS.get(platform.spec.type)) and kind.connection
    )
    return {*usual, *(name for path, name in written if name and path[0] != "environments")}


def _list_notify_connections_with_key_paths(notify: NotifySettings) -> Iterable[tuple[PathKey, str | None]]:
    if not notify.lacks_any_key("mail"):
        yield ("notify", "mail"), notify.mail
    yield ("notify", "heartbeat"), notify.heartbeat
    for audience in get_args(Audience):
        for rank, name in enumerate(getattr(notify, audience).channels):
            yield ("notify", audience, "channels", rank), name


# --- for every reader -----------------------------------------------------------------------------------

_PLATFORM = _("plateforme inconnue")


def check_connection_is_listed(
    collector: ProblemCollector, path: PathKey, name: str | None, known: Mapping[str, str] | None
) -> None:
    """Complains of a connection that the city does not list; says nothing when it lists none."""
    if name is not None and known and name not in known:
        advice = suggest_nearest_choice_or_list(name, known)
        ended = advice if find_nearest_choice(name, known) else Message("{}.").format(advice)
        collector.add_value_problem(path, UnknownConnection, given=name, advice=ended)
