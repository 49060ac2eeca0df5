"""Between spans and segments: codings become label matrices with a mask, coded segments become spans."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rtwnlp.codebook import Codebook
from rtwnlp.coding import CodedSpan, Coding
from rtwnlp.errors import CodebookError
from rtwnlp.transcript import Segment

MIN_OVERLAP = 0.5
"""Share of the shorter of segment and span that must be common for the segment to carry the span's code."""


def label_matrix(
    segments: Sequence[Segment], coding: Coding, codebook: Codebook
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The codes of a coding on segments, and what is known of them.

    A segment carries a span's code when at least `MIN_OVERLAP` of the shorter of the two is common: so a long span
    gives its code to each sentence in it, a coded clause gives it to its sentence, and a slip of the mouse over the
    next sentence's first word does not.

    Args:
        segments: n segments of the document, in order.
        coding: One coder's codes on the same text.
        codebook: Gives the order of the columns.

    Returns:
        labels: Shape (n, number of codes), True where the segment carries the code.
        known: Same shape, True where the coder looked: inside the scope, and for a theme that was looked for.

    Raises:
        CodebookError: The coding holds a theme or polarity that the codebook does not have.
    """
    column = {code: i for i, code in enumerate(codebook.codes)}
    labels = np.zeros((len(segments), len(column)), dtype=np.bool_)
    known = np.zeros_like(labels)
    for span in coding.spans:
        try:
            code = codebook.check_code(span.theme, span.polarity)
        except CodebookError as error:
            raise CodebookError(f"{error.problem} (coder {coding.coder.name!r})", path=coding.document) from None
        for row, segment in enumerate(segments):
            if segment.start >= span.end:
                break
            if overlaps(segment.start, segment.end, span.start, span.end):
                labels[row, column[code]] = True
    looked_for = np.array([coding.themes is None or code.theme in coding.themes for code in codebook.codes])
    for row, segment in enumerate(segments):
        if coding.scope is None or any(overlaps(segment.start, segment.end, start, end) for start, end in coding.scope):
            known[row] = looked_for
    return labels, known | labels


def overlaps(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether two passages share at least `MIN_OVERLAP` of the shorter one.

    >>> overlaps(0, 10, 5, 40), overlaps(0, 10, 8, 40)
    (True, False)
    """
    common = min(end, other_end) - max(start, other_start)
    return common > 0 and common >= MIN_OVERLAP * min(end - start, other_end - other_start)


def merge_spans(coded: Sequence[tuple[Segment, Sequence[CodedSpan]]]) -> tuple[CodedSpan, ...]:
    """Neighbouring segments of one turn that carry the same code, as one span (a meaning unit).

    Args:
        coded: Every segment in order, with its codes (whose own offsets are ignored).

    Returns:
        The spans in order; a span's score is the mean of its segments' scores, weighted by their length.
    """
    done: list[CodedSpan] = []
    open_runs: dict[tuple[str, str], list[tuple[Segment, float | None]]] = {}
    previous_turn = None

    def close(code: tuple[str, str]) -> None:
        run = open_runs.pop(code)
        scores = [(score, segment.end - segment.start) for segment, score in run if score is not None]
        mean = sum(s * w for s, w in scores) / sum(w for _, w in scores) if scores else None
        done.append(CodedSpan(run[0][0].start, run[-1][0].end, code[0], code[1], mean))

    for segment, codes in coded:
        here = {(code.theme, code.polarity): code.score for code in codes}
        for code in list(open_runs):
            if segment.turn != previous_turn or code not in here:
                close(code)
        for code, score in here.items():
            open_runs.setdefault(code, []).append((segment, score))
        previous_turn = segment.turn
    for code in list(open_runs):
        close(code)
    return tuple(sorted(done, key=lambda span: (span.start, span.end, span.theme, span.polarity)))
