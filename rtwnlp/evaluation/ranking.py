"""How well scores rank and how well they are calibrated: pure functions on arrays, with weights for the bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10

Floats = NDArray[np.float64]


def average_precision(labels: NDArray[np.bool_], scores: Floats, weights: Floats | None = None) -> Floats:
    """Average precision: the sum over score levels of precision times the gain in recall (no interpolation).

    Args:
        labels: Shape (n,), True where the reference has the code.
        scores: Shape (n,), higher is more likely.
        weights: Shape (draws, n), how often each unit counts; None counts each once.

    Returns:
        Shape (draws,), or (1,) without weights; NaN where no unit with the code counts.

    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7])).round(3).tolist()
    [0.833]
    """
    hits, every = _cumulated(labels, scores, weights)
    if not hits.shape[1]:
        return np.full(len(hits), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(every > 0, hits / every, 0.0)
        gained = np.diff(hits, axis=1, prepend=0.0)
        result: Floats = (gained * precision).sum(axis=1) / hits[:, -1]
    return result


def roc_auc(labels: NDArray[np.bool_], scores: Floats, weights: Floats | None = None) -> Floats:
    """Area under the ROC curve: how often a unit with the code scores above one without it, ties counted half.

    Args:
        labels: Shape (n,).
        scores: Shape (n,).
        weights: Shape (draws, n), or None.

    Returns:
        Shape (draws,), or (1,); NaN where all units or none carry the code.

    >>> roc_auc(np.array([True, False, True]), np.array([0.9, 0.8, 0.7])).tolist()
    [0.5]
    """
    hits, every = _cumulated(labels, scores, weights)
    if not hits.shape[1]:
        return np.full(len(hits), np.nan)
    misses = every - hits
    steps = np.diff(misses, axis=1, prepend=0.0)
    before = np.concatenate([np.zeros((len(hits), 1)), hits[:, :-1]], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = (steps * (hits + before) / 2).sum(axis=1) / (hits[:, -1] * misses[:, -1])
    return result


def _cumulated(labels: NDArray[np.bool_], scores: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Units with the code, and all units, that score at least each distinct score, highest first."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last_of_tie = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(order) else order
    counted = np.ones((1, len(order))) if weights is None else weights[:, order]
    hits = np.cumsum(counted * labels[order], axis=1, dtype=np.float64)[:, last_of_tie]
    every = np.cumsum(counted, axis=1, dtype=np.float64)[:, last_of_tie]
    return hits, every


def brier(labels: NDArray[np.bool_], scores: Floats) -> float | None:
    """Mean squared difference of probability and outcome (Brier 1950), in [0, 1]; None for no unit.

    >>> brier(np.array([True, False]), np.array([0.8, 0.4]))
    0.1
    """
    return round(float(np.mean((scores - labels) ** 2)), 12) if len(scores) else None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Units of like score: how many, their mean score, and the share of them that carry the code."""

    units: int
    mean_score: float
    share_coded: float


def adaptive_bins(scores: Floats, bins: int = BINS) -> NDArray[np.int64]:
    """The bin of each unit, by score, with as nearly as can be the same number of units in each bin.

    Units of one score share a bin (Nguyen & O'Connor 2015 bin so; Nixon et al. 2019 name it adaptive).
    """
    order = np.argsort(scores, kind="stable")
    at = np.empty(len(scores), dtype=np.int64)
    at[order] = np.arange(len(scores)) * bins // max(len(scores), 1)
    _, first, inverse = np.unique(scores, return_inverse=True, return_index=True)
    smallest = np.full(len(first), bins, dtype=np.int64)
    np.minimum.at(smallest, inverse, at)
    return smallest[inverse]


def reliability(labels: NDArray[np.bool_], scores: Floats, bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """The reliability curve over adaptive bins, lowest scores first; empty bins are left out."""
    which = adaptive_bins(scores, bins)
    return tuple(
        ReliabilityBin(int(here.sum()), float(scores[here].mean()), float(labels[here].mean()))
        for here in (which == b for b in range(bins))
        if here.any()
    )


def expected_calibration_error(
    labels: NDArray[np.bool_], scores: Floats, weights: Floats | None = None, bins: int = BINS
) -> Floats:
    """Expected calibration error over adaptive bins: mean |share coded - mean score|, weighted by the bins' units.

    Args:
        labels: Shape (n,).
        scores: Shape (n,), probabilities.
        weights: Shape (draws, n), or None.
        bins: How many; they are those of all units, in every draw.

    Returns:
        Shape (draws,), or (1,); NaN for no unit.
    """
    counted = np.ones((1, len(scores))) if weights is None else weights
    member = (adaptive_bins(scores, bins)[:, None] == np.arange(bins)).astype(np.float64)
    gap = counted @ (member * (labels - scores)[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.abs(gap).sum(axis=1) / counted.sum(axis=1)
    return result


def threshold_curve(labels: NDArray[np.bool_], scores: Floats) -> list[dict[str, float | None]]:
    """Precision, recall and F1 if the code were given from each of 19 probabilities on, 0.05 to 0.95."""
    curve: list[dict[str, float | None]] = []
    for threshold in np.round(np.arange(0.05, 0.96, 0.05), 2):
        given = scores >= threshold
        both, wanted, coded = int((given & labels).sum()), int(labels.sum()), int(given.sum())
        curve.append(
            {
                "threshold": float(threshold),
                "precision": both / coded if coded else None,
                "recall": both / wanted if wanted else None,
                "f1": 2 * both / (wanted + coded) if wanted + coded else None,
            }
        )
    return curve
