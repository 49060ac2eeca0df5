"""Quotations found again in a transcript, even with other white space, dashes or quotation marks."""

from __future__ import annotations

import re
from functools import cache

_ALIKE = (
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    '"\u201c\u201d\u201e\u00ab\u00bb',
    "'\u2018\u2019\u201b\u00b4`",
)
_ENDS = ' \t\r\n"\u201c\u201d\u201e\u00ab\u00bb'


def find_quote(quote: str, text: str, start: int = 0) -> list[tuple[int, int]]:
    """Where a quotation stands in a text, from `start` on.

    As it is first; then with quotation marks around it taken off, and white space, dashes, quotation marks, the
    ellipsis and the case of letters not told apart. "[...]" and "(...)" stand for whatever was left out.

    >>> find_quote('\u201dhon  ringde \u2013 ja\u201d', "IP: Hon ringde - ja.")
    [(4, 19)]
    """
    for pattern in (_strict(quote), _loose(quote)):
        hits = [match.span(1) for match in re.finditer(pattern, text[start:])] if pattern is not None else []
        if hits:
            return [(a + start, b + start) for a, b in hits]
    return []


@cache
def _strict(quote: str) -> re.Pattern[str] | None:
    words = quote.split()
    return re.compile("(?=(" + r"\s+".join(re.escape(word) for word in words) + "))") if words else None


@cache
def _loose(quote: str) -> re.Pattern[str] | None:
    bare = quote.strip(_ENDS).replace("\u2026", "...")
    parts = [part for part in re.split(r"\s*[\[(]\s*\.\.\.\s*[\])]\s*", bare) if part.strip()]
    if not parts:
        return None
    return re.compile("(?=(" + r"[\s\S]{0,600}?".join(_piece(part) for part in parts) + "))", re.IGNORECASE)


def _piece(part: str) -> str:
    written = []
    for word in part.split():
        written.append("".join(_character(c) for c in re.sub(r"\.\.\.", "\x00", word)))
    return r"\s+".join(written)


def _character(character: str) -> str:
    if character == "\x00":
        return r"(?:\.{3}|\u2026)"
    for alike in _ALIKE:
        if character in alike:
            return f"[{re.escape(alike)}]"
    return re.escape(character)
