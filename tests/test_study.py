"""`rtwnlp summarise`: what a study reports of its codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rtwnlp import parse_text, read_codings, read_transcripts
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.study import saturation, summarise
from rtwnlp.evaluation.study_tables import to_markdown

Run = Callable[..., tuple[int, str, str]]

TEXT = "M: Hur är det?\nGP: Vi har ingen tid. Mötena blir inte av.\nOT: Reglerna ändras. Vi har ingen tid alls."
A, B = "resources-needs", "person-centred-collaboration"
SAID = {
    "Vi har ingen tid.": [(A, "challenge")],
    "Mötena blir inte av.": [(A, "challenge"), (B, "challenge")],
    "Vi har ingen tid alls.": [(A, "challenge")],
}


def group_coding(document: str = "g1") -> Coding:
    spans = [
        CodedSpan(TEXT.index(t), TEXT.index(t) + len(t), theme, polarity)
        for t, codes in SAID.items()
        for theme, polarity in codes
    ]
    return Coding(document, Coder("anna", CoderKind.HUMAN), tuple(spans))


def test_a_focus_group_by_hand() -> None:
    transcript = parse_text(TEXT, document="g1", interviewers=["M"])
    found = summarise([group_coding()], transcripts=[transcript], roles={"GP": "physician", "g1/OT": "therapist"})
    assert (found.units, found.coded) == (4, 3)
    assert found.by_participant["g1/GP"] == {"process-governance": 0, B: 1, A: 2}
    assert found.by_role["therapist"][A] == 1
    assert found.units_by_role == {"physician": 2, "therapist": 2}
    assert found.together[A] == {"process-governance": 0, B: 1, A: 3}
    row = next(code for code in found.codes if code["theme"] == A and code["polarity"] == "")
    assert (row["sentences"], row["participants"], row["documents"]) == (3, 2, 1)
    quoted = [q.text for q in found.quotations if q.theme == A]
    # Neighbouring sentences with the same code are one passage; one a participant, the longest first.
    assert quoted == ["Vi har ingen tid. Mötena blir inte av.", "Vi har ingen tid alls."]
    assert "| g1/GP | 2 | 0 | 1 | 2 |" in to_markdown(found)


def test_saturation_counts_codes_met() -> None:
    curve = saturation([frozenset({1}), frozenset({1}), frozenset({2, 3})], orders=3000)
    assert curve[2] == {"documents": 3, "mean": 3.0, "low": 3.0, "high": 3.0}
    # First document: 1, 1 or 2 codes; first two: {1} in a third of the orders, else three.
    assert curve[0]["mean"] == pytest.approx(4 / 3, abs=0.05)
    assert curve[1]["mean"] == pytest.approx((1 + 3 + 3) / 3, abs=0.08)


def test_the_command_on_a_corpus(small_corpus: Path, tmp_path: Path, rtwnlp: Run) -> None:
    codes, folder = small_corpus / "codes.csv", small_corpus / "transcripts"
    code, text, _ = rtwnlp("summarise", codes, "--transcripts", folder, "--out", tmp_path / "s", "--quotations", 2)
    assert code == 0
    assert "## Saturation" in text
    data = json.loads((tmp_path / "s" / "summary.json").read_text(encoding="utf-8"))
    texts = {t.document: t.text for t in read_transcripts(folder)}
    assert data["quotations"]
    for q in data["quotations"]:
        assert texts[q["document"]][q["start"] : q["end"]] == q["text"]
    total = sum(sum(row.values()) for row in data["by_participant"].values())
    assert total == sum(c["sentences"] for c in data["codes"] if not c["polarity"])
    assert {p.name for p in (tmp_path / "s").iterdir()} == {
        "summary.json",
        "summary.md",
        "participants.csv",
        "together.csv",
        "quotations.csv",
    }


def test_bad_input(small_corpus: Path) -> None:
    with pytest.raises(InputError, match="no codes"):
        summarise([])
    codings = read_codings(small_corpus / "codes.csv")
    more = [Coding(c.document, Coder("bo", c.coder.kind), c.spans) for c in codings]
    with pytest.raises(InputError, match="2 coders"):
        summarise([*codings, *more])
    with pytest.raises(InputError, match="no coder 'x'"):
        summarise(codings, coder="x")
