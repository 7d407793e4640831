"""The one error of the stand-in."""


class SolrError(Exception):
    """A refusal as Solr words it, answered with HTTP 400."""
