"""The library's errors: one base, few subclasses, each a message a researcher can act on."""

from __future__ import annotations

from pathlib import Path


class RtwnlpError(Exception):
    """Base of every error that rtwnlp raises on purpose."""


class InputError(RtwnlpError, ValueError):
    """Something read from outside is wrong: a transcript, a coding table, a codebook, an argument.

    Args:
        problem: What is wrong, what is allowed and what to do, in one sentence or two.
        path: The file in question, if there is one.
        row: The line or row in it (1-based, as an editor or a spreadsheet counts), if known.
    """

    def __init__(self, problem: str, *, path: str | Path | None = None, row: int | None = None) -> None:
        self.problem = problem
        self.path = None if path is None else Path(path)
        self.row = row
        place = "" if path is None else str(path)
        if row is not None:
            place += f", row {row}" if place else f"row {row}"
        super().__init__(f"{place}: {problem}" if place else problem)


class CodebookError(InputError):
    """A codebook file is not valid, or a theme or polarity is not in the codebook."""


class ModelError(RtwnlpError):
    """A bundle is unknown, incomplete, damaged or of another version than this library reads."""


class MissingExtraError(RtwnlpError, ImportError):
    """A part of the library needs an optional extra that is not installed.

    Args:
        what: The thing that was asked for, such as "training".
        extra: The name of the extra, such as "train".
    """

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs more than the plain install. Run: pip install 'rtwnlp[{extra}]'")


class RtwnlpWarning(UserWarning):
    """Something read from outside was odd or left out; the work goes on."""
