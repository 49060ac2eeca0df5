from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics import masi_distance as nltk_masi
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from rtwnlp.agreement import (
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    masi_distance,
    percent_agreement,
    undefined_reason,
    unitizing_alpha,
)
from rtwnlp.errors import InputError

N = math.nan

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: four observers, twelve units.
KRIPPENDORFF_2011 = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]

# Fleiss 1971, table 1: thirty patients, six psychiatrists, five diagnoses: kappa 0.430. Here the widely used table of
# ten subjects and fourteen raters: kappa 0.210.
TEN_SUBJECTS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_the_published_example(level: str, published: float) -> None:
    assert krippendorff_alpha(KRIPPENDORFF_2011, level=level) == pytest.approx(published, abs=0.0006)  # type: ignore[arg-type]


def test_fleiss_kappa_of_the_published_table() -> None:
    assert fleiss_kappa(TEN_SUBJECTS) == pytest.approx(0.210, abs=0.0005)


def random_ratings(seed: int, missing: float = 0.2) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, 60)
    data = np.where(rng.random((4, 60)) < 0.6, truth, rng.integers(0, 4, (4, 60))).astype(np.float64)
    data[rng.random(data.shape) < missing] = N
    return data


def triples(data: NDArray[np.float64]) -> list[tuple[str, int, int]]:
    twice = (~np.isnan(data)).sum(axis=0) >= 2
    return [
        (f"c{c}", u, int(data[c, u]))
        for c in range(len(data))
        for u in range(data.shape[1])
        if twice[u] and not np.isnan(data[c, u])
    ]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("missing", [0.0, 0.3, 0.6])
def test_alpha_against_nltk(seed: int, missing: float) -> None:
    data = random_ratings(seed, missing)
    for level, distance in (("nominal", binary_distance), ("interval", interval_distance)):
        reference = AnnotationTask(data=triples(data), distance=distance).alpha()
        assert krippendorff_alpha(data, level=level) == pytest.approx(reference, abs=1e-9)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(8))
def test_fleiss_against_statsmodels(seed: int) -> None:
    data = random_ratings(seed, 0.0)
    table = np.stack([(data == k).sum(axis=0) for k in range(4)], axis=1)
    assert fleiss_kappa(table) == pytest.approx(statsmodels_fleiss(table), abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_cohen_against_scikit_learn(seed: int) -> None:
    first, second, *_ = random_ratings(seed, 0.2)
    both = ~np.isnan(first) & ~np.isnan(second)
    assert cohen_kappa(first, second) == pytest.approx(cohen_kappa_score(first[both], second[both]), abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_masi_alpha_against_nltk(seed: int) -> None:
    rng = np.random.default_rng(seed)
    units = [[frozenset(rng.choice(list("abcd"), rng.integers(1, 4)).tolist()) for _ in range(25)] for _ in range(3)]
    task = [(f"c{c}", u, codes) for c, row in enumerate(units) for u, codes in enumerate(row)]
    reference = AnnotationTask(data=task, distance=nltk_masi).alpha()
    # nltk rounds its monotonicity to 0.67 and 0.33.
    assert masi_alpha(units) == pytest.approx(reference, abs=0.01)


def gwet_reference(data: NDArray[np.float64], categories: int) -> tuple[float, float]:
    """AC1 and Brennan-Prediger from Gwet 2014's sums, unit by unit and pair by pair."""
    agreements, share = [], np.zeros(categories)
    coded = 0
    for unit in data.T:
        codes = [int(v) for v in unit if not np.isnan(v)]
        if codes:
            coded += 1
            for v in codes:
                share[v] += 1 / len(codes)
        pairs = [(a, b) for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j]
        if pairs:
            agreements.append(sum(a == b for a, b in pairs) / len(pairs))
    share /= coded
    observed = float(np.mean(agreements))
    chance = sum(p * (1 - p) for p in share) / (categories - 1)
    return (observed - chance) / (1 - chance), (observed - 1 / categories) / (1 - 1 / categories)


@pytest.mark.parametrize("seed", range(8))
def test_gwet_and_brennan_prediger(seed: int) -> None:
    data = random_ratings(seed, 0.3)
    ac1, bp = gwet_reference(data, 4)
    assert gwet_ac1(data) == pytest.approx(ac1, abs=1e-12)
    assert brennan_prediger(data) == pytest.approx(bp, abs=1e-12)


def test_two_coders_of_gwets_example() -> None:
    # Gwet 2008, table 2 with A = 118, B = 5, C = 2, D = 0: kappa -0.0234 and AC1 0.9408 (125 subjects, two raters).
    first = [1] * 123 + [0] * 2
    second = [1] * 118 + [0] * 5 + [1] * 2
    assert cohen_kappa(first, second) == pytest.approx(-0.0234, abs=0.0002)
    assert gwet_ac1([first, second]) == pytest.approx(0.9408, abs=0.0002)
    assert percent_agreement([first, second]) == pytest.approx(118 / 125)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([[1, 0, 1]], "only one coder"),
        ([[1, N, 1], [N, 1, N]], "no unit was coded by two"),
        ([[1, 1, 1], [1, 1, N]], "every code is the same"),
        ([[N, N], [N, N]], "no unit was coded by two"),
    ],
)
def test_undefined_is_none_with_a_reason(data: list[list[float]], reason: str) -> None:
    assert reason in str(undefined_reason(data))
    assert krippendorff_alpha(data) is None
    assert krippendorff_alpha(data, level="interval") is None
    assert gwet_ac1(data) is None or len(data) == 1
    if len(data) == 2:
        assert cohen_kappa(data[0], data[1]) is None


def test_one_category_is_undefined_for_every_measure() -> None:
    data = [[1, 1, 1], [1, 1, 1]]
    assert gwet_ac1(data) is None
    assert brennan_prediger(data) is None
    assert gwet_ac1(data, categories=2) == 1.0
    assert fleiss_kappa([[2, 0], [2, 0]]) is None
    assert masi_alpha([[{"a"}], [{"a"}]]) is None
    assert percent_agreement(data) == 1.0
    assert percent_agreement([[1, N], [N, 1]]) is None


def test_words_and_numbers_give_the_same() -> None:
    words = [["a", "b", None, "c"], ["a", "c", "b", "c"]]
    numbers = [[0, 1, N, 2], [0, 2, 1, 2]]
    assert krippendorff_alpha(words) == krippendorff_alpha(numbers)
    assert cohen_kappa(*words) == cohen_kappa(*numbers)


@pytest.mark.parametrize(
    ("data", "level", "message"),
    [
        ([1, 2, 3], "nominal", "shape"),
        ([[1, 2], [1]], "nominal", "same units"),
        ([["a"], ["b"]], "interval", "nominal level"),
        ([[-1, 2], [1, 2]], "ratio", "negative"),
        ([[1, 2], [1, 2]], "rank", "unknown"),
        ([[math.inf, 2], [1, 2]], "nominal", "infinite"),
        ([["a", 1], ["a", 1]], "nominal", "numbers"),
    ],
)
def test_wrong_ratings_are_one_clear_error(data: object, level: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        krippendorff_alpha(data, level=level)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", [[1, 2], [[1, -1]], [[0.5, 1.5]]])
def test_a_table_that_holds_no_counts(table: object) -> None:
    with pytest.raises(InputError):
        fleiss_kappa(table)  # type: ignore[arg-type]


ratings = st.lists(st.lists(st.sampled_from([0.0, 1.0, 2.0, N]), min_size=6, max_size=6), min_size=2, max_size=4)


@settings(max_examples=150, deadline=None)
@given(ratings, st.randoms())
def test_order_of_coders_and_units_does_not_matter(data: list[list[float]], random: object) -> None:
    array = np.array(data)
    rng = np.random.default_rng(7)
    shuffled = rng.permuted(np.arange(array.shape[1]))
    again = array[::-1][:, shuffled]
    for measure in (percent_agreement, gwet_ac1, brennan_prediger, krippendorff_alpha):
        before, after = measure(array), measure(again)
        assert (before is None) == (after is None)
        if before is not None:
            assert after == pytest.approx(before, abs=1e-12)
            assert before <= 1.0 + 1e-12


def test_masi_distance_of_the_paper() -> None:
    assert masi_distance({1, 2}, {2, 3}) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi_distance({1}, {2}) == 1.0


def unitizing_reference(rows: list[list[tuple[int, int, str]]], length: int) -> float | None:
    """Eq. 1, 4 and 5 of Krippendorff et al. 2016, character by character and unit by unit."""
    values = ["", *sorted({v for row in rows for _, _, v in row})]
    at = [["" for _ in range(length)] for _ in rows]
    for coder, row in enumerate(rows):
        for start, end, value in row:
            at[coder][start:end] = [value] * (end - start)
    others = len(rows) - 1
    pairs = [(at[i][x], at[j][x]) for i in range(len(rows)) for j in range(len(rows)) if i != j for x in range(length)]
    total = len(pairs) / others
    disagree = sum(a != b for a, b in pairs) / others
    margin = {v: sum(a == v for a, _ in pairs) / others for v in values}
    own = sum(a.count("") for a in at) + sum((e - s) ** 2 for row in rows for s, e, _ in row)
    chance = total * sum(margin[a] * margin[b] for a in values for b in values if a != b) / (total**2 - own)
    return 1 - disagree / chance if chance else None


@pytest.mark.parametrize("seed", range(12))
def test_unitizing_alpha_against_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows: list[list[tuple[int, int, str]]] = []
    for _ in range(int(rng.integers(2, 5))):
        cuts = sorted(rng.choice(81, 8, replace=False).tolist())
        rows.append([(a, b, str(rng.choice(list("xyz")))) for a, b in zip(cuts[::2], cuts[1::2], strict=True)])
    reference = unitizing_reference(rows, 80)
    assert unitizing_alpha(rows, 80).u == pytest.approx(reference, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_unitizing_alphas_of_single_characters_are_nominal_alphas(seed: int) -> None:
    rng = np.random.default_rng(seed)
    with_gaps = rng.integers(0, 4, (3, 40))
    rows = [[(x, x + 1, "abc"[v - 1]) for x, v in enumerate(row) if v] for row in with_gaps.tolist()]
    found = unitizing_alpha(rows, 40)
    assert found.u == pytest.approx(krippendorff_alpha(with_gaps), abs=1e-12)
    assert found.binary == pytest.approx(krippendorff_alpha(with_gaps > 0), abs=1e-12)
    without = rng.integers(0, 3, (3, 40))
    found = unitizing_alpha([[(x, x + 1, "abc"[v]) for x, v in enumerate(row)] for row in without.tolist()], 40)
    assert found.cu == pytest.approx(krippendorff_alpha(without), abs=1e-12)
    assert found.cu_coverage == 1.0
    for value, name in enumerate("abc"):
        assert found.by_value[name] == pytest.approx(krippendorff_alpha(without == value), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_binary_alpha_is_that_of_one_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(3):
        cuts = sorted(rng.choice(81, 8, replace=False).tolist())
        rows.append([(a, b, str(rng.choice(list("xyz")))) for a, b in zip(cuts[::2], cuts[1::2], strict=True)])
    merged = [[(a, b, "x") for a, b, _ in row] for row in rows]
    found = unitizing_alpha(merged, 80)
    assert unitizing_alpha(rows, 80).binary == pytest.approx(found.u, abs=1e-12)
    assert found.binary == pytest.approx(found.u, abs=1e-12)


def test_unitizing_alpha_where_it_is_undefined_or_wrong() -> None:
    assert unitizing_alpha([[(0, 5, "a")]], 10).u is None
    assert unitizing_alpha([[], []], 10).u is None
    assert unitizing_alpha([[(0, 5, "a")], [(0, 5, "a")]], 10).cu is None
    with pytest.raises(InputError, match="overlaps"):
        unitizing_alpha([[(0, 5, "a"), (4, 6, "b")], []], 10)
    with pytest.raises(InputError, match="outside"):
        unitizing_alpha([[(0, 11, "a")], []], 10)
