"""Which files are transcripts, and what their documents are called."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rtwnlp.errors import InputError
from rtwnlp.formats.own_tables import looks_like_codes
from rtwnlp.formats.rows import TABLE_ENDINGS, read_rows

TRANSCRIPT_ENDINGS: tuple[str, ...] = (".txt", ".docx", ".vtt", ".srt", ".qdpx", *TABLE_ENDINGS)
"""Endings of the files that can be read as transcripts."""


def find_transcripts(paths: Iterable[Path], encoding: str | None = None) -> dict[Path, str | None]:
    """The transcript files behind files and folders, with the name of each one's document.

    Folders are searched, subfolders too, for files with one of `TRANSCRIPT_ENDINGS`; hidden files, Word's lock files
    and coding tables are passed over.

    Args:
        paths: Files and folders.
        encoding: Of text files, None to find it.

    Returns:
        For each file, in order and once, None if its document is called by the file's name without ending, else the
        path below the folder that all have in common: files of one name stay apart.

    Raises:
        InputError: A path is missing, or a folder holds no transcript.
    """
    files: dict[Path, str | None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if _is_transcript(file, path, encoding))
            if not inside:
                raise InputError(f"the folder holds no transcript ({', '.join(TRANSCRIPT_ENDINGS)})", path=path)
            files |= {file: None for file in inside}
        elif path.exists():
            files[path] = None
        else:
            raise InputError("there is no such file or folder", path=path)
    stems = Counter(file.stem for file in files)
    if max(stems.values(), default=0) < 2:
        return files
    common = Path(os.path.commonpath([file.resolve().parent for file in files]))
    return {f: f.resolve().relative_to(common).as_posix() if stems[f.stem] > 1 else None for f in files}


def _is_transcript(file: Path, folder: Path, encoding: str | None) -> bool:
    return (
        file.is_file()
        and file.suffix.lower() in TRANSCRIPT_ENDINGS
        and not any(part.startswith((".", "~$")) for part in file.relative_to(folder).parts)
        and not _is_coding_table(file, encoding)
    )


def _is_coding_table(path: Path, encoding: str | None) -> bool:
    if path.suffix.lower() not in TABLE_ENDINGS:
        return False
    try:
        rows = read_rows(path, encoding)
    except InputError:
        return False
    return bool(rows) and looks_like_codes(rows[0][1])
