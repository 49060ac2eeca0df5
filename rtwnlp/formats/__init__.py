"""Reading transcripts and codings, one module a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.formats.build import Content, from_text, to_transcript
from rtwnlp.formats.codings import read_codings as _read_codings
from rtwnlp.formats.codings import write_codings as _write_codings
from rtwnlp.formats.docx import read_docx
from rtwnlp.formats.finding import TRANSCRIPT_ENDINGS, find_transcripts
from rtwnlp.formats.rows import TABLE_ENDINGS
from rtwnlp.formats.subtitles import read_srt, read_vtt
from rtwnlp.formats.tables import read_table
from rtwnlp.formats.text import MAX_BYTES, decode, read_bytes
from rtwnlp.transcript import Transcript

__all__ = [
    "MAX_BYTES",
    "TRANSCRIPT_ENDINGS",
    "find_transcripts",
    "parse_text",
    "read_codings",
    "read_transcript",
    "read_transcripts",
    "write_codings",
]


def _read_txt(path: Path, encoding: str | None) -> Content:
    return from_text(decode(read_bytes(path), path=path, encoding=encoding))


_READERS: dict[str, Callable[[Path, str | None], Content]] = {
    ".txt": _read_txt,
    ".docx": lambda path, encoding: read_docx(path),
    ".vtt": read_vtt,
    ".srt": read_srt,
}


def parse_text(
    text: str, *, document: str = "text", interviewers: Iterable[str] = (), language: str | None = None
) -> Transcript:
    """A transcript from a string, with speaker labels at the start of lines or none.

    Raises:
        InputError: The text is blank, or an interviewer is no speaker in it.
    """
    if not text.strip():
        raise InputError("the text is empty", path=document)
    return to_transcript(from_text(text), document=document, interviewers=interviewers, language=language)


def read_transcript(
    path: str | Path,
    *,
    encoding: str | None = None,
    interviewers: Iterable[str] = (),
    language: str | None = None,
    document: str | None = None,
) -> Transcript:
    """Read one transcript.

    Args:
        path: A file that ends in one of `TRANSCRIPT_ENDINGS`.
        encoding: Of text files; found if not given (byte order mark, UTF-8, cp1252).
        interviewers: Labels of the interviewers, where they are not recognised.
        language: "sv" or "en" if known.
        document: Name to give it, by default the file's without ending; in a table of several, the one to read.

    Raises:
        InputError: The file cannot be read as a transcript; the message says why and what to do.
    """
    path = Path(path)
    found = _read_file(path, encoding, interviewers, language, document)
    if len(found) == 1:
        return found[0]
    names = [transcript.document for transcript in found]
    if document in names:
        return found[names.index(document)]
    raise InputError(
        f"the table holds {len(found)} documents; use read_transcripts, or name one: {', '.join(names[:10])}", path=path
    )


def read_transcripts(
    path: str | Path,
    *,
    encoding: str | None = None,
    interviewers: Iterable[str] = (),
    language: str | None = None,
    document: str | None = None,
) -> list[Transcript]:
    """Read a file, a table of several documents, or every transcript in a folder and its subfolders, sorted.

    Args:
        path: A file or a folder; see `find_transcripts` for what is read in it and what the documents are called.
        encoding: As for `read_transcript`, like the next two.
        interviewers: Labels of the interviewers.
        language: "sv" or "en" if known.
        document: Name to give the document of a file that holds one.

    Raises:
        InputError: A file cannot be read, or the folder holds none.
    """
    path = Path(path)
    labels = [interviewers] if isinstance(interviewers, str) else list(interviewers)
    if not path.is_dir():
        return _read_file(path, encoding, labels, language, document)
    found: list[Transcript] = []
    for file, name in find_transcripts([path], encoding).items():
        found += _read_file(file, encoding, labels, language, name)
    return found


def _read_file(
    path: Path, encoding: str | None, interviewers: Iterable[str], language: str | None, name: str | None
) -> list[Transcript]:
    ending = path.suffix.lower()
    if ending not in TRANSCRIPT_ENDINGS and path.is_file():
        raise InputError(
            f"the ending {ending!r} is unknown; transcripts end in {', '.join(TRANSCRIPT_ENDINGS)}", path=path
        )
    if ending in _READERS:
        contents = {None: (_READERS[ending](path, encoding), None)}
        return [_finish(c, path, name or path.stem, interviewers, language, p) for c, p in contents.values()]
    if ending == ".qdpx":
        from rtwnlp.formats.refi_qda import project_transcripts

        found = project_transcripts(path, interviewers=interviewers, language=language)
        return [replace(found[0], document=name)] if name and len(found) == 1 else found
    if ending not in TABLE_ENDINGS:
        read_bytes(path)  # says that it is missing or a folder
    tables = read_table(path, encoding)
    if not tables:
        raise InputError("the table holds no row with text", path=path)
    only = len(tables) == 1
    return [
        _finish(content, path, (name if only else None) or key or path.stem, interviewers, language, participant)
        for key, (content, participant) in tables.items()
    ]


def _finish(
    content: Content,
    path: Path,
    document: str,
    interviewers: Iterable[str],
    language: str | None,
    participant: str | None,
) -> Transcript:
    return to_transcript(
        content,
        document=document,
        source=str(path),
        interviewers=interviewers,
        language=language,
        participant=participant,
    )


def read_codings(
    path: str | Path,
    *,
    transcripts: Sequence[Transcript] | str | Path | None = None,
    codebook: Codebook | None = None,
    code_map: Mapping[str, tuple[str, str]] | None = None,
    positions: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> list[Coding]:
    """Read a coding table or a REFI-QDA project: one `Coding` for each document and coder.

    Args:
        path: .csv, .jsonl, .parquet or .xlsx with the columns of the coding table, or a .qdpx. Tables with other column
            names, with several codes in a cell or with a 0/1 column for each theme are read too; see
            `rtwnlp.formats.own_tables`.
        transcripts: The coded transcripts or their folder; needed where rows give text instead of offsets.
        codebook: What codes called by a theme's name, and a project's codes, are mapped to: by default the shipped
            codebook that has all of them, else they keep their own names.
        code_map: For a .qdpx, (theme, polarity) by code, as `rtwnlp.formats.refi_qda.mapping.read_code_map` reads it.
        positions: For a .qdpx, how it counts, where that is not found out rightly; see `read_project`.
        columns: For a table, the file's own names of columns by those of the coding table, where a guess is wrong.

    Raises:
        InputError: A row or the project is not valid; the message says which and why.
    """
    if Path(path).suffix.lower() == ".qdpx":
        from rtwnlp.formats.refi_qda.reading import read_qdpx_codings

        return read_qdpx_codings(Path(path), codebook=codebook, code_map=code_map, positions=positions)
    return _read_codings(Path(path), None if transcripts is None else _given(transcripts), columns, codebook)


def write_codings(
    codings: Iterable[Coding],
    path: str | Path,
    *,
    transcripts: Sequence[Transcript] | str | Path,
    codebook: Codebook | None = None,
) -> None:
    """Write codings as a coding table (.csv, .jsonl, .parquet) or a new project (.qdpx) that `read_codings` reads back.

    Args:
        codings: The codings.
        path: Where to; the ending says the form.
        transcripts: The coded transcripts or their folder.
        codebook: For a .qdpx, gives the codes' names, descriptions and colours.

    Raises:
        InputError: A document has no transcript, or a span lies outside its text.
    """
    if Path(path).suffix.lower() == ".qdpx":
        from rtwnlp.formats.refi_qda.writing import write_project

        write_project(path, list(codings), transcripts=_given(transcripts), codebook=codebook)
        return
    _write_codings(codings, Path(path), _given(transcripts))


def _given(transcripts: Sequence[Transcript] | str | Path) -> list[Transcript]:
    return read_transcripts(transcripts) if isinstance(transcripts, str | Path) else list(transcripts)
