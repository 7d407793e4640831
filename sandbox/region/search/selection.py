"""A `select` request: filter, sort, page, count facets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from sandbox.region.search.dates import to_timestamp
from sandbox.region.search.documents import Document
from sandbox.region.search.errors import SolrError
from sandbox.region.search.index import Index
from sandbox.region.search.queries import Parameters, filter_query, main_query
from sandbox.region.search.schema import Kind, Schema, matches
from sandbox.region.search.scoring import score

Hit = tuple[float, Document]


def select(index: Index, parameters: Parameters) -> dict[str, Any]:
    """The answer to a query, in Solr's shape; raises SolrError."""
    start, rows = int(_one(parameters, "start", "0")), int(_one(parameters, "rows", "10"))
    hits = _hits(index, parameters)
    for field, descending in reversed(_sort_order(_one(parameters, "sort", "") or "score desc")):
        hits.sort(key=partial(_sort_key, field=field, schema=index.schema), reverse=descending)
    wanted = [name for names in parameters.get("fl", ["*"]) for name in re.split(r"[\s,]+", names) if name]
    answer: dict[str, Any] = {
        "responseHeader": {
            "status": 0,
            "QTime": 0,
            "params": {name: given[0] if len(given) == 1 else given for name, given in parameters.items()},
        },
        "response": {
            "numFound": len(hits),
            "start": start,
            "numFoundExact": True,
            "docs": [_returned(hit, wanted) for hit in hits[start : start + rows]],
        },
    }
    if _one(parameters, "facet", "false") in ("true", "True", "on"):
        answer["facet_counts"] = _facets([document for _, document in hits], parameters, index.schema)
    return answer


def _one(parameters: Parameters, name: str, default: str) -> str:
    return parameters.get(name, [default])[0]


def _hits(index: Index, parameters: Parameters) -> list[Hit]:
    main = main_query(_one(parameters, "q", "*:*"), parameters)
    shared = {name: parameters[name] for name in ("q.op", "df") if name in parameters}
    filters = [filter_query(text, shared) for text in parameters.get("fq", []) if text.strip()]
    hits = []
    for document in index.documents():
        if all(score(node, document, index.schema) for node in filters):
            points = score(main, document, index.schema)
            if points:
                hits.append((points, document))
    return hits


def _sort_order(text: str) -> list[tuple[str, bool]]:
    """(field, descending) for each criterion."""
    order = []
    for criterion in text.split(","):
        words = criterion.split()
        if len(words) != 2 or words[1].lower() not in ("asc", "desc"):
            raise SolrError(
                f"Can't determine a Sort Order (asc or desc) in sort spec '{text}', pos={len(criterion)}"
            )
        order.append((words[0], words[1].lower() == "desc"))
    return order


def _sort_key(hit: Hit, field: str, schema: Schema) -> tuple[bool, float | str]:
    points, document = hit
    if field == "score":
        return True, round(points, 9)
    spec = schema.spec(field)
    if spec is None:
        raise SolrError(f"undefined field {field}")
    present = bool(document.values.get(field))
    value = document.values[field][0] if present else ""
    if spec.kind is Kind.DATE:
        return present, to_timestamp(str(value)) if present else 0.0
    if spec.kind is Kind.NUMBER:
        return present, float(value) if present else 0.0
    return present, str(value)


def _returned(hit: Hit, wanted: Sequence[str]) -> dict[str, Any]:
    points, document = hit
    chosen = {
        name: value
        for name, value in document.stored.items()
        if any(name == pattern or ("*" in pattern and matches(pattern, name)) for pattern in wanted)
    }
    return {**chosen, "score": points} if "score" in wanted else chosen


def _facets(documents: Sequence[Document], parameters: Parameters, schema: Schema) -> dict[str, Any]:
    limit = int(_one(parameters, "facet.limit", "100"))
    minimum = int(_one(parameters, "facet.mincount", "0"))
    fields: dict[str, list[str | int]] = {}
    for field in parameters.get("facet.field", []):
        counted = _count(documents, field, schema)
        kept = sorted((item for item in counted.items() if item[1] >= minimum), key=lambda x: (-x[1], x[0]))
        fields[field] = [part for item in (kept if limit < 0 else kept[:limit]) for part in item]
    return {
        "facet_queries": {},
        "facet_fields": fields,
        "facet_ranges": {},
        "facet_intervals": {},
        "facet_heatmaps": {},
    }


def _count(documents: Sequence[Document], field: str, schema: Schema) -> Counter[str]:
    spec = schema.spec(field)
    counter: Counter[str] = Counter()
    for document in documents:
        if spec is not None and spec.kind is Kind.TEXT:
            counter.update({token for tokens in document.tokens(field, spec.type_name) for token in tokens})
        else:
            counter.update({str(value) for value in document.values.get(field, ())})
    return counter
