"""Percent agreement and the measures that correct it for chance, for nominal codes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtwnlp.agreement.ratings import Ratings, indexed, unit_counts
from rtwnlp.errors import InputError


def percent_agreement(data: Ratings) -> float | None:
    """Share of the pairs of codes of a unit that are alike, the mean over units with two codes or more.

    Args:
        data: Shape (coders, units), NaN or None where not coded.

    Returns:
        In [0, 1]; None where no unit was coded twice.

    >>> percent_agreement([[1, 0, 1, 1], [1, 0, 0, np.nan]])
    0.6666666666666666
    """
    positions, values = indexed(data)
    return _observed(unit_counts(positions, len(values))) if values else None


def _observed(counts: NDArray[np.float64]) -> float | None:
    coders = counts.sum(axis=1)
    twice = coders >= 2
    if not twice.any():
        return None
    n = coders[twice]
    return float(((counts[twice] * (counts[twice] - 1)).sum(axis=1) / (n * (n - 1))).mean())


def _corrected(observed: float | None, expected: float) -> float | None:
    if observed is None or np.isclose(expected, 1.0, rtol=0.0, atol=1e-12):
        return None
    return float((observed - expected) / (1.0 - expected))


def cohen_kappa(first: ArrayLike, second: ArrayLike) -> float | None:
    """Cohen's kappa of two coders (Cohen 1960, eq. 1), on the units that both coded.

    Args:
        first: Shape (units,), NaN or None where not coded.
        second: Same shape.

    Returns:
        In [-1, 1]; None where no unit was coded by both, or where both gave one and the same code to all.

    Raises:
        InputError: The two are not of one length.

    >>> cohen_kappa([1, 1, 0, 0], [1, 0, 0, 0])
    0.5
    """
    one, two = list(np.asarray(first, dtype=object)), list(np.asarray(second, dtype=object))
    if len(one) != len(two):
        raise InputError(f"the two coders have {len(one)} and {len(two)} units; they must be the same units")
    positions, values = indexed([one, two])
    both = positions[:, (positions >= 0).all(axis=0)]
    if not both.shape[1]:
        return None
    shares = [np.bincount(row, minlength=len(values)) / both.shape[1] for row in both]
    return _corrected(float((both[0] == both[1]).mean()), float(shares[0] @ shares[1]))


def fleiss_kappa(table: ArrayLike) -> float | None:
    """Fleiss' kappa (Fleiss 1971, eq. 7).

    Units with fewer than two codes are left out. Where the number of coders differs between units, the categories'
    shares are those of all codes, and every unit counts the same in the observed agreement.

    Args:
        table: Shape (units, categories), how many coders put the unit into the category.

    Returns:
        At most 1; None where nothing was coded twice or all codes are of one category.

    Raises:
        InputError: The table has not two dimensions or holds something else than counts.

    >>> round(fleiss_kappa([[3, 0], [0, 3], [2, 1], [1, 2]]), 3)
    0.333
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2:
        raise InputError(f"the table has the shape (units, categories), not {counts.shape}")
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts % 1 != 0).any():
        raise InputError("the table holds the number of coders for each unit and category: whole numbers from 0 on")
    counts = counts[counts.sum(axis=1) >= 2]
    if not counts.size:
        return None
    shares = counts.sum(axis=0) / counts.sum()
    return _corrected(_observed(counts), float((shares**2).sum()))


def gwet_ac1(data: Ratings, *, categories: int | None = None) -> float | None:
    """Gwet's AC1 (Gwet 2008, eq. 5; with missing codes: Gwet 2014, ch. 2), for any number of coders.

    Args:
        data: Shape (coders, units), NaN or None where not coded.
        categories: Number of codes that could be given; by default those that were.

    Returns:
        At most 1; None where no unit was coded twice or there is only one category.

    Raises:
        InputError: There are more codes in the data than `categories`.
    """
    counts, number = _counts_and_categories(data, categories)
    if number < 2:
        return None
    coded = counts[counts.sum(axis=1) >= 1]
    shares = (coded / coded.sum(axis=1, keepdims=True)).mean(axis=0)
    return _corrected(_observed(counts), float((shares * (1 - shares)).sum() / (number - 1)))


def brennan_prediger(data: Ratings, *, categories: int | None = None) -> float | None:
    """Brennan and Prediger's kappa (1981): chance is one in the number of categories.

    Args:
        data: Shape (coders, units), NaN or None where not coded.
        categories: Number of codes that could be given; by default those that were.

    Returns:
        At most 1; None where no unit was coded twice or there is only one category.

    Raises:
        InputError: There are more codes in the data than `categories`.

    >>> brennan_prediger([[1, 0, 1, 1], [1, 0, 0, 1]])
    0.5
    """
    counts, number = _counts_and_categories(data, categories)
    return _corrected(_observed(counts), 1.0 / number) if number >= 2 else None


def _counts_and_categories(data: Ratings, categories: int | None) -> tuple[NDArray[np.float64], int]:
    positions, values = indexed(data)
    if categories is not None and categories < len(values):
        raise InputError(f"the data holds {len(values)} different codes, more than the {categories} categories given")
    number = len(values) if categories is None else categories
    return (unit_counts(positions, len(values)) if values else np.zeros((positions.shape[1], 0))), number
