"""Labels as a table that a person can read on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

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
