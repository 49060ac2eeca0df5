"""Labels and agreement as tables that a person can read on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rtwnlp.evaluation.agreement import AgreementReport
from rtwnlp.labelling.bundle import Bundle
from rtwnlp.labelling.labeller import Prediction
from rtwnlp.transcript import Transcript


def print_labels(transcript: Transcript, predictions: Sequence[Prediction], bundle: Bundle) -> None:
    """Print one transcript's segments with their codes, and how often each theme occurs.

    Args:
        transcript: The transcript.
        predictions: Of `Labeller.label_transcript`.
        bundle: The model that made them.
    """
    console = Console(soft_wrap=False)
    roles = ", ".join(f"{name or '(no label)'} = {role.value}" for name, role in transcript.speakers.items())
    console.print(f"\n[bold]{escape(transcript.document)}[/bold]  {escape(roles)}")
    table = Table(show_lines=False, pad_edge=False)
    table.add_column("speaker", no_wrap=True)
    table.add_column("sentence", ratio=3)
    table.add_column("codes", ratio=2)
    counts: Counter[str] = Counter()
    for p in predictions:
        codes = "\n".join(f"{c.theme} {c.polarity} {c.score:.2f}".replace("  ", " ") for c in p.codes)
        counts.update(f"{c.theme} {c.polarity}".strip() for c in p.codes)
        table.add_row(escape(p.segment.speaker), escape(" ".join(p.text.split())), codes)
    console.print(table)
    found = ", ".join(f"{name} {number}" for name, number in counts.most_common()) or "no code"
    console.print(f"Sentences with each code: {found}")
    if "synthetic" in bundle.corpus_kind:
        console.print(
            f"[dim]{bundle.name} learnt from synthetic interviews: check its codes on a sample of your own.[/dim]"
        )


def print_agreement(report: AgreementReport) -> None:
    """Print the agreement of coders, a row for each theme and each of its polarities."""
    console = Console(soft_wrap=False)
    coders = ", ".join(f"{name} ({kind})" for name, kind in report.coders.items())
    console.print(f"\n[bold]Agreement of {escape(coders)}[/bold]")
    console.print(
        f"{len(report.documents)} documents, {report.units} {report.unit}s, of which somebody coded {report.coded_units}"
    )
    if report.left_out:
        console.print(f"Not coded by all, so left out: {escape(', '.join(report.left_out))}")
    table = Table(pad_edge=False)
    table.add_column("theme")
    for title in (*report.coders, "percent", "alpha", "alpha, coded", "AC1", "u-alpha"):
        table.add_column(escape(title), justify="right")
    for row in report.themes:
        name = f"  {row.polarity}" if row.polarity else row.theme
        alpha = _figure(row.alpha)
        if row.alpha_interval is not None:
            alpha += f" ({row.alpha_interval[0]:.2f}–{row.alpha_interval[1]:.2f})"
        rest = [_figure(figure) for figure in (row.alpha_on_coded, row.ac1, row.unitizing_u)]
        table.add_row(escape(name), *map(str, row.coded_by.values()), _figure(row.percent), alpha, *rest)
    console.print(table)
    console.print(
        f"All codes of a {report.unit} together (MASI): alpha {_figure(report.masi)}, on what somebody coded "
        f"{_figure(report.masi_on_coded)}. A dash: undefined. 'coded': without what nobody coded. In brackets: 95 % interval "
        "over documents."
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
