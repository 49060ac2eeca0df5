"""The coding table: a row for each code, and rows without theme for what was looked at and not coded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtwnlp.codebook import Codebook
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding, merge_intervals
from rtwnlp.errors import InputError
from rtwnlp.formats.own_tables import in_table_form
from rtwnlp.formats.quotes import find_quote
from rtwnlp.formats.rows import as_number, read_rows, write_rows
from rtwnlp.transcript import Transcript

COLUMNS = {
    "document": "string",
    "participant": "string",
    "speaker": "string",
    "coder": "string",
    "coder_kind": "string",
    "start": "int64",
    "end": "int64",
    "text": "string",
    "theme": "string",
    "polarity": "string",
    "score": "float64",
}

MOST_LISTED = 25
"""Rows that an error lists; of more it gives the number."""


@dataclass(slots=True)
class _Collected:
    spans: dict[CodedSpan, None] = field(default_factory=dict)
    passages: list[tuple[int, int]] = field(default_factory=list)
    has_empty: bool = False
    last_hit: int = 0
    last_row: tuple[int, tuple[int, int]] | None = None


def read_codings(
    path: Path,
    transcripts: Sequence[Transcript] | None,
    columns: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
) -> list[Coding]:
    """See `rtwnlp.formats.read_codings`."""
    rows = in_table_form(read_rows(path), path, columns=columns, codebook=codebook)
    present = {name for _, record in rows for name in record}
    lacking = [name for name in ("document", "theme") if name not in present]
    if not {"start", "end"} <= present and "text" not in present:
        lacking.append("start and end (or text)")
    if lacking:
        raise InputError(f"no column {', '.join(lacking)}; the columns are {', '.join(COLUMNS)}", path=path)
    known = None if transcripts is None else {transcript.document: transcript for transcript in transcripts}
    collected: dict[tuple[str, Coder], _Collected] = {}
    lost: list[InputError] = []
    for number, record in rows:
        document = _text(record, "document")
        if not document:
            raise InputError("the document is missing", path=path, row=number)
        if known is not None and document not in known:
            raise InputError(
                f"there is no transcript of {document!r}; there are: {', '.join(list(known)[:10])}",
                path=path,
                row=number,
            )
        here = collected.setdefault((document, _coder(record, path, number)), _Collected())
        try:
            start, end = _passage(record, known[document] if known is not None else None, here, path, number)
        except _NotFoundError as error:
            lost.append(error)
            continue
        here.passages.append((start, end))
        theme = _text(record, "theme")
        if not theme:
            here.has_empty = True
            continue
        score = None if record.get("score") is None else as_number(record["score"], "score", path, number)
        if score is not None and not 0 <= score <= 1:
            raise InputError(f"the score {score} is outside 0 to 1", path=path, row=number)
        here.spans[CodedSpan(start, end, theme, _text(record, "polarity"), score)] = None
    if lost:
        raise _all_lost(lost, path)
    return [
        Coding(
            document,
            coder,
            tuple(found.spans),
            merge_intervals(tuple(found.passages)) if found.has_empty else None,
            text_hash=known[document].text_hash if known is not None else None,
        )
        for (document, coder), found in collected.items()
    ]


def _text(record: dict[str, Any], column: str) -> str:
    value = record.get(column)
    return "" if value is None else str(value).strip()


def _coder(record: dict[str, Any], path: Path, row: int) -> Coder:
    kind = _text(record, "coder_kind").casefold() or CoderKind.HUMAN
    if kind not in list(CoderKind):
        raise InputError(f"coder_kind is {kind!r}; it is {', '.join(CoderKind)}", path=path, row=row)
    return Coder(_text(record, "coder") or "unknown", CoderKind(kind))


def _passage(
    record: dict[str, Any], transcript: Transcript | None, here: _Collected, path: Path, row: int
) -> tuple[int, int]:
    given = [record.get("start") is not None, record.get("end") is not None]
    passage = record.get("text")
    if all(given):
        start, end = (_offset(record[name], name, path, row) for name in ("start", "end"))
        if not 0 <= start < end:
            raise InputError(
                f"start {start}, end {end}: the start must be 0 or more and before the end", path=path, row=row
            )
        if transcript is not None:
            _check_text(transcript, start, end, passage, path, row)
        here.last_hit = start
        return start, end
    if any(given):
        raise InputError("start and end belong together; give both or only text", path=path, row=row)
    if passage is None:
        raise InputError("neither start and end nor text is given", path=path, row=row)
    if transcript is None:
        raise InputError("only text is given; to find it, name the transcripts", path=path, row=row)
    last = here.last_row
    if last is not None and last[0] == row:
        return last[1]
    hits = find_quote(str(passage), transcript.text, here.last_hit)
    if len(hits) != 1:
        place = "is not found" if not hits else f"is found {len(hits)} times"
        raise _NotFoundError(
            f"the text {_short(str(passage))} {place} in {transcript.document!r} after the row before; "
            "put the rows in order, correct the text, or give start and end",
            path=path,
            row=row,
        )
    here.last_hit = hits[0][0]
    here.last_row = (row, hits[0])
    return hits[0]


class _NotFoundError(InputError):
    """A passage is not in the transcript, or is there more than once."""


def _all_lost(lost: Sequence[InputError], path: Path) -> InputError:
    """One error that lists every row whose passage was not found."""
    if len(lost) == 1:
        return lost[0]
    listed = "\n".join(f"  row {error.row}: {error.problem}" for error in lost[:MOST_LISTED])
    more = f"\n  and {len(lost) - MOST_LISTED} more" if len(lost) > MOST_LISTED else ""
    return InputError(f"{len(lost)} passages cannot be placed:\n{listed}{more}", path=path, row=lost[0].row)


def _offset(value: object, column: str, path: Path, row: int) -> int:
    number = as_number(value, column, path, row)
    if number != int(number):
        raise InputError(f"{column} is {value!r}, which is not a whole number", path=path, row=row)
    return int(number)


def _check_text(transcript: Transcript, start: int, end: int, passage: object, path: Path, row: int) -> None:
    if end > len(transcript.text):
        raise InputError(
            f"end {end} lies outside the text of {transcript.document!r} ({len(transcript.text)} characters)",
            path=path,
            row=row,
        )
    there = transcript.text[start:end]
    if passage is not None and str(passage).replace("\r\n", "\n") != there.replace("\r\n", "\n"):
        raise InputError(
            f"the text {_short(str(passage))} is not what stands at {start} to {end} of {transcript.document!r}: "
            f"{_short(there)}; the table is of another version of the transcript",
            path=path,
            row=row,
        )


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def write_codings(codings: Iterable[Coding], path: Path, transcripts: Sequence[Transcript]) -> None:
    """See `rtwnlp.formats.write_codings`."""
    known = {transcript.document: transcript for transcript in transcripts}
    rows: list[dict[str, Any]] = []
    for coding in codings:
        if coding.document not in known:
            raise InputError(f"there is no transcript of {coding.document!r}", path=path)
        rows += _rows(coding, known[coding.document])
    write_rows(rows, COLUMNS, path)


def _rows(coding: Coding, transcript: Transcript) -> Iterator[dict[str, Any]]:
    passages: list[tuple[int, int, str, str, float | None]] = [
        (span.start, span.end, span.theme, span.polarity, span.score) for span in coding.spans
    ]
    passages += [(start, end, "", "", None) for start, end in _uncoded(coding, transcript)]
    for start, end, theme, polarity, score in sorted(passages, key=lambda passage: passage[:4]):
        if end > len(transcript.text):
            raise InputError(f"a span ends at {end}, outside the text", path=transcript.source or coding.document)
        speaker = next((turn.speaker for turn in transcript.turns if turn.start < end and start < turn.end), "")
        yield {
            "document": coding.document,
            "participant": transcript.participant_of(speaker),
            "speaker": speaker,
            "coder": coding.coder.name,
            "coder_kind": str(coding.coder.kind),
            "start": start,
            "end": end,
            "text": transcript.text[start:end],
            "theme": theme,
            "polarity": polarity,
            "score": score,
        }


def _uncoded(coding: Coding, transcript: Transcript) -> Iterator[tuple[int, int]]:
    """What was looked at and carries no code; at least one passage, else reading would take all as looked at."""
    if coding.scope is None:
        if not coding.spans:
            yield 0, len(transcript.text)
        return
    coded = merge_intervals(tuple((span.start, span.end) for span in coding.spans))
    found = False
    for start, end in coding.scope:
        at = start
        for low, high in [*((low, high) for low, high in coded if low < end and high > start), (end, end)]:
            if transcript.text[at:low].strip():
                found = True
                yield at, low
            at = max(at, high)
    if coding.scope and not found:
        yield coding.scope[0]
