"""Two machines on the same participants against one reference: differences, with intervals and tests in pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.agreement import by_document
from rtwnlp.evaluation.aligned import align, columns_for
from rtwnlp.evaluation.bootstrap import DRAWS, ClusterBootstrap, Figure
from rtwnlp.evaluation.figures import tables
from rtwnlp.evaluation.metrics import averages, figures_of_counts
from rtwnlp.transcript import Transcript

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairedFigure:
    """One figure of two machines.

    Attributes:
        name: Of the figure.
        first: The first machine's value.
        second: The second machine's.
        difference: First less second, with its interval over participants.
        p_value: Of a two-sided randomisation test that swaps the two machines' codes of whole participants
            (Noreen 1989); None with a single participant.
    """

    name: str
    first: float | None
    second: float | None
    difference: Figure
    p_value: float | None


@dataclass(frozen=True, slots=True)
class PairedComparison:
    """Two machines side by side.

    Attributes:
        first: Name of the first.
        second: Name of the second.
        documents: Documents that both and the reference coded.
        participants: How many.
        rows: Macro-F1 and micro-F1 over themes, then F1 of each theme.
    """

    first: str
    second: str
    documents: tuple[str, ...]
    participants: int
    rows: tuple[PairedFigure, ...]


def compare_machines(
    human: Sequence[Coding],
    first: Sequence[Coding],
    second: Sequence[Coding],
    *,
    transcripts: Sequence[Transcript] = (),
    codebook: Codebook | None = None,
    coder: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> PairedComparison:
    """Compare two machines on the documents that both and the reference coded.

    Args:
        human: The reference's codings; of `coder`, where there are several.
        first: One machine's codings.
        second: Another's, under another name or the same.
        transcripts: The texts.
        codebook: Gives the codes.
        coder: The reference's name.
        draws: Of the bootstrap and of the randomisation test.
        seed: Of both.

    Raises:
        InputError: They share no document, or the reference is not clear.
    """
    names = sorted({c.coder.name for c in human if coder in (None, c.coder.name)})
    if len(names) != 1:
        raise InputError(f"name one reference; the coders are: {', '.join(sorted({c.coder.name for c in human}))}")
    parts = [by_document([c for c in human if c.coder.name == names[0]]), by_document(first), by_document(second)]
    shared = [d for d in sorted(parts[0]) if d in parts[1] and d in parts[2]]
    if not shared:
        raise InputError("there is no document that the reference and both machines coded")
    trios = {d: [next(iter(part[d].values())) for part in parts] for d in shared}
    columns = columns_for([c for trio in trios.values() for c in trio], codebook)
    aligned = align(trios, columns, transcripts={t.document: t for t in transcripts})
    truth, one, other = (aligned.any_polarity(array) for array in aligned.labels)
    looked = aligned.any_polarity(aligned.known[0] & aligned.known[1] & aligned.known[2])
    bootstrap = ClusterBootstrap([unit.participant for unit in aligned.units], draws, seed)
    totals = bootstrap.totals(np.stack([tables(truth, one, looked), tables(truth, other, looked)], axis=1))
    statistics: list[tuple[str, Callable[[Floats], Floats]]] = [
        ("macro-F1", lambda sums: averages(sums)["macro_f1"]),
        ("micro-F1", lambda sums: averages(sums)["micro_f1"]),
        *((theme, _f1_of(i)) for i, theme in enumerate(aligned.themes)),
    ]
    one_name, other_name = (part[shared[0]].popitem()[0] for part in (by_document(first), by_document(second)))
    return PairedComparison(
        one_name,
        other_name,
        tuple(shared),
        len(bootstrap.names),
        tuple(_paired(name, statistic, totals, bootstrap, draws, seed) for name, statistic in statistics),
    )


def _f1_of(theme: int) -> Callable[[Floats], Floats]:
    return lambda sums: figures_of_counts(sums)["f1"][..., theme]


def _paired(
    name: str,
    statistic: Callable[[Floats], Floats],
    totals: Floats,
    bootstrap: ClusterBootstrap,
    draws: int,
    seed: int,
) -> PairedFigure:
    def difference(sums: Floats) -> Floats:
        result: Floats = statistic(sums[:, 0]) - statistic(sums[:, 1])
        return result

    whole = totals.sum(axis=0, keepdims=True)
    one, other = (float(statistic(whole[:, i])[0]) for i in (0, 1))
    return PairedFigure(
        name,
        None if np.isnan(one) else one,
        None if np.isnan(other) else other,
        bootstrap.of_totals(totals, difference),
        _randomisation(totals, difference, draws, seed),
    )


def _randomisation(totals: Floats, difference: Callable[[Floats], Floats], draws: int, seed: int) -> float | None:
    """Share of random swaps that give a difference at least as large; one is added to both counts (Phipson & Smyth)."""
    observed = difference(totals.sum(axis=0, keepdims=True))[0]
    if len(totals) < 2 or np.isnan(observed):
        return None
    swapped = np.random.default_rng(seed).integers(0, 2, size=(draws, len(totals))).astype(np.float64)
    gap = totals[:, ::-1] - totals
    sums = totals.sum(axis=0) + np.tensordot(swapped, gap, axes=1)
    found = np.abs(difference(sums))
    found = found[~np.isnan(found)]
    return float((1 + (found >= abs(observed) - 1e-12).sum()) / (1 + len(found)))
