"""IDGO, as DataSud puts it in front of its CKAN: a server that holds to its contract, writing a real CKAN.

    from sandbox import idgo
    with idgo.serving(region) as there:      # an Idgo: url of the API, accounts, and the region behind
        ...

IDGO itself cannot be installed here (Python 3.5, GeoNetwork, MapServer, CAS). What is kept is what its
published source does at its API's door (version 1.5.5): what it demands, what it answers, what it keeps to
itself and what it writes into CKAN, faults included.
"""

from sandbox.idgo.contract import Account, Idgo
from sandbox.idgo.server import serving

__all__ = ["Account", "Idgo", "serving"]
