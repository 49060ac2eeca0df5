"""`evaluate` and its report: two codings of the same transcripts in, one answer out."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from rtwnlp import Codebook, parse_text, read_codings, read_transcripts
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation import EvaluationReport, evaluate
from rtwnlp.evaluation.html import to_html, to_markdown
from rtwnlp.evaluation.paired import compare_machines
from rtwnlp.transcript import Transcript

Run = Callable[..., tuple[int, str, str]]

CC, EA = "communication-coordination", "engagement-advocacy"
TEXT = (
    "I: Hur var det?\nIP: Hon ringde chefen. Det var bra. Hon glömde mötet.\nI: Och sen?\n"
    "IP: Sen slutade hon. Hon stod på min sida."
)
ANNA, BO = Coder("anna", CoderKind.HUMAN), Coder("bo", CoderKind.HUMAN)
MACHINE = Coder("model", CoderKind.MACHINE)


def coding(coder: Coder, *codes: tuple[str, str, str], document: str = "d1", **more: Any) -> Coding:
    spans = [CodedSpan(TEXT.index(t), TEXT.index(t) + len(t), theme, polarity) for t, theme, polarity in codes]
    return Coding(document, coder, tuple(spans), **more)


def transcripts(*documents: str) -> list[Transcript]:
    return [parse_text(TEXT, document=name) for name in documents]


def noisy(codings: list[Coding], coder: Coder, rate: float, seed: int) -> list[Coding]:
    """The codings as another would have them: some codes gone, some with another polarity, some moved."""
    rng = np.random.default_rng(seed)
    result = []
    for one in codings:
        spans = []
        for span in one.spans:
            luck = rng.random()
            if luck < rate / 2:
                continue
            polarity = {"shown": "lacking", "lacking": "shown"}[span.polarity] if luck < rate else span.polarity
            spans.append(CodedSpan(span.start, span.end, span.theme, polarity))
        result.append(Coding(one.document, coder, tuple(spans), one.scope, text_hash=one.text_hash))
    return result


@pytest.fixture
def corpus(small_corpus: Path) -> tuple[list[Transcript], list[Coding]]:
    texts = read_transcripts(small_corpus / "transcripts")
    return texts, read_codings(small_corpus / "codes.csv", transcripts=texts)


def test_counts_by_hand() -> None:
    human = coding(ANNA, ("Hon ringde chefen.", CC, "shown"), ("Hon glömde mötet.", CC, "lacking"))
    machine = coding(
        MACHINE,
        ("Hon ringde chefen.", CC, "lacking"),
        ("Hon stod på min sida.", EA, "shown"),
        ("Hon glömde mötet.", EA, "lacking"),
    )
    report = evaluate(human, machine, transcripts=transcripts("d1"))
    by_name = {r.name: r for r in (*report.themes, *report.codes)}
    assert len(report.themes) == 6
    assert len(report.codes) == 12
    assert (report.units, report.coded_units, report.participants) == (5, 2, 1)
    assert by_name[CC].counts.both == 1
    assert by_name[CC].f1 == pytest.approx(2 / 3)
    assert by_name[f"{CC} shown"].counts.only_first == 1
    assert by_name[f"{CC} lacking"].f1 == 0.0
    assert (by_name[EA].precision, by_name[EA].recall, by_name[EA].f1) == (0.0, None, 0.0)
    assert by_name["advice-guidance"].f1 is None
    assert report.polarity_right.value == 0.0
    assert report.confusion[CC] == {**dict.fromkeys((*Codebook.load("reco-competence").theme_ids, ""), 0), CC: 1, EA: 1}
    assert report.confusion[""][EA] == 1
    assert report.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert report.overall["themes"]["subset_accuracy"].value == pytest.approx(3 / 5)
    assert report.overall["themes"]["samples_f1"].value == pytest.approx(1 / 3)
    assert any("single participant" in warning for warning in report.warnings)
    assert report.polarity_right.low is None


def test_a_false_positive_on_a_theme_absent_from_the_gold_does_not_vanish() -> None:
    report = evaluate(
        coding(ANNA, ("Det var bra.", CC, "shown")),
        coding(MACHINE, ("Det var bra.", CC, "shown"), ("Sen slutade hon.", EA, "shown")),
    )
    wrong = next(theme for theme in report.themes if theme.theme == EA)
    assert (wrong.counts.only_second, wrong.precision, wrong.f1) == (1, 0.0, 0.0)


def test_against_scikit_learn_on_the_corpus(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    texts, human = corpus
    report = evaluate(human, noisy(human, MACHINE, 0.4, 1), transcripts=texts, draws=200)
    from rtwnlp.evaluation.aligned import align, columns_for

    book = Codebook.load("reco-competence")
    machine = {c.document: c for c in noisy(human, MACHINE, 0.4, 1)}
    aligned = align(
        {c.document: [c, machine[c.document]] for c in human},
        columns_for(human, book),
        transcripts={t.document: t for t in texts},
    )
    a, b = aligned.labels
    assert report.overall["codes"]["macro_f1"].value == pytest.approx(f1_score(a, b, average="macro"))
    assert report.overall["codes"]["samples_f1"].value == pytest.approx(
        f1_score(a, b, average="samples", zero_division=np.nan)
    )
    assert report.overall["codes"]["subset_accuracy"].value == pytest.approx((a == b).all(axis=1).mean())
    for i, result in enumerate(report.codes):
        assert result.cohen_kappa == pytest.approx(cohen_kappa_score(a[:, i], b[:, i]))
        low, high = result.intervals["f1"].low, result.intervals["f1"].high
        assert low is not None
        assert high is not None
        assert low <= (result.f1 or 0) <= high
    for by in ("language", "document", "participant"):
        assert sum(g.units for g in report.groups[by]) == report.units
    assert {g.name for g in report.groups["language"]} == {"en", "sv"}
    for group in report.groups["language"]:
        figure = group.intervals["macro_f1"]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= (group.macro_f1 or 0) <= figure.high
    assert all(group.intervals["macro_f1"].low is None for group in report.groups["participant"])


def test_outside_the_scope_is_unknown_and_not_a_miss() -> None:
    machine = coding(MACHINE, ("Hon glömde mötet.", CC, "lacking"), ("Hon ringde chefen.", CC, "shown"))
    start, end = TEXT.index("Hon ringde"), TEXT.index("Hon glömde")
    human = coding(ANNA, ("Hon ringde chefen.", CC, "shown"), scope=((start, end),))
    report = evaluate(human, machine, transcripts=transcripts("d1"))
    assert report.units == 2
    assert report.themes[0].f1 == 1.0


def test_a_theme_the_machine_cannot_give_is_missed_and_said() -> None:
    human = coding(ANNA, ("Det var bra.", "own-theme", "shown"), ("Hon ringde chefen.", CC, "shown"))
    machine = coding(MACHINE, ("Hon ringde chefen.", CC, "shown"), codebook="reco-competence")
    report = evaluate(human, machine, transcripts=transcripts("d1"), codebook=Codebook.load("reco-competence"))
    own = next(theme for theme in report.themes if theme.theme == "own-theme")
    assert (own.recall, own.predictable) == (0.0, False)
    assert any("own-theme" in warning for warning in report.warnings)


def test_two_humans_and_a_machine(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    texts, first = corpus
    kind = first[0].coder.kind
    second = noisy(first, Coder("second", kind), 0.3, 2)
    good = noisy(first, Coder("good", CoderKind.MACHINE), 0.1, 3)
    report = evaluate([*first, *second], good, transcripts=texts, coder="author model A", draws=300)
    overall = report.coders[0]
    assert set(overall.machine) == {"author model A", "second"}
    assert list(overall.humans) == ["author model A, second"]
    assert report.alternative_annotator is not None
    assert report.alternative_annotator["coded_units"]["units"]["second"] < report.units
    direct = evaluate(second, good, transcripts=texts, draws=200)
    kappas = [theme.cohen_kappa or 0.0 for theme in direct.themes]
    assert overall.machine["second"] == pytest.approx(np.mean(kappas))
    assert "agree with one another" in report.headline()
    alone = evaluate(first, good, transcripts=texts, draws=200)
    assert alone.coders == ()
    assert alone.alternative_annotator is None
    assert "cannot be told" in alone.headline()


def test_paired_comparison_tells_a_good_from_a_bad_machine(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    texts, human = corpus
    good = noisy(human, Coder("good", CoderKind.MACHINE), 0.05, 1)
    bad = noisy(human, Coder("bad", CoderKind.MACHINE), 0.7, 2)
    paired = compare_machines(human, good, bad, transcripts=texts)
    row = paired.rows[0]
    assert (paired.first, paired.second, paired.participants) == ("good", "bad", 6)
    assert row.difference.low is not None
    assert row.difference.low > 0
    # Six participants can be swapped in 64 ways, two of which are as far apart.
    assert row.p_value == pytest.approx(2 / 64, abs=0.012)
    same = compare_machines(human, good, noisy(human, Coder("twin", CoderKind.MACHINE), 0.05, 1), transcripts=texts)
    assert same.rows[0].difference.value == 0.0
    assert same.rows[0].p_value == 1.0


def test_bad_input() -> None:
    human = coding(ANNA, ("Det var bra.", CC, "shown"))
    machine = coding(MACHINE, ("Det var bra.", CC, "shown"))
    cases: list[tuple[Any, Any, dict[str, Any], str]] = [
        ([], machine, {}, "no codes"),
        (human, coding(MACHINE, document="d2"), {}, "no document that both"),
        ([human, human], machine, {}, "twice"),
        (human, machine, {"coder": "cecilia"}, "no coder 'cecilia'; there are: anna"),
        (human, coding(ANNA, ("Det var bra.", CC, "shown")), {}, "both sides"),
        ([human, coding(Coder("author", CoderKind.SYNTHETIC))], machine, {}, "never pooled"),
        (
            coding(ANNA, text_hash="a"),
            coding(MACHINE, text_hash="b"),
            {},
            "different versions of its text",
        ),
        (coding(ANNA, codebook_hash="a"), coding(MACHINE, codebook_hash="b"), {}, "different codebooks"),
        (human, [machine, coding(Coder("m2", CoderKind.MACHINE), document="d2")], {}, "2 coders"),
        (coding(ANNA, scope=((0, 3),)), machine, {"transcripts": transcripts("d1")}, "no passage"),
    ]
    for reference, other, options, message in cases:
        with pytest.raises(InputError, match=message):
            evaluate(reference, other, **options)


def synthetic_report(corpus: tuple[list[Transcript], list[Coding]], draws: int = 200) -> EvaluationReport:
    texts, first = corpus
    second = noisy(first, Coder("second <b>", first[0].coder.kind), 0.3, 2)
    machine = noisy(first, MACHINE, 0.3, 3)
    rng = np.random.default_rng(0)
    scores = {c.document: {place: {(CC, ""): float(rng.random())} for place in c.scope or ()} for c in machine}
    return evaluate([*first, *second], machine, transcripts=texts, scores=scores, draws=draws)


def test_the_report_in_words_and_markdown(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    report = synthetic_report(corpus)
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["headline"].startswith("On 6 documents")
    assert len(data["codes"]) == 12
    text = to_markdown(report)
    f1 = report.themes[0].f1
    assert f1 is not None
    assert f"{f1:.2f}" in text
    assert "## By language" in text
    assert report.worst_themes(2)[0].cohen_kappa == min(t.cohen_kappa or 1 for t in report.themes)


def test_the_json_has_the_schema(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    from importlib.resources import files

    import jsonschema

    schema = json.loads(files("rtwnlp.evaluation").joinpath("schema.json").read_text(encoding="utf-8"))
    data = json.loads(json.dumps(synthetic_report(corpus).to_dict()))
    jsonschema.validate(data, schema)
    del data["themes"][0]["counts"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_the_page_asks_for_nothing_and_escapes(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    page = to_html(synthetic_report(corpus))
    assert "second &lt;b&gt;" in page
    assert "second <b>" not in page
    assert "<script" not in page
    # The only addresses are the names of XML's own vocabularies inside the drawings.
    assert set(re.findall(r"https?://[^\"'\s<>]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert page.count("<figure") == 4


def test_the_page_opens_in_a_browser(corpus: tuple[list[Transcript], list[Coding]], tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine")
    (tmp_path / "report.html").write_text(to_html(synthetic_report(corpus)), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
    done = subprocess.run(
        [browser, *options.split(), f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000"]
        + ["--dump-dom", f"file://{tmp_path / 'report.html'}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert 'id="headline"' in done.stdout
    assert done.stdout.count("<svg") == 4
    assert "ERR_" not in done.stderr


def test_the_command(small_corpus: Path, bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    codes, folder = small_corpus / "codes.csv", small_corpus / "transcripts"
    out = tmp_path / "by-model"
    code, text, _ = rtwnlp(
        "evaluate", codes, "--model", bundle, "--transcripts", folder, "--by", "language", "--out", out, "--draws", 100
    )
    assert code == 0
    assert "language" in text
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert any("trained on 6 of these 6" in warning for warning in report["warnings"])
    assert report["themes"][0]["average_precision"]["value"] is not None
    assert (out / "report.html").is_file()
    rtwnlp("label", folder, "--model", bundle, "--out", tmp_path / "labels", "--format", "jsonl,csv")
    labels = tmp_path / "labels"
    for name, scored in (("labels.jsonl", True), ("labels.csv", False)):
        found = next(iter(labels.rglob(name if name == "labels.jsonl" else "*.csv")))
        again = tmp_path / name
        shutil.copyfile(found, again)
        assert (
            rtwnlp(
                "evaluate", codes, "--machine", again, "--transcripts", folder, "--out", tmp_path / "r", "--draws", 100
            )[0]
            == 0
        )
        other = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
        assert other["themes"][0]["counts"] == report["themes"][0]["counts"]
        assert (other["themes"][0]["average_precision"]["value"] is not None) == scored


def test_the_command_refuses_what_is_not_clear(small_corpus: Path, rtwnlp: Run) -> None:
    codes = small_corpus / "codes.csv"
    for arguments, message in (
        ((), "either --machine"),
        (("--machine", codes, "--model", "reco-competence"), "either --machine"),
        (("--model", "reco-competence"), "--transcripts"),
        (("--machine", codes, "--by", "weather"), "--by 'weather' is unknown"),
        (("--machine", codes), "both sides"),
    ):
        code, _, errors = rtwnlp("evaluate", codes, *arguments)
        assert code == 2
        assert message in errors


def test_by_role(small_corpus: Path, corpus: tuple[list[Transcript], list[Coding]], tmp_path: Path) -> None:
    texts, human = corpus
    roles = {text.document: "nurse" if i % 2 else "welder" for i, text in enumerate(texts)}
    report = evaluate(human, noisy(human, MACHINE, 0.3, 1), transcripts=texts, roles=roles, draws=100)
    assert [group.name for group in report.groups["role"]] == ["nurse", "welder"]
    from rtwnlp.formats.roles_table import read_roles

    path = tmp_path / "roles.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["participant", "role"], *roles.items()])
    assert read_roles(path) == roles
    path.write_text("participant,role\na,x\na,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="two roles"):
        read_roles(path)


def test_a_report_on_a_hundred_interviews_takes_seconds(corpus: tuple[list[Transcript], list[Coding]]) -> None:
    texts, human = corpus
    many_texts, many_human = [], []
    for i in range(10):
        for text, one in zip(
            sorted(texts, key=lambda t: t.document), sorted(human, key=lambda c: c.document), strict=True
        ):
            name = f"{text.document}-{i}"
            many_texts.append(parse_text(text.text, document=name))
            many_human.append(Coding(name, one.coder, one.spans, one.scope))
    machine = noisy(many_human, MACHINE, 0.3, 1)
    rng = np.random.default_rng(0)
    codes = [(c.theme, c.polarity) for c in Codebook.load("reco-competence").codes]
    scores = {c.document: {p: dict(zip(codes, rng.random(12), strict=True)) for p in c.scope or ()} for c in machine}
    started = time.monotonic()
    report = evaluate(many_human, machine, transcripts=many_texts, scores=scores, draws=2000)
    to_html(report)
    assert report.units > 6_000
    assert time.monotonic() - started < 60
