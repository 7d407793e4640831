"""The notice that reusers are given of a change of columns: what is published keeps its columns until it has
been announced for as long as the city says, and until the announced day.

::

    datasets/<dataset>/schema.json     {"fields": [[name, type]], "announced": {"day", "change", "since"}}

Noted at each certification: the columns that are published, and since when a change of them is announced.
"""

from datetime import date, datetime, timedelta
from typing import Any

from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.term import convert_to_city_date
from aqueduc.errors import AnnouncedChangePending
from aqueduc.language import Message, _, format_localised_day, join_messages
from aqueduc.publish.findings import UnannouncedChange
from aqueduc.publish.refusals import build_gate_error
from aqueduc.run import Run, Workspace
from aqueduc.store import Store

_LISTED = 8


def refuse_unannounced_schema_change(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> None:
    """Raises AnnouncedChangePending before the announced day, PublicationGateClosed where nothing was
    announced for long enough; StoreError. Of a dataset whose published columns are not known, nothing."""
    days = city.announce_days if dataset.announce_days is None else dataset.announce_days
    known = workspace.store.read_json(_build_schema_store_key(dataset.id))
    changes = (
        describe_column_changes(dict(known["fields"]), dict(_list_field_names_and_types(dataset)))
        if known
        else []
    )
    if not changes or not days or run.dry_run or run.restoration:
        return
    today = convert_to_city_date(workspace.clock(), city.timezone)
    announced = known["announced"]
    if announced is None or not _has_enough_notice_days(announced, days, city):
        raise build_gate_error(
            dataset,
            _("Les réutilisateurs n'ont pas été prévenus de ce changement."),
            UnannouncedChange(
                detail={
                    "changes": join_messages(changes[:_LISTED]),
                    "days": days,
                    "day": (today + timedelta(days=days + 1)).isoformat(),
                }
            ),
        )
    on = date.fromisoformat(announced["day"])
    if today < on:
        raise AnnouncedChangePending(dataset.id, format_localised_day(on))


def _has_enough_notice_days(announced: dict[str, str], days: int, city: City) -> bool:
    since = convert_to_city_date(datetime.fromisoformat(announced["since"]), city.timezone)
    return (date.fromisoformat(announced["day"]) - since).days >= days


def describe_column_changes(before: dict[str, str], after: dict[str, str]) -> list[Message]:
    """By the names of columns: those that leave, that come, and whose type changes."""
    return [
        *(_("« {name} » retirée").format(name=name) for name in before if name not in after),
        *(_("« {name} » ajoutée").format(name=name) for name in after if name not in before),
        *(
            _("« {name} » : {old} devient {new}").format(name=name, old=before[name], new=kind)
            for name, kind in after.items()
            if before.get(name, kind) != kind
        ),
    ]


def save_published_schema_and_announcement(dataset: Dataset, at: datetime, store: Store) -> None:
    """What a certified run left online: its columns, and what it announces, since when; an announced change
    that is made is announced no more. Raises StoreError."""
    before: dict[str, Any] = store.read_json(_build_schema_store_key(dataset.id)) or {}
    fields, announced = _list_field_names_and_types(dataset), None
    made = dict(before.get("fields", fields)) != dict(fields)
    if dataset.announce is not None and not made:
        said = {"day": dataset.announce.day.isoformat(), "change": dataset.announce.change}
        former = before.get("announced") or {}
        # A wording that is mended is the same announcement; another day is another one.
        since = former["since"] if former.get("day") == said["day"] else at.isoformat()
        announced = {**said, "since": since}
    store.write_json(_build_schema_store_key(dataset.id), {"fields": fields, "announced": announced})


def _list_field_names_and_types(dataset: Dataset) -> list[tuple[str, str]]:
    return [(field.name, field.type) for field in dataset.table_schema.fields]


def _build_schema_store_key(dataset: str) -> str:
    return f"datasets/{dataset}/schema.json"
