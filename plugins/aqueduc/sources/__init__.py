"""Extract: from a declared source to one Parquet file in the vault, or to "nothing has changed".

``extract`` walks the stage; ``remember`` is what the last stage calls once a run is certified;
``lexical_types`` says what each column of a source is read as.
"""

from aqueduc.sources.change import remember
from aqueduc.sources.reading import lexical_types
from aqueduc.sources.report import Extraction, ExtractReport
from aqueduc.sources.stage import extract

__all__ = ["ExtractReport", "Extraction", "extract", "lexical_types", "remember"]
