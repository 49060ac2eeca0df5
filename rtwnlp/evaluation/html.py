"""The evaluation report as one self-contained HTML file, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from rtwnlp.evaluation import plots
from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.report import CodeResult, EvaluationReport
from rtwnlp.evaluation.words import verdict
from rtwnlp.formats.text import write_text

NAMES = {
    "macro_f1": "F1, mean over codes",
    "micro_f1": "F1, all codes' counts together",
    "weighted_f1": "F1, mean weighted by how often a code occurs",
    "samples_f1": "F1, mean over the sentences that anyone coded",
    "subset_accuracy": "sentences with exactly the same codes",
}
COLUMNS = ("precision", "recall", "f1", "cohen_kappa", "mcc", "average_precision", "roc_auc", "brier", "ece")
HEADS = ("precision", "recall", "F1", "kappa", "MCC", "average precision", "ROC AUC", "Brier", "ECE")
MOST_GROUPS = 60


def write_report(report: EvaluationReport, out: str | Path) -> list[Path]:
    """Write report.html, report.json and report.md into a folder.

    Args:
        report: The evaluation.
        out: The folder; made if it is not there.

    Returns:
        The three paths.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    out = Path(out)
    texts = {
        "report.html": to_html(report),
        "report.json": json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n",
        "report.md": to_markdown(report),
    }
    for name, text in texts.items():
        write_text(out / name, text)
    return [out / name for name in texts]


def to_html(report: EvaluationReport) -> str:
    """The report as a page that needs nothing from outside.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = short
    environment.filters["cell"] = lambda figure: Markup(_cell(figure))
    template = files("rtwnlp.evaluation").joinpath("templates/report.html").read_text(encoding="utf-8")
    scored = any(theme.reliability for theme in report.themes)
    return environment.from_string(template).render(
        report=report,
        headline=report.headline(),
        names=NAMES,
        columns=_columns(report),
        plots={
            "themes": plots.forest(
                [(t.name, [t.intervals["f1"], t.intervals["cohen_kappa"]]) for t in report.themes],
                ("F1", "Cohen's kappa"),
                "with 95 % intervals over participants",
            ),
            "reliability": plots.reliability_plot(report.themes) if scored else "",
            "thresholds": plots.threshold_plot(report.themes) if scored else "",
            "coders": plots.forest(
                [(row.theme or "all themes", [row.difference]) for row in report.coders],
                ("difference",),
                "kappa with the coders less kappa among the coders",
                zero_line=True,
            )
            if report.coders
            else "",
        },
        verdict=verdict,
        shade=_shades(report.confusion),
        groups={by: groups[:MOST_GROUPS] for by, groups in report.groups.items() if _says_more(by, report)},
        most_groups=MOST_GROUPS,
        provenance=_flat(report.provenance),
    )


def _columns(report: EvaluationReport) -> list[tuple[str, str]]:
    """The columns of the tables of codes, without those that no code has."""
    results = [*report.themes, *report.codes]
    return [
        (name, head)
        for name, head in zip(COLUMNS, HEADS, strict=True)
        if any(result.intervals[name].value is not None for result in results)
    ]


def _says_more(by: str, report: EvaluationReport) -> bool:
    """Documents are not listed again where each is one participant, and a single group says nothing new."""
    groups = report.groups[by]
    if by == "document" and len(groups) == len(report.groups.get("participant", ())):
        return False
    return len(groups) > 1


def _shades(confusion: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
    """Share of each row, for the depth of a cell's colour."""
    return {
        row: {column: n / max(1, sum(cells.values())) for column, n in cells.items()}
        for row, cells in confusion.items()
    }


def _flat(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{key} · ")
        elif value is not None:
            rows.append((prefix + key, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)))
    return rows


def short(value: Figure | float | None) -> str:
    """A figure to two places, with its interval if it has one; a dash where it is undefined.

    >>> short(Figure(0.5, 0.41, 0.6)), short(None), short(0.123)
    ('0.50 (0.41–0.60)', '–', '0.12')
    """
    if isinstance(value, Figure):
        interval = "" if value.low is None or value.high is None else f" ({value.low:.2f}–{value.high:.2f})"
        return short(value.value) + interval
    return "–" if value is None else f"{value:.2f}"


def _cell(figure: Figure) -> str:
    """A figure with its interval beneath, as HTML (of numbers only)."""
    if figure.low is None or figure.high is None:
        return short(figure.value)
    return f"{short(figure.value)} <small>{figure.low:.2f}–{figure.high:.2f}</small>"


def to_markdown(report: EvaluationReport) -> str:
    """The report's tables as Markdown, without the plots and the passages."""
    lines = [f"# {report.machine.name} beside {report.reference.name}", "", report.headline(), ""]
    lines += [f"- {warning}" for warning in report.warnings]
    lines += ["", "95 % intervals by bootstrap over participants in brackets; a dash: undefined.", ""]
    heads = _columns(report)
    for title, results in (("Themes", report.themes), ("Themes and polarities", report.codes)):
        if results:
            lines += [f"## {title}", "", *_code_table(results, heads), ""]
    lines += ["## Together", "", "| | themes | with polarity |", "| --- | --- | --- |"]
    lines += [
        f"| {NAMES[name]} | {short(figure)} | {short(report.overall['codes'][name])} |"
        for name, figure in report.overall["themes"].items()
    ]
    lines += [f"| polarity right, of rightly found themes | {short(report.polarity_right)} | |", ""]
    if report.coders:
        lines += ["## Beside the coders", "", "| | kappa with each coder | among the coders | difference |"]
        lines += ["| --- | --- | --- | --- |"]
        lines += [
            f"| {row.theme or 'mean over themes'} | {_pairs(row.machine)} | {_pairs(row.humans)} | "
            f"{short(row.difference)} |"
            for row in report.coders
        ]
    for by, groups in report.groups.items():
        if _says_more(by, report):
            lines += ["", f"## By {by}", "", "| | sentences | coded | macro-F1 | micro-F1 | polarity right |"]
            lines += ["| --- | --- | --- | --- | --- | --- |"]
            lines += [
                f"| {g.name} | {g.units} | {g.coded} | {short(g.intervals['macro_f1'])} | "
                f"{short(g.intervals['micro_f1'])} | {short(g.intervals['polarity_right'])} |"
                for g in groups
            ]
    lines += ["", "## Where it came from", ""] + [f"- {key}: {value}" for key, value in _flat(report.provenance)]
    return "\n".join(lines).rstrip() + "\n"


def _code_table(results: Sequence[CodeResult], heads: Sequence[tuple[str, str]]) -> list[str]:
    table = [
        f"| code | n | {' | '.join(head for _, head in heads)} |",
        f"| --- | --- |{' --- |' * len(heads)}",
    ]
    return table + [
        f"| {r.name} | {r.n} | {' | '.join(short(r.intervals[name]) for name, _ in heads)} |" for r in results
    ]


def _pairs(kappas: Mapping[str, float | None]) -> str:
    return "; ".join(f"{name} {short(kappa)}" for name, kappa in kappas.items())
