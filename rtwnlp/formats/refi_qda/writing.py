"""A new REFI-QDA project from transcripts and codings."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.formats.refi_qda.elements import (
    NAMESPACE,
    Elements,
    clean,
    code_guid,
    coder_guid,
    guid,
    scope_note,
    score_note,
)
from rtwnlp.formats.refi_qda.positions import OWN_ORIGIN, Positions
from rtwnlp.transcript import Transcript

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_project(
    path: str | Path,
    codings: Sequence[Coding],
    *,
    transcripts: Sequence[Transcript],
    codebook: Codebook | None = None,
    language: str | None = None,
    when: datetime | None = None,
) -> Path:
    """Write a new .qdpx: each transcript as plain text and as .docx, one user a coder, scores in notes.

    Positions count code points, as the standard says. What a coder looked at is kept in a note on the document.

    Args:
        path: The file to write.
        codings: The codings; their documents must be among the transcripts.
        transcripts: The texts, coded or not.
        codebook: Gives the codes' names, descriptions and colours; without it they are called by their ids.
        language: Of the codes' names; by default "sv" if most texts are said to be Swedish, else "en".
        when: Time of writing; now by default.

    Raises:
        InputError: A coding's document is missing, its text is another, or a span lies outside it.
    """
    path = Path(path)
    texts = {transcript.document: transcript for transcript in transcripts}
    check(codings, texts, path)
    moment = (when or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    elements = Elements(when=moment)
    tongue = language or _language(transcripts)
    coders = sorted({coding.coder for coding in codings})
    first = coder_guid(coders[0]) if coders else guid("user", "nobody")
    users = "".join(elements.user(coder, coder_guid(coder)) for coder in coders)
    if not coders:
        users = elements.element("User", {"guid": first, "name": "rtwnlp"})
    codes = codes_xml(elements, codings, codebook, tongue)
    sources, notes, files = [], [], {}
    for document, transcript in texts.items():
        key = guid("source", document, transcript.text_hash)
        mine = sorted((c for c in codings if c.document == document), key=lambda c: c.coder)
        selections, more = selections_xml(elements, mine, transcript.text, key, Positions(), {})
        references, scopes = scope_xml(elements, mine, key)
        notes.append(more + scopes)
        attributes = {
            "guid": key,
            "name": document,
            "richTextPath": f"internal://{key}.docx",
            "plainTextPath": f"internal://{key}.txt",
            "creatingUser": first,
            "creationDateTime": moment,
        }
        sources.append(elements.element("TextSource", attributes, selections + references))
        files[f"Sources/{key}.txt"] = transcript.text.encode("utf-8", "surrogatepass")
        files[f"Sources/{key}.docx"] = _docx(transcript.text)
    parts = [
        elements.element("Users", {}, users),
        elements.element("CodeBook", {}, elements.element("Codes", {}, codes)) if codes else "",
        elements.element("Sources", {}, "".join(sources)) if sources else "",
        elements.element("Notes", {}, "".join(notes)) if any(notes) else "",
    ]
    root = {
        "xmlns": NAMESPACE,
        "name": path.stem,
        "origin": OWN_ORIGIN,
        "creatingUserGUID": first,
        "creationDateTime": moment,
    }
    xml = '<?xml version="1.0" encoding="utf-8"?>\n' + elements.element("Project", root, "".join(parts)) + "\n"
    write_archive(path, {"project.qde": xml.encode("utf-8"), **files})
    return path


def check(codings: Sequence[Coding], texts: Mapping[str, Transcript], path: Path) -> None:
    """That every coding has its text and lies in it."""
    for coding in codings:
        text = texts.get(coding.document)
        if text is None:
            raise InputError(f"there is no transcript of {coding.document!r}", path=path)
        if coding.text_hash is not None and coding.text_hash != text.text_hash:
            raise InputError(f"the codes of {coding.document!r} are of another version of its text", path=path)
        last = max((span.end for span in coding.spans), default=0)
        if last > len(text.text):
            raise InputError(
                f"a code of {coding.document!r} ends at {last}, outside its text ({len(text.text)} characters)",
                path=path,
            )


def codes_xml(elements: Elements, codings: Sequence[Coding], codebook: Codebook | None, language: str) -> str:
    """The codebook's codes, and those in the codings that it does not have."""
    known = set() if codebook is None else set(codebook.theme_ids)
    polarities: dict[str, list[str]] = {}
    for theme, polarity in sorted({(s.theme, s.polarity) for c in codings for s in c.spans}):
        if theme not in known:
            polarities.setdefault(theme, []).append(polarity)
    own = "" if codebook is None else elements.codes(codebook, language)
    return own + "".join(
        elements.bare_code(theme, found, number) for number, (theme, found) in enumerate(polarities.items())
    )


def selections_xml(
    elements: Elements,
    codings: Sequence[Coding],
    text: str,
    source: str,
    positions: Positions,
    existing: Mapping[tuple[str, str], str],
) -> tuple[str, str]:
    """The selections of one source, and the notes that keep their scores.

    Args:
        elements: Makes the XML.
        codings: Of this source.
        text: Its text.
        source: Its guid.
        positions: How the project counts.
        existing: The guids of codes that the project has already.
    """
    selections, notes = [], []
    for coding in codings:
        user = coder_guid(coding.coder)
        places: dict[tuple[int, int], list[tuple[str, str]]] = {}
        for span in coding.spans:
            code = existing.get((span.theme, span.polarity)) or code_guid(span.theme, span.polarity)
            key, score = score_note(coding, span, source)
            if score:
                notes.append(elements.note(key, user, "rtwnlp score", score))
            places.setdefault((span.start, span.end), []).append((code, key if score else ""))
        counted = positions.from_offsets(text, list(places))
        for (start, end), place, codes in zip(places, counted, places.values(), strict=False):
            selections.append(elements.selection(source, user, place, text[start:end], codes))
    return "".join(selections), "".join(notes)


def scope_xml(elements: Elements, codings: Sequence[Coding], source: str) -> tuple[str, str]:
    """References to, and, the notes that keep what each coder looked at, where that is not the whole source."""
    references, notes = [], []
    for coding in codings:
        if coding.scope is not None or coding.coder.kind == "synthetic":
            key, text = scope_note(coding, source) if coding.scope is not None else _kind_note(coding, source)
            references.append(elements.element("NoteRef", {"targetGUID": key}))
            notes.append(elements.note(key, coder_guid(coding.coder), "rtwnlp scope", text))
    return "".join(references), "".join(notes)


def _kind_note(coding: Coding, source: str) -> tuple[str, str]:
    """A note that says only of what kind the coder is."""
    return guid("scope", source, coding.coder.name), f"coded by {coding.coder.name} ({coding.coder.kind.value})"


def _language(transcripts: Sequence[Transcript]) -> str:
    said = [transcript.language for transcript in transcripts]
    return "sv" if said.count("sv") > len(said) / 2 else "en"


def _docx(text: str) -> bytes:
    from docx import Document

    document = Document()
    for line in clean(text).splitlines():
        document.add_paragraph(line)
    document.core_properties.created = document.core_properties.modified = datetime(2000, 1, 1)
    document.core_properties.author = "rtwnlp"
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return _zipped(members)


def _zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def write_archive(path: Path, members: Mapping[str, bytes]) -> None:
    """Write a zip archive of these members by way of a temporary name; the same members give the same bytes."""
    write_bytes(path, _zipped(members))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary name, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
