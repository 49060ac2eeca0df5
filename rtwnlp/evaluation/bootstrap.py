"""Confidence intervals by bootstrap over participants: whole participants are drawn, since their sentences are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
LEVEL = 0.95
_CHUNK = 250

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its confidence interval.

    Attributes:
        value: The figure on the data; None where it is undefined.
        low: Lower end of the interval; None where there is none (one participant, or undefined in most draws).
        high: Upper end.
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        """The three as plain data, rounded to six places."""
        return {
            name: None if x is None else round(x, 6)
            for name, x in (("value", self.value), ("low", self.low), ("high", self.high))
        }

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        return f"{self.value:.2f}" + ("" if self.low is None else f" [{self.low:.2f}, {self.high:.2f}]")


class ClusterBootstrap:
    """Draws of whole clusters (participants) with replacement (Davison & Hinkley 1997, section 3.8).

    Args:
        clusters: For each unit the name of its cluster, shape (n,).
        draws: How many.
        seed: Of the draws.

    Attributes:
        names: The clusters, sorted.
        weights: Shape (draws, clusters): how often each draw holds each cluster. None with a single cluster, of which
            no interval can be made.
    """

    def __init__(self, clusters: Sequence[str], draws: int = DRAWS, seed: int = 0) -> None:
        names, index = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
        self.names = [str(name) for name in names]
        self.index: NDArray[np.int64] = index.astype(np.int64)
        size = len(self.names)
        self.weights: Floats | None = None
        if size > 1:
            rng = np.random.default_rng(seed)
            self.weights = rng.multinomial(size, np.full(size, 1 / size), size=draws).astype(np.float64)

    def totals(self, values: NDArray[Any]) -> Floats:
        """Sums of the units' values within each cluster: shape (n, ...) to (clusters, ...)."""
        result = np.zeros((len(self.names), *values.shape[1:]))
        np.add.at(result, self.index, values)
        return result

    def of_totals(self, totals: Floats, statistic: Callable[[Floats], Floats]) -> Figure:
        """A figure that follows from sums over units.

        Args:
            totals: Shape (clusters, ...), as `totals` gives them.
            statistic: From sums of shape (draws, ...) to shape (draws,), NaN where undefined.
        """
        value = statistic(totals.sum(axis=0, keepdims=True))[0]
        if self.weights is None:
            return _figure(value, np.zeros(0))
        return _figure(value, statistic(np.tensordot(self.weights, totals, axes=1)))

    def of_units(self, statistic: Callable[[Floats | None], Floats]) -> Figure:
        """A figure that needs every unit's weight, such as an area under a curve.

        Args:
            statistic: From weights of shape (draws, n), or None for the data as they are, to shape (draws,).
        """
        value = statistic(None)[0]
        if self.weights is None or np.isnan(value):
            return _figure(value, np.zeros(0))
        parts = [statistic(self.weights[at : at + _CHUNK][:, self.index]) for at in range(0, len(self.weights), _CHUNK)]
        return _figure(value, np.concatenate(parts))


def _figure(value: float, draws: Floats) -> Figure:
    defined = draws[~np.isnan(draws)]
    if np.isnan(value):
        return Figure(None)
    if len(defined) < 0.5 * len(draws) or not len(defined):
        return Figure(float(value))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(float(value), float(low), float(high))
