"""ODS: the cells of a sheet, as text, with what its merged cells and its formats say.

Read from its XML rather than by calamine, which has no merged cells of an ODS and loses its times of day
(``PT14H05M00S`` is NULL), and whose sheet is as large as its last cell, wherever that was typed.
"""

import re
import zipfile
import zlib

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_ZEROS = re.compile(r"0\d{1,17}")
