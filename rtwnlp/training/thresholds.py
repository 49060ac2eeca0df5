"""Calibration and thresholds, from documents that the classifier was not trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from rtwnlp.evaluation.metrics import count

MIN_POSITIVES = 8
"""With fewer held-out examples of a code than this, it takes the threshold of all codes together."""
_GRID = np.round(np.arange(0.10, 0.91, 0.02), 2)


def platt(logits: NDArray[np.float32], labels: NDArray[np.float32], known: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept, common to all codes, that make sigmoid(slope * logit + intercept) a probability.

    Platt (1999), fitted by maximum likelihood, with one pair for all codes: rare codes have too few examples for
    their own.
    """
    x, y = logits[known].astype(np.float64), labels[known].astype(np.float64)

    def loss(parameters: NDArray[np.float64]) -> float:
        z = parameters[0] * x + parameters[1]
        return float(np.mean(np.logaddexp(0.0, z) - y * z))

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return (float(slope), float(intercept)) if slope > 0.05 else (1.0, 0.0)


def choose_thresholds(
    logits: NDArray[np.float32], labels: NDArray[np.float32], known: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """For each code the probability from which on it is given, so that F1 on these segments is best.

    Args:
        logits: Shape (segments, codes), calibrated.
        labels: Same shape, in [0, 1].
        known: Same shape.

    Returns:
        Shape (codes,). A code's own best threshold is drawn half way to the one that is best for all codes together,
        since the best of 41 on few examples is partly luck.
    """
    probabilities, gold = expit(logits), labels >= 0.5

    def best(columns: slice) -> float:
        scores = [count(gold[:, columns], probabilities[:, columns] >= t, known[:, columns]).f1 or 0.0 for t in _GRID]
        return float(_GRID[int(np.argmax(scores))])

    common = best(slice(None))
    thresholds = np.full(logits.shape[1], common)
    for code in range(logits.shape[1]):
        if int((gold[:, code] & known[:, code]).sum()) >= MIN_POSITIVES:
            thresholds[code] = (best(slice(code, code + 1)) + common) / 2
    return np.round(thresholds, 3)


def decide(probabilities: NDArray[np.floating], thresholds: NDArray[np.float64], polarities: int) -> NDArray[np.bool_]:
    """The codes given: at or above the threshold, and of one theme's polarities only the one farthest above it.

    Args:
        probabilities: Shape (segments, themes * polarities), in the codebook's order.
        thresholds: Shape (themes * polarities,).
        polarities: Number of polarities of a theme (1 where there are none).
    """
    ratio = probabilities / thresholds
    by_theme = ratio.reshape(len(ratio), -1, polarities)
    best = by_theme.max(axis=2, keepdims=True)
    first_best = np.arange(polarities) == by_theme.argmax(axis=2)[..., None]
    given: NDArray[np.bool_] = ((by_theme == best) & first_best & (by_theme >= 1.0)).reshape(ratio.shape)
    return given
