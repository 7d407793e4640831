"""A platform where no queryable table is ours to keep, nor a restricted dataset unless it says so."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aqueduc.errors import PlatformRequestRejection
from aqueduc.language import _
from aqueduc.publish.planning.state import DesiredTable, ObservedRecord, ObservedTable
from aqueduc.publish.platform import PublicAddress
from aqueduc.publish.revision.rows import Key


class TablelessPlatform:
    """What ``Platform`` asks of tables and of hiding, answered where there is neither."""

    def hide_record(self, record: str) -> None:
        raise PlatformRequestRejection(
            _("Cette plateforme ne sait rien cacher, et n'a pas de jeu restreint."),
            where=record,
            remedy=_("signaler ce défaut"),
        )

    def build_record_url(self, slug: str) -> str:
        raise NotImplementedError

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:  # noqa: ARG002
        """Its page, where nothing more is known."""
        yield PublicAddress("page", self.build_record_url(slug))

    def read_table(self, resource: str, *, anonymous: bool) -> ObservedTable | None:  # noqa: ARG002
        return None

    def read_first_and_last_rows(self, resource: str, *, anonymous: bool) -> list[Mapping[str, Any]]:  # noqa: ARG002
        return []

    def read_first_rows(
        self,
        resource: str,  # noqa: ARG002
        count: int,  # noqa: ARG002
        *,
        anonymous: bool,  # noqa: ARG002
    ) -> Iterable[list[Mapping[str, Any]]]:
        return []

    def read_rows_with_keys(
        self,
        resource: str,  # noqa: ARG002
        table: DesiredTable,  # noqa: ARG002
        keys: Sequence[Key],  # noqa: ARG002
        *,
        anonymous: bool,  # noqa: ARG002
    ) -> list[Mapping[str, Any]]:
        return []
