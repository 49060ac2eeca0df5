"""From the codes of a QDA project to the themes and polarities of a codebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from rtwnlp.codebook import Codebook, shipped_codebooks
from rtwnlp.errors import InputError
from rtwnlp.formats.refi_qda.project import QdaCode, guid_of
from rtwnlp.formats.rows import read_rows

Code = tuple[str, str]


def read_code_map(path: str | Path) -> dict[str, Code]:
    """A mapping file: the columns `code` (a name, a path with " / " or a guid), `theme` and, if need be, `polarity`.

    An empty theme says that the code is left out on purpose.

    Raises:
        InputError: A column is missing, or a code is mapped twice.
    """
    path = Path(path)
    found: dict[str, Code] = {}
    for row, record in read_rows(path):
        name = str(record.get("code") or "").strip()
        if not name or "theme" not in record:
            raise InputError("a row needs a code and a theme (empty to leave the code out)", path=path, row=row)
        if _fold(name) in found:
            raise InputError(f"the code {name!r} is mapped twice", path=path, row=row)
        found[_fold(name)] = (str(record["theme"] or "").strip(), str(record.get("polarity") or "").strip())
    return found


def map_codes(
    codes: Mapping[str, QdaCode],
    used: Iterable[str],
    codebook: Codebook | None,
    given: Mapping[str, Code] | None = None,
) -> tuple[dict[str, Code], set[str]]:
    """What each used code of a project means.

    Args:
        codes: The project's codes by guid.
        used: Guids of the codes that occur.
        codebook: The codebook to map to. None: a shipped one that all used codes belong to, else the codes' own
            names are the themes.
        given: A mapping file's content, which goes before everything else.

    Returns:
        (theme, polarity) by guid, and the guids that mean nothing in the codebook.
    """
    wanted = set(used)
    chosen = {guid: code for guid in wanted if (code := _given(codes.get(guid), guid, given or {})) is not None}
    open_ = wanted - chosen.keys()
    books = [codebook] if codebook is not None else [Codebook.load(name) for name in shipped_codebooks()]
    for book in books:
        found = {guid: code for guid in open_ if (code := _in_book(codes.get(guid), codes, book)) is not None}
        if codebook is not None or (open_ and len(found) == len(open_)):
            mapped = chosen | found
            return {g: c for g, c in mapped.items() if c[0]}, open_ - found.keys()
    own = {guid: (" / ".join(codes[guid].path), "") for guid in open_ if guid in codes}
    mapped = chosen | own
    return {g: c for g, c in mapped.items() if c[0]}, open_ - own.keys()


def _given(code: QdaCode | None, guid: str, given: Mapping[str, Code]) -> Code | None:
    keys = [guid] if code is None else [guid, " / ".join(code.path), code.name]
    return next((given[_fold(key)] for key in keys if _fold(key) in given), None)


def _in_book(code: QdaCode | None, codes: Mapping[str, QdaCode], book: Codebook) -> Code | None:
    if code is None:
        return None
    themes, polarities = _names(book)
    direct = _one(code.name, themes, polarities)
    if direct is not None:
        return direct
    parent = codes.get(code.parent)
    polarity = polarities.get(_fold(code.name))
    while parent is not None and polarity is not None:
        theme = themes.get(_fold(parent.name))
        if theme is not None:
            return theme, polarity
        parent = codes.get(parent.parent)
    return None


def _names(book: Codebook) -> tuple[dict[str, str], dict[str, str]]:
    themes = {_fold(name): t.id for t in book.themes for name in (t.id, *t.names.values())}
    polarities = {_fold(name): p for p in book.polarities for name in (p, *book.polarity_names[p].values())}
    return themes, polarities


def _one(name: str, themes: Mapping[str, str], polarities: Mapping[str, str]) -> Code | None:
    """A name that says theme and polarity at once, such as "advice-guidance shown" or "Advice (shown)"."""
    folded = _fold(name)
    if folded in themes:
        return themes[folded], ""
    for polarity, polarity_id in polarities.items():
        head = folded.removesuffix(f" {polarity}")
        if head != folded and head in themes:
            return themes[head], polarity_id
    return None


def _fold(name: str) -> str:
    """Names without case, numbering ("1. ", "A) "), punctuation between words."""
    if re.fullmatch(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", name.strip()):
        return guid_of(name)
    bare = re.sub(r"^\s*(?:\d+|[A-Za-z])[.)]\s+", "", name)
    return " ".join(re.findall(r"\w+", bare.casefold()))
