"""`rtwnlp agreement` and the comparison of coders beneath it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from rtwnlp import parse_text, read_codings, read_transcripts
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.agreement import agreement

Run = Callable[..., tuple[int, str, str]]

TEXT = "I: Hur var det?\nIP: Hon ringde chefen. Det var bra. Hon glömde mötet.\nI: Och sen?\nIP: Sen slutade hon."
A, B = Coder("anna", CoderKind.HUMAN), Coder("bo", CoderKind.HUMAN)


def coding(coder: Coder, *spans: tuple[str, str, str], document: str = "d1") -> Coding:
    found = [CodedSpan(TEXT.index(t), TEXT.index(t) + len(t), theme, polarity) for t, theme, polarity in spans]
    return Coding(document, coder, tuple(found))


@pytest.fixture
def second_coder(small_corpus: Path, tmp_path: Path) -> Path:
    """The corpus's table as another coder would have it: every fifth code missing."""
    with (small_corpus / "codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["coder"] = "second"
        if number % 5 == 0:
            row["theme"] = row["polarity"] = ""
    path = tmp_path / "second.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_figures_of_two_coders_by_hand() -> None:
    transcript = parse_text(TEXT, document="d1")
    one = coding(A, ("Hon ringde chefen.", "cc", "shown"), ("Hon glömde mötet.", "cc", "lacking"))
    two = coding(B, ("Hon ringde chefen.", "cc", "shown"))
    report = agreement([one, two], transcripts=[transcript])
    assert (report.units, report.coded_units) == (4, 2)
    theme = report.themes[0]
    assert (theme.theme, theme.polarity, theme.coded_by) == ("cc", "", {"anna": 2, "bo": 1})
    assert theme.percent == 0.75
    assert theme.kappas == {"anna, bo": pytest.approx(cohen_kappa_score([1, 0, 1, 0], [1, 0, 0, 0]))}
    by_name = {row.polarity: row for row in report.themes}
    assert by_name["shown"].alpha == 1.0
    assert by_name["lacking"].kappas == {"anna, bo": 0.0}


def test_turns_and_characters(small_corpus: Path) -> None:
    transcript = parse_text(TEXT, document="d1")
    one = coding(A, ("Hon ringde chefen.", "cc", "shown"))
    two = coding(B, ("Hon ringde", "cc", "shown"))
    turns = agreement([one, two], transcripts=[transcript], unit="turn")
    assert (turns.units, turns.themes[0].percent) == (2, 1.0)
    characters = agreement([one, two], transcripts=[transcript], unit="character")
    spoken = sum(t.end - t.start for t in transcript.turns if t.role == "participant")
    assert characters.units == spoken
    assert characters.themes[0].percent == pytest.approx(1 - len(" chefen.") / spoken)
    assert characters.themes[0].coded_by == {"anna": 18, "bo": 10}


def test_uncoded_text_does_not_raise_the_second_figure(small_corpus: Path, second_coder: Path) -> None:
    texts = read_transcripts(small_corpus / "transcripts")
    codings = [c for p in (small_corpus / "codes.csv", second_coder) for c in read_codings(p, transcripts=texts)]
    report = agreement(codings, transcripts=texts)
    assert report.units > report.coded_units > 0
    for row in report.themes:
        assert row.alpha is not None
        assert row.alpha_on_coded is not None
        assert row.alpha_on_coded < row.alpha or row.alpha == 1.0
    assert sum(row.alpha == 1.0 for row in report.themes) < 4


def test_the_command_needs_no_transcripts_where_rows_are_sentences(
    small_corpus: Path, second_coder: Path, tmp_path: Path, rtwnlp: Run
) -> None:
    tables = (small_corpus / "codes.csv", second_coder)
    assert rtwnlp("agreement", *tables, "--out", tmp_path / "a")[0] == 0
    with_texts = ("--transcripts", small_corpus / "transcripts", "--out", tmp_path / "b")
    code, out, _ = rtwnlp("agreement", *tables, *with_texts)
    assert code == 0
    assert "second (synthetic)" in " ".join(out.split())
    first, second = (json.loads((tmp_path / n / "agreement.json").read_text(encoding="utf-8")) for n in "ab")
    # Sentences that touch, with no space between, are one passage where the text is not at hand.
    assert 0 <= second["units"] - first["units"] <= 5
    for one, two in zip(first["themes"], second["themes"], strict=True):
        assert one["alpha"] == pytest.approx(two["alpha"], abs=0.02)


def test_alphas_interval_over_documents(small_corpus: Path, second_coder: Path) -> None:
    texts = read_transcripts(small_corpus / "transcripts")
    codings = [c for p in (small_corpus / "codes.csv", second_coder) for c in read_codings(p, transcripts=texts)]
    report = agreement(codings, transcripts=texts)
    for row in report.themes:
        assert row.alpha is not None
        if row.alpha_interval is not None:
            low, high = row.alpha_interval
            assert low <= row.alpha <= high
    # Alpha from coincidences is the alpha of the tested function: a bootstrap of copies of one document has no width.
    one = [c for c in codings if c.document == "reco-sv-001"]
    text = next(t for t in texts if t.document == "reco-sv-001")
    copies = [Coding(f"d{i}", c.coder, c.spans, c.scope) for i in range(4) for c in one]
    many = agreement(copies, transcripts=[parse_text(text.text, document=f"d{i}") for i in range(4)])
    for row in many.themes:
        if row.alpha_interval is not None:
            assert row.alpha_interval == pytest.approx((row.alpha, row.alpha))
    assert sum(row.alpha_interval is not None for row in many.themes) > 5
    alone = agreement(one, transcripts=[text])
    assert {row.alpha_interval for row in alone.themes} == {None}


def test_bad_input() -> None:
    one, two = coding(A, ("Det var bra.", "cc", "shown")), coding(B, ("Det var bra.", "cc", "shown"))
    with pytest.raises(InputError, match="two coders"):
        agreement([one])
    with pytest.raises(InputError, match="twice"):
        agreement([one, one, two])
    with pytest.raises(InputError, match="no document"):
        agreement([one, coding(B, ("Det var bra.", "cc", "shown"), document="d2")])
    with pytest.raises(InputError, match="transcripts"):
        agreement([one, two], unit="turn")
    with pytest.raises(InputError, match="unknown"):
        agreement([one, two], unit="word")  # type: ignore[arg-type]


def test_documents_of_one_coder_are_left_out_and_named() -> None:
    more = coding(A, ("Det var bra.", "cc", "shown"), document="d2")
    report = agreement([coding(A, ("Det var bra.", "cc", "shown")), coding(B, ("Det var bra.", "cc", "shown")), more])
    assert (report.documents, report.left_out) == (("d1",), ("d2",))
