"""What two or more coders are compared on: the units of a document, and the codes of each coder on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rtwnlp.alignment import overlaps
from rtwnlp.coding import Coding
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Transcript

UnitKind = Literal["sentence", "turn", "character"]
UNIT_KINDS: tuple[UnitKind, ...] = ("sentence", "turn", "character")

Span = tuple[int, int]


def units_of(codings: Sequence[Coding], transcript: Transcript | None, kind: UnitKind) -> list[Span]:
    """The units of one document that all of its coders looked at, in order.

    Args:
        codings: Of one document, one for each coder.
        transcript: Its text. Without it the units are the passages between any two boundaries in the codings: where
            every row of a coding table is a sentence, these are the sentences.
        kind: "sentence" or "turn" of the participants, or "character": then the stretches of text within which
            nothing changes, to be counted by their length.
    """
    if kind == "character" or transcript is None:
        spans = _passages(codings, transcript)
    elif kind == "sentence":
        spans = [(s.start, s.end) for s in segment(transcript) if s.role is Role.PARTICIPANT]
    else:
        spans = [(t.start, t.end) for t in transcript.turns if t.role is Role.PARTICIPANT and t.start < t.end]
    return [unit for unit in spans if all(looked_at(coding, unit) for coding in codings)]


def _passages(codings: Sequence[Coding], transcript: Transcript | None) -> list[Span]:
    inside = [span for coding in codings for span in coding.scope or ()]
    coded = [(span.start, span.end) for coding in codings for span in coding.spans]
    if transcript is not None:
        inside = [(t.start, t.end) for t in transcript.turns if t.role is Role.PARTICIPANT]
    cuts = sorted({at for span in [*inside, *coded] for at in span})
    return [
        (start, end)
        for start, end in zip(cuts, cuts[1:], strict=False)
        if any(low <= start and end <= high for low, high in (inside if transcript else [*inside, *coded]))
    ]


def looked_at(coding: Coding, unit: Span) -> bool:
    """Whether the coder looked at the unit: it is in the scope, or carries a code."""
    if coding.scope is None:
        return True
    passages = [*coding.scope, *((span.start, span.end) for span in coding.spans)]
    return any(overlaps(*unit, *passage) for passage in passages)


def codes_on(coding: Coding, units: Sequence[Span]) -> list[frozenset[tuple[str, str]]]:
    """The (theme, polarity) codes of a coding on each unit."""
    codes: list[set[tuple[str, str]]] = [set() for _ in units]
    starts = np.array([start for start, _ in units])
    ends = np.array([end for _, end in units])
    for span in coding.spans:
        first = int(np.searchsorted(ends, span.start, side="right"))
        last = int(np.searchsorted(starts, span.end, side="left"))
        for row in range(first, last):
            if overlaps(*units[row], span.start, span.end):
                codes[row].add((span.theme, span.polarity))
    return [frozenset(found) for found in codes]


def lengths_of(units: Sequence[Span]) -> NDArray[np.int64]:
    """The number of characters of each unit."""
    return np.array([end - start for start, end in units], dtype=np.int64)
