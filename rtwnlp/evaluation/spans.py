"""Meaning units compared as spans: the same boundaries, nearly the same, or how many characters are common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rtwnlp.coding import Coding
from rtwnlp.transcript import Transcript

TOLERANCE = 25
"""Characters by which each boundary may differ in a boundary-tolerant match."""

Code = tuple[str, str]
KINDS = ("exact", "tolerant", "characters")


def meaning_units(
    coding: Coding, transcript: Transcript | None, *, by_theme: bool
) -> dict[Code, list[tuple[int, int]]]:
    """The spans of each code, with those made one that only white space parts within one turn.

    Args:
        coding: One coder's codes on one document.
        transcript: Its text; without it, spans are joined that touch or lie one character apart.
        by_theme: Whether the polarities of a theme are one code (theme, "").
    """
    turns = [] if transcript is None else [turn.start for turn in transcript.turns]
    found: dict[Code, list[tuple[int, int]]] = {}
    for span in coding.spans:
        spans = found.setdefault((span.theme, "" if by_theme else span.polarity), [])
        if spans and _joined(spans[-1], span.start, transcript, turns):
            spans[-1] = (spans[-1][0], max(spans[-1][1], span.end))
        else:
            spans.append((span.start, span.end))
    return found


def _joined(last: tuple[int, int], start: int, transcript: Transcript | None, turns: Sequence[int]) -> bool:
    if start <= last[1]:
        return True
    if transcript is None:
        return start - last[1] <= 1
    between = transcript.text[last[1] : start]
    return not between.strip() and not any(last[1] < turn <= start for turn in turns)


def span_counts(
    reference: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]], tolerance: int = TOLERANCE
) -> NDArray[np.float64]:
    """Counts of one code in one document, for precision, recall and F1.

    Args:
        reference: The reference's meaning units, in order and disjoint.
        other: The second coder's.
        tolerance: Characters.

    Returns:
        Shape (3, 3): for each of `KINDS`, what both have, only the second and only the reference. Spans are matched
        one to one, in order of their starts, which for disjoint spans finds the most matches.

    >>> span_counts([(0, 10), (20, 30)], [(0, 10), (22, 30)], tolerance=5).astype(int).tolist()
    [[1, 1, 1], [2, 0, 0], [18, 0, 2]]
    """
    result = np.zeros((3, 3))
    for row, allowed in ((0, 0), (1, tolerance)):
        both = _matches(reference, other, allowed)
        result[row] = both, len(other) - both, len(reference) - both
    common = sum(max(0, min(b, d) - max(a, c)) for a, b in reference for c, d in other)
    result[2] = common, sum(b - a for a, b in other) - common, sum(b - a for a, b in reference) - common
    return result


def _matches(reference: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]], allowed: int) -> int:
    matched, i, j = 0, 0, 0
    while i < len(reference) and j < len(other):
        (a, b), (c, d) = reference[i], other[j]
        if abs(a - c) <= allowed and abs(b - d) <= allowed:
            matched, i, j = matched + 1, i + 1, j + 1
        elif (b, a) < (d, c):
            i += 1
        else:
            j += 1
    return matched
