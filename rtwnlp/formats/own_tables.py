"""Coding tables as people make them: other column names, several codes in a cell, a 0/1 column for each theme."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rtwnlp.codebook import Codebook, shipped_codebooks
from rtwnlp.errors import InputError, RtwnlpWarning
from rtwnlp.formats.rows import Row

Code = tuple[str, str]

NAMES: dict[str, tuple[str, ...]] = {
    "document": ("dokument", "file", "fil", "filename", "filnamn", "interview", "intervju", "transcript", "source"),
    "participant": ("deltagare", "respondent", "informant", "case", "patient"),
    "speaker": ("talare", "speaker label"),
    "coder": ("kodare", "annotator", "rater", "user", "created by"),
    "coder_kind": ("kind",),
    "start": ("begin", "from", "start position", "startposition"),
    "end": ("slut", "to", "end position", "endposition", "stop"),
    "text": (
        "quote",
        "quotation",
        "quotation content",
        "citat",
        "segment",
        "coded text",
        "excerpt",
        "sentence",
        "mening",
    ),
    "theme": (
        "tema",
        "themes",
        "teman",
        "code",
        "codes",
        "tag",
        "tags",
        "kod",
        "koder",
        "category",
        "kategori",
        "label",
    ),
    "polarity": ("polaritet", "valence", "direction", "riktning"),
    "score": ("confidence", "weight", "probability", "sannolikhet"),
}
"""Names under which the columns of the coding table are found too, in English and Swedish."""

_YES = frozenset({"1", "1.0", "x", "true", "sant", "yes", "ja", "y", "j"})
_NO = frozenset({"", "0", "0.0", "false", "falskt", "no", "nej", "n", "-"})


def in_table_form(
    rows: Sequence[Row], path: Path, *, columns: Mapping[str, str] | None = None, codebook: Codebook | None = None
) -> list[Row]:
    """The same rows under the names of the coding table, one code a row.

    Args:
        rows: As read.
        path: The file, for messages.
        columns: For names of the coding table, the file's own; what is not given is guessed, and the guess is warned of.
        codebook: Names the themes; by default the shipped codebooks' names are known.

    Returns:
        Rows with the coding table's names. A cell with several codes ("a; b") gives a row for each; with a column for
        each theme, a row for each one that is marked, or one without theme where none is.

    Raises:
        InputError: A named column is not there, or a cell under a theme is neither yes nor no.
    """
    present = list(dict.fromkeys(name for _, record in rows for name in record))
    chosen = _given(columns or {}, present, path)
    guessed = _guess(present, chosen)
    if guessed:
        shown = ", ".join(f"{own!r} as {name}" for own, name in guessed.items())
        warnings.warn(
            f"{path}: columns read: {shown}; give --columns to read them otherwise", RtwnlpWarning, stacklevel=4
        )
    renamed = {own: name for name, own in chosen.items()} | guessed
    books = [codebook] if codebook is not None else [Codebook.load(name) for name in shipped_codebooks()]
    known = {_fold(name): code for book in books for name, code in _code_names(book).items()}
    flags = {}
    if "theme" not in present and "theme" not in renamed.values():
        flags = {name: known[_fold(name)] for name in present if _fold(name) in known}
    result: list[Row] = []
    for number, record in rows:
        moved = {renamed.get(name, name): value for name, value in record.items() if name not in flags}
        codes = (
            _flagged(record, flags, path, number) if flags else _split(moved.get("theme"), moved.get("polarity"), known)
        )
        result += [(number, {**moved, "theme": theme, "polarity": polarity}) for theme, polarity in codes]
    return result if flags or any("theme" in record for _, record in result) else list(rows)


def looks_like_codes(columns: Iterable[str]) -> bool:
    """Whether a table with these columns holds codes, under whatever name, and not a transcript.

    >>> looks_like_codes(["Fil", "Citat", "Kod"]), looks_like_codes(["speaker", "text"])
    (True, False)
    """
    names = {_fold(name) for name in ("theme", *NAMES["theme"])}
    return any(_fold(column) in names for column in columns)


def _given(columns: Mapping[str, str], present: Iterable[str], path: Path) -> dict[str, str]:
    chosen = {}
    folded = {_fold(name): name for name in present}
    for name, own in columns.items():
        if name not in NAMES:
            raise InputError(f"the coding table has no column {name!r}; it has: {', '.join(NAMES)}", path=path)
        if _fold(own) not in folded:
            raise InputError(f"there is no column {own!r}; there are: {', '.join(folded.values())}", path=path)
        chosen[name] = folded[_fold(own)]
    return chosen


def _guess(present: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The coding table's name for each of the file's columns that has another one."""
    guessed: dict[str, str] = {}
    for name, others in NAMES.items():
        if name in present or name in chosen:
            continue
        for other in others:
            own = next((p for p in present if _fold(p) == _fold(other) and p not in chosen.values()), None)
            if own is not None and own not in guessed and own not in NAMES:
                guessed[own] = name
                break
    return guessed


def _code_names(book: Codebook) -> dict[str, Code]:
    """Every way to name a code of the codebook: id or name, alone or with a polarity."""
    names: dict[str, Code] = {}
    for theme in book.themes:
        for title in (theme.id, *theme.names.values()):
            names[title] = (theme.id, "")
            for polarity in book.polarities:
                for sign in (polarity, *book.polarity_names[polarity].values()):
                    names[f"{title} {sign}"] = (theme.id, polarity)
    return names


def _flagged(record: Mapping[str, Any], flags: Mapping[str, Code], path: Path, row: int) -> list[Code]:
    found = []
    for name, code in flags.items():
        value = str(record.get(name) if record.get(name) is not None else "").strip().casefold()
        if value in _YES:
            found.append(code)
        elif value not in _NO:
            raise InputError(f"{name!r} is {value!r}; it is 1 or 0 (x or empty, yes or no)", path=path, row=row)
    return found or [("", "")]


def _split(theme: object, polarity: object, known: Mapping[str, Code]) -> list[Code]:
    sign = "" if polarity is None else str(polarity).strip()
    cells = [cell.strip() for cell in re.split(r"[;\n]", "" if theme is None else str(theme)) if cell.strip()]
    codes = []
    for cell in cells:
        code = known.get(_fold(cell))
        codes.append((cell, sign) if code is None else (code[0], sign or code[1]))
    return list(dict.fromkeys(codes)) or [("", "")]


def _fold(name: str) -> str:
    """Names without case and punctuation.

    >>> _fold("Advisory and guidance skills (shown)") == _fold("advisory AND guidance-skills: shown")
    True
    """
    return " ".join(re.findall(r"\w+", name.casefold().replace("_", " ")))
