"""An evaluation in words: what a reader may quote, with no more certainty than the figures have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rtwnlp.evaluation.bootstrap import Figure

if TYPE_CHECKING:
    from rtwnlp.evaluation.report import CoderComparison, EvaluationReport

MARGIN = 0.1
"""A difference of kappas whose interval lies within this of 0 is called 'about as well'."""


def headline(report: EvaluationReport) -> str:
    """What was found, in two or three sentences.

    Args:
        report: The evaluation.
    """
    documents = f"{len(report.documents)} document{'s' if len(report.documents) > 1 else ''}"
    macro = report.overall["themes"]["macro_f1"]
    kappas = [theme.cohen_kappa for theme in report.themes if theme.cohen_kappa is not None]
    kappa = f", mean kappa {sum(kappas) / len(kappas):.2f}" if kappas else ""
    kind = "" if report.reference.kind == "human" else f" ({report.reference.kind.value} codes)"
    first = (
        f"On {documents} ({report.units} sentences of {report.participants} participant"
        f"{'s' if report.participants > 1 else ''}), {report.machine.name} agrees with {report.reference.name}{kind} "
        f"with a mean F1 over themes of {in_words(macro)}{kappa}."
    )
    return " ".join([first, _weakest(report), _beside_humans(report)]).strip()


def in_words(figure: Figure) -> str:
    """A figure with its interval, for running text."""
    if figure.value is None:
        return "an undefined value"
    if figure.low is None:
        return f"{figure.value:.2f} (no interval)"
    return f"{figure.value:.2f} (95 % interval {figure.low:.2f} to {figure.high:.2f})"


def _weakest(report: EvaluationReport) -> str:
    worst = report.worst_themes(1)
    if len(report.themes) < 2 or not worst:
        return ""
    best = max((t for t in report.themes if t.cohen_kappa is not None), key=lambda t: t.cohen_kappa or 0.0)
    return (
        f"It does best on {best.theme} (kappa {best.cohen_kappa:.2f}) and worst on {worst[0].theme} "
        f"(kappa {worst[0].cohen_kappa:.2f})."
    )


def _beside_humans(report: EvaluationReport) -> str:
    if not report.coders:
        return "With one coder to compare with, it cannot be told whether the machine is as good as a second coder."
    overall = report.coders[0]
    humans = [k for k in overall.humans.values() if k is not None]
    between = f" (they agree with one another at kappa {sum(humans) / len(humans):.2f})" if humans else ""
    text = f"Overall it agrees with the coders {verdict(overall.difference)} they agree with one another{between}"
    worse = _themes(report.coders[1:], "less well than")
    better = _themes(report.coders[1:], "better than")
    if worse:
        text += f"; clearly less well on {', '.join(worse)}"
    if better:
        text += f"; clearly better on {', '.join(better)}"
    return text + "."


def verdict(difference: Figure) -> str:
    """How the machine's agreement with people compares with theirs, by the interval of the difference of kappas."""
    if difference.value is None or difference.low is None or difference.high is None:
        return "to an extent that cannot be told from how well"
    if difference.high < 0:
        return "less well than"
    if difference.low > 0:
        return "better than"
    if difference.low >= -MARGIN and difference.high <= MARGIN:
        return "about as well as"
    return "neither clearly better nor clearly worse than"


def _themes(rows: Sequence[CoderComparison], wanted: str) -> list[str]:
    return [row.theme for row in rows if verdict(row.difference) == wanted]
