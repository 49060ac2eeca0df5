"""The file of kept ids: which rows of the full XLM-R vocabulary the trimmed encoder has, as ranges of ids."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

KEPT_IDS_FILE = Path(__file__).with_name("kept_ids.txt")


def format_ranges(ids: Iterable[int]) -> str:
    """Writes ids as comma-separated ranges ("0-4,7,9-12"), in lines of at most 110 characters."""
    ordered = sorted(set(ids))
    if not ordered:
        return "\n"
    starts = [ordered[0], *(after for before, after in pairwise(ordered) if after != before + 1)]
    ends = [*(before for before, after in pairwise(ordered) if after != before + 1), ordered[-1]]
    ranges = [str(start) if start == end else f"{start}-{end}" for start, end in zip(starts, ends, strict=True)]
    wrapped = textwrap.wrap(", ".join(ranges), width=110, break_on_hyphens=False)
    return "\n".join(wrapped) + "\n"


def parse_ranges(text: str) -> list[int]:
    """Reads what ``format_ranges`` wrote, in ascending order; lines that start with # are comments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    ids: set[int] = set()
    for item in ",".join(lines).split(","):
        start, _, end = item.strip().partition("-")
        if start:
            ids.update(range(int(start), int(end or start) + 1))
    return sorted(ids)


def read_kept_ids(path: Path = KEPT_IDS_FILE) -> list[int]:
    """Reads the committed list of kept ids."""
    return parse_ranges(path.read_text(encoding="ascii"))
