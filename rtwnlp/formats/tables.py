"""Transcripts as tables: a row a turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rtwnlp.errors import InputError
from rtwnlp.formats.build import Content, Piece, from_pieces
from rtwnlp.formats.roles import infer_roles
from rtwnlp.formats.rows import Row, as_number, read_rows
from rtwnlp.formats.speakers import seconds
from rtwnlp.transcript import Role


def read_table(path: Path, encoding: str | None = None) -> dict[str | None, tuple[Content, str | None]]:
    """Content and participant of each document in a table; the document is None where no column names it."""
    rows = read_rows(path, encoding)
    columns = sorted({name for _, record in rows for name in record})
    for needed in ("speaker", "text"):
        if needed not in columns:
            raise InputError(
                f"the column {needed!r} is missing; a transcript table has speaker and text, and may have document, "
                f"participant, role and time; found: {', '.join(columns) or 'none'}",
                path=path,
            )
    by_document: dict[str | None, list[Row]] = {}
    for number, record in rows:
        if record.get("text") is None:
            continue
        document = record.get("document")
        by_document.setdefault(None if document is None else str(document).strip(), []).append((number, record))
    return {document: _document(rows, path) for document, rows in by_document.items()}


def _document(rows: list[Row], path: Path) -> tuple[Content, str | None]:
    pieces = [_piece(record, path, number) for number, record in rows]
    named = {str(record["participant"]).strip() for _, record in rows if record.get("participant") is not None}
    return from_pieces(pieces), named.pop() if len(named) == 1 else None


def _piece(record: dict[str, Any], path: Path, number: int) -> Piece:
    speaker = " ".join(str(record.get("speaker") or "").split()).rstrip(":").rstrip()
    role: Role | None = None
    if record.get("role") is not None:
        stated = str(record["role"]).strip().casefold()
        if stated in {"interviewer", "participant"}:
            role = Role(stated)
        else:
            role = infer_roles([(stated, "")])[0][stated]
            if role is Role.PARTICIPANT and stated not in {"deltagare", "respondent", "informant", "ip"}:
                raise InputError(
                    f"the role {record['role']!r} is unknown; it is 'interviewer' or 'participant'",
                    path=path,
                    row=number,
                )
    time = record.get("time")
    at: float | None = None
    if time is not None:
        try:
            at = seconds(time) if isinstance(time, str) and ":" in time else as_number(time, "time", path, number)
        except ValueError:
            raise InputError(f"time is {time!r}; write seconds or hh:mm:ss", path=path, row=number) from None
    return Piece(speaker, str(record["text"]), at, role)
