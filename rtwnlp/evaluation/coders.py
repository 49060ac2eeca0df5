"""The machine beside the human coders: agreement on the very same units, and the alternative annotator test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtwnlp.agreement.alternative_annotator import alternative_annotator_test, jaccard
from rtwnlp.coding import Coder, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.aligned import Aligned, Code, align
from rtwnlp.evaluation.bootstrap import ClusterBootstrap
from rtwnlp.evaluation.figures import tables
from rtwnlp.evaluation.metrics import figures_of_counts
from rtwnlp.evaluation.report import CoderComparison
from rtwnlp.transcript import Transcript

Floats = NDArray[np.float64]
Table = Mapping[str, Mapping[str, Coding]]


def compare_coders(
    table: Table,
    reference: Coder,
    machine: Coder,
    columns: Sequence[Code],
    texts: Mapping[str, Transcript],
    draws: int,
    seed: int,
) -> tuple[CoderComparison, ...]:
    """Cohen's kappa of the machine with each human, and of the humans with one another, theme by theme.

    Args:
        table: For each document the coding of each coder. Only documents that all of them coded are compared.
        reference: The human coder who is named first.
        machine: The machine.
        columns: The codes.
        texts: Transcripts by document.
        draws: Of the bootstrap over participants.
        seed: Of the bootstrap.

    Returns:
        The mean over themes first, then each theme; nothing where there is one human coder.
    """
    found = _shared(table, machine, columns, texts, first=reference.name)
    if found is None:
        return ()
    names, aligned = found
    bootstrap = ClusterBootstrap([unit.participant for unit in aligned.units], draws, seed)
    labels = [aligned.any_polarity(array) for array in aligned.labels]
    known = [aligned.any_polarity(array) for array in aligned.known]
    last = len(names)
    pairs = list(combinations(range(last + 1), 2))
    cells = np.stack([tables(labels[a], labels[b], known[a] & known[b]) for a, b in pairs], axis=2)
    totals = bootstrap.totals(cells)
    with_machine = [i for i, pair in enumerate(pairs) if last in pair]
    among_humans = [i for i, pair in enumerate(pairs) if last not in pair]
    rows = []
    for theme in (None, *range(len(aligned.themes))):
        here = totals if theme is None else totals[:, [theme]]
        kappas = _kappas(here.sum(axis=0))
        rows.append(
            CoderComparison(
                "" if theme is None else aligned.themes[theme],
                {names[pairs[i][0]]: _or_none(kappas[i]) for i in with_machine},
                {f"{names[pairs[i][0]]}, {names[pairs[i][1]]}": _or_none(kappas[i]) for i in among_humans},
                bootstrap.of_totals(here, _difference(with_machine, among_humans)),
            )
        )
    return tuple(rows)


def _kappas(sums: Floats) -> Floats:
    """Mean kappa over themes of each pair: shape (..., themes, pairs, 4) to (..., pairs)."""
    kappas = figures_of_counts(sums)["cohen_kappa"]
    defined = ~np.isnan(kappas)
    with np.errstate(invalid="ignore"):
        result: Floats = np.where(defined, kappas, 0.0).sum(axis=-2) / defined.sum(axis=-2)
    return result


def _difference(with_machine: Sequence[int], among_humans: Sequence[int]) -> Callable[[Floats], Floats]:
    def statistic(sums: Floats) -> Floats:
        kappas = _kappas(sums)
        result: Floats = kappas[:, with_machine].mean(axis=1) - kappas[:, among_humans].mean(axis=1)
        return result

    return statistic


def alternative_test(
    table: Table, machine: Coder, columns: Sequence[Code], texts: Mapping[str, Transcript], epsilon: float
) -> dict[str, Any] | None:
    """The alternative annotator test on each unit's set of codes (Jaccard), on all units and on those coded by anyone.

    On all units everybody mostly agrees that there is no code, which favours the machine; so both are given.
    """
    found = _shared(table, machine, columns, texts)
    if found is None:
        return None
    names, aligned = found
    sets = [
        [frozenset(code for code, on in zip(aligned.columns, row, strict=True) if on) for row in labels]
        for labels in aligned.labels
    ]
    coded = [any(row) for row in zip(*sets, strict=True)]
    result: dict[str, Any] = {}
    for name, keep in (("all_units", [True] * len(coded)), ("coded_units", coded)):
        kept = [[codes for codes, k in zip(row, keep, strict=True) if k] for row in sets]
        humans = dict(zip(names, kept[:-1], strict=True))
        result[name] = asdict(alternative_annotator_test(kept[-1], humans, jaccard, epsilon=epsilon))
        result[name]["left_out"] = list(result[name]["left_out"])
    return result


def _shared(
    table: Table, machine: Coder, columns: Sequence[Code], texts: Mapping[str, Transcript], first: str = ""
) -> tuple[list[str], Aligned] | None:
    """The human coders who share documents with the machine and one another, and all codings on the same units."""
    humans = sorted({name for here in table.values() for name in here} - {machine.name})
    humans.sort(key=lambda name: name != first)
    if len(humans) < 2:
        return None
    shared = [d for d, here in table.items() if machine.name in here and all(name in here for name in humans)]
    if not shared:
        return None
    codings = {d: [*(table[d][name] for name in humans), table[d][machine.name]] for d in shared}
    try:
        return humans, align(codings, columns, transcripts=texts)
    except InputError:
        return None


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
