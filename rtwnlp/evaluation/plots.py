"""Plots of an evaluation as SVG text, drawn in the page's own text colour so that they read in light and dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rtwnlp.errors import MissingExtraError
from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.report import CodeResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_INK = "#010203"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1", "#7f7f7f")
"""Okabe & Ito's palette, told apart by colour-blind readers, without its yellow and black."""


def _axes(width: float, height: float) -> tuple[Canvas, Axes]:
    try:
        import matplotlib
        from matplotlib.figure import Figure as NewCanvas
    except ImportError:
        raise MissingExtraError("the HTML report", "eval") from None
    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "rtwnlp",
            "font.family": "sans-serif",
            "font.size": 10,
            "text.color": _INK,
            "axes.labelcolor": _INK,
            "axes.edgecolor": _INK,
            "xtick.color": _INK,
            "ytick.color": _INK,
        }
    )
    canvas = NewCanvas(figsize=(width, height))
    axes = canvas.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    return canvas, axes


def _svg(canvas: Canvas) -> str:
    out = io.StringIO()
    canvas.savefig(out, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None})
    text = out.getvalue()
    text = text[text.index("<svg") :].replace(_INK, "currentColor")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"', r"<svg \1", text, count=1).replace(
        "<svg ", '<svg aria-hidden="true" focusable="false" ', 1
    )


def forest(
    rows: Sequence[tuple[str, Sequence[Figure]]], series: Sequence[str], label: str, *, zero_line: bool = False
) -> str:
    """Figures with their intervals, a row for each name and a colour for each series."""
    canvas, axes = _axes(7.0, 0.9 + 0.46 * max(len(rows), 1))
    for number, name in enumerate(series):
        offset = (number - (len(series) - 1) / 2) * 0.24
        for row, (_, figures) in enumerate(rows):
            figure = figures[number]
            if figure.value is None:
                continue
            at = row + offset
            if figure.low is not None and figure.high is not None:
                axes.plot([figure.low, figure.high], [at, at], color=COLOURS[number], linewidth=2)
            axes.plot(
                [figure.value],
                [at],
                "os^D"[number % 4],
                color=COLOURS[number],
                markersize=6,
                label=name if row == 0 else None,
            )
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    if zero_line:
        axes.axvline(0, color=_INK, linewidth=0.8)
    else:
        axes.set_xlim(min(0.0, *axes.get_xlim()), 1.02)
    axes.set_xlabel(label)
    if len(series) > 1:
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(series))
    return _svg(canvas)


def reliability_plot(themes: Sequence[CodeResult]) -> str:
    """Share coded against mean score, a line for each theme; on the diagonal a probability means what it says."""
    canvas, axes = _axes(5.6, 4.4)
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=0.8, linestyle=":")
    for number, theme in enumerate(themes):
        if theme.reliability:
            axes.plot(
                [b.mean_score for b in theme.reliability],
                [b.share_coded for b in theme.reliability],
                marker="os^Dvp"[number % 6],
                color=COLOURS[number % len(COLOURS)],
                linewidth=1.2,
                markersize=4,
                label=theme.name,
            )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="the machine's probability", ylabel="share coded by the reference")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _svg(canvas)


def threshold_plot(themes: Sequence[CodeResult]) -> str:
    """F1 if codes were given from each probability on, a line for each theme."""
    canvas, axes = _axes(5.6, 4.0)
    for number, theme in enumerate(themes):
        points = [(p["threshold"] or 0.0, p["f1"]) for p in theme.curve if p["f1"] is not None]
        if points:
            axes.plot(
                [x for x, _ in points],
                [float(y) for _, y in points],
                color=COLOURS[number % len(COLOURS)],
                linewidth=1.6,
                linestyle=("-", "--", "-.", ":")[number % 4],
                label=theme.name,
            )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="codes given from this probability on", ylabel="F1")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _svg(canvas)
