"""What the committed interviews must be: verbatim, not copied from one another, spread over codes and people."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from rtwnlp import Codebook, read_codings, read_transcripts
from rtwnlp.coding import CoderKind
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Segment

TRAINING = Path(__file__).resolve().parent.parent / "training"
CORPUS = TRAINING / "corpora" / "reco-competence"
sys.path.insert(0, str(TRAINING))

from marked import KEYWORDS, LONG_ENOUGH, read_marked, spoken, take_in, word_runs  # noqa: E402

TEXTS = read_transcripts(CORPUS / "transcripts")
CODINGS = read_codings(CORPUS / "codes.csv", transcripts=TEXTS)
SAID: dict[str, list[Segment]] = {t.document: [s for s in segment(t) if s.role is Role.PARTICIPANT] for t in TEXTS}


def table(name: str) -> list[dict[str, str]]:
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_interview_has_a_persona_a_split_and_codes() -> None:
    documents = {t.document for t in TEXTS}
    personas = [row["document"] for row in table("personas.csv")]
    assert len(personas) == len(set(personas))
    assert documents <= set(personas)
    split = {row["document"]: row["split"] for row in table("split.csv")}
    assert documents <= split.keys()
    assert set(split.values()) == {"train", "dev", "test"}
    assert {c.document for c in CODINGS} == documents


def test_codes_are_on_whole_sentences_verbatim_and_synthetic() -> None:
    book = Codebook.load("reco-competence")
    for coding in CODINGS:
        assert coding.coder.kind is CoderKind.SYNTHETIC
        places = {(s.start, s.end) for s in SAID[coding.document]}
        for span in coding.spans:
            assert (span.start, span.end) in places, (coding.document, span)
            book.check_code(span.theme, span.polarity)
    for row in table("codes.csv"):
        text = next(t.text for t in TEXTS if t.document == row["document"])
        assert text[int(row["start"]) : int(row["end"])] == row["text"]


def test_who_wrote_the_test_interviews_wrote_no_other() -> None:
    split = {row["document"]: row["split"] for row in table("split.csv")}
    authors = {kind: {c.coder.name for c in CODINGS if (split[c.document] == "test") == kind} for kind in (True, False)}
    assert not authors[True] & authors[False]


def test_no_sentence_occurs_twice() -> None:
    seen = Counter(s.text.lower() for said in SAID.values() for s in said if len(s.text.split()) >= LONG_ENOUGH)
    assert [text for text, n in seen.items() if n > 1] == []


def test_interviews_share_hardly_a_run_of_six_words() -> None:
    runs = {t.document: word_runs(spoken(t)) for t in TEXTS}
    shared = sum(len(runs[a] & runs[b]) for a, b in combinations(runs, 2))
    total = sum(map(len, runs.values()))
    assert shared / total < 0.0005, f"{shared} of {total} runs of six words are in two interviews"


def test_codes_do_not_lean_on_their_themes_own_words() -> None:
    counts: Counter[str] = Counter()
    telling: Counter[str] = Counter()
    texts = {t.document: t.text for t in TEXTS}
    for coding in CODINGS:
        for span in coding.spans:
            counts[span.theme] += 1
            said = texts[coding.document][span.start : span.end]
            telling[span.theme] += bool(re.search(KEYWORDS[span.theme], said, re.IGNORECASE))
    for theme, n in counts.items():
        assert telling[theme] / n < 0.2, (theme, telling[theme], n)


def test_shares_of_coded_sentences_and_near_misses() -> None:
    coded = {c.document: {(s.start, s.end) for s in c.spans} for c in CODINGS}
    misses: dict[str, set[tuple[int, int]]] = {}
    for row in table("near_misses.csv"):
        misses.setdefault(row["document"], set()).add((int(row["start"]), int(row["end"])))
    sentences = sum(map(len, SAID.values()))
    codes = sum(map(len, coded.values()))
    assert 0.40 <= codes / sentences <= 0.55
    assert sum(map(len, misses.values())) / (sentences - codes) >= 0.25
    for document, places in misses.items():
        assert not places & coded[document]
        assert places <= {(s.start, s.end) for s in SAID[document]}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_code_occurs_in_each_language(language: str) -> None:
    found = Counter((s.theme, s.polarity) for c in CODINGS if f"-{language}-" in c.document for s in c.spans)
    assert min(found[(c.theme, c.polarity)] for c in Codebook.load("reco-competence").codes) >= 35


def test_marks_are_read_checked_and_taken_in(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "codes.csv").write_text("document,start\n", encoding="utf-8")
    (corpus / "near_misses.csv").write_text("document,start,end\n", encoding="utf-8")
    path = tmp_path / "reco-en-900.marked"
    path.write_text(
        "I: And her?\nP: She rang them herself. {cc+ ea+} My boss rang too. {nm} It rained.\n", encoding="utf-8"
    )
    take_in(corpus, [path], "author")
    (coding,) = read_codings(corpus / "codes.csv", transcripts=corpus / "transcripts")
    text = (corpus / "transcripts" / "reco-en-900.txt").read_text(encoding="utf-8")
    assert text == "I: And her?\nP: She rang them herself. My boss rang too. It rained.\n"
    assert [(text[s.start : s.end], s.theme, s.polarity) for s in coding.spans] == [
        ("She rang them herself.", "communication-coordination", "shown"),
        ("She rang them herself.", "engagement-advocacy", "shown"),
    ]
    wrong = tmp_path / "reco-en-901.marked"
    wrong.write_text("I: And her? {cc+}\nP: She rang {pf+} them. {xx+}\n", encoding="utf-8")
    problems = read_marked(wrong).problems
    assert len(problems) == 3
    assert "inside what is one sentence" in problems[1]
    with pytest.raises(SystemExit, match="reco-en-901"):
        take_in(corpus, [wrong], "author")
