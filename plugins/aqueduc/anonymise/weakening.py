"""Whether a declaration protects people less than the one under which the dataset was last published.

What protected the published revision is read from its certificate, never from the declaration of today: a
line deleted from a YAML file leaves no trace in it. Two rules whose strengths have no order (a mask and a
function of the city's) are told as weaker: somebody compares them, and says so by name.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aqueduc.declaration.derived import (
    find_dataset_columns_derived_from_hidden,
    map_declared_added_columns_to_origins,
)
from aqueduc.declaration.spec import (
    AccessSettings,
    Dataset,
    DateGeneralisationLevel,
    HierarchyLevels,
    KMapSettings,
    PrivacySettings,
    PublicationMode,
    RecodingMode,
    ReferenceJoin,
    SensitiveColumn,
    Source,
)
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.errors import ExtensionBroken
from aqueduc.language import Message, _, format_exact_number
from aqueduc.rules import Rule, deserialize_rule, get_rule_capabilities
from aqueduc.store import Store


@dataclass(frozen=True)
class ColumnProtection:
    """A source column with what is done to it."""

    rule: Rule
    published_as: str | None


@dataclass(frozen=True)
class ProtectionState:
    """The protection of a dataset: the rule of each source column, ``privacy:``, who may read, whether a file
    or a link is published, and how many rows may be wrong (None: written by a version that did not say).

    ``origins``: marks of the source, by which a dataset that was renamed is known again.
    """

    columns: Mapping[str, ColumnProtection]
    privacy: PrivacySettings | None
    origins: frozenset[str] = frozenset()
    access: AccessSettings | None = None
    mode: PublicationMode | None = None
    reject_at_most: float | None = None
    rows_for_people: bool | None = None
    """Whether each row is declared to be another person's (``unit: []``): its ``privacy`` as JSON does not say."""
    derived: Mapping[str, str] = field(default_factory=dict)
    """Of each published column made of others that do not leave as they are, how: its expression, or its join."""

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": {
                name: {"rule": one.rule.model_dump(mode="json"), "published_as": one.published_as}
                for name, one in self.columns.items()
            },
            "privacy": self.privacy.model_dump(mode="json") if self.privacy else None,
            "origins": sorted(self.origins),
            "access": self.access.model_dump(mode="json") if self.access else None,
            "mode": self.mode,
            "reject_at_most": self.reject_at_most,
            "rows_for_people": self.rows_for_people,
            "derived": dict(self.derived),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self | None:
        """The protection that ``to_json`` wrote; None when the rules of its version are not those of this
        one."""
        try:
            return cls(
                {
                    name: ColumnProtection(deserialize_rule(one["rule"]), one["published_as"])
                    for name, one in raw["columns"].items()
                },
                PrivacySettings.model_validate(raw["privacy"]) if raw["privacy"] else None,
                frozenset(raw["origins"]),
                AccessSettings.model_validate(raw["access"]) if raw.get("access") else None,
                PublicationMode(raw["mode"]) if raw.get("mode") else None,
                raw.get("reject_at_most"),
                raw.get("rows_for_people"),
                raw.get("derived", {}),
            )
        except (KeyError, TypeError, ValueError, ExtensionBroken):
            return None


@dataclass(frozen=True)
class ProtectionLoss:
    """A protection that is less than it was, and ``what`` it is. ``column``: of the source; None when it is
    of the whole."""

    what: Message
    column: str | None = None


def build_protection_state(dataset: Dataset) -> ProtectionState:
    return ProtectionState(
        {column.name: ColumnProtection(column.rule, column.published_as) for column in dataset.columns},
        dataset.privacy,
        _build_source_identifiers(dataset.source),
        dataset.access,
        dataset.publication.mode,
        dataset.reject_at_most,
        bool(dataset.privacy and dataset.privacy.counts_rows_as_people),
        {
            one.column.name: _describe_derived_column_origin(dataset, one.column.name)
            for one in find_dataset_columns_derived_from_hidden(dataset)
        },
    )


def _describe_derived_column_origin(dataset: Dataset, name: str) -> str:
    """Its expression, and the joins that bring it, or what the expression reads."""
    read = (
        map_declared_added_columns_to_origins(dataset.columns, dataset.join, dataset.computed)[name]
        if name in dataset.computed
        else (name,)
    )
    joins = (_describe_join(one) for one in dataset.join if {*one.columns}.intersection(read))
    return "\n".join((*filter(None, [dataset.computed.get(name)]), *joins))


def _describe_join(join: ReferenceJoin) -> str:
    keys = " ".join(f"{here}={there}" for here, there in join.on.items())
    return f"{join.file} {keys}{' reject' if join.unmatched == 'reject' else ''}"


def _build_source_identifiers(source: Source) -> frozenset[str]:
    """A query is known by its file and by its text: either may be renamed or rewritten."""
    known = {f"{source.connection} {source.location}"}
    if source.query is not None:
        known.add(f"{source.connection} {hashlib.sha256(source.query.encode()).hexdigest()}")
    return frozenset(known)


# --- what protected the published revision ------------------------------------------------------------------

UNKNOWN = ProtectionLoss(
    _("le certificat de la dernière révision publiée ne dit pas comment elle était protégée")
)


def find_protection_losses_since_publication(
    dataset: Dataset, store: Store, include: Path
) -> tuple[ProtectionLoss, ...]:
    """What protects less than in the revision that is published; () where nothing was published yet.

    A dataset that was never published and reads the source of one that is no longer declared is that one,
    renamed without ``moved_from``.
    """
    now = build_protection_state(dataset)
    entries = list(_read_last_certificate(dataset.id, store)) or [
        entry
        for former in _list_undeclared_dataset_names(dataset, store, include)
        for entry in _read_last_certificate(former, store)
        if former == dataset.moved_from or _has_shared_origin(entry, now.origins)
    ]
    found: list[ProtectionLoss] = []
    for entry in entries:
        before = ProtectionState.from_json(entry["protection"]) if entry.get("protection") else None
        if before is not None:
            found += find_protection_losses(before, now)
        elif entry.get("k") or not all(
            get_rule_capabilities(one["rule"]).as_is for one in entry.get("treatments", ())
        ):
            found.append(UNKNOWN)
    return tuple(dict.fromkeys(found))


def list_former_name_candidates(dataset: Dataset, store: Store, include: Path) -> tuple[str, ...]:
    """The datasets that are no longer declared, and that ``moved_from`` does not name. Raises StoreError."""
    return tuple(
        name for name in _list_undeclared_dataset_names(dataset, store, include) if name != dataset.moved_from
    )


def is_former_name(candidate: str, dataset: Dataset, store: Store) -> bool:
    """Whether ``candidate`` was last published from the source of ``dataset``: the same one, under another
    name. Raises StoreError."""
    origins = _build_source_identifiers(dataset.source)
    return any(_has_shared_origin(entry, origins) for entry in _read_last_certificate(candidate, store))


def _has_shared_origin(certificate: Mapping[str, Any], origins: frozenset[str]) -> bool:
    return not origins.isdisjoint((certificate.get("protection") or {}).get("origins", ()))


def _read_last_certificate(dataset: str, store: Store) -> Iterator[Mapping[str, Any]]:
    """The certificate of what is published, or else the last one that was ever given; one at most."""
    if certificate := store.read_current_certificate(dataset):
        yield certificate
        return
    for key in reversed(store.list_ledger_entry_keys(dataset)):
        entry = store.read_json(key)
        if entry and entry.get("kind") == "certificate":
            yield entry
            return


def _list_undeclared_dataset_names(dataset: Dataset, store: Store, include: Path) -> Iterator[str]:
    if dataset.moved_from:
        yield dataset.moved_from
    declared = {path.stem for path in (include / "datasets").glob("*.y*ml")}
    for name in store.list_datasets():
        if name not in {*declared, dataset.id, dataset.moved_from}:
            yield name


# --- one protection beside another --------------------------------------------------------------------------


def find_protection_losses(before: ProtectionState, after: ProtectionState) -> Iterator[ProtectionLoss]:
    """What ``after`` protects less than ``before`` did, in the order of the columns, then of the whole."""
    published = {one.published_as: name for name, one in before.columns.items() if one.published_as}
    for name, one in after.columns.items():
        # A column that another name of the source now gives is still the one that the public knew.
        known = before.columns.get(name) or before.columns.get(published.get(one.published_as or "", ""))
        if known is not None and is_weaker_rule(known.rule, one.rule):
            yield _build_weaker_rule_loss(name, known.rule, one.rule)
        elif known is not None and after.derived.get(name) not in (None, before.derived.get(name)):
            # Whoever answered for what it was made of has not seen this.
            other = _(
                "`{column}` était faite autrement, et le serait de colonnes qui ne sortent pas telles quelles"
            )
            yield ProtectionLoss(other.format(column=name), name)
    if before.privacy is not None:
        yield from _find_privacy_losses(before, before.privacy, after)
    if before.access and after.access and is_wider_access(before.access, after.access):
        wider = _("l'accès déclaré était « {before} », et serait « {after} »")
        yield ProtectionLoss(wider.format(before=before.access.level, after=after.access.level))
    if before.mode and before.mode is not after.mode:
        # A link shows what no gate has seen; a file is a copy that nothing takes back.
        other = _("le jeu était publié en « mode: {before} », et le serait en « mode: {after} »")
        yield ProtectionLoss(other.format(before=before.mode, after=after.mode))
    yield from _find_raised_limit_losses("reject_at_most", before.reject_at_most, after.reject_at_most)


def _find_raised_limit_losses(
    name: str, before: float | None, after: float | None
) -> Iterator[ProtectionLoss]:
    """``name``: a share of rows above which nothing is published."""
    if before is not None and after is not None and after > before:
        yield ProtectionLoss(
            _(
                "« {name} » était de {before}, et serait de {after} : la porte s'ouvrirait où elle restait fermée"
            ).format(
                name=name,
                before=_format_share_as_percent(before),
                after=_format_share_as_percent(after),
            )
        )


# Whom a level lets in among those that another one does; users that are named may be anybody registered.
_WITHIN: Mapping[AccessLevel, frozenset[AccessLevel]] = {
    AccessLevel.OPEN: frozenset(AccessLevel),
    AccessLevel.REGISTERED: frozenset(AccessLevel) - {AccessLevel.OPEN},
    AccessLevel.ANY_ORGANISATION: frozenset({AccessLevel.ANY_ORGANISATION, AccessLevel.SAME_ORGANISATION}),
    AccessLevel.SAME_ORGANISATION: frozenset({AccessLevel.SAME_ORGANISATION}),
    AccessLevel.PARTNERS: frozenset({AccessLevel.PARTNERS}),
    AccessLevel.NAMED_USERS: frozenset({AccessLevel.NAMED_USERS}),
}


def is_wider_access(before: AccessSettings, after: AccessSettings) -> bool:
    """Whether ``after`` may let somebody read who could not."""
    if before.level is after.level is AccessLevel.NAMED_USERS:
        return not set(after.users) <= set(before.users)
    return after.level not in _WITHIN[before.level]


def _build_weaker_rule_loss(name: str, before: Rule, after: Rule) -> ProtectionLoss:
    what = _("`{column}` était {before} dans la dernière révision publiée, et serait {after}")
    return ProtectionLoss(what.format(column=name, before=before.describe(), after=after.describe()), name)


def is_weaker_rule(before: Rule, after: Rule) -> bool:
    """Whether ``after`` may show more than ``before`` did; of two kinds of rule, no order says which does."""
    if before == after or before.capabilities.as_is or after.capabilities.erases:
        return False
    return type(before) is not type(after) or after.is_weaker_than(before)


# --- privacy ------------------------------------------------------------------------------------------------


def _find_privacy_losses(
    before: ProtectionState, was: PrivacySettings, after: ProtectionState
) -> Iterator[ProtectionLoss]:
    now = after.privacy
    if now is None:
        gone = _(
            "la dernière révision publiée était protégée par k = {k} sur {names}, et « privacy: » n'est plus là"
        )
        yield ProtectionLoss(gone.format(k=was.k, names=", ".join(was.quasi_identifiers)))
        return
    if now.k < was.k:
        yield ProtectionLoss(_("k était de {before}, et serait de {after}").format(before=was.k, after=now.k))
    yield from _find_raised_limit_losses("suppress_at_most", was.suppress_at_most, now.suppress_at_most)
    if was.unit and not (now.unit and set(now.unit) <= set(was.unit)):
        # More columns make more units of the same people, and none makes one of each row.
        finer = _("les groupes comptaient des unités différentes ({names}), et compteraient {after}")
        rows = _("des lignes")
        yield ProtectionLoss(finer.format(names=", ".join(was.unit), after=", ".join(now.unit) or rows))
    elif before.rows_for_people is False and after.rows_for_people:
        yield ProtectionLoss(
            _(
                "chaque ligne serait tenue pour une autre personne (« unit: [] ») : sortirait ce qu'un groupe de moins "
                "de k personnes arrêtait"
            )
        )
    yield from _find_dropped_quasi_identifiers(before, was, after, now)
    for sensitive in was.sensitive:
        if _is_column_still_published(sensitive.column, before, after) and _is_weaker_sensitive_attribute(
            sensitive, now
        ):
            less = _("moins est demandé de la colonne sensible `{column}`")
            yield ProtectionLoss(less.format(column=sensitive.column), sensitive.column)
    if was.k_map and (now.k_map is None or _is_weaker_k_map(was.k_map, now.k_map)):
        yield ProtectionLoss(_("la k-map est ôtée ou abaissée, ou compte une autre population"))
    if was.population and now.population != was.population:
        yield ProtectionLoss(_("le jeu n'est plus comparé à ceux de la même population (« population: »)"))
    yield from _find_finer_generalisation_losses(before, was, after, now)


def _format_share_as_percent(share: float) -> Message:
    return _("{share} %").format(share=format_exact_number(share * 100))


_MORE_FROM_DATA = (RecodingMode.FIXED, RecodingMode.GLOBAL, RecodingMode.ITERATIVE, RecodingMode.LOCAL)
_STEPS = tuple(DateGeneralisationLevel)


def _find_finer_generalisation_losses(
    before: ProtectionState, was: PrivacySettings, after: ProtectionState, now: PrivacySettings
) -> Iterator[ProtectionLoss]:
    """Levels that the data choose, or choose more of; and a hierarchy that is gone, or begins at a finer
    one."""
    ranks = [_MORE_FROM_DATA.index(one.recode or RecodingMode.FIXED) for one in (was, now)]
    if ranks[1] > ranks[0]:
        more = _("les niveaux de généralisation dépendraient davantage des données (« recode: {recode} »)")
        yield ProtectionLoss(more.format(recode=now.recode))
        return
    finer = _("`{column}` perdrait sa hiérarchie, ou y commencerait à un niveau plus fin, ou à un autre")
    for ladder in was.hierarchies:
        published = _is_column_still_published(ladder.column, before, after)
        if published and _is_finer_hierarchy(ladder, now.find_hierarchy(ladder.column)):
            yield ProtectionLoss(finer.format(column=ladder.column), ladder.column)


def _is_finer_hierarchy(was: HierarchyLevels, now: HierarchyLevels | None) -> bool:
    """Whether the first level of ``now`` is not that of ``was``, nor a more general one."""
    if now is None:
        return True
    if was.dates and now.dates:
        return _STEPS.index(now.dates[0]) < _STEPS.index(was.dates[0])
    if was.bands and now.bands:
        return bool(now.bands[0] % was.bands[0])
    if was.prefix and now.prefix:
        return now.prefix[0] > was.prefix[0]
    return was.path is None or (now.path, now.sha256) != (was.path, was.sha256)


def _find_dropped_quasi_identifiers(
    before: ProtectionState, was: PrivacySettings, after: ProtectionState, now: PrivacySettings
) -> Iterator[ProtectionLoss]:
    shown = {before.columns[name].published_as for name in was.quasi_identifiers if name in before.columns}
    left_out = _("`{column}` comptait parmi les quasi-identifiants, et serait publiée sans en être un")
    for name, one in after.columns.items():
        counted = name in was.quasi_identifiers or one.published_as in shown
        if counted and one.published_as is not None and name not in now.quasi_identifiers:
            yield ProtectionLoss(left_out.format(column=name), name)


def _is_column_still_published(name: str, before: ProtectionState, after: ProtectionState) -> bool:
    one = after.columns.get(name)
    if one is not None and one.published_as is not None:
        return True
    shown = before.columns[name].published_as if name in before.columns else None
    return shown is not None and any(other.published_as == shown for other in after.columns.values())


def _is_weaker_k_map(was: KMapSettings, now: KMapSettings) -> bool:
    return now.at_least < was.at_least or now != was.model_copy(update={"at_least": now.at_least})


def _is_weaker_sensitive_attribute(was: SensitiveColumn, now: PrivacySettings) -> bool:
    one = next((one for one in now.sensitive if one.column == was.column), None)
    if one is None or one.distinct < was.distinct or one.entropy < was.entropy:
        return True
    if was.closeness is None:
        return False
    # Of values in order and of values without, distances do not compare.
    return one.closeness is None or one.closeness > was.closeness or one.ordered is not was.ordered
