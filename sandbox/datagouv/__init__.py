"""A udata, as data.gouv.fr runs it: a server that holds to the contract of its API, version 1.

    from sandbox import datagouv
    with datagouv.serving() as there:      # a Udata: url of the site, accounts and organisations
        ...

What is kept is what udata does at its API's door (17.18): what it demands, what it answers, and what it does
to what it is given. It starts at once and can be made to fail; the real one (``sandbox.datagouv.real``) takes
ten seconds, and ``tests/sandbox/test_datagouv.py`` asks the same of both.
"""

from sandbox.datagouv.contract import Account, Refused, Udata
from sandbox.datagouv.server import serving

__all__ = ["Account", "Refused", "Udata", "serving"]
