"""A stand-in for the Solr core that CKAN talks to; standard library only.

Solr cannot be had from PyPI and CKAN has no other search back end. The stand-in answers, under any prefix
(`/solr/<core>/…`): `select` (q, fq, fl, sort, start, rows, facets, edismax), `update` (JSON documents, XML
deletes and commits), `schema`, `admin/file`, `admin/ping`. Field types, multi-valuedness, stored flags and
copies come from CKAN's own `schema.xml`, and Solr's usual refusals are reproduced: several values in a
single-valued field, nested objects, bad dates, immense terms, syntax errors, unknown sort orders.

Not there: analysis beyond lower-casing, word splitting, ASCII folding and a light English stemmer; BM25
(scores are rough); highlighting, spatial, joins, streaming, grouping.
"""
