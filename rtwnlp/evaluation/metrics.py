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

    @property
    def mcc(self) -> float | None:
        """Matthews correlation coefficient (Matthews 1975); None when a coding is constant.

        >>> Counts(2, 0, 0, 2).mcc
        1.0
        """
        second, first = self.both + self.only_second, self.both + self.only_first
        not_second, not_first = self.neither + self.only_first, self.neither + self.only_second
        product = second * first * not_second * not_first
        if not product:
            return None
        return float((self.both * self.neither - self.only_second * self.only_first) / product**0.5)


def count(reference: NDArray[np.bool_], other: NDArray[np.bool_], known: NDArray[np.bool_]) -> Counts:
    """Compare two boolean arrays of one shape where `known` is True.

    >>> a, b = np.array([True, True, False]), np.array([True, False, False])
    >>> count(a, b, np.ones(3, dtype=bool))
    Counts(both=1, only_second=0, only_first=1, neither=1)
    """
    a, b = reference[known], other[known]
    return Counts(int((a & b).sum()), int((~a & b).sum()), int((a & ~b).sum()), int((~a & ~b).sum()))


def figures_of_counts(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The figures of `Counts` for many tables at once, NaN where undefined.

    Args:
        counts: Shape (..., 4): both, only the second, only the first, neither.

    Returns:
        precision, recall, f1, cohen_kappa, mcc, each of shape (...).
    """
    both, second, first, neither = np.moveaxis(np.asarray(counts, dtype=np.float64), -1, 0)
    total = both + second + first + neither
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = ((both + first) * (both + second) + (neither + first) * (neither + second)) / total**2
        product = (both + second) * (both + first) * (neither + first) * (neither + second)
        return {
            "precision": both / (both + second),
            "recall": both / (both + first),
            "f1": 2 * both / (2 * both + first + second),
            "cohen_kappa": np.where(
                np.isclose(expected, 1.0), np.nan, ((both + neither) / total - expected) / (1 - expected)
            ),
            "mcc": np.where(product > 0, (both * neither - second * first) / np.sqrt(product), np.nan),
        }


def averages(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """F1 averaged over codes, as scikit-learn names the averages; NaN where undefined.

    Args:
        counts: Shape (..., codes, 4).

    Returns:
        macro_f1: the mean over the codes whose F1 is defined; micro_f1: of the codes' summed counts; weighted_f1: the
        mean weighted by how often the reference has each code. Each of shape (...).
    """
    f1 = figures_of_counts(counts)["f1"]
    defined = ~np.isnan(f1)
    weights = (counts[..., 0] + counts[..., 2]) * defined
    filled = np.where(defined, f1, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "macro_f1": filled.sum(axis=-1) / defined.sum(axis=-1),
            "micro_f1": figures_of_counts(counts.sum(axis=-2))["f1"],
            "weighted_f1": (filled * weights).sum(axis=-1) / weights.sum(axis=-1),
        }
