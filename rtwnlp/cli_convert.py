"""The command that converts codes from one form to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rtwnlp.errors import InputError


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Codes: .csv, .jsonl, .parquet, .xlsx, .qdpx.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to; the ending says the form.")],
    transcripts: Annotated[Path | None, typer.Option(help="Transcripts of the codes; a .qdpx brings its own.")] = None,
    codebook: Annotated[str | None, typer.Option(help="What a project's codes are mapped to.")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="CSV with the columns code, theme, polarity for a project's codes.")
    ] = None,
    positions: Annotated[
        str | None, typer.Option(help="How a project counts: codepoints, utf16, codepoints-crlf1, utf16-crlf1.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Own column names, such as document=Fil,theme=Kod; the rest is guessed.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="A .qdpx to put the codes into; OUT is a copy of it with them.")
    ] = None,
) -> None:
    """Convert codes between coding tables and REFI-QDA projects, and codebooks between .yaml and .qdc."""
    import yaml

    from rtwnlp.evaluation.comparing import find_codebook
    from rtwnlp.formats import read_codings, read_transcripts, write_codings
    from rtwnlp.formats.refi_qda import load_codebook, write_qdc
    from rtwnlp.formats.refi_qda.adding import add_to_project
    from rtwnlp.formats.refi_qda.mapping import read_code_map
    from rtwnlp.formats.text import write_text

    if ".qdc" in (source.suffix.lower(), target.suffix.lower()):
        book_in = load_codebook(source if source.suffix else str(source))
        if target.suffix.lower() == ".qdc":
            write_qdc(book_in, target)
        else:
            write_text(target, yaml.safe_dump(book_in.to_dict(), allow_unicode=True, sort_keys=False, width=110))
        return
    is_project = source.suffix.lower() == ".qdpx"
    texts_from = transcripts or (source if is_project else into)
    if texts_from is None:
        raise InputError("the transcripts are needed for the text of the codes; give --transcripts")
    texts = read_transcripts(texts_from)
    book = None if codebook is None else load_codebook(codebook)
    codings = read_codings(
        source,
        transcripts=texts,
        codebook=book,
        code_map=None if mapping is None else read_code_map(mapping),
        positions=positions,
        columns=_columns(columns),
    )
    book = book or find_codebook(codings)
    if into is not None:
        if target.suffix.lower() != ".qdpx":
            raise InputError("with --into the output is a project; let it end in .qdpx", path=target)
        add_to_project(into, target, codings, codebook=book)
    else:
        write_codings(codings, target, transcripts=texts, codebook=book)


def _columns(given: str | None) -> dict[str, str] | None:
    if given is None:
        return None
    pairs = [pair.split("=", 1) for pair in given.split(",")]
    if any(len(pair) != 2 for pair in pairs):
        raise InputError(f"--columns {given!r} is not of the form document=Fil,theme=Kod")
    return {name.strip(): own.strip() for name, own in pairs}
