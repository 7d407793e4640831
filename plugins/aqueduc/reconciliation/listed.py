"""What the lists of a platform show that no dataset answers for: records of nobody, doubles, former names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aqueduc.findings import Finding
from aqueduc.publish.findings import RenamedOrganisation
from aqueduc.publish.planning.drift import was_organisation_renamed
from aqueduc.publish.surveying import ListedRecord, PlatformRecordListings
from aqueduc.reconciliation.expected import ExpectedDataset
from aqueduc.reconciliation.findings import (
    AlteredSharedPage,
    DoubleRecord,
    ForeignRecords,
    FormerIdentifierServed,
    HarvestedDouble,
    UnownedRecord,
)

_MOST_NAMES = 5


@dataclass(frozen=True)
class _KnownDatasetIndex:
    """The datasets of a city that have a record on one platform: by its id, by their identifiers, the former
    ones among them, and by their titles."""

    by_record: Mapping[str, ExpectedDataset]
    by_name: Mapping[str, ExpectedDataset]
    by_former: Mapping[str, ExpectedDataset]
    by_title: Mapping[str, ExpectedDataset]


def find_differences_in_platform_listing(
    platform: str,
    survey: PlatformRecordListings,
    expected: Sequence[ExpectedDataset],
    every: Sequence[ExpectedDataset],
) -> Iterator[tuple[ExpectedDataset | None, Finding]]:
    """With the dataset that each is about: one of ``expected``, or none of ``every`` dataset there is."""
    here = [one for one in every if platform in one.states]
    known = _KnownDatasetIndex(
        {one.states[platform].record or one.id: one for one in here},
        {one.id: one for one in here},
        {one.former: one for one in here if one.former},
        {one.title.strip().casefold(): one for one in here},
    )
    wanted = {one.id for one in expected}
    foreign = list[ListedRecord]()
    for record in survey.records:
        if record.id in known.by_record or (record.observed is not None and record.observed.deleted):
            continue
        owner, finding = _find_listed_record_owner_and_problem(platform, record, known)
        if finding is None:
            foreign.append(record)
        elif owner is None or owner.id in wanted:
            yield owner, finding
    if foreign:
        names = sorted(one.name for one in foreign)[:_MOST_NAMES]
        more = "…" if len(foreign) > _MOST_NAMES else ""
        detail = {"platform": platform, "names": f"{', '.join(names)}{more}"}
        yield None, ForeignRecords(count=len(foreign), detail=detail)
    if any(
        was_organisation_renamed(survey.organisation, one.states[platform])
        for one in expected
        if platform in one.states
    ):
        yield None, RenamedOrganisation(detail={"platform": platform})
    for page in survey.altered:
        yield None, AlteredSharedPage(detail={"platform": platform, "page": page, "name": page})


def _find_listed_record_owner_and_problem(
    platform: str, record: ListedRecord, known: _KnownDatasetIndex
) -> tuple[ExpectedDataset | None, Finding | None]:
    """Whose a record is that no dataset remembers, and what is wrong with that; nothing where it is no work
    of ours, and looks like none."""
    detail = {"platform": platform, "url": record.url}
    if owner := known.by_former.get(record.name) or known.by_former.get(record.dataset):
        return owner, FormerIdentifierServed(detail={**detail, "former": owner.former})
    twin = known.by_name.get(record.dataset) or known.by_title.get(record.title.strip().casefold())
    if twin is not None and record.harvested:
        return twin, HarvestedDouble(detail=detail)
    if twin is not None:
        return twin, DoubleRecord(detail=detail)
    return None, UnownedRecord(detail=detail) if record.dataset else None
