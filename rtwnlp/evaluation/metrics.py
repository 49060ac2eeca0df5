"""Figures of one binary label on one set of units: pure functions on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Counts:
    """How two codings of the same units compare on one code. Figures are None where they are undefined.

    Attributes:
        both: Units that both coded (true positives).
        only_second: Units that only the second coding has (false positives).
        only_first: Units that only the first, the reference, has (false negatives).
        neither: Units that neither coded.
    """

    both: int
    only_second: int
    only_first: int
    neither: int

    @property
    def precision(self) -> float | None:
        """Share of the second's codes that the reference has too."""
        coded = self.both + self.only_second
        return self.both / coded if coded else None

    @property
    def recall(self) -> float | None:
        """Share of the reference's codes that the second has too."""
        coded = self.both + self.only_first
        return self.both / coded if coded else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None when neither coding has the code.

        >>> Counts(2, 1, 1, 6).f1
        0.6666666666666666
        """
        coded = 2 * self.both + self.only_first + self.only_second
        return 2 * self.both / coded if coded else None

    @property
    def cohen_kappa(self) -> float | None:
        """Cohen's kappa (Cohen 1960, eq. 1); None when both codings are constant and alike."""
        total = self.both + self.only_first + self.only_second + self.neither
        if not total:
            return None
        observed = (self.both + self.neither) / total
        first = (self.both + self.only_first) / total
        second = (self.both + self.only_second) / total
        expected = first * second + (1 - first) * (1 - second)
        return None if expected == 1.0 else (observed - expected) / (1 - expected)


def count(reference: NDArray[np.bool_], other: NDArray[np.bool_], known: NDArray[np.bool_]) -> Counts:
    """Compare two boolean arrays of one shape where `known` is True.

    >>> a, b = np.array([True, True, False]), np.array([True, False, False])
    >>> count(a, b, np.ones(3, dtype=bool))
    Counts(both=1, only_second=0, only_first=1, neither=1)
    """
    a, b = reference[known], other[known]
    return Counts(int((a & b).sum()), int((~a & b).sum()), int((a & ~b).sum()), int((~a & ~b).sum()))
