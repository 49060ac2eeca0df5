"""Labelling of many documents to files: one bad document stops nothing, a stopped run goes on where it was."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtwnlp.errors import InputError, RtwnlpError
from rtwnlp.formats import read_transcripts
from rtwnlp.formats.codings import COLUMNS
from rtwnlp.formats.rows import write_rows
from rtwnlp.formats.text import write_text
from rtwnlp.labelling.labeller import Labeller
from rtwnlp.labelling.outputs import coding_of_records, coding_rows, label_records
from rtwnlp.labelling.pages import write_pages
from rtwnlp.transcript import Transcript

FORMATS = ("jsonl", "csv", "parquet", "qdpx", "html")

Sources = Mapping[Path, str | None] | Mapping[Path | Transcript, str | None]
"""Files and transcripts to label, with the name to give each one's document or None."""


@dataclass
class LabelRun:
    """What became of a run.

    Attributes:
        done: Documents that were labelled.
        skipped: Documents that an earlier run had labelled.
        failures: For each failure its path and what was wrong.
        warnings: For each warning its document and the text.
    """

    done: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class ReadOptions:
    """How transcripts are read: see `rtwnlp.formats.read_transcript`."""

    encoding: str | None = None
    interviewers: tuple[str, ...] = ()
    language: str | None = None


def read_each(sources: Sources, options: ReadOptions, run: LabelRun) -> Iterable[Transcript]:
    """The transcripts in the sources; what cannot be read goes to the run's failures, names that occur twice too."""
    seen: dict[str, str] = {}
    for source, name in sources.items():
        if isinstance(source, Transcript):
            transcripts = [source]
        else:
            try:
                transcripts = read_transcripts(
                    source,
                    encoding=options.encoding,
                    interviewers=options.interviewers,
                    language=options.language,
                    document=name,
                )
            except (RtwnlpError, OSError) as error:
                run.failures.append({"path": str(source), "error": str(error)})
                continue
        for transcript in transcripts:
            if transcript.document in seen:
                problem = f"the document name {transcript.document!r} is taken by {seen[transcript.document]}"
                run.failures.append({"path": transcript.source or "", "error": f"{problem}; rename one"})
                continue
            seen[transcript.document] = transcript.source or transcript.document
            run.warnings.extend((transcript.document, warning) for warning in transcript.warnings)
            yield transcript


def label_files(
    labeller: Labeller,
    sources: Sources,
    out: Path,
    *,
    formats: Sequence[str] = ("jsonl",),
    options: ReadOptions | None = None,
    resume: bool = False,
    progress: Callable[[str], None] | None = None,
) -> LabelRun:
    """Label files and write labels.FORMAT, run.json and, if something failed, failures.jsonl to `out`.

    Args:
        labeller: The machine.
        sources: Transcript files as `rtwnlp.formats.find_transcripts` gives them, or transcripts.
        out: Folder, made if it is not there.
        formats: Of `FORMATS`.
        options: How the files are read.
        resume: Keep what an interrupted run with the same bundle had labelled of unchanged texts.
        progress: Called with each document's name when it is done.

    Raises:
        InputError: A format is unknown, or `out` cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError(f"the format {unknown[0]!r} is not there; there are: {', '.join(FORMATS)}")
    run = LabelRun()
    parts = out / ".parts"
    signature = hashlib.sha256(
        json.dumps([labeller.bundle.details["files"], labeller.thresholds], sort_keys=True).encode()
    ).hexdigest()
    if not resume:
        shutil.rmtree(parts, ignore_errors=True)
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be written ({error})", path=out) from None
    order: list[Path] = []
    for transcript in read_each(sources, options or ReadOptions(), run):
        speakers = json.dumps([(name, role.value) for name, role in transcript.speakers.items()])
        key = hashlib.sha256(f"{transcript.document}\0{transcript.text_hash}\0{speakers}\0{signature}".encode())
        part = parts / f"{key.hexdigest()}.jsonl"
        order.append(part)
        if part.is_file():
            run.skipped.append(transcript.document)
        else:
            records = label_records(transcript, labeller.label_transcript(transcript))
            write_text(part, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))
            run.done.append(transcript.document)
        if progress is not None:
            progress(transcript.document)
    _assemble(labeller, order, out, formats)
    if "qdpx" in formats and order:
        _write_project(labeller, sources, options or ReadOptions(), order, out)
    if "html" in formats and order:
        bundle = labeller.bundle
        write_pages(
            _by_document(order), out, bundle.codebook, coder=labeller.coder.name, corpus_kind=bundle.corpus_kind
        )
    failures = out / "failures.jsonl"
    if run.failures:
        write_text(failures, "".join(json.dumps(f, ensure_ascii=False) + "\n" for f in run.failures))
    else:
        failures.unlink(missing_ok=True)
    summary: dict[str, Any] = {
        "model": labeller.bundle.name,
        "model_version": labeller.bundle.version,
        "corpus_kind": labeller.bundle.corpus_kind,
        "codebook": labeller.bundle.codebook.id,
        "codebook_hash": labeller.bundle.codebook.hash,
        "documents": run.done + run.skipped,
        "failures": len(run.failures),
    }
    write_text(out / "run.json", json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    return run


def _assemble(labeller: Labeller, parts: Sequence[Path], out: Path, formats: Sequence[str]) -> None:
    lines = [part.read_text(encoding="utf-8") for part in parts]
    if "jsonl" in formats:
        write_text(out / "labels.jsonl", "".join(lines))
    tables = [name for name in formats if name in ("csv", "parquet")]
    if tables:
        records = [json.loads(line) for text in lines for line in text.splitlines()]
        rows = coding_rows(records, labeller.coder)
        for name in tables:
            write_rows(rows, COLUMNS, out / f"labels.{name}")


def _by_document(parts: Sequence[Path]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        for line in part.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            found.setdefault(record["document"], []).append(record)
    return found


def _write_project(
    labeller: Labeller, sources: Sources, options: ReadOptions, parts: Sequence[Path], out: Path
) -> None:
    """labels.qdpx: a copy of the one project that was labelled, with the machine's codes added, or else a new project."""
    from rtwnlp.formats.refi_qda.adding import add_to_project
    from rtwnlp.formats.refi_qda.writing import write_project

    of_document = _by_document(parts)
    records = [record for found in of_document.values() for record in found]
    texts = [t for t in read_each(sources, options, LabelRun()) if t.document in of_document]
    codings = [coding_of_records(t, of_document[t.document], labeller.coder, labeller.bundle.codebook) for t in texts]
    language = "sv" if 2 * sum(r["language"] == "sv" for r in records) > len(records) else "en"
    paths = [source for source in sources if isinstance(source, Path)]
    book = labeller.bundle.codebook
    target = out / "labels.qdpx"
    if len(sources) == 1 and paths and paths[0].suffix.lower() == ".qdpx":
        add_to_project(paths[0], target, codings, codebook=book, language=language)
    else:
        write_project(target, codings, transcripts=texts, codebook=book, language=language)
