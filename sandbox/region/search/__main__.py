"""`python -m sandbox.region.search --port PORT --schema SCHEMA_XML [--journal FILE]`"""

from __future__ import annotations

import argparse
from pathlib import Path

from sandbox.region.search.index import Index
from sandbox.region.search.schema import read_schema
from sandbox.region.search.server import SearchServer


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="In-memory stand-in for the Solr core that CKAN talks to.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--schema", type=Path, required=True, help="CKAN's ckan/config/solr/schema.xml")
    parser.add_argument(
        "--journal", type=Path, help="where the documents are kept from one start to the next"
    )
    options = parser.parse_args()
    SearchServer(options.port, Index(read_schema(options.schema), options.journal)).serve_forever()


if __name__ == "__main__":
    main()
