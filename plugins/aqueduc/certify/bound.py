"""Where the convention with the Region reaches a dataset, whatever its declaration says now: who has no copy is asked
nothing of it."""

from aqueduc.certify.ledger import list_certificate_platforms, list_certificates
from aqueduc.decisions import CLOSING, read_decision_mark
from aqueduc.declaration.spec import City
from aqueduc.publish.recorder import list_platforms_with_stored_state, read_platform_state
from aqueduc.store import Store


def list_served_platforms_under_convention(dataset: str, city: City, store: Store) -> list[str]:
    """Those where the dataset has, or had, a record and that the convention binds; one that the city does not declare
    any more may have been. Sorted. Raises StoreError."""
    certified = {
        str(place["platform"])
        for _name, certificate in list_certificates(store, dataset)
        for place in list_certificate_platforms(certificate)
    }
    remembered = {
        name
        for name in list_platforms_with_stored_state(store, dataset)
        if read_platform_state(store, dataset, name).record
    }
    settings = {name: city.find_platform_settings(name) for name in certified | remembered}
    return sorted(name for name, one in settings.items() if one is None or one.under_convention)


def was_record_removed_at_convention_end(dataset: str, platform: str, store: Store) -> bool:
    """Whether its record was removed at the end of the convention, verified gone, and not published since. What is
    only hidden was not. Raises StoreError."""
    closed = (read_decision_mark(store, dataset, CLOSING) or {}).get(platform, {})
    return bool(closed.get("removed_at")) and read_platform_state(store, dataset, platform).withdrawn
