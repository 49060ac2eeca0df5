"""A study's summary as Markdown and as tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rtwnlp.evaluation.study import StudySummary
from rtwnlp.formats.rows import write_rows
from rtwnlp.formats.text import write_text


def to_markdown(summary: StudySummary) -> str:
    """Every table and the quotations, to be read or pasted."""
    name, kind = summary.coder
    lines = [
        f"# What {name} ({kind}) found",
        "",
        f"{summary.units} sentences of {len(summary.units_by_participant)} participants, {summary.coded} of them coded. "
        "Counts are of sentences.",
        "",
        *_table([_code_row(row) for row in summary.codes]),
        "",
        "## Themes by participant",
        "",
        *_matrix(summary.by_participant, summary.units_by_participant, "participant"),
    ]
    if summary.by_role:
        lines += ["", "## Themes by role", "", *_matrix(summary.by_role, summary.units_by_role, "role")]
    lines += ["", "## Themes on the same sentence", "", *_matrix(summary.together, {}, "theme")]
    lines += ["", "## Saturation", "", "Codes met after so many documents, in random orders.", ""]
    lines += _table(
        [
            {
                "documents": int(p["documents"]),
                "codes met": f"{p['mean']:.1f}",
                "95 % of orders": f"{p['low']:.0f}–{p['high']:.0f}",
            }
            for p in summary.saturation
        ]
    )
    if summary.quotations:
        lines += ["", "## Quotations"]
    last = ("", "")
    for q in summary.quotations:
        if (q.theme, q.polarity) != last:
            last = (q.theme, q.polarity)
            lines += ["", f"### {q.theme} {q.polarity}".rstrip(), ""]
        score = "" if q.score is None else f", score {q.score:.2f}"
        text = " ".join(q.text.split()) or "(no transcript at hand)"
        lines.append(f"- \u201c{text}\u201d ({q.participant}; {q.document}, {q.start}\u2013{q.end}{score})")
    return "\n".join(lines) + "\n"


def _code_row(row: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{row['theme']} {row['polarity']}".strip()
    return {"code": name, **{n: row[n] for n in ("sentences", "participants", "documents")}}


def _matrix(rows: Mapping[str, Mapping[str, int]], sizes: Mapping[str, int], what: str) -> list[str]:
    return _table(
        [{what: name, **({"sentences": sizes[name]} if name in sizes else {}), **row} for name, row in rows.items()]
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    heads = list(rows[0])
    body = ["| " + " | ".join(str(row[head]).replace("|", "/") for head in heads) + " |" for row in rows]
    return ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads), *body]


def write_summary(summary: StudySummary, out: Path) -> list[Path]:
    """Write summary.json, summary.md, participants.csv, together.csv and quotations.csv (roles.csv where known)."""
    texts = {
        "summary.json": json.dumps(summary.to_dict(), indent=1, ensure_ascii=False) + "\n",
        "summary.md": to_markdown(summary),
    }
    for name, text in texts.items():
        write_text(out / name, text)
    data = summary.to_dict()
    tables = {
        "participants.csv": [
            {"participant": n, "sentences": summary.units_by_participant[n], **row}
            for n, row in summary.by_participant.items()
        ],
        "roles.csv": [{"role": n, "sentences": summary.units_by_role[n], **row} for n, row in summary.by_role.items()],
        "together.csv": [{"theme": n, **row} for n, row in summary.together.items()],
        "quotations.csv": data["quotations"],
    }
    written = [out / name for name in texts]
    for name, rows in tables.items():
        if rows:
            write_rows(rows, {key: _kind(value) for key, value in rows[0].items()}, out / name)
            written.append(out / name)
    return written


def _kind(value: object) -> str:
    if isinstance(value, int):
        return "int64"
    return "float64" if isinstance(value, float) or value is None else "string"
