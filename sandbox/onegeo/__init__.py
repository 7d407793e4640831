"""OneGeo Suite, as DataSud runs it today: a server that holds to what is known of its API.

    from sandbox import onegeo
    with onegeo.serving() as there:      # a OneGeo: url of the site, accounts, records, and its ways
        ...

Nobody here has reached a real one. What is kept is what a public client of it sends and reads, and a record
of its CKAN facade, oddities included. What neither says is a way (``Ways``): tests run in each.
"""

from sandbox.onegeo.contract import OneGeo, Ways
from sandbox.onegeo.server import PASSWORD, USER, USERGROUP, serving

__all__ = ["PASSWORD", "USER", "USERGROUP", "OneGeo", "Ways", "serving"]
