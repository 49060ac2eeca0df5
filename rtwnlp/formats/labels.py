"""labels.jsonl, as `rtwnlp label` writes it, read back: the machine's codes and every theme's probability."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.formats.text import decode, read_bytes

SegmentScores = dict[str, dict[tuple[int, int], dict[tuple[str, str], float]]]
"""For each document and (start, end) of a segment, the probability of (theme, polarity); "" stands for any polarity."""


def is_labels(path: Path) -> bool:
    """Whether a file holds label records rather than a coding table."""
    if path.suffix.lower() != ".jsonl":
        return False
    first = next((line for line in decode(read_bytes(path), path=path, encoding=None).splitlines() if line.strip()), "")
    try:
        record = json.loads(first)
    except ValueError:
        return False
    return isinstance(record, dict) and {"codes", "scores"} <= record.keys()


def read_labels(path: Path, coder: str = "machine") -> tuple[list[Coding], SegmentScores]:
    """Codings of the participants' segments, and the scores.

    Args:
        path: A labels.jsonl.
        coder: What to call the machine, which label records do not name.

    Raises:
        InputError: A record is not one of `rtwnlp label`.
    """
    spans: dict[str, list[CodedSpan]] = {}
    scopes: dict[str, list[tuple[int, int]]] = {}
    scores: SegmentScores = {}
    themes: set[str] = set()
    for row, line in enumerate(decode(read_bytes(path), path=path, encoding=None).splitlines(), start=1):
        if not line.strip():
            continue
        record = _record(line, path, row)
        if record["role"] != "participant":
            continue
        document, place = record["document"], (int(record["start"]), int(record["end"]))
        scopes.setdefault(document, []).append(place)
        scores.setdefault(document, {})[place] = {(theme, ""): float(p) for theme, p in record["scores"].items()}
        themes |= record["scores"].keys()
        spans.setdefault(document, []).extend(
            CodedSpan(*place, code["theme"], code["polarity"], code["score"]) for code in record["codes"]
        )
    machine = Coder(coder, CoderKind.MACHINE)
    looked_for = frozenset(themes)
    return [Coding(d, machine, tuple(spans[d]), tuple(scope), looked_for) for d, scope in scopes.items()], scores


def _record(line: str, path: Path, row: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
        missing = [n for n in ("document", "role", "start", "end", "codes", "scores") if n not in record]
    except (ValueError, TypeError):
        raise InputError("the line is no JSON record", path=path, row=row) from None
    if missing:
        raise InputError(f"the label record lacks {', '.join(missing)}", path=path, row=row)
    return dict(record)
