"""The figures of two aligned codings, each with its interval over participants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rtwnlp.coding import Coding
from rtwnlp.evaluation.aligned import Aligned, Unit
from rtwnlp.evaluation.bootstrap import ClusterBootstrap, Figure
from rtwnlp.evaluation.metrics import Counts, averages, count, figures_of_counts
from rtwnlp.evaluation.ranking import (
    average_precision,
    brier,
    expected_calibration_error,
    reliability,
    roc_auc,
    threshold_curve,
)
from rtwnlp.evaluation.report import COUNT_FIGURES, CodeResult, GroupResult
from rtwnlp.evaluation.spans import KINDS, meaning_units, span_counts
from rtwnlp.transcript import Transcript

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def tables(truth: Bools, given: Bools, known: Bools) -> Floats:
    """For each unit and column which of the four cells of `Counts` it falls into: shape (n, columns, 4)."""
    cells = np.stack([truth & given, ~truth & given, truth & ~given, ~truth & ~given], axis=-1)
    return (cells & known[..., None]).astype(np.float64)


def level(aligned: Aligned, *, by_theme: bool) -> tuple[Bools, Bools, Bools, Floats]:
    """The reference's codes, the machine's, where both are known, and the machine's scores, by theme or by code."""
    known = aligned.known[0] & aligned.known[1]
    if not by_theme:
        return aligned.labels[0], aligned.labels[1], known, aligned.scores
    return (
        aligned.any_polarity(aligned.labels[0]),
        aligned.any_polarity(aligned.labels[1]),
        aligned.any_polarity(known),
        aligned.theme_scores,
    )


def code_results(
    aligned: Aligned, bootstrap: ClusterBootstrap, *, by_theme: bool, unpredictable: Sequence[str] = ()
) -> tuple[CodeResult, ...]:
    """A result for each theme with any polarity, or for each code that has a polarity."""
    truth, given, known, scores = level(aligned, by_theme=by_theme)
    columns = [(theme, "") for theme in aligned.themes] if by_theme else list(aligned.columns)
    totals = bootstrap.totals(tables(truth, given, known))
    results = []
    for i, (theme, polarity) in enumerate(columns):
        if not by_theme and not polarity:
            continue
        intervals = {name: bootstrap.of_totals(totals[:, i], _statistic(name)) for name in COUNT_FIGURES}
        scored = known[:, i] & ~np.isnan(scores[:, i])
        intervals |= _score_figures(truth[:, i], scores[:, i], scored, bootstrap)
        results.append(
            CodeResult(
                theme,
                polarity,
                count(truth[:, i], given[:, i], known[:, i]),
                intervals,
                theme not in unpredictable,
                tuple(threshold_curve(truth[scored, i], scores[scored, i])) if scored.any() else (),
                reliability(truth[scored, i], scores[scored, i]) if scored.any() else (),
            )
        )
    return tuple(results)


def _statistic(name: str) -> Callable[[Floats], Floats]:
    return lambda sums: figures_of_counts(sums)[name]


def _score_figures(truth: Bools, scores: Floats, scored: Bools, bootstrap: ClusterBootstrap) -> dict[str, Figure]:
    if not scored.any():
        return dict.fromkeys(("average_precision", "roc_auc", "brier", "ece"), Figure(None))
    labels, p = truth[scored], scores[scored]

    def on_scored(
        function: Callable[[Bools, Floats, Floats | None], Floats],
    ) -> Callable[[Floats | None], Floats]:
        return lambda weights: function(labels, p, None if weights is None else weights[:, scored])

    squared = np.zeros((len(truth), 2))
    squared[scored] = np.stack([(p - labels) ** 2, np.ones(len(p))], axis=1)
    error = bootstrap.of_totals(bootstrap.totals(squared), _ratio)
    return {
        "average_precision": bootstrap.of_units(on_scored(average_precision)),
        "roc_auc": bootstrap.of_units(on_scored(roc_auc)),
        "brier": Figure(brier(labels, p), error.low, error.high),
        "ece": bootstrap.of_units(on_scored(expected_calibration_error)),
    }


def _ratio(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = sums[..., 0] / sums[..., 1]
    return result


def overall_figures(aligned: Aligned, bootstrap: ClusterBootstrap) -> dict[str, dict[str, Figure]]:
    """Averages over themes and over codes, and the figures of whole sets of codes."""
    result = {}
    for name, by_theme in (("themes", True), ("codes", False)):
        truth, given, known, _ = level(aligned, by_theme=by_theme)
        totals = bootstrap.totals(tables(truth, given, known))
        figures = {
            average: bootstrap.of_totals(totals, _average(average))
            for average in ("macro_f1", "micro_f1", "weighted_f1")
        }
        truth, given = truth & known, given & known
        both, either = (truth & given).sum(axis=1), truth.sum(axis=1) + given.sum(axis=1)
        f1 = np.divide(2 * both, either, out=np.zeros(len(both)), where=either > 0)
        sets = np.stack([f1, either > 0, (truth == given).all(axis=1), np.ones(len(both))], axis=1).astype(np.float64)
        summed = bootstrap.totals(sets)
        # On units that carry no code on either side F1 is not defined; they are left out of samples_f1.
        figures["samples_f1"] = bootstrap.of_totals(summed[:, :2], _ratio)
        figures["subset_accuracy"] = bootstrap.of_totals(summed[:, 2:], _ratio)
        result[name] = figures
    return result


def _average(name: str) -> Callable[[Floats], Floats]:
    return lambda sums: averages(sums)[name]


def polarity_cases(aligned: Aligned) -> Floats:
    """For each unit how many rightly found themes have a right polarity, and how many there are: shape (n, 2)."""
    result = np.zeros((len(aligned.units), 2))
    known = aligned.known[0] & aligned.known[1]
    for columns, polarities in zip(aligned.columns_of_themes, aligned.polarities, strict=True):
        with_polarity = [c for c, polarity in zip(columns, polarities, strict=True) if polarity]
        truth, given = ((labels & known)[:, with_polarity] for labels in aligned.labels)
        found = truth.any(axis=1) & given.any(axis=1)
        result[:, 0] += found & (truth & given).any(axis=1)
        result[:, 1] += found
    return result


def polarity_figure(aligned: Aligned, bootstrap: ClusterBootstrap) -> Figure:
    """Share of the rightly found themes whose polarity is right too."""
    return bootstrap.of_totals(bootstrap.totals(polarity_cases(aligned)), _ratio)


def confusion(aligned: Aligned) -> dict[str, dict[str, int]]:
    """See `rtwnlp.evaluation.evaluate`."""
    truth, given, known, _ = level(aligned, by_theme=True)
    counts: dict[str, Counter[str]] = {theme: Counter() for theme in (*aligned.themes, "")}
    for row in range(len(truth)):
        missed = [aligned.themes[i] for i in np.flatnonzero(truth[row] & ~given[row] & known[row])]
        extra = [aligned.themes[i] for i in np.flatnonzero(~truth[row] & given[row] & known[row])]
        for i in np.flatnonzero(truth[row] & given[row] & known[row]):
            counts[aligned.themes[i]][aligned.themes[i]] += 1
        for theme in missed or ([""] if extra else []):
            counts[theme].update(extra or [""])
    columns = (*aligned.themes, "")
    return {row: {column: found[column] for column in columns} for row, found in counts.items()}


GROUPINGS: dict[str, Callable[[Unit], str]] = {
    "language": lambda unit: unit.language,
    "document": lambda unit: unit.document,
    "participant": lambda unit: unit.participant,
    "speaker": lambda unit: unit.speaker,
    "role": lambda unit: unit.role,
}


def group_results(aligned: Aligned, draws: int, seed: int) -> dict[str, tuple[GroupResult, ...]]:
    """The figures of each language, document, participant, speaker and role that is known."""
    truth, given, known, _ = level(aligned, by_theme=True)
    cells, polarity = tables(truth, given, known), polarity_cases(aligned)
    result = {}
    for by, key in GROUPINGS.items():
        keys = np.array([key(unit) for unit in aligned.units], dtype=object)
        found = sorted({name for name in keys if name})
        if found:
            result[by] = tuple(
                _group(name, keys == name, aligned, truth, cells, polarity, draws, seed) for name in found
            )
    return result


def _group(
    name: str,
    here: Bools,
    aligned: Aligned,
    truth: Bools,
    cells: Floats,
    polarity: Floats,
    draws: int,
    seed: int,
) -> GroupResult:
    bootstrap = ClusterBootstrap(
        [unit.participant for unit, inside in zip(aligned.units, here, strict=True) if inside], draws, seed
    )
    totals = bootstrap.totals(cells[here])
    figures = {average: bootstrap.of_totals(totals, _average(average)) for average in ("macro_f1", "micro_f1")}
    figures["polarity_right"] = bootstrap.of_totals(bootstrap.totals(polarity[here]), _ratio)
    return GroupResult(
        name,
        int(here.sum()),
        int(truth[here].any(axis=1).sum()),
        figures["macro_f1"].value,
        figures["micro_f1"].value,
        figures["polarity_right"].value,
        {theme: Counts(*(int(x) for x in row)) for theme, row in zip(aligned.themes, totals.sum(axis=0), strict=True)},
        figures,
    )


def span_figures(
    pairs: Mapping[str, Sequence[Coding]],
    aligned: Aligned,
    texts: Mapping[str, Transcript],
    draws: int,
    seed: int,
) -> dict[str, dict[str, dict[str, Figure]]]:
    """Precision, recall and F1 of meaning units, over all codes together; the bootstrap draws documents."""
    bootstrap = ClusterBootstrap(list(pairs), draws, seed)
    looked = {d: [(u.start, u.end) for u in aligned.units if u.document == d] for d in pairs}
    result = {}
    for name, by_theme in (("themes", True), ("codes", False)):
        counts = np.zeros((len(pairs), 3, 4))
        for row, (document, codings) in enumerate(pairs.items()):
            units = [
                _inside(meaning_units(coding, texts.get(document), by_theme=by_theme), looked[document])
                for coding in codings
            ]
            for code in set(units[0]) | set(units[1]):
                counts[row, :, :3] += span_counts(units[0].get(code, []), units[1].get(code, []))
        totals = bootstrap.totals(counts)
        result[name] = {
            kind: {
                figure: bootstrap.of_totals(totals[:, i], _statistic(figure))
                for figure in ("precision", "recall", "f1")
            }
            for i, kind in enumerate(KINDS)
        }
    return result


def _inside(
    found: Mapping[tuple[str, str], Sequence[tuple[int, int]]], looked: Sequence[tuple[int, int]]
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """The meaning units that touch what both coders looked at."""
    starts = np.array([start for start, _ in looked])
    ends = np.array([end for _, end in looked])
    return {
        code: [(start, end) for start, end in spans if ((starts < end) & (ends > start)).any()]
        for code, spans in found.items()
    }
