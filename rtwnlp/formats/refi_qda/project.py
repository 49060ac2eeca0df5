"""A REFI-QDA project as it was read: users, codes, texts with their selections, notes, variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from rtwnlp.errors import InputError
from rtwnlp.formats.refi_qda.archive import MAX_TEXT_BYTES, MAX_XML_BYTES, Archive, local, parse_xml
from rtwnlp.formats.refi_qda.positions import Positions, decide, named
from rtwnlp.formats.text import decode

_TEXT_ENDINGS = (".txt", ".docx", ".doc", ".rtf", ".pdf", ".odt", ".md")


@dataclass(frozen=True, slots=True)
class QdaCode:
    """A code of the project's codebook.

    Attributes:
        guid: Its identifier, in lower case.
        name: Its name.
        path: The names from the top level down to its own.
        parent: The guid of the code it is nested in, or "".
        description: What it says of itself.
        color: Like "#F00082", or "".
    """

    guid: str
    name: str
    path: tuple[str, ...]
    parent: str
    description: str
    color: str


@dataclass(frozen=True, slots=True)
class QdaCoding:
    """One code on one selection.

    Attributes:
        code: The code's guid.
        user: The guid of who gave it, or "".
        notes: Texts of the notes on it.
    """

    code: str
    user: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QdaSelection:
    """A passage with its codes; offsets in code points of the source's text (raw positions where there is no text)."""

    guid: str
    start: int
    end: int
    codings: tuple[QdaCoding, ...]


@dataclass(frozen=True)
class QdaSource:
    """A text source.

    Attributes:
        guid: Its identifier.
        document: Its name as a document of the library: without a file ending, unlike any other's.
        name: Its name in the project.
        text: Its text, or None where the project does not hold it.
        selections: The coded passages.
        participant: The one case it belongs to, or None.
        attributes: Values of variables, its own and its case's.
        notes: Texts of the notes on it.
    """

    guid: str
    document: str
    name: str
    text: str | None
    selections: tuple[QdaSelection, ...]
    participant: str | None
    attributes: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class QdaProject:
    """A project.

    Attributes:
        path: Where it was read from.
        name: Its name.
        origin: The tool that wrote it.
        users: Name by guid.
        codes: Codes by guid, in order.
        sources: The text sources.
        positions: How its positions were counted.
        warnings: What was odd or left out, in words.
    """

    path: Path
    name: str
    origin: str
    users: dict[str, str]
    codes: dict[str, QdaCode]
    sources: tuple[QdaSource, ...]
    positions: Positions
    warnings: tuple[str, ...] = field(default=())


def guid_of(value: str | None) -> str:
    """A guid in the form in which guids are compared.

    >>> guid_of("{AD68FBE7-E1EE-4A82-A279-23CC698C89EB}")
    'ad68fbe7-e1ee-4a82-a279-23cc698c89eb'
    """
    return (value or "").strip().strip("{}").lower()


def read_project(path: str | Path, *, positions: str | None = None) -> QdaProject:
    """Read a .qdpx of any tool.

    Args:
        path: The project file.
        positions: How positions are counted ("codepoints", "utf16", "codepoints-crlf1", "utf16-crlf1"), where what
            the project's origin says, checked on its selections, is wrong.

    Raises:
        InputError: It is no project, or is not safe to read.
    """
    path = Path(path)
    archive = Archive.open(path)
    with archive.zip:
        root = parse_xml(archive.read(archive.project_member, MAX_XML_BYTES), path, "the project's .qde")
        if local(root) != "Project":
            raise InputError(f"the .qde holds a {local(root)!r}, not a project", path=path)
        texts = {guid_of(s.get("guid")): _text(s, archive) for s in _children(root, "Sources", "TextSource")}
    notes = _notes(root)
    raw = {guid_of(s.get("guid")): _raw_selections(s, notes) for s in _children(root, "Sources", "TextSource")}
    origin = root.get("origin") or ""
    pairs = [([(s.start, s.end) for s in raw[guid]], text) for guid, text in texts.items() if text is not None]
    warnings: list[str] = []
    if positions is None:
        counting, warning = decide(origin, [(text, found) for found, text in pairs])
        warnings += [warning] if warning else []
    else:
        counting = named(positions)
    sources = []
    cases, variables = _cases(root), _variables(root)
    documents = _documents(root)
    for source in _children(root, "Sources", "TextSource"):
        guid = guid_of(source.get("guid"))
        text = texts[guid]
        if text is None:
            warnings.append(
                f"the text of {documents[guid]!r} is not in the project; its positions are taken as they are"
            )
        selections, outside = _to_offsets(raw[guid], text, counting)
        if outside:
            warnings.append(f"{outside} empty selections of {documents[guid]!r}, or outside its text, are left out")
        mine = cases.get(guid, [])
        attributes = dict(pair for case in mine for pair in _values(case, variables))
        sources.append(
            QdaSource(
                guid,
                documents[guid],
                source.get("name") or "",
                text,
                selections,
                mine[0].get("name") or None if len(mine) == 1 else None,
                attributes | dict(_values(source, variables)),
                tuple(_noted(source, notes)),
            )
        )
    return QdaProject(
        path,
        root.get("name") or path.stem,
        origin,
        {guid_of(u.get("guid")): u.get("name") or u.get("id") or "unknown" for u in _children(root, "Users", "User")},
        {code.guid: code for code in read_codes(root)},
        tuple(sources),
        counting,
        tuple([*warnings, *_left_out(root)]),
    )


def _children(root: etree._Element, parent: str, name: str) -> list[etree._Element]:
    return [e for p in root if local(p) == parent for e in p if local(e) == name]


def _child_text(element: etree._Element, name: str) -> str:
    return next(("".join(str(t) for t in e.itertext()) for e in element if local(e) == name), "")


def read_codes(root: etree._Element) -> Iterator[QdaCode]:
    """The codes below a project's or a codebook's root, each before those nested in it."""
    for book in root.iter():
        if local(book) == "Codes":
            for code in book:
                yield from _code(code, (), "")
            return


def _code(element: etree._Element, above: tuple[str, ...], parent: str) -> Iterator[QdaCode]:
    if local(element) != "Code":
        return
    name = element.get("name") or ""
    guid = guid_of(element.get("guid"))
    path = (*above, name)
    yield QdaCode(guid, name, path, parent, _child_text(element, "Description").strip(), element.get("color") or "")
    for child in element:
        yield from _code(child, path, guid)


def _text(source: etree._Element, archive: Archive) -> str | None:
    inline = [e for e in source if local(e) == "PlainTextContent"]
    if inline:
        return "".join(str(t) for t in inline[0].itertext())
    reference = source.get("plainTextPath")
    member = archive.find_source(reference) if reference else None
    if member is None:
        return None
    data = archive.read(member, MAX_TEXT_BYTES)
    return decode(data, path=archive.path) if data.strip() else data.decode("utf-8-sig", "replace")


def _notes(root: etree._Element) -> dict[str, str]:
    return {guid_of(n.get("guid")): _child_text(n, "PlainTextContent") for n in _children(root, "Notes", "Note")}


def _noted(element: etree._Element, notes: dict[str, str]) -> Iterator[str]:
    for reference in element:
        if local(reference) == "NoteRef" and guid_of(reference.get("targetGUID")) in notes:
            yield notes[guid_of(reference.get("targetGUID"))]


def _raw_selections(source: etree._Element, notes: dict[str, str]) -> list[QdaSelection]:
    found = []
    for selection in source:
        if local(selection) != "PlainTextSelection":
            continue
        codings = []
        for coding in selection:
            reference = next((e for e in coding if local(e) == "CodeRef"), None)
            if local(coding) == "Coding" and reference is not None:
                # The coder and whoever drew the selection may be two; what counts is who gave the code.
                user = guid_of(coding.get("creatingUser") or selection.get("creatingUser"))
                codings.append(QdaCoding(guid_of(reference.get("targetGUID")), user, tuple(_noted(coding, notes))))
        try:
            start, end = int(selection.get("startPosition") or ""), int(selection.get("endPosition") or "")
        except ValueError:
            start = end = -1
        found.append(QdaSelection(guid_of(selection.get("guid")), start, end, tuple(codings)))
    return found


def _to_offsets(
    raw: list[QdaSelection], text: str | None, positions: Positions
) -> tuple[tuple[QdaSelection, ...], int]:
    pairs = [(s.start, s.end) for s in raw]
    if text is not None:
        pairs = positions.to_offsets(text, pairs)
    moved = [
        QdaSelection(s.guid, start, end, s.codings)
        for s, (start, end) in zip(raw, pairs, strict=True)
        if 0 <= start < end and s.start >= 0
    ]
    return tuple(moved), sum(bool(s.codings) for s in raw) - sum(bool(s.codings) for s in moved)


def _cases(root: etree._Element) -> dict[str, list[etree._Element]]:
    found: dict[str, list[etree._Element]] = {}
    for case in _children(root, "Cases", "Case"):
        for reference in case:
            if local(reference) == "SourceRef":
                found.setdefault(guid_of(reference.get("targetGUID")), []).append(case)
    return found


def _variables(root: etree._Element) -> dict[str, str]:
    return {guid_of(v.get("guid")): v.get("name") or "" for v in _children(root, "Variables", "Variable")}


def _values(element: etree._Element, variables: dict[str, str]) -> Iterator[tuple[str, str]]:
    for value in element:
        if local(value) != "VariableValue":
            continue
        name = next((variables.get(guid_of(e.get("targetGUID")), "") for e in value if local(e) == "VariableRef"), "")
        given = next(("".join(str(t) for t in e.itertext()) for e in value if local(e).endswith("Value")), "")
        if name and given:
            yield name, given


def _documents(root: etree._Element) -> dict[str, str]:
    """A document's name for each source: its name without a file ending; where two are alike, with their number."""
    names = {}
    for number, source in enumerate(_children(root, "Sources", "TextSource"), 1):
        name = (source.get("name") or "").strip() or f"source-{number}"
        ending = next((e for e in _TEXT_ENDINGS if name.lower().endswith(e) and len(name) > len(e)), "")
        names[guid_of(source.get("guid"))] = name[: len(name) - len(ending)]
    often = Counter(names.values())
    seen: Counter[str] = Counter()
    for guid, name in names.items():
        if often[name] > 1:
            seen[name] += 1
            names[guid] = f"{name} ({seen[name]})"
    return names


def _left_out(root: etree._Element) -> list[str]:
    kinds = Counter(local(e) for s in root if local(s) == "Sources" for e in s.iter() if local(e).endswith("Selection"))
    del kinds["PlainTextSelection"]
    others = {kind: n for kind, n in kinds.items() if kind}
    whole = sum(local(e) == "Coding" for s in _children(root, "Sources", "TextSource") for e in s)
    result = [f"{n} passages of the kind {kind} are not text and are left out" for kind, n in sorted(others.items())]
    return result + ([f"{whole} codes on whole sources, not on passages, are left out"] if whole else [])
