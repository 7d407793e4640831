"""A udata, as data.gouv.fr runs it: a server that holds to the contract of its API, version 1.

    from sandbox import datagouv
    with datagouv.serving() as there:      # a Udata: url of the site, accounts and organisations
        ...

udata itself needs MongoDB, Redis, Elasticsearch and Celery. What is kept is what its published source does at
its API's door (August 2026): what it demands, what it answers, and what it does to what it is given.
"""

from sandbox.datagouv.contract import Account, Refused, Udata
from sandbox.datagouv.server import serving

__all__ = ["Account", "Refused", "Udata", "serving"]
