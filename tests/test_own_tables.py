"""Coding tables as people make them in a spreadsheet."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from rtwnlp import Codebook, parse_text, read_codings
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError, RtwnlpWarning
from rtwnlp.formats.quotes import find_quote
from rtwnlp.formats.rows import read_rows

Run = Callable[..., tuple[int, str, str]]

TEXT = 'I: Hur var det?\nIP: Hon ringde chefen – direkt. Det var bra. Hon sa "ge inte upp". Det var bra.\n'
CC, PF = "communication-coordination", "persistence-flexibility"


def read(path: Path, **more: object) -> list[Coding]:
    return read_codings(path, transcripts=[parse_text(TEXT, document="i1")], **more)  # type: ignore[arg-type]


def spans(coding: Coding) -> list[tuple[str, str, str]]:
    return [(TEXT[s.start : s.end], s.theme, s.polarity) for s in coding.spans]


def table(path: Path, rows: list[list[object]]) -> Path:
    if path.suffix == ".xlsx":
        book = Workbook()
        book.active.title = "tom"
        sheet = book.create_sheet("koder")
        for row in [[], *rows]:
            sheet.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_other_names_several_codes_and_quotes(tmp_path: Path, ending: str) -> None:
    path = table(
        tmp_path / f"koder{ending}",
        [
            ["Intervju", "Citat", "Kod", "Kodare"],
            ["i1", "hon ringde chefen -  direkt", "Kommunikativ och samordnande förmåga (visad); pf", "Anna"],
            ["i1", "”Hon sa “ge inte upp”.”", "persistence-flexibility shown", "Anna"],
        ],
    )
    with pytest.warns(RtwnlpWarning, match="'citat' as text.*'kod' as theme"):
        (coding,) = read(path)
    assert coding.coder.name == "Anna"
    assert spans(coding) == [
        ("Hon ringde chefen – direkt", CC, "shown"),
        ("Hon ringde chefen – direkt", "pf", ""),
        ('Hon sa "ge inte upp".', PF, "shown"),
    ]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_column_for_each_theme(tmp_path: Path, ending: str) -> None:
    path = table(
        tmp_path / f"flags{ending}",
        [
            ["document", "text", CC, "Uthållig och flexibel: saknad", "kommentar"],
            ["i1", "Hon ringde chefen – direkt.", 1, 0, "ja!"],
            ["i1", 'Hon sa "ge inte upp".', "x", "x", ""],
            ["i1", "Hur var det?", 0, "", ""],
        ],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError, match="'Hur var det\\?' is not found"):
            read(path)
    rows = [row[:4] for row in [["document", "text", CC, "pf"], ["i1", "Det var bra. Hon", 0, "kanske"]]]
    rows[0][3] = PF
    with pytest.raises(InputError, match="'kanske'; it is 1 or 0"):
        read(table(tmp_path / f"bad{ending}", rows))
    good = table(
        tmp_path / f"good{ending}",
        [
            ["document", "text", CC, "Uthållig och flexibel: saknad"],
            ["i1", "Hon ringde chefen – direkt.", 1, 0],
            ["i1", 'Hon sa "ge inte upp".', "x", "x"],
            ["i1", "Det var bra.", 0, ""],
        ],
    )
    (coding,) = read(good)
    assert spans(coding) == [
        ("Hon ringde chefen – direkt.", CC, ""),
        ('Hon sa "ge inte upp".', CC, ""),
        ('Hon sa "ge inte upp".', PF, "lacking"),
    ]
    assert coding.scope is not None
    assert len(coding.scope) == 3


def test_every_lost_passage_is_listed_and_none_dropped(tmp_path: Path) -> None:
    path = table(
        tmp_path / "lost.csv",
        [
            ["document", "text", "theme"],
            ["i1", "Hon ringde chefen – direkt.", CC],
            ["i1", "Det var bra.", CC],
            ["i1", "Det sa hon aldrig.", CC],
        ],
    )
    with pytest.raises(InputError, match="2 passages cannot be placed") as error:
        read(path)
    assert "row 3: the text 'Det var bra.' is found 2 times" in str(error.value)
    assert "row 4: the text 'Det sa hon aldrig.' is not found" in str(error.value)


def test_named_columns_go_before_guessed_ones(tmp_path: Path) -> None:
    rows: list[list[object]] = [["fil", "a", "kod", "b"], ["i1", "Hon ringde chefen – direkt.", "fel", CC]]
    path = table(tmp_path / "t.csv", rows)
    with pytest.warns(RtwnlpWarning, match="'fil' as document"):
        (coding,) = read(path, columns={"text": "A", "theme": "b"})
    assert spans(coding) == [("Hon ringde chefen – direkt.", CC, "")]
    for columns, message in (({"text": "c"}, "no column 'c'"), ({"colour": "a"}, "no column 'colour'")):
        with pytest.raises(InputError, match=message):
            read(path, columns=columns)


def test_the_tables_own_form_is_read_without_a_word(small_corpus: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read_codings(small_corpus / "codes.csv", codebook=Codebook.load("reco-competence"))) == 6


def test_quotes() -> None:
    text = "Jag sa – ja, ”hej” … och sen gick jag.\nSen kom hon tillbaka, den dan."
    for quote, found in (
        ('ja,  "hej" ... och', "ja, ”hej” … och"),
        ("jag sa - JA", "Jag sa – ja"),
        ("gick jag. Sen kom", "gick jag.\nSen kom"),
        ("”sen gick jag [...] den dan.”", "sen gick jag.\nSen kom hon tillbaka, den dan."),
    ):
        assert [text[a:b] for a, b in find_quote(quote, text)] == [found]
    assert find_quote("  ", text) == []
    assert find_quote("aldrig", text) == []
    assert len(find_quote("jag", text)) == 1
    assert len(find_quote("den", text)) == 1


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match="no readable .xlsx"):
        read_rows(tmp_path / "x.xlsx")
    Workbook().save(tmp_path / "y.xlsx")
    with pytest.raises(InputError, match="empty"):
        read_rows(tmp_path / "y.xlsx")


def test_the_command(tmp_path: Path, rtwnlp: Run) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "i1.txt").write_text(TEXT, encoding="utf-8")
    path = table(tmp_path / "k.xlsx", [["Fil", "Citat", "Kod"], ["i1", "hon ringde chefen", CC]])
    code, _, errors = rtwnlp("convert", path, tmp_path / "k.csv", "--transcripts", tmp_path / "t")
    assert (code, "'fil' as document" in errors) == (0, True), errors
    assert [spans(c) for c in read(tmp_path / "k.csv")] == [[("Hon ringde chefen", CC, "")]]
    assert rtwnlp("convert", path, tmp_path / "l.csv", "--transcripts", tmp_path / "t", "--columns", "x")[0] == 2
