"""Rows of .csv, .jsonl and .parquet tables, read and written alike."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rtwnlp.errors import InputError
from rtwnlp.formats.text import decode, read_bytes

TABLE_ENDINGS = (".csv", ".jsonl", ".parquet")
READABLE_ENDINGS = (*TABLE_ENDINGS, ".xlsx")

Row = tuple[int, dict[str, Any]]
"""Row number as a spreadsheet or editor counts, and the values by folded column name; missing ones are None."""


def read_rows(path: Path, encoding: str | None = None) -> list[Row]:
    """All rows of a table; empty cells, null and NaN are None."""
    ending = path.suffix.lower()
    if ending == ".csv":
        return _read_csv(decode(read_bytes(path), path=path, encoding=encoding), path)
    if ending == ".jsonl":
        return _read_jsonl(decode(read_bytes(path), path=path, encoding=encoding), path)
    if ending == ".parquet":
        return _read_parquet(path)
    if ending == ".xlsx":
        return _read_xlsx(path)
    raise InputError(f"a table ends in {', '.join(READABLE_ENDINGS)}, not {ending!r}", path=path)


def _read_csv(text: str, path: Path) -> list[Row]:
    header = next(line for line in text.splitlines() if line.strip())
    separator = max(",;\t", key=header.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names: list[str] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().casefold() for cell in cells]
                continue
            if len(cells) > len(names):
                raise InputError(
                    f"{len(cells)} cells under {len(names)} columns; put text that holds {separator!r} in quotes",
                    path=path,
                    row=number,
                )
            rows.append((number, _clean(dict(zip(names, cells, strict=False)))))
    except csv.Error as error:
        raise InputError(f"is no valid .csv ({error}); export it again", path=path, row=reader.line_num) from None
    return rows


def _read_jsonl(text: str, path: Path) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise InputError(f"is no valid JSON ({error}); write one object a line", path=path, row=number) from None
        if not isinstance(record, dict):
            raise InputError("is no JSON object; write one object a line", path=path, row=number)
        rows.append((number, _clean(record)))
    return rows


def _read_parquet(path: Path) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = read_bytes(path)
    try:
        records = pq.read_table(pa.BufferReader(data)).to_pylist()
    except (pa.ArrowException, OSError, ValueError):
        raise InputError("is no readable .parquet; export it again", path=path) from None
    return [(number, _clean(record)) for number, record in enumerate(records, start=1)]


def _read_xlsx(path: Path) -> list[Row]:
    """The first sheet that holds anything; its first row that is not empty names the columns."""
    import zipfile

    from openpyxl import load_workbook

    data = read_bytes(path)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = [(number, cells) for number, cells in enumerate(sheet.values, start=1) if not _is_blank(cells)]
            if rows:
                names = [str(cell).strip() if cell is not None else "" for cell in rows[0][1]]
                return [
                    (number, _clean({n: c for n, c in zip(names, cells, strict=False) if n}))
                    for number, cells in rows[1:]
                ]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError):
        raise InputError("is no readable .xlsx; save it again, or as .csv", path=path) from None
    raise InputError("the workbook is empty", path=path)


def _is_blank(cells: Sequence[object]) -> bool:
    return all(cell is None or not str(cell).strip() for cell in cells)


def _clean(record: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).strip().casefold(): None if _is_missing(value) else value for name, value in record.items()}


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def as_number(value: object, column: str, path: Path, row: int) -> float:
    """A cell as a finite number, a decimal comma allowed."""
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{column} is {value!r}, which is not a number", path=path, row=row)
    return number


def write_rows(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], path: Path) -> None:
    """Write a table under a temporary name and rename it.

    Args:
        rows: The rows; every column present.
        columns: Column name to its Arrow type ("string", "int64", "float64").
        path: Where to; the ending says the form.
    """
    ending = path.suffix.lower()
    if ending not in TABLE_ENDINGS:
        raise InputError(f"a table ends in {', '.join(TABLE_ENDINGS)}, not {ending!r}", path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        _write(rows, columns, temporary, ending)
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], target: Path, ending: str) -> None:
    if ending == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), target)
        return
    with target.open("w", encoding="utf-8", newline="") as file:
        if ending == ".jsonl":
            for row in rows:
                file.write(json.dumps({name: row[name] for name in columns}, ensure_ascii=False) + "\n")
            return
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(["" if row[name] is None else row[name] for name in columns] for row in rows)
