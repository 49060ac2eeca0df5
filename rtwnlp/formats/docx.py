"""Word documents: paragraphs and tables in document order, as lines."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from rtwnlp.errors import InputError
from rtwnlp.formats.build import Content, from_text
from rtwnlp.formats.text import read_bytes

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {f"{_W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "footnotePr", "txbxContent")}
_CLOCK = re.compile(r"[\[(]?\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?[\])]?")
_HEADINGS = frozenset("speaker talare namn name vem who roll role person".split())
_MAX_LABEL = 40


class _Node(Protocol):
    """What is used of an lxml element."""

    tag: str
    text: str | None

    def __iter__(self) -> Iterator[_Node]: ...

    def iter(self, tag: str) -> Iterator[_Node]: ...


def read_docx(path: Path) -> Content:
    """Read a .docx, text added as tracked changes and in content controls included."""
    import docx

    data = read_bytes(path)
    try:
        body = docx.Document(io.BytesIO(data)).element.body
        labels: set[str] = set()
        lines = list(_block_lines(body, labels))
    except Exception as error:  # python-docx lets through whatever zipfile, lxml and its own parts raise
        raise InputError(
            "is no readable .docx (damaged, or another format under this name); "
            "open it in a word processor and save it as .docx",
            path=path,
        ) from error
    text = "\n".join(lines)
    if not text.strip():
        raise InputError("the document holds no text; export the transcript again", path=path)
    return from_text(text, labels)


def _block_lines(container: _Node, labels: set[str]) -> Iterator[str]:
    for child in container:
        if child.tag == f"{_W}p":
            yield _paragraph_text(child)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                cells = ["\n".join(_block_lines(cell, labels)).strip() for cell in row.iter(f"{_W}tc")]
                if any(cells):
                    yield _row_line(cells, labels)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _block_lines(child, labels)


def _row_line(cells: list[str], labels: set[str]) -> str:
    stamp = ""
    if len(cells) == 3:
        for position in (0, 1):
            if _CLOCK.fullmatch(cells[position]) or (position == 0 and cells[0].isdigit()):
                taken = cells.pop(position)
                stamp = f"[{taken.strip('[]()')}] " if ":" in taken else ""
                break
        else:
            if not cells[2]:
                cells.pop()
    if len(cells) != 2:
        return "\t".join(cells)
    speaker, said = cells[0].rstrip(": "), cells[1]
    if not speaker:
        return said
    if len(speaker) > _MAX_LABEL or "\n" in speaker or speaker.casefold() in _HEADINGS:
        return "\t".join(cells)
    labels.add(speaker)
    return f"{stamp}{speaker}: {said}"


def _paragraph_text(node: _Node) -> str:
    parts: list[str] = []
    for child in node:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag == f"{_W}tab":
            parts.append("\t")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif child.tag not in _SKIPPED and isinstance(child.tag, str) and child.tag.startswith(_W):
            parts.append(_paragraph_text(child))
    return "".join(parts)
