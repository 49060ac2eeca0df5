"""Every statistic of the evaluation against an outside reference, on random input."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import bootstrap as scipy_bootstrap
from scipy.stats import ttest_1samp
from sklearn import metrics as sk

from rtwnlp.agreement.alternative_annotator import alternative_annotator_test, jaccard
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.bootstrap import ClusterBootstrap
from rtwnlp.evaluation.figures import tables
from rtwnlp.evaluation.metrics import averages, count, figures_of_counts
from rtwnlp.evaluation.ranking import (
    adaptive_bins,
    average_precision,
    brier,
    expected_calibration_error,
    reliability,
    roc_auc,
    threshold_curve,
)
from rtwnlp.evaluation.spans import meaning_units, span_counts
from rtwnlp.transcript import Role, Transcript, Turn

SEEDS = range(5)
Bools = NDArray[np.bool_]


def random_codes(seed: int, n: int = 300, codes: int = 5) -> tuple[Bools, Bools, NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    truth = rng.random((n, codes)) < rng.uniform(0.05, 0.4, codes)
    scores = np.round(np.clip(0.25 + 0.4 * truth + rng.normal(0, 0.2, truth.shape), 0, 1), 2)
    return truth, scores > 0.5, scores


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_counts_as_scikit_learn_has_them(seed: int) -> None:
    truth, given, _ = random_codes(seed)
    found = figures_of_counts(tables(truth, given, np.ones_like(truth)).sum(axis=0))
    for i in range(truth.shape[1]):
        a, b = truth[:, i], given[:, i]
        assert found["precision"][i] == pytest.approx(sk.precision_score(a, b))
        assert found["recall"][i] == pytest.approx(sk.recall_score(a, b))
        assert found["f1"][i] == pytest.approx(sk.f1_score(a, b))
        assert found["cohen_kappa"][i] == pytest.approx(sk.cohen_kappa_score(a, b))
        assert found["mcc"][i] == pytest.approx(sk.matthews_corrcoef(a, b))
        counts = count(a, b, np.ones(len(a), dtype=bool))
        for name in found:
            assert getattr(counts, name) == pytest.approx(found[name][i])


@pytest.mark.parametrize("seed", SEEDS)
def test_averages_as_scikit_learn_has_them(seed: int) -> None:
    truth, given, _ = random_codes(seed)
    found = averages(tables(truth, given, np.ones_like(truth)).sum(axis=0))
    for name in ("macro", "micro", "weighted"):
        assert found[f"{name}_f1"] == pytest.approx(sk.f1_score(truth, given, average=name))


def test_undefined_is_none_and_nan_never_zero() -> None:
    nothing = np.zeros(10, dtype=bool)
    counts = count(nothing, nothing, ~nothing)
    assert (counts.precision, counts.recall, counts.f1, counts.cohen_kappa, counts.mcc) == (None,) * 5
    found = figures_of_counts(np.array([0.0, 0.0, 0.0, 10.0]))
    assert all(np.isnan(value) for value in found.values())
    assert averages(np.array([[0.0, 0.0, 0.0, 9.0], [1.0, 0.0, 0.0, 8.0]]))["macro_f1"] == 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_ranking_as_scikit_learn_has_it_with_weights_and_ties(seed: int) -> None:
    truth, _, scores = random_codes(seed)
    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 4, size=(3, len(truth))).astype(float)
    for i in range(truth.shape[1]):
        a, s = truth[:, i], scores[:, i]
        assert average_precision(a, s)[0] == pytest.approx(sk.average_precision_score(a, s))
        assert roc_auc(a, s)[0] == pytest.approx(sk.roc_auc_score(a, s))
        for draw in range(3):
            w = weights[draw]
            assert average_precision(a, s, weights)[draw] == pytest.approx(
                sk.average_precision_score(a, s, sample_weight=w)
            )
            assert roc_auc(a, s, weights)[draw] == pytest.approx(sk.roc_auc_score(a, s, sample_weight=w))
        assert brier(a, s) == pytest.approx(sk.brier_score_loss(a, s))
    assert np.isnan(average_precision(np.zeros(4, dtype=bool), np.arange(4.0))).all()
    assert np.isnan(roc_auc(np.ones(4, dtype=bool), np.arange(4.0))).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_calibration_by_its_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.random(1000)
    labels = rng.random(1000) < scores**2
    order = np.argsort(scores)
    gaps = [len(part) / 1000 * abs(labels[part].mean() - scores[part].mean()) for part in np.array_split(order, 10)]
    assert expected_calibration_error(labels, scores)[0] == pytest.approx(sum(gaps))
    curve = reliability(labels, scores)
    assert [b.units for b in curve] == [100] * 10
    assert curve[0].mean_score == pytest.approx(scores[order[:100]].mean())
    doubled = np.full((1, 1000), 2.0)
    assert expected_calibration_error(labels, scores, doubled)[0] == pytest.approx(sum(gaps))


def test_units_of_one_score_share_a_bin() -> None:
    scores = np.array([0.1] * 15 + [0.9] * 5)
    bins = adaptive_bins(scores)
    assert len(set(bins[:15])) == 1
    assert len(set(bins)) == 2


def test_threshold_curve_by_counting() -> None:
    truth, _, scores = random_codes(1)
    point = threshold_curve(truth[:, 0], scores[:, 0])[9]
    assert point["threshold"] == 0.5
    assert point["f1"] == pytest.approx(sk.f1_score(truth[:, 0], scores[:, 0] >= 0.5))


def test_cluster_bootstrap_interval_against_scipy() -> None:
    rng = np.random.default_rng(3)
    per_cluster = rng.integers(0, 20, size=(40, 1)).astype(float)
    values = np.concatenate([np.ones((int(n), 1)) for (n,) in per_cluster])
    clusters = [f"p{i:02}" for i, (n,) in enumerate(per_cluster) for _ in range(int(n))]
    names = sorted(set(clusters))
    bootstrap = ClusterBootstrap(clusters, draws=4000, seed=0)
    figure = bootstrap.of_totals(bootstrap.totals(values), lambda sums: sums[..., 0] / len(names))
    sizes = np.array([clusters.count(name) for name in names], dtype=float)
    outside = scipy_bootstrap((sizes,), np.mean, n_resamples=4000, method="percentile", rng=1).confidence_interval
    assert figure.low == pytest.approx(outside.low, abs=0.25)
    assert figure.high == pytest.approx(outside.high, abs=0.25)
    by_units = bootstrap.of_units(lambda w: (np.ones((1, len(clusters))) if w is None else w).sum(axis=1) / len(names))
    assert (by_units.low, by_units.high) == (figure.low, figure.high)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for trial in range(200):
        rates = rng.beta(4, 4, size=30)
        units = rng.random((30, 25)) < rates[:, None]
        bootstrap = ClusterBootstrap([f"p{i}" for i in range(30) for _ in range(25)], draws=400, seed=trial)
        totals = bootstrap.totals(units.reshape(-1, 1).astype(float))
        figure = bootstrap.of_totals(totals, lambda sums: sums[..., 0] / 750)
        assert figure.low is not None
        assert figure.high is not None
        hits += figure.low <= 0.5 <= figure.high
    assert 0.88 <= hits / 200 <= 0.99


def test_one_participant_has_no_interval() -> None:
    bootstrap = ClusterBootstrap(["a"] * 5)
    figure = bootstrap.of_totals(bootstrap.totals(np.ones((5, 1))), lambda sums: sums[..., 0])
    assert (figure.value, figure.low, figure.high) == (5.0, None, None)


def _official_alt_test(
    machine: list[str], humans: dict[str, list[str]], epsilon: float, q: float
) -> tuple[float, float]:
    """As the paper's section 3 has it, with scipy's t-test, for annotations without gaps."""
    p_values, advantages = [], []
    for name, own in humans.items():
        others = [codes for other, codes in humans.items() if other != name]
        machine_score = [np.mean([m == o[i] for o in others]) for i, m in enumerate(machine)]
        own_score = [np.mean([m == o[i] for o in others]) for i, m in enumerate(own)]
        wins = [int(a >= b) for a, b in zip(machine_score, own_score, strict=True)]
        loses = [int(b >= a) for a, b in zip(machine_score, own_score, strict=True)]
        difference = [b - a for a, b in zip(wins, loses, strict=True)]
        p_values.append(ttest_1samp(difference, epsilon, alternative="less").pvalue)
        advantages.append(np.mean(wins))
    m = len(p_values)
    limits = np.arange(1, m + 1) * q / (m * np.sum(1 / np.arange(1, m + 1)))
    passing = np.flatnonzero(np.sort(p_values) <= limits)
    return (0 if not len(passing) else passing[-1] + 1) / m, float(np.mean(advantages))


@pytest.mark.parametrize("seed", SEEDS)
def test_alternative_annotator_test_against_the_papers_procedure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.choice(list("abcd"), size=120)

    def noisy(rate: float) -> list[str]:
        return [str(x) if rng.random() > rate else str(rng.choice(list("abcd"))) for x in truth]

    humans = {f"h{i}": noisy(0.2 + 0.1 * i) for i in range(4)}
    machine = noisy(0.1 + 0.1 * seed)
    for epsilon in (0.0, 0.1, 0.2):
        found = alternative_annotator_test(machine, humans, lambda a, b: float(a == b), epsilon=epsilon)
        rate, advantage = _official_alt_test(machine, humans, epsilon, 0.05)
        assert found.winning_rate == pytest.approx(rate)
        assert found.advantage_probability == pytest.approx(advantage)
        assert found.passed == (rate >= 0.5)


def test_alternative_annotator_test_of_a_perfect_and_of_a_useless_machine() -> None:
    rng = np.random.default_rng(0)
    truth = [frozenset({("a", "")}) if x else frozenset() for x in rng.random(200) < 0.5]
    worse = {
        name: [codes if rng.random() > 0.2 else frozenset() for codes in truth] for name in ("anna", "bo", "cecilia")
    }
    assert alternative_annotator_test(truth, worse, jaccard).passed is True
    useless = [frozenset({("z", "")})] * 200
    assert alternative_annotator_test(useless, worse, jaccard).winning_rate == 0.0
    few = alternative_annotator_test(truth[:20], {n: c[:20] for n, c in worse.items()}, jaccard)
    assert (few.winning_rate, few.passed, few.left_out) == (None, None, ("anna", "bo", "cecilia"))
    with pytest.raises(InputError, match="two coders"):
        alternative_annotator_test(truth, {"anna": truth}, jaccard)


def test_spans_by_hand() -> None:
    counts = span_counts([(0, 50), (60, 90), (100, 120)], [(0, 50), (70, 95), (130, 140)], tolerance=10)
    assert counts[0].tolist() == [1, 2, 2]
    assert counts[1].tolist() == [2, 1, 1]
    assert counts[2].tolist() == [50 + 20, 15, 30]


def test_sentences_of_one_turn_are_one_meaning_unit() -> None:
    text = "P: Ett. Två.\nP: Tre."
    turns = (Turn(0, 3, 12, "P", Role.PARTICIPANT), Turn(1, 16, 20, "P", Role.PARTICIPANT))
    spans = tuple(CodedSpan(a, b, "t", "shown") for a, b in ((3, 7), (8, 12), (16, 20)))
    coding = Coding("d", Coder("a", CoderKind.HUMAN), spans)
    found = meaning_units(coding, Transcript("d", text, turns), by_theme=True)
    assert found == {("t", ""): [(3, 12), (16, 20)]}
