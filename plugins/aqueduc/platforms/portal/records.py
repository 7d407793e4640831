"""The record of a dataset in a portal (``fiche.json``): the ids, hashes and addresses of its files. Pure.

A file stands at two addresses: ``<first digits of its SHA-256>/<name>``, which only ever serves these bytes,
and ``<name>``, which serves the newest ones. What names a hash leads to the former.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aqueduc.platforms.portal.pages import OWN_FILES, build_dataset_folder_path
from aqueduc.publish.planning.state import DesiredResource, ObservedResource

RECORD = "fiche.json"
FORM = 2
"""Of ``fiche.json``. In the first one, files had one address."""
_DIGITS = 16


@dataclass
class PendingRecordUpdate:
    """The next state of a record while its files are put. ``standing``: the identifier that it stands under
    (a former one, when the dataset is moving); ``before``: its resources there, by id; ``placed``: the ids of
    those whose file was put; ``same_rules``: what stands there went through the treatment of today."""

    standing: str
    state: dict[str, Any]
    before: Mapping[str, Mapping[str, Any]]
    same_rules: bool
    placed: set[str] = field(default_factory=set)
    purged: bool = False

    def build_redirects_of_removed_files(self, slug: str) -> dict[str, str]:
        """The stable addresses that serve a file no more, each with where it leads: to what has taken its
        place, or to the page."""
        after = {raw["id"]: raw for raw in self.state["resources"]}
        moved: dict[str, str] = {}
        for identifier, raw in self.before.items():
            now = after.get(identifier)
            same = now is not None and now["distribution"]["format"] == raw["distribution"]["format"]
            start, end = (
                get_stable_file_name(raw),
                get_stable_file_name(now) if now is not None and same else "",
            )
            if start and (self.standing, start) != (slug, end):
                moved[f"/{build_dataset_folder_path(self.standing)}/{start}"] = (
                    f"/{build_dataset_folder_path(slug)}/{end}"
                )
        return moved

    def list_retainable_former_files(
        self, keys: Iterable[str], today: date, days: int
    ) -> list[dict[str, str]]:
        """The files that this state replaces, and those that were replaced before, as long as they may stay.
        Made under other rules, none may. Whoever goes back to one takes back what came after it."""
        if not self.same_rules:
            return []
        former = list(self.state["former"])
        for raw in self.state["resources"]:
            before = self.before.get(raw["id"], {}).get("path", "")
            rank = next((rank for rank, one in enumerate(former) if one["path"] == raw["path"]), None)
            if rank is not None:
                name = get_stable_file_name(raw)
                former = former[:rank] + [one for one in former[rank:] if _get_base_name(one["path"]) != name]
            elif before not in ("", raw["path"]):
                digest = self.before[raw["id"]]["distribution"]["sha256"]
                former.append({"path": before, "sha256": digest, "replaced": today.isoformat()})
        return list_former_files_to_keep({**self.state, "former": former}, keys, today, days)


@dataclass(frozen=True)
class PortalRecordsSnapshot:
    """What the records of a portal were at one moment: the state of each that is there, by its identifier, the
    digest of its file, and the former addresses with where they lead. Of the other datasets it holds only under
    the portal's lock, until the first write to a record."""

    states: Mapping[str, Mapping[str, Any]]
    digests: Mapping[str, str]
    former: Mapping[str, str]

    def list_states_of_unmoved_records(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Those of the datasets that have not moved elsewhere."""
        for slug, state in self.states.items():
            if f"/{build_dataset_folder_path(slug)}/" not in self.former:
                yield slug, state

    def find_state_and_slug(self, slug: str, record: str | None) -> tuple[Mapping[str, Any], str] | None:
        """The state of a dataset, and the identifier it stands under: another one, that has the id ``record``,
        when the dataset is moving, and for as long as its move is not done."""
        for here, state in self.states.items() if record is not None else ():
            if state["record"] == record and here != slug:
                return state, here
        return (self.states[slug], slug) if slug in self.states else None

    def list_redirections(self) -> dict[str, str]:
        """The former addresses that are nobody's now, each with where it leads in the end; not those that
        lead to what is hidden or gone."""
        if not self.former:
            return {}
        live = {
            f"/{build_dataset_folder_path(slug)}/{name}"
            for slug, state in self.list_states_of_unmoved_records()
            for name in (*list_record_file_paths(state), RECORD)
        }
        ends = {
            start: resolve_redirection(self.former, start, live) for start in self.former if start not in live
        }
        shown = {
            f"/{build_dataset_folder_path(slug)}"
            for slug, state in self.states.items()
            if not state["hidden"]
        }
        return {start: end for start, end in ends.items() if end.rpartition("/")[0] in shown}


def build_empty_record_state(record: str, organisation: str) -> dict[str, Any]:
    return {
        "form": FORM,
        "record": record,
        "organisation": organisation,
        "hidden": True,
        "fiche": {},
        "resources": [],
        "former": [],
    }


def build_resource_state(identifier: str, resource: DesiredResource) -> dict[str, Any]:
    names = ("url_type", "url")
    shown = json.loads(json.dumps({k: value for k, value in resource.fields.items() if k not in names}))
    return add_revision_path(
        {"id": identifier, "distribution": shown, "url_type": resource.fields["url_type"]}
    )


def add_revision_path(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same resource, at the address of its revision. A link has none: what another server serves there
    may change before this record does: the hash is kept as that of what was linked, not as the link's."""
    shown = raw["distribution"]
    if raw["url_type"] == "upload":
        return {**raw, "path": f"{shown['sha256'][:_DIGITS]}/{shown['filename']}"}
    linked = raw.get("linked_sha256", shown["sha256"])
    return {**raw, "path": "", "linked_sha256": linked, "distribution": {**shown, "sha256": ""}}


def get_file_path(raw: Mapping[str, Any]) -> str:
    """Where its bytes are, in either form of the record; empty for a link."""
    hosted: bool = raw["url_type"] == "upload"
    path: str = raw.get("path", raw["distribution"]["filename"] if hosted else "")
    return path


def get_stable_file_name(raw: Mapping[str, Any]) -> str:
    """Where its newest bytes are; empty for a link."""
    return _get_base_name(get_file_path(raw))


def _get_base_name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def list_record_file_paths(state: Mapping[str, Any]) -> Iterator[str]:
    """What stands beside its page, relative to it: current and former files, at all their addresses."""
    for raw in state["resources"]:
        if path := get_file_path(raw):
            yield from (path, get_stable_file_name(raw))
    yield from (one["path"] for one in state.get("former", ()))


def list_former_files_to_keep(
    state: Mapping[str, Any], keys: Iterable[str], today: date, days: int
) -> list[dict[str, str]]:
    """Those of its former files that stay: not for longer than ``days``, of what is still offered, and unless
    somebody removed them from its folder, which holds ``keys``."""
    current = {get_file_path(raw) for raw in state["resources"]}
    names, folders = {_get_base_name(path) for path in current}, {_get_base_name(key) for key in keys}
    return [
        one
        for one in state.get("former", ())
        if one["path"] not in current
        and _get_base_name(one["path"]) in names
        and one["path"].split("/")[0] in folders
        and (today - date.fromisoformat(one["replaced"])).days < days
    ]


def find_surplus_files(keys: Iterable[str], state: Mapping[str, Any], pages: Collection[str]) -> list[str]:
    """Those of the ``keys`` in the folder of a record, made by us, that it does not offer: revisions that a
    run left when it died or that have stayed long enough; of what is hidden, all but its record."""
    if state["hidden"]:
        return [key for key in keys if _get_base_name(key) != RECORD]
    offered = tuple(list_record_file_paths(state))
    revisions = {path.split("/")[0] for path in offered if "/" in path}
    ours = {*OWN_FILES, *(get_stable_file_name(raw) for raw in state["resources"])}
    return [
        key
        for key in keys
        if (is_revision_folder_key(key) and _get_base_name(key) not in revisions)
        or (_get_base_name(key) in ours and key not in pages and _get_base_name(key) not in offered)
    ]


def is_revision_folder_key(key: str) -> bool:
    """Whether a key is that of a folder of these bytes and no others."""
    name = _get_base_name(key)
    return len(name) == _DIGITS and set(name) <= set("0123456789abcdef")


def build_observed_resource(slug: str, raw: Mapping[str, Any], base: str) -> ObservedResource:
    """``base``: the address of the portal."""
    shown, path = raw["distribution"], get_file_path(raw)
    url, stable = (
        f"{base}/{build_dataset_folder_path(slug)}/{name}" if name else ""
        for name in (path, get_stable_file_name(raw))
    )
    return ObservedResource(
        id=raw["id"],
        format=shown["format"],
        url=url or shown["link"],
        fields={
            **shown,
            "sha256": raw.get("linked_sha256", shown["sha256"]),
            "url_type": raw["url_type"],
            "url": url or shown["link"],
        },
        managed=True,
        label=shown["slice"]["label"] if shown["slice"] else "",
        stable_url=stable if stable != url else "",
    )


def choose_resource_identifier(resource: DesiredResource, state: Mapping[str, Any]) -> str:
    """Made of the first file's name or format, and never changed after: ``permis-csv``. The name of a slice's
    file says which one it is, and ids go into reports: theirs have a digest of it."""
    name = resource.file.filename if resource.file else resource.format.lower()
    if resource.slice_label:
        name = f"{resource.format.lower()}-{hashlib.sha256(resource.slice_label.encode()).hexdigest()[:8]}"
    plain = name.replace(".", "-")
    taken = {raw["id"] for raw in state["resources"]}
    numbered = (f"{plain}-{rank}" for rank in range(2, len(taken) + 3))
    return plain if plain not in taken else next(one for one in numbered if one not in taken)


def sort_resources_in_desired_order(state: dict[str, Any], desired: Sequence[DesiredResource]) -> None:
    """In the order of those that are wanted, which are all that there are."""
    ranks = {(one.format, one.slice_label): rank for rank, one in enumerate(desired)}
    label = {raw["id"]: (raw["distribution"]["slice"] or {}).get("label", "") for raw in state["resources"]}
    state["resources"].sort(
        key=lambda raw: ranks.get((raw["distribution"]["format"], label[raw["id"]]), len(ranks))
    )


def resolve_redirection(former: Mapping[str, str], start: str, live: Collection[str]) -> str:
    seen, here = {start}, former[start]
    while here in former and here not in seen and here not in live:
        seen.add(here)
        here = former[here]
    return here
