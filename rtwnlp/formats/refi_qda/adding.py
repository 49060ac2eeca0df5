"""A coder's codings put into an existing project, which is left as it was, byte for byte, in everything else."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.parsers import expat

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.formats.refi_qda.archive import MAX_XML_BYTES, Archive
from rtwnlp.formats.refi_qda.elements import Elements, code_guid, coder_guid
from rtwnlp.formats.refi_qda.mapping import map_codes
from rtwnlp.formats.refi_qda.project import QdaProject, QdaSource, guid_of, read_project
from rtwnlp.formats.refi_qda.writing import scope_xml, selections_xml, write_bytes
from rtwnlp.transcript import Transcript


def add_to_project(
    source: str | Path,
    out: str | Path,
    codings: Sequence[Coding],
    *,
    codebook: Codebook | None = None,
    language: str | None = None,
    when: datetime | None = None,
) -> Path:
    """Write a copy of a project with more codings in it.

    The new coder's user, the codes that the project lacks, the selections and the notes with scores are put in as text at
    their places; no other byte of the project's XML, and no other file in it, changes. Positions are counted as the
    project counts them.

    Args:
        source: The project.
        out: The copy; may be the same path.
        codings: Codings of documents in the project, with offsets into their texts.
        codebook: Gives the new codes' names and descriptions, and finds those that the project has.
        language: Of the new codes' names.
        when: Time of writing; now by default.

    Raises:
        InputError: A document is not in the project or has another text there, or the coder has codes in it already.
    """
    source, out = Path(source), Path(out)
    project = read_project(source)
    documents = {s.document: s for s in project.sources}
    _check(project, documents, codings)
    archive = Archive.open(source)
    with archive.zip:
        member = archive.project_member
        data = archive.read(member, MAX_XML_BYTES)
        places = _find_places(data, source)
        edits = _edits(project, documents, codings, codebook, language, places, when)
        changed = _spliced(data, edits)
        copied = io.BytesIO()
        with zipfile.ZipFile(copied, "w") as target:
            target.comment = archive.zip.comment
            for info in archive.zip.infolist():
                target.writestr(info, changed if info.filename == member else archive.zip.read(info))
    write_bytes(out, copied.getvalue())
    return out


def _check(project: QdaProject, documents: Mapping[str, QdaSource], codings: Sequence[Coding]) -> None:
    for coding in codings:
        there = documents.get(coding.document)
        if there is None:
            known = ", ".join(list(documents)[:6])
            raise InputError(f"the project has no document {coding.document!r}; it has: {known}", path=project.path)
        if there.text is None:
            raise InputError(f"the text of {coding.document!r} is not in the project", path=project.path)
        if coding.text_hash not in (None, Transcript(there.document, there.text, ()).text_hash):
            raise InputError(f"{coding.document!r} has another text in the project than was coded", path=project.path)
        if any(span.end > len(there.text) for span in coding.spans):
            raise InputError(f"a code of {coding.document!r} lies outside its text in the project", path=project.path)
        user = coder_guid(coding.coder)
        if any(c.user == user for s in there.selections for c in s.codings):
            raise InputError(
                f"the project holds codes of {coding.coder.name!r} on {coding.document!r} already; start from the project "
                "without them",
                path=project.path,
            )


@dataclass
class _Place:
    """Where an element's content ends: at `end`, or, for an element without content, its whole tag."""

    tag: str
    start: int
    open_end: int
    empty: bool = False
    end: int = 0
    children: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class _Places:
    prefix: str = ""
    root: _Place | None = None
    parts: dict[str, _Place] = field(default_factory=dict)
    sources: dict[str, _Place] = field(default_factory=dict)


def _find_places(data: bytes, path: Path) -> _Places:
    """Byte offsets of the elements that something is put into."""
    if re.match(rb"\xff\xfe|\xfe\xff", data) or re.match(
        rb"(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"'](?!utf-?8)", data, re.I
    ):
        raise InputError("the project's XML is not in UTF-8, and only such projects can be added to", path=path)
    places = _Places()
    stack: list[_Place] = []
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise InputError("the project has a document type (DOCTYPE); it is not read", path=path)

    def start(tag: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        name = tag.rpartition(":")[2]
        end = _tag_end(data, at)
        here = _Place(tag, at, end, data[end - 2 : end] == b"/>")
        if stack:
            stack[-1].children.append((name, at))
        depth = len(stack)
        if depth == 0:
            places.prefix, places.root = tag.rpartition(":")[0], here
        elif depth == 1 or (depth == 2 and name == "Codes"):
            places.parts.setdefault(name, here)
        elif depth == 2 and name == "TextSource":
            places.sources[guid_of(attributes.get("guid"))] = here
        stack.append(here)

    def end(_: str) -> None:
        here = stack.pop()
        here.end = here.open_end if here.empty else parser.CurrentByteIndex

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(data, True)
    return places


def _tag_end(data: bytes, at: int) -> int:
    """The offset behind a start tag; a ">" in an attribute's value does not end it."""
    match = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>").match(data, at)
    return match.end() if match else at


Edit = tuple[int, int, str]
"""Replace the bytes from start to end (the same, to insert) by a text."""


def _edits(
    project: QdaProject,
    documents: Mapping[str, QdaSource],
    codings: Sequence[Coding],
    codebook: Codebook | None,
    language: str | None,
    places: _Places,
    when: datetime | None,
) -> list[Edit]:
    moment = (when or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    elements = Elements(places.prefix, moment)
    mapped, _ = map_codes(project.codes, project.codes, codebook)
    existing = {code: guid for guid, code in sorted(mapped.items(), reverse=True)}
    coders = sorted({coding.coder for coding in codings})
    users = "".join(elements.user(c, coder_guid(c)) for c in coders if coder_guid(c) not in project.users)
    missing = {(s.theme, s.polarity) for c in codings for s in c.spans} - existing.keys()
    codes = ""
    if missing:
        codes = _missing_codes(elements, missing, project, codebook, language or "en")
        existing = {code: guid for code, guid in existing.items() if code not in missing}
    edits: list[Edit] = []
    notes = ""
    for document in dict.fromkeys(coding.document for coding in codings):
        there = documents[document]
        mine = [coding for coding in codings if coding.document == document]
        selections, scores = selections_xml(elements, mine, there.text or "", there.guid, project.positions, existing)
        references, scopes = scope_xml(elements, mine, there.guid)
        notes += scores + scopes
        edits += _into_source(elements, places.sources[there.guid], selections, references)
    if users:
        edits.append(_into_part(elements, places, "Users", users, after=()))
    if codes and "Codes" in places.parts:
        edits.append(_into(places.parts["Codes"], codes))
    elif codes:
        book_xml = elements.element("Codes", {}, codes)
        edits.append(_into_part(elements, places, "CodeBook", book_xml, after=("Users",)))
    if notes:
        before = ("Users", "CodeBook", "Variables", "Cases", "Sources")
        edits.append(_into_part(elements, places, "Notes", notes, after=before))
    return edits


def _missing_codes(
    elements: Elements,
    missing: set[tuple[str, str]],
    project: QdaProject,
    codebook: Codebook | None,
    language: str,
) -> str:
    """The codes that the project lacks: a theme with its polarities, or a polarity alone where it has the theme."""
    themes = list(dict.fromkeys(theme for theme, _ in sorted(missing)))
    parts = []
    for number, theme in enumerate(themes):
        polarities = sorted(polarity for t, polarity in missing if t == theme and polarity)
        known = codebook is not None and theme in codebook.theme_ids
        if code_guid(theme, "") in project.codes:
            parts += [elements.lone_code(theme, polarity, number) for polarity in polarities]
        elif (
            known
            and codebook is not None
            and not any(code_guid(theme, p) in project.codes for p in codebook.polarities)
        ):
            parts.append(elements.codes(codebook, language, only=theme))
        else:
            parts.append(elements.bare_code(theme, polarities, number))
    return "".join(parts)


def _into(place: _Place, text: str) -> Edit:
    """At the end of an element's content."""
    if place.empty:
        return place.open_end - 2, place.open_end, f">{text}</{place.tag}>"
    return place.end, place.end, text


def _into_source(elements: Elements, place: _Place, selections: str, references: str) -> list[Edit]:
    """Selections go before a source's own codes and notes, references to notes before its variables."""
    if place.empty:
        return [_into(place, selections + references)] if selections + references else []
    edits: list[Edit] = []
    for text, behind in ((selections, ("Coding", "NoteRef", "VariableValue")), (references, ("VariableValue",))):
        at = next((start for name, start in place.children if name in behind), place.end)
        if text:
            edits.append((at, at, text))
    return edits


def _into_part(elements: Elements, places: _Places, name: str, text: str, *, after: Sequence[str]) -> Edit:
    """Into a part of the project; where it is missing, a new one in the order that the standard wants."""
    if name in places.parts:
        return _into(places.parts[name], text)
    root = places.root
    if root is None or root.empty:
        raise InputError("the project is empty")
    before = [start for part, start in root.children if part not in after]
    at = before[0] if before else root.end
    return at, at, elements.element(name, {}, text)


def _spliced(data: bytes, edits: Sequence[Edit]) -> bytes:
    pieces, at = [], 0
    # Of two at one place the earlier made comes first: selections before references to notes.
    for start, end, text in sorted(edits, key=lambda edit: edit[0]):
        pieces += [data[at:start], text.encode("utf-8")]
        at = end
    return b"".join([*pieces, data[at:]])
