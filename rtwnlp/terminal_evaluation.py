"""An evaluation as tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.html import short
from rtwnlp.evaluation.paired import PairedComparison
from rtwnlp.evaluation.prevalence import MIN_SAMPLE, Prevalence
from rtwnlp.evaluation.report import EvaluationReport

MOST_GROUPS = 30


def print_evaluation(report: EvaluationReport, by: str) -> None:
    """Print the headline, the themes and one kind of group.

    Args:
        report: The evaluation.
        by: A key of `report.groups`.
    """
    console = Console(soft_wrap=False)
    console.print(f"\n{escape(report.headline())}")
    for warning in report.warnings:
        console.print(f"[yellow]Note:[/yellow] {escape(warning)}")
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        title="Themes, with 95 % intervals over participants",
        title_justify="left",
    )
    table.add_column("theme", no_wrap=True)
    for head in ("n", "given", "precision", "recall", "F1", "kappa"):
        table.add_column(head, justify="right", no_wrap=True)
    codes = {theme.theme: [code for code in report.codes if code.theme == theme.theme] for theme in report.themes}
    for theme in report.themes:
        for r in (theme, *codes[theme.theme]):
            name = f"  {r.polarity}" if r.polarity else r.theme
            f1 = r.f1 if r.polarity else r.intervals["f1"]
            machine = str(r.counts.both + r.counts.only_second)
            shown = [short(figure) for figure in (r.precision, r.recall, f1, r.cohen_kappa)]
            table.add_row(escape(name), str(r.n), machine, *shown)
    console.print(table)
    overall = report.overall["themes"]
    console.print(
        f"Macro-F1 {short(overall['macro_f1'])}, micro-F1 {short(overall['micro_f1'])}; the same codes on "
        f"{short(overall['subset_accuracy'])} of the sentences; polarity right on {short(report.polarity_right)} of the "
        "rightly found themes."
    )
    groups = report.groups.get(by, ())
    if len(groups) > 1:
        listed = Table(box=SIMPLE_HEAD, pad_edge=False)
        for head in (by, "sentences", "coded", "macro-F1", "micro-F1", "polarity right"):
            listed.add_column(head, justify="left" if head == by else "right")
        for g in groups[:MOST_GROUPS]:
            figures = [g.macro_f1, g.micro_f1, g.polarity_right]
            listed.add_row(escape(g.name), str(g.units), str(g.coded), *map(short, figures))
        console.print(listed)
        if len(groups) > MOST_GROUPS:
            console.print(f"and {len(groups) - MOST_GROUPS} more, in report.json (--out)")


def print_paired(paired: PairedComparison) -> None:
    """Print how two machines differ on the same participants."""
    console = Console(soft_wrap=False)
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        title=f"{escape(paired.first)} less {escape(paired.second)}, on the same participants",
        title_justify="left",
    )
    for head in ("figure", paired.first, paired.second, "difference", "p"):
        table.add_column(escape(head), justify="left" if head == "figure" else "right")
    for row in paired.rows:
        p = "–" if row.p_value is None else f"{row.p_value:.3f}"
        table.add_row(escape(row.name), short(row.first), short(row.second), short(row.difference), p)
    console.print(table)
    console.print("p: two-sided sign-flip test over participants; not corrected for the number of rows.")


def print_prevalence(found: Sequence[Prevalence]) -> None:
    """Print the shares of sentences that carry each theme, for all and for each group."""
    console = Console(soft_wrap=False)
    for group in dict.fromkeys(row.group for row in found):
        rows = [row for row in found if row.group == group]
        title = f"{group or 'All documents'}: {rows[0].units} sentences, {rows[0].sampled} coded by hand"
        table = Table(box=SIMPLE_HEAD, pad_edge=False, title=escape(title), title_justify="left")
        table.add_column("theme", no_wrap=True)
        for head in ("machine", "by hand alone", "put right"):
            table.add_column(head, justify="right", no_wrap=True)
        for row in rows:
            name = f"  {row.polarity}" if row.polarity else row.theme
            table.add_row(escape(name), _percent(row.machine), _interval(row.sample), _interval(row.estimate))
        console.print(table)
    console.print(
        "Shares of sentences, with 95 % intervals. 'put right': the machine's share, corrected by the sample; a dash where "
        f"fewer than {MIN_SAMPLE} sentences were coded by hand. They hold for these documents, not for others."
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _interval(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return _percent(figure.value)
    return f"{100 * figure.value:.1f} % ({100 * figure.low:.1f}–{100 * figure.high:.1f})"
