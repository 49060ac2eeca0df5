"""Label pages: what they hold, that they ask for nothing, and that their filters work in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from rtwnlp import Codebook
from rtwnlp.labelling.pages import document_page, summary_page, write_pages

Run = Callable[..., tuple[int, str, str]]

BOOK = Codebook.load("reco-competence")
CC, EA = "communication-coordination", "engagement-advocacy"
NASTY = '</script><img src=x onerror="document.title=1"> & "it\'s" <b>'


def record(number: int, text: str, *codes: tuple[str, str, float], **more: Any) -> dict[str, Any]:
    return {
        "document": "d/1 å",
        "participant": "p1",
        "speaker": "IP",
        "role": "participant",
        "turn": number,
        "start": 100 * number,
        "end": 100 * number + len(text),
        "text": text,
        "language": "en",
        "codes": [{"theme": t, "polarity": p, "score": s} for t, p, s in codes],
        "scores": {},
        **more,
    }


RECORDS = [
    record(0, "How was it?", speaker="I", role="interviewer"),
    record(1, "She rang them.", (CC, "shown", 0.9)),
    record(2, "It rained."),
    record(3, "She rang  and fought.", (CC, "shown", 0.4), (EA, "lacking", 0.7)),
    record(4, NASTY, (EA, "shown", 0.2), speaker="OT"),
]


def test_a_page_holds_every_word_escaped_and_asks_for_nothing() -> None:
    page = document_page(RECORDS, BOOK, coder="rtwnlp x 1", corpus_kind="synthetic")
    body = unescape(re.sub(r"<[^>]*>", " ", page.split("<main>")[1].split("</main>")[0]))
    for one in RECORDS:
        assert one["text"] in body
    assert NASTY not in page
    assert page.count("<script") == 1
    assert not re.findall(r"https?://|@import|url\(", page)
    assert "learnt from synthetic interviews" in page
    swedish = document_page([r | {"language": "sv"} for r in RECORDS], BOOK, coder="x")
    assert '<html lang="sv">' in swedish
    assert "Kommunikativ och samordnande förmåga" in swedish


def test_the_summary_counts_sentences_by_theme_and_document() -> None:
    page = summary_page(
        {"a": RECORDS, "b <c>": RECORDS[2:3]}, {"a": "labels/a.html", "b <c>": "labels/b.html"}, BOOK, coder="x"
    )
    cells = [re.findall(r"<t[dh][^>]*>(?:<a[^>]*>)?([^<]*)", row) for row in page.split("<tr>")[2:]]
    assert cells[0][:5] == ["a", "4", "2", "0", "2"]
    assert cells[1][:3] == ["b &lt;c&gt;", "1", "0"]
    assert cells[2][:5] == ["All documents (2)", "5", "2", "0", "2"]


def test_files_of_a_batch(tmp_path: Path) -> None:
    documents = {name: [r | {"document": name} for r in RECORDS] for name in ("a/b", "a b", "../å")}
    written = write_pages(documents, tmp_path, BOOK, coder="x")
    assert [p.relative_to(tmp_path).as_posix() for p in written] == [
        "labels.html",
        "labels/a-b.html",
        "labels/a-b-2.html",
        "labels/å.html",
    ]
    for link in re.findall(r'href="([^"]+)"', written[0].read_text(encoding="utf-8")):
        from urllib.parse import unquote

        assert (tmp_path / unquote(link)).is_file()
    (alone,) = write_pages({"a": RECORDS}, tmp_path / "one", BOOK, coder="x")
    assert alone.name == "labels.html"


CLICKS = """
const out = {}, $ = (s) => document.querySelector(s), all = (s) => [...document.querySelectorAll(s)];
const change = (el, value) => { if (el.type === "checkbox") el.checked = value; else el.value = value;
  el.dispatchEvent(new Event("input", { bubbles: true })); };
const state = () => ({ count: $("#count").textContent, on: all(".s.on").map(s => s.textContent),
  tags: all(".tag").filter(t => !t.hidden).length, jumps: all(".jump").map(b => b.textContent) });
out.start = state();
change($('input[value="communication-coordination"]'), false); out.theme = state();
change($('input[value="communication-coordination"]'), true);
change($('input[value="lacking"]'), false); out.polarity = state();
change($('input[value="lacking"]'), true);
change($("#score"), "0.5"); out.score = state();
change($("#score"), "0");
change($("#speaker"), "OT"); out.speaker = state();
change($("#speaker"), "");
change($("#only"), true); out.hidden = all(".turn").filter(t => getComputedStyle(t).display === "none").length;
$('.jump[data-theme="engagement-advocacy"]').click(); out.first = document.activeElement.textContent;
$("#next").click(); out.second = document.activeElement.textContent;
$("#previous").click(); out.back = document.activeElement.textContent;
all(".copy")[1].click();
$("#reset").click(); out.reset = state();
out.title = document.title;
setTimeout(() => { out.copied = all(".copy")[1].dataset.text; const p = document.createElement("pre"); p.id = "out";
  p.textContent = JSON.stringify(out); document.body.append(p); }, 200);
"""


def test_the_filters_in_a_browser(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine")
    page = document_page(RECORDS, BOOK, coder="x").replace("</body>", f"<script>{CLICKS}</script></body>")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
    done = subprocess.run(
        [browser, *options.split(), f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000"]
        + ["--dump-dom", f"file://{tmp_path / 'page.html'}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr[-2000:]
    out = json.loads(unescape(found[1]))
    rang, fought = "She rang them.", "She rang  and fought."
    assert out["start"] == {
        "count": "3 of 3 coded sentences",
        "on": [rang, fought, NASTY],
        "tags": 4,
        "jumps": ["2", "0", "2", "0", "0", "0"],
    }
    assert (out["theme"]["on"], out["theme"]["tags"]) == ([fought, NASTY], 2)
    assert (out["polarity"]["on"], out["polarity"]["jumps"][2]) == ([rang, fought, NASTY], "1")
    assert out["score"]["on"] == [rang, fought]
    assert (out["speaker"]["on"], out["speaker"]["count"]) == ([NASTY], "1 of 3 coded sentences")
    assert out["hidden"] == 2
    assert (out["first"], out["second"], out["back"]) == (fought, NASTY, fought)
    assert out["reset"] == out["start"]
    assert out["copied"] == "“She rang and fought.” (p1, d/1 å, 300–321)"
    assert out["title"] == "d/1 å"


def test_five_hundred_segments_are_no_lag(tmp_path: Path) -> None:
    many = [record(i, f"Sentence number {i} of a long talk.", (CC, "shown", (i % 10) / 10)) for i in range(600)]
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    page = document_page(many, BOOK, coder="x")
    assert len(page) < 1_000_000
    if browser is None:
        pytest.skip("no Chromium on this machine")
    timing = """const el = document.querySelector("#score"); const t = performance.now();
      for (let i = 0; i < 20; i += 1) { el.value = i / 20; el.dispatchEvent(new Event("input", { bubbles: true }));
      document.body.getBoundingClientRect(); } document.title = String((performance.now() - t) / 20);"""
    (tmp_path / "page.html").write_text(page.replace("</body>", f"<script>{timing}</script></body>"), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
    done = subprocess.run(
        [browser, *options.split(), f"--user-data-dir={tmp_path / 'profile'}"]
        + ["--dump-dom", f"file://{tmp_path / 'page.html'}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    milliseconds = float(re.search(r"<title>([\d.]+)</title>", done.stdout)[1])  # type: ignore[index]
    assert milliseconds < 200


def test_the_command_writes_pages(small_corpus: Path, bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    texts = small_corpus / "transcripts"
    assert rtwnlp("label", texts, "--model", bundle, "--out", tmp_path, "--format", "html")[0] == 0
    assert len(list((tmp_path / "labels").glob("*.html"))) == 6
    assert "reco-sv-001" in (tmp_path / "labels.html").read_text(encoding="utf-8")
