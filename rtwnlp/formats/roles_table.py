"""A table that says what each participant or speaker is, such as a profession."""

from __future__ import annotations

from pathlib import Path

from rtwnlp.errors import InputError
from rtwnlp.formats.rows import read_rows


def read_roles(path: Path) -> dict[str, str]:
    """Role by participant or by speaker's label.

    Args:
        path: A table with the columns `participant` or `speaker`, and `role`.

    Raises:
        InputError: A column is missing, a cell is empty, or one name has two roles.
    """
    roles: dict[str, str] = {}
    for row, record in read_rows(path):
        name = str(record.get("participant") or record.get("speaker") or "").strip()
        role = str(record.get("role") or "").strip()
        if not name or not role:
            raise InputError("a row needs a participant (or speaker) and a role", path=path, row=row)
        if roles.get(name, role) != role:
            raise InputError(f"{name!r} has two roles, {roles[name]!r} and {role!r}", path=path, row=row)
        roles[name] = role
    return roles
