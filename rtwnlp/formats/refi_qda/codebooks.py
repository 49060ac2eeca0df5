"""REFI-QDA codebooks (.qdc): the codes of a study without its texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rtwnlp.codebook import Codebook, Language
from rtwnlp.errors import InputError
from rtwnlp.formats.refi_qda.archive import MAX_XML_BYTES, local, parse_xml
from rtwnlp.formats.refi_qda.elements import Elements
from rtwnlp.formats.refi_qda.project import QdaCode, read_codes
from rtwnlp.formats.text import read_bytes, write_text

NAMESPACE = "urn:QDA-XML:codebook:1.0"


def write_qdc(codebook: Codebook, path: str | Path, *, language: Language = "en") -> Path:
    """Write a codebook's themes, each with a child code for each polarity, as .qdc.

    Args:
        codebook: The codebook.
        path: The file.
        language: Of names and descriptions.
    """
    elements = Elements()
    codes = elements.element("Codes", {}, elements.codes(codebook, language))
    xml = elements.element("CodeBook", {"xmlns": NAMESPACE, "origin": "rtwnlp"}, codes)
    write_text(Path(path), f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n')
    return Path(path)


def read_qdc(path: str | Path, *, language: Language = "en") -> Codebook:
    """Read a .qdc as a codebook.

    Codes at the top level are themes. Where all themes that have child codes have the same ones, those are the polarities;
    else every code is a theme of its own, called by its path.

    Args:
        path: The file.
        language: The language its names and descriptions are in, which the file does not say.

    Raises:
        InputError: It is no .qdc, holds no codes, or two codes have one name.
    """
    path = Path(path)
    data = read_bytes(path)
    if len(data) > MAX_XML_BYTES:
        raise InputError(f"has {len(data)} bytes; at most {MAX_XML_BYTES} are read", path=path)
    root = parse_xml(data, path, "the codebook")
    if local(root) != "CodeBook":
        raise InputError(f"holds a {local(root)!r}, not a codebook", path=path)
    codes = list(read_codes(root))
    if not codes:
        raise InputError("the codebook holds no codes", path=path)
    children: dict[str, list[QdaCode]] = {}
    for code in codes:
        children.setdefault(code.parent, []).append(code)
    top = children[""]
    signs = {tuple(child.name for child in children[code.guid]) for code in top if code.guid in children}
    flat = all(len(code.path) <= 2 for code in codes)
    polarities = list(next(iter(signs))) if flat and len(signs) == 1 and all(c.guid in children for c in top) else []
    themes = top if polarities or not signs else codes
    return Codebook.from_dict(
        {
            "id": _identifier(path.stem),
            "version": "1.0",
            "title": {language: path.stem},
            "source": root.get("origin") or path.name,
            "languages": [language],
            "polarities": [{"id": _identifier(name), "names": {language: name}} for name in polarities],
            "themes": [_theme(code, language) for code in themes],
        },
        path=path,
    )


def _theme(code: QdaCode, language: str) -> Mapping[str, object]:
    name = " / ".join(code.path)
    return {"id": _identifier(name), "names": {language: name}, "definitions": {language: code.description or name}}


def _identifier(name: str) -> str:
    """A name as an id: lower case letters and digits without accents, words joined by hyphens."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "code"


def load_codebook(name_or_path: str | Path) -> Codebook:
    """A shipped codebook by name, a YAML file, or a .qdc."""
    if Path(name_or_path).suffix.lower() == ".qdc":
        return read_qdc(name_or_path)
    return Codebook.load(name_or_path)
