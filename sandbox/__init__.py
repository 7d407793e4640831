"""A small city and a region on one machine, all real: PostgreSQL, an HTTP API, a drop folder, CKAN.

The demo and the end-to-end tests live off it. All servers listen on 127.0.0.1 only, on free ports,
and keep their state under one root folder given by the caller.
"""
