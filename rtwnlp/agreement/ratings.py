"""Ratings as every measure takes them: shape (coders, units), missing where a coder did not code the unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtwnlp.errors import InputError

Ratings = ArrayLike | Sequence[Sequence[object]]


def indexed(data: Ratings) -> tuple[NDArray[np.int64], list[float] | list[str]]:
    """Ratings as positions in the sorted list of their values; -1 where not coded.

    Args:
        data: Shape (coders, units): numbers with NaN, or strings and None, where a coder did not code the unit.

    Returns:
        Positions, shape (coders, units), and the values in order.

    Raises:
        InputError: The data has not two dimensions, holds an infinite number, or mixes numbers with words.
    """
    try:
        array = np.asarray(data)
    except ValueError:
        raise InputError("every coder needs the same units; put NaN or None where a unit was not coded") from None
    if array.ndim != 2:
        raise InputError(f"ratings have the shape (coders, units), not {array.shape}")
    if array.dtype.kind in "fiub":
        return _indexed_numbers(array.astype(np.float64))
    given = [[None if _is_missing(value) else value for value in row] for row in np.asarray(data, dtype=object)]
    values = {value for row in given for value in row if value is not None}
    if all(isinstance(value, int | float | np.number | np.bool_) for value in values):
        numbers = [[np.nan if value is None else float(value) for value in row] for row in given]
        return _indexed_numbers(np.array(numbers, dtype=np.float64).reshape(array.shape))
    if not all(isinstance(value, str) for value in values):
        raise InputError("ratings are all numbers or all words, not both")
    words: list[str] = sorted(values)
    place: dict[object, int] = {word: i for i, word in enumerate(words)}
    rows = [[-1 if value is None else place[value] for value in row] for row in given]
    return np.array(rows, dtype=np.int64).reshape(array.shape), words


def _indexed_numbers(array: NDArray[np.float64]) -> tuple[NDArray[np.int64], list[float]]:
    if np.isinf(array).any():
        raise InputError("a rating is infinite; put NaN where a unit was not coded")
    there = ~np.isnan(array)
    values = np.unique(array[there])
    positions = np.full(array.shape, -1, dtype=np.int64)
    positions[there] = np.searchsorted(values, array[there])
    return positions, [float(value) for value in values]


def _is_missing(value: object) -> bool:
    return value is None or value != value


def unit_counts(positions: NDArray[np.int64], categories: int) -> NDArray[np.float64]:
    """How many coders gave each value to each unit, shape (units, categories)."""
    return np.stack([(positions == k).sum(axis=0) for k in range(categories)], axis=1).astype(np.float64)


def undefined_reason(data: Ratings) -> str | None:
    """Why no chance-corrected agreement can be computed of these ratings, or None if it can.

    Args:
        data: Shape (coders, units), NaN or None where not coded.

    >>> undefined_reason([[1, 1, 1], [1, 1, 1]])
    'every code is the same, so agreement cannot be told from a lack of variation'
    """
    positions, values = indexed(data)
    if len(positions) < 2:
        return "there is only one coder" if len(positions) else "there is no coder"
    pairable = (positions >= 0).sum(axis=0) >= 2
    if not pairable.any():
        return "no unit was coded by two coders"
    if len(set(positions[:, pairable][positions[:, pairable] >= 0].tolist())) < 2:
        return "every code is the same, so agreement cannot be told from a lack of variation"
    return None
