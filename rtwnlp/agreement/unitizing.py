"""Krippendorff's alpha for unitizing: coders who drew the boundaries of their units themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtwnlp.errors import InputError

Unit = tuple[int, int, str]
"""Start, end (exclusive) and value of a unit that one coder marked."""


@dataclass(frozen=True, slots=True)
class UnitizingAlpha:
    """The family of coefficients of Krippendorff et al. (2016); each None where it is undefined.

    Attributes:
        u: Of boundaries and values together (eq. 5).
        binary: Of what is marked at all against what is not (eq. 6).
        cu: Of the values, where units of two coders intersect (eq. 11).
        cu_coverage: Share of the continuum, over all coders, that `cu` looks at.
        by_value: For each value, the agreement on it where units intersect (eq. 13).
    """

    u: float | None
    binary: float | None
    cu: float | None
    cu_coverage: float
    by_value: dict[str, float | None]


def unitizing_alpha(units: Sequence[Sequence[Unit]], length: int) -> UnitizingAlpha:
    """Agreement of coders who each partitioned one continuum into valued units and gaps.

    Krippendorff, Mathet, Bouvry & Widlöcher (2016), "On the reliability of unitizing textual continua: Further
    developments", Quality & Quantity 50, eq. 1-13, nominal values. A unit that is drawn counts as a whole, so that
    chance does not pair it with itself; a gap has no structure and counts by the character.

    Args:
        units: For each coder, the units as (start, end, value), which must not overlap; none is a coder who marked
            nothing.
        length: Of the continuum, such as the text's number of characters.

    Raises:
        InputError: A unit is empty, lies outside the continuum, or overlaps another of its coder.

    >>> two = [[(2, 5, "a"), (10, 20, "b")], [(2, 5, "a"), (10, 20, "b")]]
    >>> unitizing_alpha(two, 60).u
    1.0
    """
    ordered = [sorted(row) for row in units]
    for number, row in enumerate(ordered):
        _check(row, length, number)
    values = sorted({value for row in ordered for _, _, value in row})
    if len(ordered) < 2 or length < 1 or not values:
        return UnitizingAlpha(None, None, None, 0.0, dict.fromkeys(values))
    codes, lengths = _elementary(ordered, values, length)
    observed = _observed(codes, lengths, len(values) + 1)
    pairable = float(observed.sum())
    own = np.zeros(len(values) + 1)
    own[0] = sum(length - sum(end - start for start, end, _ in row) for row in ordered)
    for row in ordered:
        for start, end, value in row:
            own[values.index(value) + 1] += float(end - start) ** 2
    margins = observed.sum(axis=0)
    expected = pairable * (np.outer(margins, margins) - np.diag(own)) / (pairable**2 - own.sum())
    valued = observed[1:, 1:]
    by_value, cu = _of_intersections(ordered, values, valued)
    return UnitizingAlpha(
        _one_minus(pairable - float(np.trace(observed)), pairable - float(np.trace(expected))),
        _one_minus(float(margins[0] - observed[0, 0]), float(expected[0].sum() - expected[0, 0])),
        cu,
        float(valued.sum() / pairable),
        by_value,
    )


def _check(row: Sequence[Unit], length: int, coder: int) -> None:
    previous_end = 0
    for start, end, value in row:
        if not 0 <= start < end <= length:
            raise InputError(
                f"coder {coder}: the unit {start} to {end} ({value!r}) is empty or outside 0 to {length}, the continuum"
            )
        if start < previous_end:
            raise InputError(f"coder {coder}: the unit that starts at {start} ({value!r}) overlaps the one before it")
        previous_end = end


def _elementary(
    rows: Sequence[Sequence[Unit]], values: Sequence[str], length: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The stretches between any two boundaries: each coder's value there (0: a gap), and their lengths."""
    cuts = np.array(sorted({0, length} | {at for row in rows for start, end, _ in row for at in (start, end)}))
    codes = np.zeros((len(rows), len(cuts) - 1), dtype=np.int64)
    for coder, row in enumerate(rows):
        for start, end, value in row:
            codes[coder, np.searchsorted(cuts, start) : np.searchsorted(cuts, end)] = values.index(value) + 1
    return codes, np.diff(cuts).astype(np.float64)


def _observed(codes: NDArray[np.int64], lengths: NDArray[np.float64], values: int) -> NDArray[np.float64]:
    counts = np.stack([(codes == value).sum(axis=0) for value in range(values)]).astype(np.float64)
    pairs = (counts * lengths) @ counts.T - np.diag((counts * lengths).sum(axis=1))
    result: NDArray[np.float64] = pairs / (len(codes) - 1)
    return result


def _of_intersections(
    rows: Sequence[Sequence[Unit]], values: Sequence[str], observed: NDArray[np.float64]
) -> tuple[dict[str, float | None], float | None]:
    margins = observed.sum(axis=0)
    pairable = float(margins.sum())
    others = len(rows) - 1
    own = np.zeros(len(values))
    for i, row in enumerate(rows):
        for start, end, value in row:
            for j, other in enumerate(rows):
                if i != j:
                    common = sum(max(0, min(end, b) - max(start, a)) for a, b, _ in other)
                    own[values.index(value)] += common**2 / others
    if len(values) < 2 or not pairable or pairable - own.sum() / pairable <= 1e-9:
        return dict.fromkeys(values), None
    expected = (np.outer(margins, margins) - np.diag(own)) / (pairable - own.sum() / pairable)
    by_value: dict[str, float | None] = {}
    for k, value in enumerate(values):
        total = float(expected[k].sum())
        chance = (total - expected[k, k]) * margins[k]
        by_value[value] = _one_minus(total * float(margins[k] - observed[k, k]), float(chance)) if margins[k] else None
    return by_value, _one_minus(pairable - float(np.trace(observed)), pairable - float(np.trace(expected)))


def _one_minus(observed: float, expected: float) -> float | None:
    return None if expected <= 1e-9 else 1.0 - observed / expected
