"""The alternative annotator test: may a machine take a coder's place? (Calderon, Reichart & Dror 2025)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from rtwnlp.errors import InputError, MissingExtraError

Annotation = TypeVar("Annotation")

MIN_UNITS = 30
"""Units of a coder below which the paper's t-test is not to be relied on; such coders are left out."""


@dataclass(frozen=True, slots=True)
class AlternativeAnnotatorTest:
    """What the test says.

    Attributes:
        epsilon: How much worse than the coder the machine may be, for what it saves.
        q: The false discovery rate.
        winning_rate: Share of the coders whom the machine may replace; None where no coder could be tested.
        passed: Whether that is half of them or more; None where no coder could be tested.
        advantage_probability: Mean over coders of how often the machine agrees with the others at least as well as the
            coder does.
        advantages: The same for each coder.
        p_values: For each coder, of the test that the machine is worse by `epsilon` or more.
        units: Units tested, for each coder.
        left_out: Coders with fewer than `MIN_UNITS` units.
    """

    epsilon: float
    q: float
    winning_rate: float | None
    passed: bool | None
    advantage_probability: float | None
    advantages: dict[str, float]
    p_values: dict[str, float]
    units: dict[str, int]
    left_out: tuple[str, ...]


def alternative_annotator_test(
    machine: Sequence[Annotation],
    coders: Mapping[str, Sequence[Annotation | None]],
    similarity: Callable[[Annotation, Annotation], float],
    *,
    epsilon: float = 0.2,
    q: float = 0.05,
) -> AlternativeAnnotatorTest:
    """Compare a machine with each of two coders or more by how well they agree with the remaining ones.

    Each coder j is left out in turn. On each unit the machine wins where its mean similarity to the others is at least
    the coder's (section 3, W^f), and the other way round (W^h). H0: the machine wins no more often than the coder less
    epsilon; a one-sided t-test of W^h - W^f against epsilon, over coders by the Benjamini-Yekutieli procedure.

    Args:
        machine: n annotations.
        coders: For each coder n annotations, None where the coder did not code.
        similarity: Of two annotations, the higher the more alike.
        epsilon: 0.2 for experts, 0.15 for trained and 0.1 for untrained coders, as the paper has it.
        q: The false discovery rate.

    Raises:
        InputError: There are fewer than two coders, or lengths differ.
        MissingExtraError: scipy is not installed.
    """
    if len(coders) < 2:
        raise InputError(f"the alternative annotator test needs two coders or more; there are {len(coders)}")
    if any(len(codes) != len(machine) for codes in coders.values()):
        raise InputError("every coder needs as many annotations as the machine (None where there is none)")
    advantages: dict[str, float] = {}
    p_values: dict[str, float] = {}
    units: dict[str, int] = {}
    left_out = []
    for name, own in coders.items():
        machine_wins, coder_wins = [], []
        for i, mine in enumerate(own):
            others = [o for o in (codes[i] for other, codes in coders.items() if other != name) if o is not None]
            if mine is None or not others:
                continue
            by_machine = float(np.mean([similarity(machine[i], other) for other in others]))
            by_coder = float(np.mean([similarity(mine, other) for other in others]))
            machine_wins.append(by_machine >= by_coder)
            coder_wins.append(by_coder >= by_machine)
        if len(machine_wins) < MIN_UNITS:
            left_out.append(name)
            continue
        units[name] = len(machine_wins)
        advantages[name] = float(np.mean(machine_wins))
        p_values[name] = _p_value(np.array(coder_wins, dtype=float) - np.array(machine_wins, dtype=float), epsilon)
    rejected = _benjamini_yekutieli(list(p_values.values()), q)
    rate = rejected / len(p_values) if p_values else None
    return AlternativeAnnotatorTest(
        epsilon,
        q,
        rate,
        None if rate is None else rate >= 0.5,
        float(np.mean(list(advantages.values()))) if advantages else None,
        advantages,
        p_values,
        units,
        tuple(left_out),
    )


def _p_value(differences: np.ndarray[tuple[int], np.dtype[np.float64]], epsilon: float) -> float:
    try:
        from scipy.stats import t
    except ImportError:
        raise MissingExtraError("the alternative annotator test", "eval") from None
    spread = float(differences.std(ddof=1))
    gap = float(differences.mean()) - epsilon
    if not spread:
        return 0.0 if gap < 0 else 1.0
    return float(t.cdf(gap / (spread / np.sqrt(len(differences))), df=len(differences) - 1))


def _benjamini_yekutieli(p_values: Sequence[float], q: float) -> int:
    """How many hypotheses are rejected at false discovery rate q under any dependence (Benjamini & Yekutieli 2001)."""
    m = len(p_values)
    if not m:
        return 0
    bound = q / (m * float(np.sum(1.0 / np.arange(1, m + 1))))
    passing = [rank for rank, p in enumerate(sorted(p_values), 1) if p <= rank * bound]
    return max(passing, default=0)


def jaccard(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> float:
    """Jaccard similarity of two sets of codes; 1 where both are empty.

    >>> jaccard(frozenset({("a", ""), ("b", "")}), frozenset({("a", "")}))
    0.5
    """
    return len(one & other) / len(one | other) if one or other else 1.0
