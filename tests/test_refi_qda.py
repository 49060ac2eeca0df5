"""REFI-QDA projects: what real tools write is read, what is written is read back, and nothing leads out of an archive."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from rtwnlp import Codebook, read_codings, read_transcripts
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError, RtwnlpWarning
from rtwnlp.formats import write_codings
from rtwnlp.formats.build import from_text, to_transcript
from rtwnlp.formats.refi_qda import project_codings, read_project
from rtwnlp.formats.refi_qda.adding import add_to_project
from rtwnlp.formats.refi_qda.mapping import read_code_map
from rtwnlp.formats.refi_qda.positions import ALL, Positions, decide, misfits
from rtwnlp.formats.refi_qda.writing import write_archive, write_project
from rtwnlp.transcript import Transcript

Run = Callable[..., tuple[int, str, str]]

CC, EA = "communication-coordination", "engagement-advocacy"
WHEN = datetime(2026, 1, 2, tzinfo=UTC)
MACHINE = Coder("rtwnlp reco-competence 1.0", CoderKind.MACHINE)
ANNA = Coder("Anna", CoderKind.HUMAN)
TEXT = "I: Hur var det? 🙂\r\nIP: Hon ringde chefen. Åäö e\u0301 det var bra.\r\nIP: Hon glömde 👩‍⚕️ mötet."


def transcript(text: str = TEXT, document: str = "d1") -> Transcript:
    return to_transcript(from_text(text), document=document)


def coding(coder: Coder = MACHINE, document: str = "d1", text: str = TEXT, **more: object) -> Coding:
    def span(passage: str, theme: str, polarity: str, score: float | None) -> CodedSpan:
        return CodedSpan(text.index(passage), text.index(passage) + len(passage), theme, polarity, score)

    spans = (
        span("Hon ringde chefen.", CC, "shown", 0.8125),
        span("Hon ringde chefen.", EA, "shown", 0.5),
        span("ringde chefen. Åäö e\u0301", CC, "lacking", None),
        span("Hon glömde 👩‍⚕️ mötet.", CC, "lacking", 0.25),
    )
    return Coding(document, coder, spans, **more)  # type: ignore[arg-type]


def plain(codings: list[Coding]) -> list[tuple[str, Coder, tuple[CodedSpan, ...], object]]:
    return sorted((c.document, c.coder, c.spans, c.scope) for c in codings)


def test_round_trip_of_text_codes_scores_and_scope(tmp_path: Path) -> None:
    book = Codebook.load("reco-competence")
    texts = [transcript(), transcript("I: Ja?\nIP: Nej.", "d2")]
    scope = ((texts[0].turns[1].start, texts[0].turns[1].end), (texts[0].turns[2].start, texts[0].turns[2].end))
    given = [coding(scope=scope), coding(ANNA), Coding("d2", MACHINE, (), ((8, 12),))]
    path = write_project(tmp_path / "p.qdpx", given, transcripts=texts, codebook=book, when=WHEN)
    assert [t.text for t in read_transcripts(path)] == [t.text for t in texts]
    assert plain(read_codings(path)) == plain(given)
    again = write_project(
        tmp_path / "q" / "p.qdpx", read_codings(path), transcripts=read_transcripts(path), codebook=book, when=WHEN
    )
    assert again.read_bytes() == path.read_bytes()


def test_what_is_written_is_what_the_standard_says(tmp_path: Path) -> None:
    path = write_project(
        tmp_path / "p.qdpx",
        [coding(), coding(Coder("author", CoderKind.SYNTHETIC))],
        transcripts=[transcript()],
        codebook=Codebook.load("reco-competence"),
        when=WHEN,
    )
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("project.qde"))
        assert sorted(Path(n).suffix for n in archive.namelist()) == [".docx", ".qde", ".txt"]
        text = next(archive.read(n) for n in archive.namelist() if n.endswith(".txt")).decode()
    assert text == TEXT
    order = [etree.QName(child).localname for child in root]
    assert order == ["Users", "CodeBook", "Sources", "Notes"]
    guids = [e.get("guid") for e in root.iter() if e.get("guid")]
    assert len(guids) == len(set(guids))
    namespace = {"q": "urn:QDA-XML:project:1.0"}
    targets = {e.get("targetGUID") for e in root.iter() if e.get("targetGUID")}
    assert targets <= set(guids)
    first = root.find(".//q:PlainTextSelection", namespace)
    assert first is not None
    start, end = int(first.get("startPosition") or 0), int(first.get("endPosition") or 0)
    assert TEXT[start:end] == "Hon ringde chefen."
    names = [e.get("name") for e in root.findall("q:CodeBook/q:Codes/q:Code", namespace)]
    assert len(names) == 6
    assert {c.coder for c in read_codings(path)} == {MACHINE, Coder("author", CoderKind.SYNTHETIC)}


def test_another_reader_opens_what_is_written(tmp_path: Path) -> None:
    from pyrefiqda.refiproject import RefiProject

    book = Codebook.load("reco-competence")
    path = write_project(tmp_path / "p.qdpx", [coding()], transcripts=[transcript()], codebook=book)
    for file in (path, add_to_project(foreign_project(tmp_path / "f.qdpx"), tmp_path / "g.qdpx", [coding()])):
        project = RefiProject.load(file, str(tmp_path / f"unpacked-{file.stem}"))
        source = project.sources.text_source[0]
        places = {
            (s.start_position, s.end_position) for s in source.plain_text_selection if any(c.note_ref for c in s.coding)
        }
        positions = read_project(file).positions
        scored = [(s.start, s.end) for s in coding().spans if s.score is not None]
        assert places == set(positions.from_offsets(TEXT, scored))


@pytest.mark.skipif("RTWNLP_REFI_XSD" not in os.environ, reason="RTWNLP_REFI_XSD names no copy of Project.xsd")
def test_the_schema_accepts_what_is_written(tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(os.environ["RTWNLP_REFI_XSD"]))
    book = Codebook.load("reco-competence")
    path = write_project(tmp_path / "p.qdpx", [coding()], transcripts=[transcript()], codebook=book)
    more = add_to_project(
        path, tmp_path / "q.qdpx", [coding(Coder("rtwnlp other 1.0", CoderKind.MACHINE))], codebook=book
    )
    foreign = foreign_project(tmp_path / "f.qdpx")
    added = add_to_project(foreign, tmp_path / "g.qdpx", [coding()], codebook=book)
    for file in (path, more, added):
        with zipfile.ZipFile(file) as archive:
            name = next(n for n in archive.namelist() if n.endswith(".qde"))
            schema.assertValid(etree.fromstring(archive.read(name)))


def foreign_project(
    path: Path, *, origin: str = "NVivo 14", text: str = TEXT, prefix: str = "", bom: bool = True
) -> Path:
    """As another tool might write it: own codes, a case, a variable, a memo, UTF-16 positions, no Notes."""
    p = f"{prefix}:" if prefix else ""
    xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
    start = Positions(utf16=True).from_offsets(text, [(text.index("Hon ringde"), text.index(" Åäö"))])[0]
    late = Positions(utf16=True).from_offsets(text, [(text.index("Hon glömde"), len(text))])[0]
    qde = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- kept > as it is -->
<{p}Project {xmlns}="urn:QDA-XML:project:1.0" name='a "b" &gt; c' origin="{origin}"  >
 <{p}Users><{p}User guid="AAAAAAAA-0000-0000-0000-000000000001" name="Anna"/></{p}Users>
 <{p}CodeBook><{p}Codes>
  <{p}Code guid="cccccccc-0000-0000-0000-000000000001" name="1. Communicative and coordinating skills" isCodable="true">
   <{p}Description>håller ihop</{p}Description>
   <{p}Code guid="cccccccc-0000-0000-0000-000000000002" name="Shown" isCodable="true"/>
  </{p}Code>
  <{p}Code guid="cccccccc-0000-0000-0000-000000000003" name="Övrigt" isCodable="true"/>
 </{p}Codes></{p}CodeBook>
 <{p}Variables><{p}Variable guid="dddddddd-0000-0000-0000-000000000001" name="ålder" typeOfVariable="Integer"/></{p}Variables>
 <{p}Cases><{p}Case guid="eeeeeeee-0000-0000-0000-000000000001" name="Patient 7"><{p}VariableValue>
  <{p}VariableRef targetGUID="dddddddd-0000-0000-0000-000000000001"/><{p}IntegerValue>44</{p}IntegerValue></{p}VariableValue>
  <{p}SourceRef targetGUID="BBBBBBBB-0000-0000-0000-000000000001"/></{p}Case></{p}Cases>
 <{p}Sources>
  <{p}TextSource guid="BBBBBBBB-0000-0000-0000-000000000001" name="d1.docx" plainTextPath="internal://one.txt">
   <{p}PlainTextSelection guid="ffffffff-0000-0000-0000-000000000001" startPosition="{start[0]}" endPosition="{start[1]}"
     creatingUser="AAAAAAAA-0000-0000-0000-000000000001">
    <{p}Coding guid="ffffffff-0000-0000-0000-000000000002" creatingUser="AAAAAAAA-0000-0000-0000-000000000001">
     <{p}CodeRef targetGUID="cccccccc-0000-0000-0000-000000000002"/></{p}Coding>
    <{p}Coding guid="ffffffff-0000-0000-0000-000000000003" creatingUser="AAAAAAAA-0000-0000-0000-000000000001">
     <{p}CodeRef targetGUID="cccccccc-0000-0000-0000-000000000003"/></{p}Coding>
   </{p}PlainTextSelection>
   <{p}PlainTextSelection guid="ffffffff-0000-0000-0000-000000000004" startPosition="{late[0]}" endPosition="{late[1]}">
    <{p}Coding guid="ffffffff-0000-0000-0000-000000000005">
     <{p}CodeRef targetGUID="cccccccc-0000-0000-0000-000000000001"/></{p}Coding>
   </{p}PlainTextSelection>
   <{p}VariableValue><{p}VariableRef targetGUID="dddddddd-0000-0000-0000-000000000001"/></{p}VariableValue>
  </{p}TextSource>
  <{p}TextSource guid="BBBBBBBB-0000-0000-0000-000000000002" name="d2" plainTextPath="internal://two.txt"/>
 </{p}Sources>
 <{p}Sets><{p}Set guid="99999999-0000-0000-0000-000000000001" name="alla"/></{p}Sets>
</{p}Project>
"""
    members = {
        "Project.qde": qde.encode(),
        "SOURCES/One.txt": (b"\xef\xbb\xbf" if bom else b"") + text.encode(),
        "SOURCES/two.txt": b"I: Ja?\nIP: Nej, aldrig.",
        "media/film.mp4": bytes(range(256)),
    }
    write_archive(path, members)
    return path


@pytest.mark.parametrize("prefix", ["", "qda"])
def test_a_foreign_project_is_read(tmp_path: Path, prefix: str) -> None:
    path = foreign_project(tmp_path / "f.qdpx", prefix=prefix)
    project = read_project(path)
    assert project.positions == Positions(utf16=True)
    source = project.sources[0]
    assert (source.document, source.participant, source.attributes) == ("d1", "Patient 7", {"ålder": "44"})
    assert [TEXT[s.start : s.end] for s in source.selections] == ["Hon ringde chefen.", "Hon glömde 👩‍⚕️ mötet."]
    with pytest.warns(RtwnlpWarning, match=r"Övrigt \(1 times\)"):
        found = read_codings(path, codebook=Codebook.load("reco-competence"))
    assert [(c.coder.name, [(s.theme, s.polarity) for s in c.spans]) for c in found] == [
        ("Anna", [(CC, "shown")]),
        ("unknown", [(CC, "")]),
    ]
    assert read_transcripts(path)[0].participant == "Patient 7"
    own = project_codings(project)
    assert {s.theme for c in own.codings for s in c.spans} == {
        "1. Communicative and coordinating skills",
        "1. Communicative and coordinating skills / Shown",
        "Övrigt",
    }


def test_a_mapping_file_goes_first(tmp_path: Path) -> None:
    path = foreign_project(tmp_path / "f.qdpx")
    table = tmp_path / "map.csv"
    table.write_text(
        "code,theme,polarity\nÖvrigt,advice-guidance,lacking\ncccccccc-0000-0000-0000-000000000002,,\n",
        encoding="utf-8",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read_codings(path, codebook=Codebook.load("reco-competence"), code_map=read_code_map(table))
    assert [(s.theme, s.polarity) for s in found[0].spans] == [("advice-guidance", "lacking")]
    table.write_text("code,theme\na,x\nA,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="mapped twice"):
        read_code_map(table)


@pytest.mark.parametrize("prefix", ["", "qda"])
def test_adding_leaves_everything_else_byte_for_byte(tmp_path: Path, prefix: str) -> None:
    path = foreign_project(tmp_path / "f.qdpx", prefix=prefix)
    book = Codebook.load("reco-competence")
    second = Coding("d2", MACHINE, (CodedSpan(11, 15, EA, "lacking", 0.75),), ((11, 23),))
    before = read_codings(path, codebook=book, code_map={"övrigt": ("", "")})
    out = add_to_project(path, tmp_path / "g.qdpx", [coding(), second], codebook=book, when=WHEN)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out) as new:
        assert new.namelist() == old.namelist()
        for name in old.namelist():
            if not name.endswith(".qde"):
                assert new.read(name) == old.read(name)
        was, now = old.read("Project.qde").decode(), new.read("Project.qde").decode()
    # Whatever was there is there still, tag by tag and in order, with white space and comments.
    at = 0
    for piece in re.split("(?=<)|/>", was):
        found = now.find(piece, at)
        assert found >= 0, piece
        at = found + len(piece)
    after = read_codings(out, codebook=book, code_map={"övrigt": ("", "")})
    assert plain([c for c in after if c.coder != MACHINE]) == plain(before)
    assert plain([c for c in after if c.coder == MACHINE]) == plain([coding(), second])
    assert now.index("<" + (prefix and f"{prefix}:") + "Notes>") < now.index("Sets>")
    with zipfile.ZipFile(out) as archive:
        root = etree.fromstring(archive.read("Project.qde"))
    guids = [e.get("guid") for e in root.iter() if e.get("guid")]
    assert len(guids) == len(set(guids))
    # Codes that the project had are used: it has "Shown" below the theme, and lacks the rest.
    shown = next(s for s in read_project(out).sources[0].selections if any(c.notes for c in s.codings))
    assert "cccccccc-0000-0000-0000-000000000002" in {c.code for c in shown.codings}
    with pytest.raises(InputError, match="already"):
        add_to_project(out, tmp_path / "h.qdpx", [coding()], codebook=book)
    other = add_to_project(out, tmp_path / "i.qdpx", [coding(Coder("rtwnlp b 2", CoderKind.MACHINE))], codebook=book)
    assert len({c.coder for c in read_codings(other, codebook=book, code_map={"övrigt": ("", "")})}) == 4


def test_adding_refuses_what_does_not_fit(tmp_path: Path) -> None:
    path = foreign_project(tmp_path / "f.qdpx")
    for wrong, message in (
        (coding(document="d9"), "no document 'd9'; it has: d1, d2"),
        (coding(text_hash=hashlib.sha256(b"x").hexdigest()), "another text"),
        (coding(document="d2"), "outside its text"),
    ):
        with pytest.raises(InputError, match=message):
            add_to_project(path, tmp_path / "g.qdpx", [wrong])
    assert not (tmp_path / "g.qdpx").exists()


def test_positions_are_decided_by_origin_and_checked_on_the_selections() -> None:
    words = "🙂 ett två tre fyra fem sex sju åtta nio tio\r\n" * 5
    offsets = [(i, i + 3) for i in range(len(words)) if words[i : i + 3] in {"ett", "två", "tre"}]
    for positions in ALL:
        pairs = positions.from_offsets(words, offsets)
        assert positions.to_offsets(words, pairs) == offsets
        assert misfits(positions, words, pairs) == 0
        for origin in ("NVivo 12", "ATLAS.ti 23", "MAXQDA", ""):
            found, warning = decide(origin, [(words, pairs)])
            assert found == positions, (origin, positions)
            assert bool(warning) == (misfits(decide(origin, [])[0], words, pairs) > 0)


@given(text=st.text(st.sampled_from("ab åäö🙂👩\u200d\u0301\r\n.\U0001f3fd"), max_size=40), data=st.data())
@settings(max_examples=200, deadline=None)
def test_positions_there_and_back(text: str, data: st.DataObject) -> None:
    for positions in ALL:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        (first, last) = positions.to_offsets(text, positions.from_offsets(text, [(start, end)]))[0]
        # Only the inside of a line end that counts as one has no position of its own.
        assert text[first:start] in ("", "\r")
        assert text[end:last] in ("", "\n")


LETTERS = st.sampled_from(list("abc ÅÄÖåäö.,\r\n\t🙂👩\u200d⚕\ufe0fe\u0301<>&\"'") + ["\r\n", "]]>", "\u2028"])


@given(pieces=st.lists(LETTERS, min_size=1, max_size=60), form=st.sampled_from(["NFC", "NFD"]), data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_round_trip_of_generated_projects(tmp_path: Path, pieces: list[str], form: str, data: st.DataObject) -> None:
    text = "IP: x" + unicodedata.normalize(form, "".join(pieces))  # type: ignore[arg-type]
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 30))
    code = st.sampled_from([CC, EA, "my own / theme & <more>"])
    spans = data.draw(st.lists(st.tuples(place, code, st.sampled_from(["shown", "lacking", ""])), max_size=8))
    found = {CodedSpan(a, min(a + n, len(text)), theme, polarity) for (a, n), theme, polarity in spans}
    given_ = [Coding("d1", ANNA, tuple(found), ((0, len(text)),)), Coding("d1", MACHINE, tuple(found), ((0, 3),))]
    texts = [Transcript("d1", text, transcript("IP: x").turns)]
    path = write_project(tmp_path / "p.qdpx", given_, transcripts=texts, when=WHEN)
    project = read_project(path, positions="codepoints")
    assert project.sources[0].text == text
    own = {c: (" / ".join(q.path), "") for c, q in project.codes.items()}
    names = {
        f"{t} / {p}" if p else t: (t, p) for t in (CC, EA, "my own / theme & <more>") for p in ("shown", "lacking", "")
    }
    mapping = {guid: names[path_] for guid, (path_, _) in own.items() if path_ in names}
    assert plain(list(project_codings(project, code_map=mapping).codings)) == plain(given_)


def test_the_commands(small_corpus: Path, bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    project = tmp_path / "coded.qdpx"
    codes, folder = small_corpus / "codes.csv", small_corpus / "transcripts"
    assert rtwnlp("convert", codes, project, "--transcripts", folder)[0] == 0
    back = tmp_path / "back.csv"
    assert rtwnlp("convert", project, back)[0] == 0
    texts = read_transcripts(folder)
    assert plain(read_codings(back, transcripts=texts)) == plain(read_codings(codes, transcripts=texts))
    out = tmp_path / "labelled"
    code, _, errors = rtwnlp("label", project, "--model", bundle, "--out", out, "--format", "jsonl,qdpx")
    assert code == 0, errors
    both = read_codings(out / "labels.qdpx")
    assert {c.coder.kind for c in both} == {CoderKind.SYNTHETIC, CoderKind.MACHINE}
    assert rtwnlp("label", folder, "--model", bundle, "--out", tmp_path / "new", "--format", "qdpx")[0] == 0
    alone = read_codings(tmp_path / "new" / "labels.qdpx")
    assert plain([c for c in both if c.coder.kind is CoderKind.MACHINE]) == plain(alone)
    code, text, errors = rtwnlp("evaluate", project, "--machine", tmp_path / "new" / "labels.qdpx", "--draws", 100)
    assert code == 0, errors
    assert "6 documents" in text


def test_hostile_archives_are_refused(tmp_path: Path) -> None:
    def project(name: str, **members: bytes) -> Path:
        path = tmp_path / name
        write_archive(path, {key.replace("__", "/"): value for key, value in members.items()})
        return path

    head = (
        b'<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Sources><TextSource guid="1" name="a" plainTextPath="%s"/>'
    )
    tail = b"</Sources></Project>"
    qde = {"Project.qde": head % b"internal://a.txt" + tail}
    bomb = tmp_path / "bomb.qdpx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Project.qde", qde["Project.qde"])
        archive.writestr("sources/a.txt", b"a" * 30_000_000)
    entity = b'<!DOCTYPE Project [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    cases = [
        (bomb, "packed so tightly"),
        (project("up.qdpx", **qde, **{"..__a.txt": b"x"}), "leads out of it"),
        (project("ref.qdpx", **{"Project.qde": head % b"internal://../../etc/passwd" + tail}), "leads out"),
        (project("dtd.qdpx", **{"Project.qde": entity + qde["Project.qde"]}), "DOCTYPE"),
        (project("two.qdpx", **qde, **{"Other.qde": b"<x/>"}), "2 .qde files"),
        (project("none.qdpx", readme=b"x"), "no .qde"),
        (project("bad.qdpx", **{"Project.qde": b"<Project>"}), "well-formed"),
        (project("notext.qdpx", **qde), "holds no text"),
    ]
    for path, message in cases:
        with pytest.raises(InputError, match=message):
            read_transcripts(path)
    (tmp_path / "x.qdpx").write_bytes(b"no zip")
    with pytest.raises(InputError, match="zip archive"):
        read_codings(tmp_path / "x.qdpx")
    outside = project("abs.qdpx", **{"Project.qde": head % b"absolute:///etc/passwd" + tail})
    assert read_project(outside).sources[0].text is None


def test_writing_needs_the_texts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no transcript of 'd1'"):
        write_codings([coding()], tmp_path / "p.qdpx", transcripts=[transcript("IP: a", "d2")])
    with pytest.raises(InputError, match="outside its text"):
        write_codings([coding()], tmp_path / "p.qdpx", transcripts=[transcript("IP: a")])
    assert not list(tmp_path.iterdir())


def test_codebooks_as_qdc(tmp_path: Path, rtwnlp: Run) -> None:
    from rtwnlp.formats.refi_qda import load_codebook, read_qdc, write_qdc

    book = Codebook.load("reco-competence")
    path = write_qdc(book, tmp_path / "reco.qdc")
    found = read_qdc(path)
    assert [t.names["en"] for t in found.themes] == [t.names["en"] for t in book.themes]
    assert [t.definitions["en"] for t in found.themes] == [t.definitions["en"] for t in book.themes]
    assert found.polarities == ("shown", "lacking")
    other = tmp_path / "own.qdc"
    codes = (
        '<Code guid="1" name="Tid" isCodable="true"><Code guid="2" name="Kö &amp; väntan" isCodable="true">'
        '<Description>om köer</Description></Code></Code><Code guid="3" name="Möten" isCodable="true"/>'
    )
    other.write_text(
        f'<CodeBook xmlns="urn:QDA-XML:codebook:1:0" origin="X"><Codes>{codes}</Codes></CodeBook>', encoding="utf-8"
    )
    own = load_codebook(other)
    assert own.theme_ids == ("tid", "tid-ko-vantan", "moten")
    assert own.themes[1].definitions == {"en": "om köer"}
    assert own.polarities == ()
    assert rtwnlp("convert", other, tmp_path / "own.yaml")[0] == 0
    assert Codebook.load(tmp_path / "own.yaml").theme_ids == own.theme_ids
    assert rtwnlp("convert", "srp-process", tmp_path / "srp.qdc")[0] == 0
    assert len(read_qdc(tmp_path / "srp.qdc").themes) == 3
    for text, message in (
        ("<CodeBook><Codes/></CodeBook>", "no codes"),
        ("<Project/>", "not a codebook"),
        ("<CodeBook>", "well-formed"),
    ):
        other.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            read_qdc(other)
