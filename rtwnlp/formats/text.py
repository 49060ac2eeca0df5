"""Bytes to text: size limit, encodings, and what is no text at all."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from rtwnlp.errors import InputError

MAX_BYTES = 50_000_000
"""Largest file that is read; an hour of speech is about 0.1 MB."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALLOWED_CONTROLS = "\t\n\r\f\v\x1c\x1d\x1e\x1f\x85"
_MAX_CONTROL_SHARE = 0.01


def read_bytes(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        InputError: There is no such file, it cannot be read, is empty, or larger than `MAX_BYTES`.
    """
    if path.is_dir():
        raise InputError("is a folder, not a file; name a file in it, or use read_transcripts for all of it", path=path)
    try:
        size = os.stat(path).st_size
        if size > MAX_BYTES:
            raise InputError(
                f"the file has {size / 1e6:.0f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB; "
                "split it into one file per interview",
                path=path,
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file; check the path", path=path) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", path=path) from None
    if not data:
        raise InputError("the file is empty; export the transcript again", path=path)
    return data


def decode(data: bytes, *, path: Path | None = None, encoding: str | None = None) -> str:
    """Text from bytes: by `encoding`, else by byte order mark, else strict UTF-8, else cp1252.

    Raises:
        InputError: Not text, blank, or not in the encoding that was named.
    """
    text = _decode(data, path, encoding)
    controls = sum(1 for char in text if (char < " " or "\x7f" <= char < "\xa0") and char not in _ALLOWED_CONTROLS)
    if "\x00" in text or controls > _MAX_CONTROL_SHARE * len(text):
        raise InputError("the file is binary, not text; export the transcript as .txt, .docx, .vtt or .csv", path=path)
    if not text.strip():
        raise InputError("the file holds only white space; export the transcript again", path=path)
    return text


def _decode(data: bytes, path: Path | None, encoding: str | None) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark) and encoding is None:
            try:
                return data[len(mark) :].decode(name)
            except UnicodeDecodeError:
                raise InputError(
                    f"the byte order mark says {name}, but the text is not; save the file as UTF-8", path=path
                ) from None
    if encoding is not None:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            raise InputError(
                f"there is no encoding {encoding!r}; use for example utf-8, cp1252 or utf-16", path=path
            ) from None
        except UnicodeError:
            raise InputError(
                f"the text is not in {encoding}; leave the encoding out to have it found", path=path
            ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # The five bytes that cp1252 leaves open become control characters, which the check for binary counts.
        return "".join(_cp1252(byte) for byte in data) if _has_open_bytes(data) else data.decode("cp1252")


def _has_open_bytes(data: bytes) -> bool:
    return any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d")


def _cp1252(byte: int) -> str:
    return bytes((byte,)).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)


def write_text(path: Path, text: str) -> None:
    """Write a text file by way of a temporary name, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
