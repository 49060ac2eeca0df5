"""Transcripts and codings of a REFI-QDA project."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rtwnlp.codebook import Codebook
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError, RtwnlpWarning
from rtwnlp.formats.build import from_text, to_transcript
from rtwnlp.formats.refi_qda.mapping import Code, map_codes
from rtwnlp.formats.refi_qda.project import QdaProject, QdaSource, read_project
from rtwnlp.transcript import Transcript

MACHINE_PREFIX = "rtwnlp "
SCORE = re.compile(r"score ([01](?:\.\d+)?)\s*\Z")
SCOPE = re.compile(r"looked at by (?P<coder>.+?) \((?P<kind>\w+)\):(?P<spans>(?: \d+-\d+)*)\s*\Z")

KIND = re.compile(r"coded by (?P<coder>.+?) \((?P<kind>\w+)\)\s*\Z")


@dataclass(frozen=True)
class ProjectCodings:
    """The codings of a project.

    Attributes:
        codings: One for each document and coder.
        unmapped: Names of the codes that mean nothing in the codebook, with how often each was given.
    """

    codings: tuple[Coding, ...]
    unmapped: dict[str, int]


def project_transcripts(
    path: Path, *, interviewers: Iterable[str] = (), language: str | None = None
) -> list[Transcript]:
    """Every text source of a project as a transcript.

    Raises:
        InputError: The project holds no text.
    """
    project = read_project(path)
    found = [
        to_transcript(
            from_text(source.text),
            document=source.document,
            source=str(path),
            interviewers=interviewers,
            language=language,
            participant=source.participant,
        )
        for source in project.sources
        if source.text is not None and source.text.strip()
    ]
    if not found:
        raise InputError("the project holds no text; export it together with its sources", path=path)
    return found


def project_codings(
    project: QdaProject, *, codebook: Codebook | None = None, code_map: Mapping[str, Code] | None = None
) -> ProjectCodings:
    """What every user coded.

    A project says what was coded, not what was looked at: without a note of ours that says it, a coder who gave any
    code in a document counts as having looked at all of it.

    Args:
        project: As read.
        codebook: What the codes are mapped to; see `map_codes`.
        code_map: A mapping file's content.
    """
    used = Counter(c.code for source in project.sources for s in source.selections for c in s.codings)
    mapped, unmapped = map_codes(project.codes, used, codebook, code_map)
    codings = [coding for source in project.sources for coding in _of_source(source, project, mapped)]
    names = {guid: " / ".join(project.codes[guid].path) if guid in project.codes else guid for guid in unmapped}
    return ProjectCodings(
        tuple(codings), {names[guid]: used[guid] for guid in sorted(unmapped, key=lambda g: names[g])}
    )


def read_qdpx_codings(
    path: Path,
    *,
    codebook: Codebook | None = None,
    code_map: Mapping[str, Code] | None = None,
    positions: str | None = None,
) -> list[Coding]:
    """The codings of a project file; what was left out is warned of."""
    project = read_project(path, positions=positions)
    found = project_codings(project, codebook=codebook, code_map=code_map)
    notes = list(project.warnings)
    if found.unmapped:
        listed = ", ".join(f"{name} ({n} times)" for name, n in found.unmapped.items())
        notes.append(f"codes that the codebook does not have, and that are left out: {listed}")
    for note in notes:
        warnings.warn(f"{path}: {note}", RtwnlpWarning, stacklevel=3)
    return list(found.codings)


def _of_source(source: QdaSource, project: QdaProject, mapped: Mapping[str, Code]) -> list[Coding]:
    spans: dict[Coder, dict[CodedSpan, None]] = {}
    scopes: dict[Coder, tuple[tuple[int, int], ...]] = {}
    for note in source.notes:
        match = SCOPE.match(note)
        if match and match["kind"] in list(CoderKind):
            pairs = [pair.split("-") for pair in match["spans"].split()]
            coder = Coder(match["coder"], CoderKind(match["kind"]))
            scopes[coder] = tuple((int(start), int(end)) for start, end in pairs)
            spans.setdefault(coder, {})
    known = {coder.name: coder for coder in scopes}
    for note in source.notes:
        match = KIND.match(note)
        if match and match["kind"] in list(CoderKind):
            known.setdefault(match["coder"], Coder(match["coder"], CoderKind(match["kind"])))
    for selection in source.selections:
        for coding in selection.codings:
            if coding.code not in mapped:
                continue
            name = project.users.get(coding.user, "unknown")
            kind = CoderKind.MACHINE if name.startswith(MACHINE_PREFIX) else CoderKind.HUMAN
            coder = known.get(name, Coder(name, kind))
            scores = [float(m[1]) for note in coding.notes if (m := SCORE.search(note))]
            theme, polarity = mapped[coding.code]
            span = CodedSpan(selection.start, selection.end, theme, polarity, scores[0] if scores else None)
            spans.setdefault(coder, {})[span] = None
    text_hash = None
    if source.text is not None and source.text.strip():
        text_hash = Transcript(source.document, source.text, ()).text_hash
    return [
        Coding(source.document, coder, tuple(found), scopes.get(coder), text_hash=text_hash)
        for coder, found in sorted(spans.items())
    ]
