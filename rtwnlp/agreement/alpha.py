"""Krippendorff's alpha: for nominal, ordinal, interval and ratio codes, and for sets of codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rtwnlp.agreement.ratings import Ratings, indexed, unit_counts
from rtwnlp.errors import InputError

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


def krippendorff_alpha(data: Ratings, level: Level = "nominal") -> float | None:
    """Krippendorff's alpha (Krippendorff 2011, section D), with any number of coders and missing codes.

    Args:
        data: Shape (coders, units), NaN or None where not coded. Words only with the nominal level.
        level: How far apart two codes are: not at all or entirely; by ranks; by their difference; by their ratio.

    Returns:
        At most 1; None where no unit was coded twice or all codes are the same (see `undefined_reason`).

    Raises:
        InputError: The level is unknown, or the codes do not have it (words, negative ratios).

    >>> round(krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 4]], level="interval"), 3)
    0.889
    """
    if level not in LEVELS:
        raise InputError(f"the level {level!r} is unknown; there are: {', '.join(LEVELS)}")
    positions, values = indexed(data)
    if level != "nominal" and any(isinstance(value, str) for value in values):
        raise InputError(f"codes that are words have only the nominal level, not {level}")
    if not values:
        return None
    counts = unit_counts(positions, len(values))
    counts = counts[counts.sum(axis=1) >= 2]
    if level == "nominal":
        distances = 1.0 - np.eye(len(values))
    else:
        distances = _distances(np.array(values, dtype=np.float64), counts.sum(axis=0), level)
    return alpha_of_counts(counts, distances)


def alpha_of_counts(counts: NDArray[np.float64], distances: NDArray[np.float64]) -> float | None:
    """Alpha from how often each value was given to each unit.

    Args:
        counts: Shape (units, values); units with fewer than two codes are left out.
        distances: Shape (values, values), the squared difference between two values.

    Returns:
        At most 1; None where the expected disagreement is nil.
    """
    counts = counts[counts.sum(axis=1) >= 2]
    if not counts.size:
        return None
    coders = counts.sum(axis=1)
    observed = float((((counts @ distances) * counts).sum(axis=1) / (coders - 1)).sum())
    totals = counts.sum(axis=0)
    expected = float(totals @ distances @ totals / (totals.sum() - 1))
    return None if expected <= 0.0 else 1.0 - observed / expected


def _distances(values: NDArray[np.float64], totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    if level == "interval":
        return (values[:, None] - values[None, :]) ** 2
    if level == "ordinal":
        # The codes between two ranks, and half of those at either end, are the rank's place on a line.
        place = np.cumsum(totals) - totals / 2
        return (place[:, None] - place[None, :]) ** 2
    if (values < 0).any():
        raise InputError("the ratio level needs codes from 0 on; a negative one has no ratio to others")
    sums = values[:, None] + values[None, :]
    differences = values[:, None] - values[None, :]
    return np.divide(differences, sums, out=np.zeros_like(sums), where=sums > 0) ** 2


def masi_distance(first: AbstractSet[object], second: AbstractSet[object]) -> float:
    """How far apart two sets of codes are (Passonneau 2006): 1 - Jaccard index times monotonicity.

    Two empty sets are alike.

    Returns:
        In [0, 1].

    >>> masi_distance({"a"}, {"a", "b"}), masi_distance(set(), set()), masi_distance({"a"}, set())
    (0.6666666666666667, 0.0, 1.0)
    """
    if first == second:
        return 0.0
    common = len(first & second)
    if first <= second or second <= first:
        monotonicity = 2 / 3
    else:
        monotonicity = 1 / 3
    return 1.0 - common / len(first | second) * monotonicity


def masi_alpha(data: Sequence[Iterable[AbstractSet[object] | None]]) -> float | None:
    """Krippendorff's alpha for sets of codes, with MASI as the distance (Passonneau 2006), not squared.

    Args:
        data: For each coder, a set of codes for each unit; an empty set where the coder looked and gave none, None
            where the coder did not look.

    Returns:
        At most 1; None where no unit was coded twice or all sets are the same.

    Raises:
        InputError: The coders have not the same number of units.

    >>> masi_alpha([[{"a"}, {"b"}, set()], [{"a"}, {"b"}, set()]])
    1.0
    """
    rows = [[None if codes is None else frozenset(codes) for codes in row] for row in data]
    if len({len(row) for row in rows}) > 1:
        raise InputError("every coder needs the same units; put None where a unit was not coded")
    sets = sorted({codes for row in rows for codes in row if codes is not None}, key=lambda s: sorted(map(str, s)))
    if not sets:
        return None
    place = {codes: i for i, codes in enumerate(sets)}
    positions = np.array([[-1 if codes is None else place[codes] for codes in row] for row in rows], dtype=np.int64)
    distances = np.array([[masi_distance(a, b) for b in sets] for a in sets])
    return alpha_of_counts(unit_counts(positions, len(sets)), distances)
