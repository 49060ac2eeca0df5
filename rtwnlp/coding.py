"""Codings: who gave which codes to which passages of a transcript, and what they looked at.

Human and machine codes are the same type, so agreement between people and evaluation of a machine are one
function, and a machine's codes go wherever a colleague's go.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rtwnlp.errors import InputError


class CoderKind(StrEnum):
    """Who made a coding. The three are never pooled."""

    HUMAN = "human"
    SYNTHETIC = "synthetic"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, order=True)
class Coder:
    """A person, a language model or author of a synthetic corpus, or a trained classifier."""

    name: str
    kind: CoderKind


@dataclass(frozen=True, slots=True, order=True)
class CodedSpan:
    """One code on one passage.

    Attributes:
        start: Offset of the first character in `Transcript.text`, in code points.
        end: Offset after the last one.
        theme: Id of the theme.
        polarity: One of the codebook's polarities; "" where it has none or the coder gave none.
        score: How sure the coder is, in [0, 1]; None where no score was given.

    Raises:
        InputError: The span is empty or negative, or the score outside [0, 1].
    """

    start: int
    end: int
    theme: str
    polarity: str
    score: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise InputError(
                f"a coded span runs from {self.start} to {self.end}; the start must be 0 or more and before the end"
            )
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise InputError(f"the score {self.score} is outside 0 to 1")


@dataclass(frozen=True, slots=True)
class Coding:
    """All codes that one coder gave to one document.

    Attributes:
        document: Name of the document.
        coder: Who coded.
        spans: The codes, in order of (start, end, theme, polarity).
        scope: The passages that the coder looked at, as (start, end), ordered and disjoint. None: the whole
            document. Inside the scope an absent code is a negative, outside it nothing is known.
        themes: The themes the coder looked for; None: all of the codebook. Absent ones are unknown, not negative.
        codebook: Id of the codebook, if known.
        codebook_hash: `Codebook.hash` of the codebook that was used, if known.
        text_hash: `Transcript.text_hash` of the text that was coded, if known.
    """

    document: str
    coder: Coder
    spans: tuple[CodedSpan, ...]
    scope: tuple[tuple[int, int], ...] | None = None
    themes: frozenset[str] | None = None
    codebook: str | None = None
    codebook_hash: str | None = None
    text_hash: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", tuple(sorted(self.spans, key=_span_order)))
        if self.scope is not None:
            object.__setattr__(self, "scope", merge_intervals(self.scope))


def _span_order(span: CodedSpan) -> tuple[int, int, str, str]:
    return span.start, span.end, span.theme, span.polarity


def merge_intervals(intervals: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The intervals in order, with those that touch or overlap made one.

    >>> merge_intervals(((5, 9), (0, 2), (2, 3)))
    ((0, 3), (5, 9))
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
