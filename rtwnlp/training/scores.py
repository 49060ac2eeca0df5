"""Scores of a classifier on documents, for each theme, code and language, and their spread over folds."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, stdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtwnlp.codebook import Codebook
from rtwnlp.evaluation.metrics import count
from rtwnlp.evaluation.ranking import average_precision


def score_tables(
    gold: NDArray[np.bool_],
    given: NDArray[np.bool_],
    known: NDArray[np.bool_],
    language: NDArray[np.str_],
    book: Codebook,
    probabilities: NDArray[np.floating],
) -> dict[str, Any]:
    """F1, Cohen's kappa and average precision for each theme, F1 for each code, over all segments and for each language.

    Args:
        gold: Shape (segments, codes).
        given: Same shape, the machine's codes.
        known: Same shape, where the gold is known.
        language: Shape (segments,).
        book: Gives the columns.
        probabilities: Shape (segments, codes).
    """
    rows = {"all": np.ones(len(gold), dtype=np.bool_)}
    rows |= {str(name): language == name for name in sorted(set(language.tolist()))}
    return {
        name: _table(gold[keep], given[keep], known[keep], book, probabilities[keep]) for name, keep in rows.items()
    }


def _table(
    gold: NDArray[np.bool_],
    given: NDArray[np.bool_],
    known: NDArray[np.bool_],
    book: Codebook,
    probabilities: NDArray[np.floating],
) -> dict[str, Any]:
    polarities = max(1, len(book.polarities))
    shape = (len(gold), len(book.themes), polarities)
    by_theme = [array.reshape(shape) for array in (gold, given, known)]
    scores = probabilities.astype(np.float64).reshape(shape).max(axis=2)
    themes: dict[str, Any] = {}
    right_polarity = right_theme = 0
    for i, theme in enumerate(book.theme_ids):
        g, m, looked = (_any_polarity(array[:, i]) for array in by_theme)
        counts = count(g, m, looked)
        themes[theme] = {
            "n": counts.both + counts.only_first,
            "f1": _rounded(counts.f1),
            "precision": _rounded(counts.precision),
            "recall": _rounded(counts.recall),
            "kappa": _rounded(counts.cohen_kappa),
            "average_precision": _ranking(g[looked], scores[looked, i]),
        }
        both = g & m
        right_theme += int(both.sum())
        right_polarity += int((by_theme[0][both, i] & by_theme[1][both, i]).any(axis=1).sum())
    codes = {str(code): _rounded(count(gold[:, i], given[:, i], known[:, i]).f1) for i, code in enumerate(book.codes)}
    return {
        "segments": len(gold),
        "macro_f1_themes": _mean([theme["f1"] for theme in themes.values()]),
        "mean_average_precision": _mean([theme["average_precision"] for theme in themes.values()]),
        "macro_f1_codes": _mean(list(codes.values())),
        "polarity_right": _rounded(right_polarity / right_theme) if right_theme else None,
        "themes": themes,
        "codes_f1": codes,
    }


def _ranking(gold: NDArray[np.bool_], scores: NDArray[np.float64]) -> float | None:
    value = float(average_precision(gold, scores)[0])
    return None if np.isnan(value) else round(value, 4)


def _any_polarity(column: NDArray[np.bool_]) -> NDArray[np.bool_]:
    given: NDArray[np.bool_] = np.logical_or.reduce(column, axis=1)
    return given


def summarise_folds(folds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Mean and standard deviation over folds of every figure, as [mean, sd]; None where no fold has it."""
    names = sorted({name for fold in folds for name in fold})
    return {name: _summary([fold[name] for fold in folds if name in fold]) for name in names}


def _summary(values: Sequence[Any]) -> object:
    if isinstance(values[0], dict):
        return {key: _summary([value[key] for value in values]) for key in values[0]}
    defined = [value for value in values if value is not None]
    if not defined:
        return None
    return [round(mean(defined), 4), round(stdev(defined), 4) if len(defined) > 1 else None]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _mean(values: Sequence[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return round(mean(defined), 4) if defined else None
