"""How much of a theme there is: a machine's count, put right by a random sample that a person coded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError, MissingExtraError
from rtwnlp.evaluation.agreement import by_document
from rtwnlp.evaluation.aligned import Aligned, align, columns_for
from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.sampling import strata_of_population
from rtwnlp.transcript import Transcript

LEVEL = 0.95
MIN_SAMPLE = 30

Floats = NDArray[np.float64]


def ppi_mean(
    coded: Floats,
    machine_on_coded: Floats,
    machine_on_rest: Floats,
    *,
    level: float = LEVEL,
    power: float | None = None,
) -> tuple[Figure, float]:
    """Prediction-powered mean of independent units (Angelopoulos et al. 2023, algorithm 1; power-tuned as in PPI++).

    Args:
        coded: Shape (n,), what a person says.
        machine_on_coded: Shape (n,), what the machine says of the same units.
        machine_on_rest: Shape (N,), what it says of the others.
        level: Of the interval.
        power: Weight of the machine: 1 is plain PPI, 0 the person's sample alone; None takes the one with the
            shortest interval (Angelopoulos, Duchi & Zrnic 2023, section 6), within [0, 1].

    Returns:
        The mean with its interval, and the weight.
    """
    n, rest = len(coded), len(machine_on_rest)
    if power is None:
        power = _best_power(coded, machine_on_coded, machine_on_rest)
    value = float(power * machine_on_rest.mean() + (coded - power * machine_on_coded).mean())
    variance = np.var(power * machine_on_rest) / rest + np.var(coded - power * machine_on_coded) / n
    half = _normal_quantile(level) * float(np.sqrt(variance))
    return Figure(value, value - half, value + half), power


def _best_power(coded: Floats, machine_on_coded: Floats, machine_on_rest: Floats) -> float:
    n, rest = len(coded), len(machine_on_rest)
    spread = float(np.var(np.concatenate([machine_on_coded, machine_on_rest]), ddof=1))
    if not spread:
        return 0.0
    common = float(((coded - coded.mean()) * (machine_on_coded - machine_on_coded.mean())).mean())
    return float(np.clip(common / ((1 + n / rest) * spread), 0.0, 1.0))


def _normal_quantile(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + level) / 2)


@dataclass(frozen=True, slots=True)
class Prevalence:
    """How often one code occurs in one group of documents.

    Attributes:
        group: The group; "" for all.
        theme: Id of the theme.
        polarity: The polarity, "" for any.
        units: Sentences in the group.
        sampled: Those a person coded.
        machine: Share to which the machine gave the code, not put right.
        sample: Share in the person's sample alone, with its interval.
        estimate: The machine's share put right by the sample, with its interval; None where the sample is too small.
        weight: The machine's weight in the estimate, in [0, 1].
    """

    group: str
    theme: str
    polarity: str
    units: int
    sampled: int
    machine: float | None
    sample: Figure
    estimate: Figure
    weight: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    def to_row(self) -> dict[str, Any]:
        """As one flat row of a table."""
        return {
            **{name: getattr(self, name) for name in ("group", "theme", "polarity", "units", "sampled", "machine")},
            **{
                f"{name}{suffix}": getattr(getattr(self, name), part)
                for name in ("sample", "estimate")
                for suffix, part in (("", "value"), ("_low", "low"), ("_high", "high"))
            },
            "weight": self.weight,
        }


def estimate_prevalence(
    human: Sequence[Coding],
    machine: Sequence[Coding],
    *,
    transcripts: Sequence[Transcript],
    codebook: Codebook | None = None,
    groups: Mapping[str, str] | None = None,
    strata: Mapping[tuple[str, int, int], str] | None = None,
) -> list[Prevalence]:
    """The share of sentences in these documents that carry each theme, if a person had coded them all.

    The sentences are a finite population of which the person coded a random sample; the machine coded all. The
    estimate is the generalised difference estimator (Särndal, Swensson & Wretman 1992, section 6.3), which is
    prediction-powered inference for a finite population: the machine's share, plus the sample's mean difference
    between person and machine. It is unbiased however poor the machine is (but for
    a trifle, as its weight is chosen on the sample); a good machine makes its interval short.
    Since the sentences were drawn one by one, that they are nested in participants does no harm. What it does not say
    is anything of other interviews than these.

    Args:
        human: The person's codings; their scope is the sample (the rows of `rtwnlp sample`, coded or left empty).
        machine: The machine's codings of all sentences.
        transcripts: The texts.
        codebook: Gives the codes.
        groups: A group for each participant or document.
        strata: For (document, start, end) of each sampled sentence the stratum it was drawn from, if the sample was
            stratified.

    Raises:
        InputError: There is no sample, or it lies outside what the machine coded.
    """
    if not transcripts:
        raise InputError("sentences are counted in the transcripts; give them too (--transcripts)")
    if any(coding.scope is None for coding in human):
        raise InputError(
            "the person's table holds only codes, so what was looked at is not known; take the table that "
            "`rtwnlp sample` wrote, and leave the theme empty where a sentence carries none"
        )
    texts = {transcript.document: transcript for transcript in transcripts}
    of_machine = {coding.document: coding for coding in machine}
    of_human = {document: _only(here) for document, here in by_document(human).items()}
    beyond = sorted(set(of_human) - set(of_machine))
    if beyond:
        raise InputError(f"the sample holds documents that the machine did not code: {', '.join(beyond[:6])}")
    columns = columns_for([*human, *machine], codebook)
    whole = align({d: [coding] for d, coding in of_machine.items()}, columns, transcripts=texts, roles=groups)
    sampled = align(
        {d: [of_human[d], of_machine[d]] for d in sorted(of_human)}, columns, transcripts=texts, roles=groups
    )
    place = {(u.document, u.start, u.end): i for i, u in enumerate(whole.units)}
    rows = np.array([place[(u.document, u.start, u.end)] for u in sampled.units])
    names = np.array([groups.get(u.participant, groups.get(u.document, "")) if groups else "" for u in whole.units])
    every = strata_of_population(strata, transcripts, machine, groups) if strata else {}
    stratum = np.array([every.get((u.document, u.start, u.end), "") for u in whole.units])
    results = []
    for group in ["", *sorted({str(name) for name in names if name})]:
        inside = np.ones(len(names), dtype=np.bool_) if not group else names == group
        results += _of_group(group, whole, sampled, rows, inside, stratum)
    return results


def _only(here: Mapping[str, Coding]) -> Coding:
    if len(here) > 1:
        raise InputError(f"the sample is of several coders: {', '.join(here)}; give one")
    return next(iter(here.values()))


def _of_group(
    group: str,
    whole: Aligned,
    sampled: Aligned,
    rows: NDArray[np.int64],
    inside: NDArray[np.bool_],
    stratum: NDArray[np.str_],
) -> list[Prevalence]:
    in_sample = inside[rows]
    results = []
    for theme, columns in zip(whole.themes, whole.columns_of_themes, strict=True):
        for polarity, chosen in [("", columns), *((whole.columns[c][1], [c]) for c in columns)]:
            if chosen != columns and not polarity:
                continue
            machine: Floats = np.asarray(whole.labels[0][:, chosen].any(axis=1), dtype=np.float64)
            person: Floats = np.asarray(sampled.labels[0][:, chosen].any(axis=1), dtype=np.float64)
            here = rows[in_sample]
            alone, _ = difference_estimate(person[in_sample], machine, here, inside, stratum, power=0.0)
            figure, weight = difference_estimate(person[in_sample], machine, here, inside, stratum)
            share = float(machine[inside].mean()) if inside.any() else None
            results.append(
                Prevalence(
                    group,
                    theme,
                    polarity,
                    int(inside.sum()),
                    len(here),
                    share,
                    alone,
                    figure if len(here) >= MIN_SAMPLE else Figure(None),
                    weight if len(here) >= MIN_SAMPLE else None,
                )
            )
    return results


def difference_estimate(
    person: Floats,
    machine: Floats,
    sampled: NDArray[np.int64],
    inside: NDArray[np.bool_],
    stratum: NDArray[np.str_],
    *,
    power: float | None = None,
    level: float = LEVEL,
) -> tuple[Figure, float]:
    """The share of a finite population that carries a code, from the machine on all and a person on a random sample.

    Args:
        person: Shape (n,), 0 or 1, on the sampled units of the group.
        machine: Shape (N,), 0 to 1, on all units.
        sampled: Shape (n,), positions of the sampled units.
        inside: Shape (N,), the units of the group.
        stratum: Shape (N,), each unit's stratum; within one, the sample is simple random.
        power: Weight of the machine, None for the best in [0, 1].
        level: Of the interval.

    Returns:
        The share with its interval (Student's t with the strata's degrees of freedom, within [0, 1]) and the weight.
        Where person and machine never differ in the sample, the interval is what a binomial count of 0 differences
        leaves open (Clopper & Pearson 1934), since a spread of 0 would claim certainty. With fewer than two sampled
        units in a stratum there is no interval.
    """
    size = int(inside.sum())
    names = sorted(set(stratum[inside].tolist()))
    if not len(sampled) or not size:
        return Figure(None), 0.0
    if power is None:
        power = _least_variance_power(person, machine, sampled, inside, stratum)
    total, variance, freedom, complete = 0.0, 0.0, 0, True
    for name in names:
        units = inside & (stratum == name)
        mine = stratum[sampled] == name
        count, n = int(units.sum()), int(mine.sum())
        share = count / size
        if not n:
            complete = False
            total += share * float(power * machine[units].mean())
            continue
        gaps = person[mine] - power * machine[sampled][mine]
        total += share * float(power * machine[units].mean() + gaps.mean())
        if n < 2:
            complete = complete and count == n
            continue
        variance += share**2 * (1 - n / count) * float(gaps.var(ddof=1)) / n
        freedom += n - 1
    value = float(np.clip(total, 0.0, 1.0))
    if not complete or not freedom:
        return Figure(value), power
    if not variance and len(sampled) < size:
        half = 1 - ((1 - level) / 2) ** (1 / len(sampled))
    else:
        half = _t_quantile(level, freedom) * variance**0.5
    return Figure(value, max(0.0, total - half), min(1.0, total + half)), power


def _least_variance_power(
    person: Floats, machine: Floats, sampled: NDArray[np.int64], inside: NDArray[np.bool_], stratum: NDArray[np.str_]
) -> float:
    """The machine's weight for which the estimate varies least, in [0, 1]: the regression estimator's slope."""
    common = spread = 0.0
    for name in set(stratum[inside].tolist()):
        count, mine = int((inside & (stratum == name)).sum()), stratum[sampled] == name
        n = int(mine.sum())
        if n < 2:
            continue
        weight = count**2 * (1 - n / count) / n
        y, f = person[mine], machine[sampled][mine]
        common += weight * float(((y - y.mean()) * (f - f.mean())).sum()) / (n - 1)
        spread += weight * float(f.var(ddof=1))
    return float(np.clip(common / spread, 0.0, 1.0)) if spread else 0.0


def _t_quantile(level: float, freedom: int) -> float:
    try:
        from scipy.stats import t
    except ImportError:
        raise MissingExtraError("the estimate's interval", "eval") from None
    return float(t.ppf((1 + level) / 2, freedom))
