"""Text files: from bytes in a declared encoding to text, without ever holding the file."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aqueduc.declaration.vocabulary import ENCODINGS
from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.origin import SourceOrigin

BLOCK = 1 << 20
LONGEST_LINE = 16 << 20


def read_line_blocks(origin: SourceOrigin, path: Path, encoding: str) -> Iterator[str]:
    """The text of a file by blocks of whole lines, each without its last ``\\n``.

    A file without any ``\\n`` whose lines end in ``\\r`` is read too. Raises SourceUnreadable.
    """
    rest, newline = "", ""
    for text in read_text_blocks(origin, path, encoding):
        rest += text
        if not newline:
            # The last character may be half of a "\r\n".
            newline = "\n" if "\n" in rest else "\r" if "\r" in rest[:-1] else ""
        if newline == "\r":
            rest = rest.replace("\r", "\n")
        block, found, after = rest.rpartition("\n")
        if found:
            yield block
            rest = after
        if len(rest) > LONGEST_LINE:
            raise origin.build_unreadable_error(
                _("Une ligne du fichier dépasse toute mesure : ce n'est pas un fichier de texte en lignes."),
                _("vérifier le fichier et le format déclaré"),
            )
    if rest:
        yield rest


def read_text_blocks(origin: SourceOrigin, path: Path, encoding: str) -> Iterator[str]:
    """The decoded text of a file, by blocks, without its byte order mark. Raises SourceUnreadable."""
    codec = ENCODINGS.get(encoding.strip().lower().replace("_", "-"))
    if codec is None:
        raise origin.build_unreadable_error(
            _("L'encodage déclaré, « {encoding} », n'est pas connu.").format(encoding=encoding),
            _("au choix : {listed}").format(listed=", ".join(sorted(set(ENCODINGS.values())))),
        )
    decoder = codecs.getincrementaldecoder(codec)("strict")
    witness = _Utf8Detector() if not codec.startswith("utf") else None
    lines, first = 0, True
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            text = _decode_block(origin, decoder, block, codec, lines)
            lines += text.count("\n")
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            if witness is not None:
                witness.examine_block(block)
            if text:
                yield text
            if not block:
                break
    if witness is not None and witness.is_certainly_utf8:
        raise origin.build_unreadable_error(
            _("Le fichier est déclaré en {encoding}, mais il est écrit en UTF-8.").format(encoding=encoding),
            _("écrire « encoding: utf-8 » dans la déclaration (sinon les accents seraient publiés faux)"),
        )


def _decode_block(
    origin: SourceOrigin, decoder: codecs.IncrementalDecoder, block: bytes, codec: str, lines_before: int
) -> str:
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode(codec, "replace")
    raise _build_decoding_error(origin, codec, lines_before + good.count("\n") + 1)


def _build_decoding_error(origin: SourceOrigin, codec: str, line: int) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _("Un octet de la ligne {line} n'existe pas en {codec} : ce n'est pas l'encodage du fichier.").format(
            line=line, codec=codec
        ),
        _("corriger « encoding: » dans la déclaration ({other} ?), ou réenregistrer le fichier").format(
            other="utf-8" if codec != "utf-8" else "cp1252"
        ),
    )


@dataclass
class _Utf8Detector:
    """Nearly any byte exists in an eight-bit encoding, so a wrong one is unseen; none is UTF-8 by chance."""

    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("strict")
    )
    _possible: bool = True
    _beyond_ascii: bool = False

    def examine_block(self, block: bytes) -> None:
        """Takes the next block, an empty one at the end."""
        if not self._possible:
            return
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError:
            self._possible = False
        self._beyond_ascii = self._beyond_ascii or not block.isascii()

    @property
    def is_certainly_utf8(self) -> bool:
        return self._possible and self._beyond_ascii
