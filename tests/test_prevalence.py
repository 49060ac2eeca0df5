"""Estimates of prevalence: unbiased, with intervals that cover, and as the reference implementation has them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rtwnlp import read_codings, read_transcripts
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.prevalence import difference_estimate, estimate_prevalence, ppi_mean
from rtwnlp.evaluation.sampling import CODED, SampledUnit, draw_sample

Run = Callable[..., tuple[int, str, str]]

# ppi-python 0.2.3, ppi_mean_ci(..., alpha=0.05), on the arrays of `arrays(seed)`; lam=1, then the tuned one.
PPI_PYTHON = {
    0: ((0.15394992936934707, 0.2680500706306529), (0.15267804174947497, 0.24038547892279405)),
    1: ((0.12559041660271555, 0.2404095833972845), (0.12659169962798247, 0.21190518145056067)),
    2: ((0.10994058405202006, 0.2360594159479799), (0.1458639680639732, 0.24160423300982478)),
    3: ((0.08634854470190136, 0.2156514552980986), (0.1171704734645621, 0.20926056565487056)),
}


def arrays(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random(1200) < 0.2
    machine = np.where(rng.random(1200) < 0.85, truth, ~truth).astype(float)
    return truth[:200].astype(float), machine[:200], machine[200:]


@pytest.mark.parametrize("seed", PPI_PYTHON)
def test_ppi_as_the_reference_implementation_has_it(seed: int) -> None:
    for power, (low, high) in zip((1.0, None), PPI_PYTHON[seed], strict=True):
        figure, _ = ppi_mean(*arrays(seed), power=power)
        assert figure.low == pytest.approx(low, abs=1e-9)
        assert figure.high == pytest.approx(high, abs=1e-9)


def population(seed: int, size: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """A finite population coded by a person and by a machine that gives the code half again too often."""
    rng = np.random.default_rng(seed)
    truth = rng.random(size) < 0.15
    return truth.astype(float), (truth & (rng.random(size) < 0.8) | (rng.random(size) < 0.12)).astype(float)


@pytest.mark.parametrize("stratified", [False, True])
def test_the_estimate_is_unbiased_covers_and_is_shorter_than_the_sample_alone(stratified: bool) -> None:
    truth, machine = population(7)
    everything = np.ones(len(truth), dtype=bool)
    stratum = np.where(machine > 0, "yes", "no") if stratified else np.full(len(truth), "")
    rng = np.random.default_rng(1)
    values, hits, lengths, alone = [], 0, [], []
    for _ in range(400):
        if stratified:
            parts = [rng.choice(np.flatnonzero(stratum == name), 125, replace=False) for name in ("yes", "no")]
            sampled = np.sort(np.concatenate(parts))
        else:
            sampled = np.sort(rng.choice(len(truth), 250, replace=False))
        figure, _ = difference_estimate(truth[sampled], machine, sampled, everything, stratum)
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        values.append(figure.value)
        hits += figure.low <= truth.mean() <= figure.high
        lengths.append(figure.high - figure.low)
        only, _ = difference_estimate(truth[sampled], machine, sampled, everything, np.full(len(truth), ""), power=0)
        alone.append((only.high or 0) - (only.low or 0))
    assert np.mean(values) == pytest.approx(truth.mean(), abs=0.003)
    assert abs(machine.mean() - truth.mean()) > 0.05
    assert 0.92 <= hits / 400 <= 0.98
    assert np.mean(lengths) < 0.9 * np.mean(alone)


def test_no_difference_in_the_sample_is_no_certainty() -> None:
    machine = np.zeros(1000)
    sampled = np.arange(50)
    figure, _ = difference_estimate(np.zeros(50), machine, sampled, np.ones(1000, dtype=bool), np.full(1000, ""))
    assert (figure.value, figure.low) == (0.0, 0.0)
    # The exact binomial bound for 0 of 50.
    assert figure.high == pytest.approx(1 - 0.025 ** (1 / 50))
    census, _ = difference_estimate(machine, machine, np.arange(1000), np.ones(1000, dtype=bool), np.full(1000, ""))
    assert (census.low, census.high) == (0.0, 0.0)


def test_a_sample_is_drawn_by_its_seed_and_strata(small_corpus: Path) -> None:
    texts = read_transcripts(small_corpus / "transcripts")
    first, again, other = (draw_sample(texts, 60, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len({(u.document, u.start) for u in first}) == 60
    assert all(text.text[u.start : u.end] == u.text for u in first for text in texts if text.document == u.document)
    machine = read_codings(small_corpus / "codes.csv", transcripts=texts)
    halves = draw_sample(texts, 60, machine=machine)
    assert sum(u.stratum == CODED for u in halves) == 30
    groups = {text.document: "sv" if "sv" in text.document else "en" for text in texts}
    spread = draw_sample(texts, 60, groups=groups)
    assert {u.stratum for u in spread} == {"en", "sv"}
    with pytest.raises(InputError, match="cannot be drawn"):
        draw_sample(texts, 100_000)


def sampled_coding(truth: list[Coding], sample: list[SampledUnit]) -> list[Coding]:
    human = []
    for c in truth:
        scope = tuple((u.start, u.end) for u in sample if u.document == c.document)
        spans = tuple(s for s in c.spans if any(a <= s.start and s.end <= b for a, b in scope))
        human.append(Coding(c.document, Coder("anna", CoderKind.HUMAN), spans, scope))
    return human


def test_estimates_of_every_theme_and_group(small_corpus: Path) -> None:
    texts = read_transcripts(small_corpus / "transcripts")
    truth = read_codings(small_corpus / "codes.csv", transcripts=texts)
    groups = {text.document: text.document[5:7] for text in texts}
    whole = {(p.theme, p.polarity): p.machine for p in estimate_prevalence(truth, truth, transcripts=texts)}
    inside = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        machine = [
            Coding(c.document, Coder("m", CoderKind.MACHINE), tuple(s for s in c.spans if rng.random() < 0.7), c.scope)
            for c in truth
        ]
        human = sampled_coding(truth, draw_sample(texts, 300, seed=seed))
        found = estimate_prevalence(human, machine, transcripts=texts, groups=groups)
        for p in found:
            if not p.group:
                assert p.estimate.low is not None
                assert p.estimate.high is not None
                inside.append(p.estimate.low <= (whole[p.theme, p.polarity] or 0) <= p.estimate.high)
    assert len(inside) == 8 * 18
    assert np.mean(inside) >= 0.88
    assert {p.group for p in found} == {"", "en", "sv"}
    assert sum(p.sampled for p in found if p.group and not p.polarity) == 300 * 6
    with pytest.raises(InputError, match="only codes"):
        estimate_prevalence(
            [Coding("x", Coder("a", CoderKind.HUMAN), (CodedSpan(0, 2, "t", ""),))], machine, transcripts=texts
        )


def test_the_commands_from_sample_to_estimate(small_corpus: Path, tmp_path: Path, rtwnlp: Run) -> None:
    folder = small_corpus / "transcripts"
    table = tmp_path / "to-code.csv"
    common = ("--transcripts", folder)
    assert rtwnlp("sample", folder, "--size", 120, "--machine", small_corpus / "codes.csv", "--out", table)[0] == 0
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120
    with (small_corpus / "codes.csv").open(encoding="utf-8", newline="") as file:
        gold: dict[tuple[str, str], list[dict[str, str]]] = {}
        for record in csv.DictReader(file):
            gold.setdefault((record["document"], record["start"]), []).append(record)
    # A sentence without a row of its own lies in a passage that carries no code; one with two codes has two rows.
    rows = [
        row | {name: code[name] for name in ("theme", "polarity")}
        for row in rows
        for code in gold.get((row["document"], row["start"]), [{"theme": "", "polarity": ""}])
    ]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    out = tmp_path / "estimate"
    code, text, errors = rtwnlp("estimate", table, "--machine", small_corpus / "codes.csv", *common, "--out", out)
    assert code == 0, errors
    assert "advice-guidance" in text
    data = json.loads((out / "estimate.json").read_text(encoding="utf-8"))
    theme = next(p for p in data["prevalence"] if p["theme"] == "advice-guidance" and not p["polarity"])
    assert theme["estimate"]["low"] <= theme["machine"] <= theme["estimate"]["high"]
    # In a stratified sample the person's codes are not as frequent as in the whole; the estimate weighs that.
    shares = [float(row["theme"] != "") for row in rows]
    whole = estimate_prevalence(
        read_codings(small_corpus / "codes.csv", transcripts=read_transcripts(folder)),
        read_codings(small_corpus / "codes.csv", transcripts=read_transcripts(folder)),
        transcripts=read_transcripts(folder),
    )
    assert 0.4 <= np.mean(shares) <= 0.6
    assert theme["machine"] == pytest.approx(next(p.machine for p in whole if p.theme == "advice-guidance"))
    other = tmp_path / "other.csv"
    other.write_text(table.read_text(encoding="utf-8").replace(CODED, "another stratum"), encoding="utf-8")
    code, _, errors = rtwnlp("estimate", other, "--machine", small_corpus / "codes.csv", *common)
    assert code == 2
    assert "strata" in errors
    assert rtwnlp("estimate", small_corpus / "nothing.csv", "--machine", table, *common)[0] == 2
    assert rtwnlp("sample", folder, "--size", 0, "--out", table)[0] == 2
