"""What an evaluation found: counts for each code, figures with intervals, groups, and where it all came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rtwnlp.coding import Coder
from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.metrics import Counts
from rtwnlp.evaluation.ranking import ReliabilityBin

SCHEMA_VERSION = 1
COUNT_FIGURES = ("precision", "recall", "f1", "cohen_kappa", "mcc")
SCORE_FIGURES = ("average_precision", "roc_auc", "brier", "ece")


@dataclass(frozen=True)
class CodeResult:
    """How the second coder fares on one code against the reference.

    Attributes:
        theme: Id of the theme.
        polarity: The polarity; "" for the theme with any polarity.
        counts: Over all units that both looked at.
        intervals: For each of `COUNT_FIGURES` and `SCORE_FIGURES` the figure with its interval.
        predictable: Whether the machine can give the code at all; else all of the reference's are missed.
        curve: Precision, recall and F1 at 19 thresholds; empty without scores.
        reliability: The reliability curve; empty without scores.
    """

    theme: str
    polarity: str
    counts: Counts
    intervals: Mapping[str, Figure]
    predictable: bool = True
    curve: tuple[Mapping[str, float | None], ...] = ()
    reliability: tuple[ReliabilityBin, ...] = ()

    @property
    def name(self) -> str:
        """The theme, and the polarity if it is one."""
        return f"{self.theme} {self.polarity}".strip()

    @property
    def n(self) -> int:
        """Units that carry the code in the reference."""
        return self.counts.both + self.counts.only_first

    @property
    def precision(self) -> float | None:
        """Share of the machine's codes that the reference has."""
        return self.counts.precision

    @property
    def recall(self) -> float | None:
        """Share of the reference's codes that the machine has."""
        return self.counts.recall

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two; None where neither coder gave the code."""
        return self.counts.f1

    @property
    def cohen_kappa(self) -> float | None:
        """Cohen's kappa; None where it is undefined."""
        return self.counts.cohen_kappa

    @property
    def mcc(self) -> float | None:
        """Matthews correlation coefficient; None where it is undefined."""
        return self.counts.mcc

    @property
    def average_precision(self) -> float | None:
        """Average precision; None without scores or without any unit that carries the code."""
        return self.intervals["average_precision"].value

    @property
    def roc_auc(self) -> float | None:
        """Area under the ROC curve; None without scores or where it is undefined."""
        return self.intervals["roc_auc"].value


@dataclass(frozen=True)
class GroupResult:
    """The figures of one group of units: a language, a document, a participant, a speaker or a role.

    Attributes:
        name: Of the group.
        units: How many.
        coded: Units to which the reference gave any code.
        macro_f1: Over themes.
        micro_f1: Over themes.
        polarity_right: Of the rightly found themes.
        themes: Counts for each theme.
        intervals: macro_f1, micro_f1 and polarity_right with their intervals over the group's participants.
    """

    name: str
    units: int
    coded: int
    macro_f1: float | None
    micro_f1: float | None
    polarity_right: float | None
    themes: Mapping[str, Counts]
    intervals: Mapping[str, Figure]


@dataclass(frozen=True)
class CoderComparison:
    """Cohen's kappa of pairs of coders on the very same units, for one theme or all of them together.

    Attributes:
        theme: The theme, or "" for the mean over themes.
        machine: For each human coder, kappa with the machine.
        humans: For each pair of human coders, kappa.
        difference: Mean of `machine` less mean of `humans`, with its interval.
    """

    theme: str
    machine: Mapping[str, float | None]
    humans: Mapping[str, float | None]
    difference: Figure


@dataclass(frozen=True)
class Disagreement:
    """One unit on which the codings differ, to be read in its context.

    Attributes:
        document: Its document.
        start: Offset of its first character.
        end: Offset after its last one.
        speaker: Who says it.
        before: What is said just before.
        text: The unit.
        after: What is said just after.
        reference: The reference's codes.
        machine: The machine's codes.
        theme: The theme that it was chosen for.
        score: The machine's probability of that theme; None without scores.
    """

    document: str
    start: int
    end: int
    speaker: str
    before: str
    text: str
    after: str
    reference: tuple[str, ...]
    machine: tuple[str, ...]
    theme: str
    score: float | None


@dataclass(frozen=True)
class EvaluationReport:
    """A machine's codes beside a reference.

    Attributes:
        reference: The coder that counts as right.
        machine: The coder that is evaluated.
        documents: The documents compared.
        left_out: Documents that only one of the two coded.
        participants: How many; the bootstrap draws them.
        units: Sentences compared.
        coded_units: Sentences to which the reference gave any code.
        themes: For each theme, with any polarity.
        codes: For each theme and polarity.
        overall: Level ("themes", "codes") to name to figure: macro_f1, micro_f1, weighted_f1, samples_f1,
            subset_accuracy.
        polarity_right: Share of the rightly found themes whose polarity is right.
        spans: Level to kind ("exact", "tolerant", "characters") to precision, recall, f1.
        confusion: Row: the reference's theme; column: what the machine gave instead, "" for nothing. See `evaluate`.
        groups: By ("language", "document", ...) to its groups.
        coders: Machine and humans on the same units; empty with one human coder.
        alternative_annotator: The test's result as plain data; None with one human coder.
        disagreements: The worst ones first.
        warnings: What the reader should know, in words.
        provenance: Files, hashes, versions, seed, command.
    """

    reference: Coder
    machine: Coder
    documents: tuple[str, ...]
    left_out: tuple[str, ...]
    participants: int
    units: int
    coded_units: int
    themes: tuple[CodeResult, ...]
    codes: tuple[CodeResult, ...]
    overall: Mapping[str, Mapping[str, Figure]]
    polarity_right: Figure
    spans: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    confusion: Mapping[str, Mapping[str, int]]
    groups: Mapping[str, tuple[GroupResult, ...]]
    coders: tuple[CoderComparison, ...] = ()
    alternative_annotator: Mapping[str, Any] | None = None
    disagreements: tuple[Disagreement, ...] = ()
    warnings: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def macro_f1(self) -> float | None:
        """Mean F1 over themes."""
        return self.overall["themes"]["macro_f1"].value

    @property
    def micro_f1(self) -> float | None:
        """F1 of all themes' counts together."""
        return self.overall["themes"]["micro_f1"].value

    def worst_themes(self, n: int = 3) -> list[CodeResult]:
        """The themes with the lowest kappa, worst first; those without a defined kappa are left out."""
        defined = [theme for theme in self.themes if theme.cohen_kappa is not None]
        return sorted(defined, key=lambda theme: theme.cohen_kappa or 0.0)[:n]

    def headline(self) -> str:
        """What was found, in two or three sentences a reader can quote."""
        from rtwnlp.evaluation.words import headline

        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data; see `rtwnlp/evaluation/schema.json`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "headline": self.headline(),
            "reference": {"name": self.reference.name, "kind": self.reference.kind.value},
            "machine": {"name": self.machine.name, "kind": self.machine.kind.value},
            "documents": list(self.documents),
            "left_out": list(self.left_out),
            "participants": self.participants,
            "units": self.units,
            "coded_units": self.coded_units,
            "overall": {level: _figures(figures) for level, figures in self.overall.items()},
            "polarity_right": self.polarity_right.to_dict(),
            "themes": [_code(result) for result in self.themes],
            "codes": [_code(result) for result in self.codes],
            "spans": {
                level: {kind: _figures(figures) for kind, figures in kinds.items()}
                for level, kinds in self.spans.items()
            },
            "confusion": {row: dict(columns) for row, columns in self.confusion.items()},
            "groups": {by: [_group(group) for group in groups] for by, groups in self.groups.items()},
            "coders": [
                {
                    "theme": row.theme,
                    "machine": dict(row.machine),
                    "humans": dict(row.humans),
                    "difference": row.difference.to_dict(),
                }
                for row in self.coders
            ],
            "alternative_annotator": None if self.alternative_annotator is None else dict(self.alternative_annotator),
            "disagreements": [
                {name: getattr(row, name) for name in Disagreement.__dataclass_fields__} for row in self.disagreements
            ],
            "warnings": list(self.warnings),
            "provenance": dict(self.provenance),
        }


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: figure.to_dict() for name, figure in figures.items()}


def counts_to_dict(counts: Counts) -> dict[str, int]:
    """Counts under the names of information retrieval."""
    return {
        "true_positives": counts.both,
        "false_positives": counts.only_second,
        "false_negatives": counts.only_first,
        "true_negatives": counts.neither,
    }


def _code(result: CodeResult) -> dict[str, Any]:
    return {
        "theme": result.theme,
        "polarity": result.polarity,
        "predictable": result.predictable,
        "counts": counts_to_dict(result.counts),
        **_figures(result.intervals),
        "curve": [dict(point) for point in result.curve],
        "reliability": [
            {"units": b.units, "mean_score": round(b.mean_score, 6), "share_coded": round(b.share_coded, 6)}
            for b in result.reliability
        ],
    }


def _group(group: GroupResult) -> dict[str, Any]:
    return {
        "name": group.name,
        "units": group.units,
        "coded": group.coded,
        "macro_f1": group.macro_f1,
        "micro_f1": group.micro_f1,
        "polarity_right": group.polarity_right,
        "intervals": _figures(group.intervals),
        "themes": {
            theme: {**counts_to_dict(counts), "f1": counts.f1, "cohen_kappa": counts.cohen_kappa}
            for theme, counts in group.themes.items()
        },
    }


def names(codes: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Codes as words, in order."""
    return tuple(f"{theme} {polarity}".strip() for theme, polarity in sorted(codes))
