"""A file of a distant drop, brought whole or not at all, within limits."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.drops.listing import DropFile
from aqueduc.sources.origin import SourceOrigin

LARGEST_FILE = 8 << 30
FETCH_TIMEOUT_S = 3600.0


def check_total_download_size(origin: SourceOrigin, files: Sequence[DropFile]) -> None:
    """Raises SourceUnreadable for more than there may be at once in the scratch folder."""
    if sum(file.size for file in files) > LARGEST_FILE:
        raise origin.build_unreadable_error(
            _("Ce qui est à lire dans le dépôt dépasse toute mesure (plus de {gigabytes} Go).").format(
                gigabytes=LARGEST_FILE >> 30
            ),
            _("le découper, ou le déposer compressé ; avec « take: all », écrire un motif plus étroit"),
        )


def write_complete_download_or_nothing(
    origin: SourceOrigin, file: DropFile, blocks: Iterable[bytes], target: Path
) -> Path:
    """Writes ``blocks``, which must be all of ``file``, to ``target``.

    Raises SourceUnreadable (too large), SourceUnavailable (cut, or without end): nothing is left at ``target``
    then, nor after whatever ``blocks`` raises.
    """
    check_total_download_size(origin, (file,))
    complete = False
    try:
        wrong = _copy_blocks_or_build_error(origin, file, blocks, target)
        complete = wrong is None
    finally:
        if not complete:
            target.unlink(missing_ok=True)
    if wrong is not None:
        raise wrong
    return target


def _copy_blocks_or_build_error(
    origin: SourceOrigin, file: DropFile, blocks: Iterable[bytes], target: Path
) -> SourceError | None:
    limit, size = time.monotonic() + FETCH_TIMEOUT_S, 0
    with target.open("wb") as out:
        for block in blocks:
            size += out.write(block)
            if size > file.size:
                break
            if time.monotonic() > limit:
                return origin.build_unavailable_error(
                    _("Le fichier n'en finit pas d'arriver (plus de {minutes} minutes).").format(
                        minutes=int(FETCH_TIMEOUT_S // 60)
                    ),
                    _("vérifier le réseau jusqu'au serveur de dépôt, ou déposer le fichier compressé"),
                )
    if size == file.size:
        return None
    return origin.build_unavailable_error(
        _("Le fichier n'est pas arrivé entier : il n'a pas la taille qu'annonce le dépôt."),
        _("rien à faire si quelqu'un le déposait : il sera relu à la prochaine tentative"),
    )
