"""The region: a real CKAN as DataSud runs one, with a PostgreSQL, a Redis and a search index of its own.

    from sandbox import region
    portal = region.start(root)      # a Region: url, token of an editor of the city's organisation…
    region.stop(root)

Everything comes from PyPI, in an environment of its own under the root: no system package, no container.
"""

from sandbox.region.lifecycle import Status, load, start, status, stop
from sandbox.region.model import ORGANISATION, Region

__all__ = ["ORGANISATION", "Region", "Status", "load", "start", "status", "stop"]
