"""Reading transcripts in every form."""

import csv
import json
from pathlib import Path

import pytest

from rtwnlp.errors import InputError
from rtwnlp.formats import parse_text, read_transcript, read_transcripts
from rtwnlp.transcript import Role, Transcript

TURNS = [
    ("I", "Hur var det att komma tillbaka?"),
    ("IP", "Klockan 10:30: då ringde chefen. Jag planerade t.ex. allting\nsjälv & bra."),
    ("I", "Vad hände sedan?"),
    ("IP", "Och då sa hon: kom när du kan. Åäö."),
]


def said(transcript: Transcript) -> list[tuple[str, str, Role]]:
    return [(t.speaker, " ".join(transcript.text[t.start : t.end].split()), t.role) for t in transcript.turns]


def clock(second: int, point: str) -> str:
    return f"00:00:{second:02d}{point}000"


def write_all(folder: Path) -> list[Path]:
    import docx

    paths = [folder / f"a{ending}" for ending in (".txt", ".docx", ".vtt", ".srt", ".csv", ".jsonl")]
    paths[0].write_bytes("".join(f"{s}: {t}\r\n" for s, t in TURNS).encode("cp1252"))
    document = docx.Document()
    for speaker, text in TURNS[:2]:
        document.add_paragraph(f"{speaker}: {text}")
    table = document.add_table(rows=2, cols=2)
    for row, (speaker, text) in zip(table.rows, TURNS[2:], strict=True):
        row.cells[0].text, row.cells[1].text = speaker, text
    document.save(str(paths[1]))
    cues = [(s, line) for s, text in TURNS for line in text.split("\n")]
    vtt, srt = "WEBVTT\n\n", ""
    for i, (speaker, line) in enumerate(cues):
        escaped = line.replace("&", "&amp;")
        vtt += f"{clock(i, '.')} --> {clock(i + 1, '.')}\n<v {speaker}>{escaped}</v>\n\n"
        srt += f"{i + 1}\n{clock(i, ',')} --> {clock(i + 1, ',')}\n{speaker}: {line}\n\n"
    paths[2].write_text(vtt, encoding="utf-8")
    paths[3].write_text(srt, encoding="utf-8-sig")
    with paths[4].open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([("Speaker", "Text"), *TURNS])
    lines = [json.dumps({"speaker": s, "text": t}) for s, t in TURNS]
    paths[5].write_text("\n".join(lines), encoding="utf-8")
    return paths


def test_same_interview_in_every_form(tmp_path: Path) -> None:
    paths = write_all(tmp_path)
    expected = said(read_transcript(paths[0]))
    assert [(s, " ".join(t.split())) for s, t in TURNS] == [(s, t) for s, t, _ in expected]
    assert [r.value for *_, r in expected] == ["interviewer", "participant"] * 2
    for path in paths[1:]:
        assert said(read_transcript(path)) == expected, path.suffix
    assert len({t.document for t in read_transcripts(tmp_path)}) == len(paths)
    assert "\r\n" in read_transcript(paths[0]).text


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("I: Hej?\nIP1: Ja.\nIP2: Nej.", ["I", "IP1", "IP2"]),
        ("Intervjuare: Hej?\nRespondent: Ja.", ["Intervjuare", "Respondent"]),
        ("Moderator: Hej?\nLäkare 1: Ja.", ["Moderator", "Läkare 1"]),
        ("I: Hej?\nAnna (rehabkoordinator): Ja.", ["I", "Anna (rehabkoordinator)"]),
        ("[00:04:12] I: Hej?\n00:04:15 IP: Ja.\n(04:20) I: Så?", ["I", "IP", "I"]),
        ("I [00:04:12]: Hej?\nIP (04:15): Ja.", ["I", "IP"]),
        ("Anna Berg   0:03\nHej?\nBo Ek   0:09\nJa.", ["Anna Berg", "Bo Ek"]),
        ("Q: Hi?\nA: Yes.\nMonday: I went home.\nThen he said: go.", ["Q", "A"]),
        ("IP: Ja.\nKlockan 10:30: gick jag.\nOch då sa han: hej.\nAlltså: nej.\nAlltså: jo.", ["IP"]),
        ("Det var så här: jag gick.\nDet var så här: hon kom.", [""]),
        ("Titel\nDatum: 2024\nIntervjuare: Eva Ek\n\nI: Hej?\nIP: Ja.", ["I", "IP"]),
        ("Karin: Hej?\nAnna: Jo då.", ["Karin", "Anna"]),
    ],
)
def test_labels(text: str, speakers: list[str]) -> None:
    assert [turn.speaker for turn in parse_text(text).turns] == speakers


def test_times_roles_and_override() -> None:
    transcript = parse_text(
        "[00:04:12] Eva: Hur?\n\n04:20\nBo: Det gick bra och jag var nöjd.\nEva: Ja?\nBo: Just så var det."
    )
    assert [turn.time for turn in transcript.turns] == [252.0, 260.0, None, None]
    assert transcript.participants == ("Bo",)
    assert parse_text(transcript.text, interviewers=["bo:"]).participants == ("Eva",)
    with pytest.raises(InputError, match="'Eva', 'Bo'"):
        parse_text(transcript.text, interviewers=["X"])


def test_two_voices_in_one_cue(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna Ek>Hej?</v>\n<v Bo>Nej</v>\n\n00:03.000 --> 00:04.000\n<v Bo>tack</v>\n"
    )
    transcript = read_transcript(path)
    assert transcript.text == "Anna Ek: Hej?\nBo: Nej\ntack\n"
    assert [t.time for t in transcript.turns] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n", "white space"),
        ("a.txt", b"ab\x00\x01\x02" * 9, "binary"),
        ("a.docx", b"no zip", "no readable .docx"),
        ("a.vtt", b"Hello\n", "damaged"),
        ("a.vtt", b"WEBVTT\n\n00:01 -> x\nHej\n", "damaged"),
        ("a.srt", b"Hello\n", "damaged"),
        ("a.csv", b"who,what\na,b\n", "'speaker' is missing"),
        ("a.jsonl", b"{\n", "row 1"),
        ("a.parquet", b"nothing", "no readable .parquet"),
        ("a.pdf", b"nothing", "unknown"),
    ],
)
def test_bad_input(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_transcript(path)
    assert str(path) in str(caught.value)


def test_missing_and_too_large(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_transcript(tmp_path / "no.txt")
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(InputError, match="200 MB, the limit is 50 MB"):
        read_transcript(tmp_path / "big.txt")


def test_no_labels_warns() -> None:
    transcript = parse_text("Jag gick hem.")
    assert transcript.participants == ("",)
    assert "no speaker labels" in transcript.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-8"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("I: Åäö – ”ja”?\nIP: Éh…".encode(encoding))
    assert read_transcript(path).text == "I: Åäö – ”ja”?\nIP: Éh…"


def test_table_of_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("document,speaker,text,role,time\nd1,X,Hej,interviewer,0:05\nd1,Y,Ja,participant,6\nd2,Y,Nej,,\n")
    first, second = read_transcripts(path)
    assert (first.document, second.document) == ("d1", "d2")
    assert first.participants == ("Y",)
    assert [turn.time for turn in first.turns] == [5.0, 6.0]
    assert read_transcript(path, document="d2").text == "Y: Nej\n"
