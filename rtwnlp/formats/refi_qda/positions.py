"""What a tool counts as one position of a text, and how its positions become offsets in code points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtwnlp.errors import InputError

Pair = tuple[int, int]
OWN_ORIGIN = "rtwnlp"
"""What our own projects say wrote them; their positions need no check."""


@dataclass(frozen=True, slots=True)
class Positions:
    """A way of counting.

    Attributes:
        utf16: Whether a character outside the basic plane (an emoji) counts as two.
        crlf_is_one: Whether a line end of carriage return and line feed counts as one.
    """

    utf16: bool = False
    crlf_is_one: bool = False

    @property
    def name(self) -> str:
        """As it is given on the command line."""
        return ("utf16" if self.utf16 else "codepoints") + ("-crlf1" if self.crlf_is_one else "")

    def starts(self, text: str) -> NDArray[np.int64]:
        """The position of each character and of the end, shape (len(text) + 1,)."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        widths = np.ones(len(codes), dtype=np.int64)
        if self.utf16:
            widths[codes > 0xFFFF] = 2
        if self.crlf_is_one and len(codes) > 1:
            widths[1:][(codes[1:] == 10) & (codes[:-1] == 13)] = 0
        return np.concatenate([[0], np.cumsum(widths)])

    def to_offsets(self, text: str, pairs: Sequence[Pair]) -> list[Pair]:
        """Positions (start, end) of a tool as offsets; what lies outside the text is cut to it."""
        starts = self.starts(text)
        found = []
        for start, end in pairs:
            first = int(np.searchsorted(starts, start, side="right")) - 1 if start > 0 else 0
            last = int(np.searchsorted(starts, end, side="left"))
            # Of a line end that counts as one, the start lies before it and the end behind it.
            while self.crlf_is_one and 0 < first < len(text) and starts[first] == starts[first - 1]:
                first -= 1
            while self.crlf_is_one and last < len(text) and starts[last + 1] == starts[last]:
                last += 1
            found.append((min(max(first, 0), len(text)), min(max(last, 0), len(text))))
        return found

    def from_offsets(self, text: str, pairs: Sequence[Pair]) -> list[Pair]:
        """Offsets as a tool's positions."""
        starts = self.starts(text)
        return [(int(starts[start]), int(starts[end])) for start, end in pairs]


ALL = tuple(Positions(utf16, crlf) for utf16 in (False, True) for crlf in (False, True))


def named(name: str) -> Positions:
    """The way of counting of that name.

    Raises:
        InputError: There is none.
    """
    for positions in ALL:
        if positions.name == name:
            return positions
    raise InputError(f"the positions {name!r} are unknown; there are: {', '.join(p.name for p in ALL)}")


def of_origin(origin: str) -> Positions:
    """How the tool that wrote a project counts, as far as is known of it; the standard's code points else."""
    folded = origin.casefold()
    if "nvivo" in folded:
        return Positions(utf16=True)
    if "atlas" in folded:
        return Positions(crlf_is_one=True)
    return Positions()


def misfits(positions: Positions, text: str, pairs: Sequence[Pair]) -> int:
    """How many selections begin or end inside a word, or outside the text, if counted so."""
    bad = 0
    size = int(positions.starts(text)[-1])
    for (start, end), (first, last) in zip(pairs, positions.to_offsets(text, pairs), strict=True):
        outside = start < 0 or end > size or first >= last
        bad += outside or _splits_word(text, first) or _splits_word(text, last)
    return bad


def _splits_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and re.fullmatch(r"\w\w", text[at - 1 : at + 1]) is not None


def decide(origin: str, texts: Sequence[tuple[str, Sequence[Pair]]]) -> tuple[Positions, str]:
    """The way of counting by a project's origin, unless its own selections clearly fit another better.

    Args:
        origin: What the project says wrote it.
        texts: Each text with its selections' positions.

    Returns:
        The way of counting, and a warning or "".
    """
    expected = of_origin(origin)
    if origin == OWN_ORIGIN:
        return expected, ""
    total = sum(len(pairs) for _, pairs in texts)
    counted = {p: sum(misfits(p, text, pairs) for text, pairs in texts) for p in ALL}
    best = min(ALL, key=lambda p: (counted[p], p != expected))
    if counted[expected] - counted[best] < max(3, 0.05 * total):
        return expected, ""
    return best, (
        f"counted as {expected.name}, as {origin or 'the standard'} does, {counted[expected]} of {total} selections begin "
        f"or end inside a word; counted as {best.name} {counted[best]} do, so they are read so"
    )
