"""One coding against another: every figure of the evaluation report, with intervals over participants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rtwnlp.codebook import Codebook, shipped_codebooks
from rtwnlp.coding import Coder, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.agreement import by_document
from rtwnlp.evaluation.aligned import Aligned, Scores, align, columns_for
from rtwnlp.evaluation.bootstrap import DRAWS, ClusterBootstrap
from rtwnlp.evaluation.coders import alternative_test, compare_coders
from rtwnlp.evaluation.figures import (
    code_results,
    confusion,
    group_results,
    overall_figures,
    polarity_figure,
    span_figures,
)
from rtwnlp.evaluation.report import Disagreement, EvaluationReport, names
from rtwnlp.transcript import Transcript

WORST = 24
FEW, VERY_FEW = 10, 5
"""Participants below which intervals are warned of."""


def evaluate(
    human: Coding | Sequence[Coding],
    machine: Coding | Sequence[Coding],
    *,
    transcripts: Sequence[Transcript] = (),
    codebook: Codebook | None = None,
    scores: Scores | None = None,
    coder: str | None = None,
    roles: Mapping[str, str] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    epsilon: float = 0.2,
    provenance: Mapping[str, object] | None = None,
    warnings: Sequence[str] = (),
) -> EvaluationReport:
    """Say how far a machine's codes (or a second person's) agree with a reference.

    Args:
        human: Of one coder or more, one coding for each document. Where there are several coders, `coder` is the
            reference, and the machine's agreement with each stands beside theirs with one another.
        machine: Of one coder, one coding for each document.
        transcripts: The texts. With them the units are the participants' sentences, and what the units can be grouped
            by is known; without them the units are the passages in the codings and a document counts as a participant.
        codebook: Gives the codes that are counted. By default the shipped one that holds all themes given, else the
            codes that either coder gave.
        scores: The machine's probabilities; without them there is no average precision, ROC AUC or calibration.
        coder: Name of the reference among several human coders; by default the one with the most documents, or the
            first by name.
        roles: A role for each participant or speaker, such as a profession.
        draws: Of the bootstrap over participants.
        seed: Of the bootstrap.
        epsilon: Of the alternative annotator test.
        provenance: What is to be kept with the report.
        warnings: What the caller knows and the reader should.

    Returns:
        The report. Its confusion counts, for each theme that the reference gave and the machine did not, the themes
        that the machine gave and the reference did not, on the same unit ("" where there is none); and likewise, in
        the row "", the machine's themes on units where the reference misses none.

    Raises:
        InputError: The codings share no document, are of different texts or codebooks, or mix kinds of coders.
    """
    humans = [human] if isinstance(human, Coding) else list(human)
    machines = [machine] if isinstance(machine, Coding) else list(machine)
    book = codebook or find_codebook([*humans, *machines])
    reference, evaluated = _who(humans, machines, coder)
    notes = [*_check(humans, machines, evaluated), *warnings]
    table = by_document([*humans, *machines])
    both = [d for d in sorted(table) if reference.name in table[d] and evaluated.name in table[d]]
    if not both:
        raise InputError(
            f"there is no document that both {reference.name!r} and {evaluated.name!r} coded; documents are matched by "
            f"name: {_some([c.document for c in humans])} against {_some([c.document for c in machines])}"
        )
    left_out = tuple(d for d in sorted(table) if d not in both)
    if left_out:
        notes.append(f"left out, since only one of the two coded them: {_some(left_out)}")
    texts = {transcript.document: transcript for transcript in transcripts}
    columns = columns_for([*humans, *machines], book)
    pairs = {d: [table[d][reference.name], table[d][evaluated.name]] for d in both}
    aligned = align(pairs, columns, transcripts=texts, scores=scores, roles=roles)
    can_give = _can_give(machines, book)
    missing = [t for t in aligned.themes if can_give is not None and t not in can_give]
    if missing:
        notes.append(f"the machine cannot give {', '.join(missing)}; they count as missed")
    bootstrap = ClusterBootstrap([unit.participant for unit in aligned.units], draws, seed)
    if bootstrap.weights is None:
        notes.append("there is a single participant, so no interval can be given")
    elif len(bootstrap.names) < FEW:
        few = len(bootstrap.names)
        said = "say next to nothing" if few < VERY_FEW else "are rough, and rather too narrow than too wide"
        notes.append(f"intervals over {few} participants {said}")
    if not transcripts:
        notes.append("without transcripts each document counts as one participant")
    others = {d: table[d] for d in both}
    coders = compare_coders(others, reference, evaluated, columns, texts, draws, seed)
    return EvaluationReport(
        reference,
        evaluated,
        tuple(both),
        left_out,
        len(bootstrap.names),
        len(aligned.units),
        int(aligned.labels[0].any(axis=1).sum()),
        code_results(aligned, bootstrap, by_theme=True, unpredictable=missing),
        code_results(aligned, bootstrap, by_theme=False, unpredictable=missing),
        overall_figures(aligned, bootstrap),
        polarity_figure(aligned, bootstrap),
        span_figures(pairs, aligned, texts, draws, seed),
        confusion(aligned),
        group_results(aligned, draws, seed),
        coders,
        alternative_test(others, evaluated, columns, texts, epsilon) if coders else None,
        worst_disagreements(aligned),
        tuple(notes),
        dict(provenance or {}),
    )


def find_codebook(codings: Sequence[Coding]) -> Codebook | None:
    """The shipped codebook that the codings name, or that holds every code in them; None where there is none."""
    given = {(span.theme, span.polarity) for coding in codings for span in coding.spans}
    named = {coding.codebook for coding in codings if coding.codebook}
    for name in shipped_codebooks():
        book = Codebook.load(name)
        if named == {book.id} or (not named and given and given <= {(c.theme, c.polarity) for c in book.codes}):
            return book
    return None


def _who(humans: Sequence[Coding], machines: Sequence[Coding], wanted: str | None) -> tuple[Coder, Coder]:
    if not humans or not machines:
        raise InputError(f"there are no codes of the {'reference' if not humans else 'machine'}")
    coders = sorted({coding.coder for coding in humans})
    evaluated = sorted({coding.coder for coding in machines})
    if len(evaluated) > 1:
        raise InputError(
            f"the machine's codes are of {len(evaluated)} coders: {_some([c.name for c in evaluated])}; give one"
        )
    if wanted is not None:
        found = [c for c in coders if c.name == wanted]
        if not found:
            raise InputError(f"there is no coder {wanted!r}; there are: {_some([c.name for c in coders])}")
        return found[0], evaluated[0]
    most = max(coders, key=lambda c: sum(coding.coder == c for coding in humans))
    return most, evaluated[0]


def _check(humans: Sequence[Coding], machines: Sequence[Coding], evaluated: Coder) -> list[str]:
    kinds = {coding.coder.kind for coding in humans}
    if len(kinds) > 1:
        raise InputError(f"codes of different kinds are never pooled; the reference holds {', '.join(sorted(kinds))}")
    if evaluated.name in {coding.coder.name for coding in humans}:
        raise InputError(f"the coder {evaluated.name!r} is on both sides; give each coder a name of their own")
    hashes = {coding.codebook_hash for coding in [*humans, *machines] if coding.codebook_hash}
    if len(hashes) > 1:
        raise InputError("the codings are of different codebooks, or of different versions of one")
    warnings = []
    if kinds != {"human"}:
        warnings.append(f"the reference's codes are {kinds.pop().value}, not a person's")
    if evaluated.kind != "machine":
        warnings.append(f"the codes that are evaluated are {evaluated.kind.value}, not a machine's")
    return warnings


def _can_give(machines: Sequence[Coding], book: Codebook | None) -> set[str] | None:
    """The themes the machine looks for; None where that is not known."""
    named = [coding.themes for coding in machines if coding.themes is not None]
    given = {span.theme for coding in machines for span in coding.spans}
    if named:
        return set().union(*named) | given
    return None if book is None else set(book.theme_ids) | given


def worst_disagreements(aligned: Aligned, limit: int = WORST) -> tuple[Disagreement, ...]:
    """The units on which the two differ most: where the machine was surest and wrong, for each theme and way in turn."""
    truth, given = (aligned.any_polarity(array) for array in aligned.labels)
    queues: list[list[tuple[float, int, int]]] = []
    for theme in range(len(aligned.themes)):
        p = aligned.theme_scores[:, theme]
        for rows, error in (
            (np.flatnonzero(given[:, theme] & ~truth[:, theme]), np.nan_to_num(p, nan=0.5)),
            (np.flatnonzero(~given[:, theme] & truth[:, theme]), 1 - np.nan_to_num(p, nan=0.5)),
        ):
            queues.append(sorted((-float(error[row]), int(row), theme) for row in rows))
    chosen: dict[int, tuple[float, int]] = {}
    while any(queues) and len(chosen) < limit:
        for queue in queues:
            while queue and queue[0][1] in chosen:
                queue.pop(0)
            if queue and len(chosen) < limit:
                cost, row, theme = queue.pop(0)
                chosen[row] = (cost, theme)
    ordered = sorted(chosen, key=lambda row: (chosen[row][0], row))
    return tuple(_disagreement(aligned, row, chosen[row][1]) for row in ordered)


def _disagreement(aligned: Aligned, row: int, theme: int) -> Disagreement:
    unit = aligned.units[row]
    score = float(aligned.theme_scores[row, theme])
    return Disagreement(
        unit.document,
        unit.start,
        unit.end,
        unit.speaker,
        unit.before,
        unit.text,
        unit.after,
        names(_codes(aligned, aligned.labels[0], row)),
        names(_codes(aligned, aligned.labels[1], row)),
        aligned.themes[theme],
        None if np.isnan(score) else score,
    )


def _codes(aligned: Aligned, labels: NDArray[np.bool_], row: int) -> list[tuple[str, str]]:
    return [code for code, carried in zip(aligned.columns, labels[row], strict=True) if carried]


def _some(items: Sequence[str], most: int = 6) -> str:
    shown = list(dict.fromkeys(items))
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")
