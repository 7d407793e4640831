"""The signed statement of a certificate, served beside the files that it speaks of."""

from collections.abc import Callable
from typing import Protocol, cast

from aqueduc.declaration.spec import City, Dataset
from aqueduc.publish.platform import get_platform_settings, open_platform
from aqueduc.run import Workspace

StatementCheck = Callable[[bytes | None, str], bool]
"""Whether an envelope (None: there is none) holds a statement, signed with the city's key of today, about the
file of a SHA-256."""


class AttestationWritingPlatform(Protocol):
    """What the platforms of a kind that ``serves_statements`` can do besides."""

    def write_missing_attestations_beside_files(
        self, slug: str, envelope: bytes, holds: StatementCheck
    ) -> None:
        """Puts ``envelope`` beside each file that it is about and that has none that holds."""


def write_attestation_on_platforms(
    dataset: Dataset, city: City, workspace: Workspace, envelope: bytes, holds: StatementCheck
) -> None:
    """On each platform of ``dataset`` that can. Raises ConnectionMissing, StoreError, PlatformError."""
    for name in dataset.publication.platforms:
        settings = get_platform_settings(name, city)
        if settings.kind.capabilities.serves_statements:
            with open_platform(settings, city, workspace) as platform:
                cast(AttestationWritingPlatform, platform).write_missing_attestations_beside_files(
                    dataset.id, envelope, holds
                )
