"""How far coders agree with one another, theme by theme, on the units that all of them looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtwnlp.agreement import (
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    percent_agreement,
    undefined_reason,
    unitizing_alpha,
)
from rtwnlp.coding import CodedSpan, Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.bootstrap import ClusterBootstrap
from rtwnlp.evaluation.units import UNIT_KINDS, UnitKind, codes_on, lengths_of, units_of
from rtwnlp.transcript import Transcript


@dataclass(frozen=True, slots=True)
class ThemeAgreement:
    """Agreement on whether one theme, or one theme with one polarity, is there. Figures are None where undefined.

    Attributes:
        theme: Id of the theme.
        polarity: The polarity, or "" for any.
        units: Units that two coders or more looked at for this theme.
        coded_by: For each coder, the units that carry the code.
        percent: Percent agreement.
        alpha: Krippendorff's alpha, nominal.
        alpha_interval: Ends of alpha's 95 % interval by bootstrap over documents; None with a single one.
        alpha_on_coded: The same on those units only to which somebody gave any code at all: uncoded text, on which
            all agree easily, does not raise it.
        ac1: Gwet's AC1.
        kappas: Cohen's kappa of each pair of coders.
        unitizing_u: Krippendorff's u-alpha on the spans as the coders drew them.
        reason: Why alpha is undefined, or None.
    """

    theme: str
    polarity: str
    units: int
    coded_by: dict[str, int]
    percent: float | None
    alpha: float | None
    alpha_interval: tuple[float, float] | None
    alpha_on_coded: float | None
    ac1: float | None
    kappas: dict[str, float | None]
    unitizing_u: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Agreement of two coders or more.

    Attributes:
        unit: "sentence", "turn" or "character".
        coders: Their names, with their kinds.
        documents: The documents compared.
        left_out: Documents that only one of the coders coded.
        units: Units compared, of all documents.
        coded_units: Those to which somebody gave a code.
        masi: Krippendorff's alpha of the sets of codes, with MASI distance.
        masi_on_coded: The same on `coded_units`.
        themes: For each theme, any polarity first, then each polarity.
    """

    unit: str
    coders: dict[str, str]
    documents: tuple[str, ...]
    left_out: tuple[str, ...]
    units: int
    coded_units: int
    masi: float | None
    masi_on_coded: float | None
    themes: tuple[ThemeAgreement, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return asdict(self)


def agreement(
    codings: Sequence[Coding], *, transcripts: Sequence[Transcript] = (), unit: UnitKind = "sentence"
) -> AgreementReport:
    """Compare coders on the documents that all of them coded.

    Args:
        codings: One for each document and coder.
        transcripts: Their texts. Without them "sentence" means the passages as they stand in the codings.
        unit: What is compared: "sentence", "turn" or "character".

    Raises:
        InputError: There are fewer than two coders, no document that all coded, a document that one coder coded
            twice, codings of different texts, or no transcripts where turns are to be compared.
    """
    if unit not in UNIT_KINDS:
        raise InputError(f"the unit {unit!r} is unknown; there are: {', '.join(UNIT_KINDS)}")
    if unit == "turn" and not transcripts:
        raise InputError("turns are found in the transcripts; give them too (--transcripts)")
    texts = {transcript.document: transcript for transcript in transcripts}
    table = by_document(codings)
    coders = {coding.coder.name: coding.coder.kind.value for coding in codings}
    if len(coders) < 2:
        raise InputError(
            f"agreement needs two coders or more; there is {', '.join(coders) or 'none'}. "
            "The column coder says who gave a code"
        )
    shared = [document for document in sorted(table) if len(table[document]) == len(coders)]
    if not shared:
        raise InputError(f"there is no document that all of {', '.join(coders)} coded")
    parts = [_Part.of([table[d][name] for name in coders], texts.get(d), unit) for d in shared]
    sets: list[list[frozenset[tuple[str, str]]]] = [
        [c for part in parts for c in part.codes[i]] for i in range(len(coders))
    ]
    lengths = np.concatenate([part.lengths for part in parts])
    coded = np.array([any(row[u] for row in sets) for u in range(len(lengths))], dtype=np.bool_)
    return AgreementReport(
        unit,
        coders,
        tuple(shared),
        tuple(document for document in sorted(table) if document not in shared),
        int(lengths.sum()),
        int(lengths[coded].sum()),
        masi_alpha(_repeated(sets, lengths)),
        masi_alpha(
            _repeated([[c for c, keep in zip(row, coded, strict=True) if keep] for row in sets], lengths[coded])
        ),
        tuple(
            _theme(theme, polarity, parts, sets, lengths, coded, list(coders)) for theme, polarity in _columns(codings)
        ),
    )


def by_document(codings: Sequence[Coding]) -> dict[str, dict[str, Coding]]:
    """For each document the coding of each coder, by name.

    Raises:
        InputError: A coder coded a document twice, or the codings of a document are of different texts.
    """
    table: dict[str, dict[str, Coding]] = {}
    for coding in codings:
        here = table.setdefault(coding.document, {})
        name = coding.coder.name
        if name in here:
            raise InputError(
                f"the coder {name!r} coded {coding.document!r} twice; give each coder a name of their own, and each "
                "document once"
            )
        hashes = {c.text_hash for c in [*here.values(), coding] if c.text_hash}
        if len(hashes) > 1:
            raise InputError(f"{coding.document!r} was coded on different versions of its text; code the same text")
        here[name] = coding
    return table


def _columns(codings: Sequence[Coding]) -> list[tuple[str, str]]:
    given = {(span.theme, span.polarity) for coding in codings for span in coding.spans}
    columns = []
    for theme in sorted({theme for theme, _ in given}):
        columns.append((theme, ""))
        columns += sorted((theme, polarity) for t, polarity in given if t == theme and polarity)
    return columns


@dataclass(frozen=True)
class _Part:
    """One document: the coders in order, the units and each coder's codes on them."""

    codings: list[Coding]
    codes: list[list[frozenset[tuple[str, str]]]]
    lengths: NDArray[np.int64]
    extent: int

    @classmethod
    def of(cls, codings: list[Coding], transcript: Transcript | None, unit: UnitKind) -> _Part:
        units = units_of(codings, transcript, unit)
        lengths = lengths_of(units) if unit == "character" else np.ones(len(units), dtype=np.int64)
        last = max([end for _, end in units] + [span.end for coding in codings for span in coding.spans], default=0)
        extent = last if transcript is None else len(transcript.text)
        return cls(codings, [codes_on(coding, units) for coding in codings], lengths, extent)

    def knows(self, coder: int, theme: str) -> NDArray[np.bool_]:
        looked_for = self.codings[coder].themes
        return np.full(len(self.lengths), looked_for is None or theme in looked_for)


def _repeated(
    rows: Sequence[Sequence[frozenset[tuple[str, str]]]], lengths: NDArray[np.int64]
) -> list[list[frozenset[tuple[str, str]]]]:
    return [[codes for codes, n in zip(row, lengths.tolist(), strict=True) for _ in range(n)] for row in rows]


def _theme(
    theme: str,
    polarity: str,
    parts: Sequence[_Part],
    sets: Sequence[Sequence[frozenset[tuple[str, str]]]],
    lengths: NDArray[np.int64],
    coded: NDArray[np.bool_],
    names: Sequence[str],
) -> ThemeAgreement:
    given = np.array(
        [[any(t == theme and polarity in ("", p) for t, p in codes) for codes in row] for row in sets], dtype=np.float64
    ).reshape(len(names), len(lengths))
    known = np.array([np.concatenate([part.knows(i, theme) for part in parts]) for i in range(len(names))])
    data = np.where(known | (given > 0), given, np.nan)
    every = np.repeat(data, lengths, axis=1)
    on_coded = np.repeat(data[:, coded], lengths[coded], axis=1)
    return ThemeAgreement(
        theme,
        polarity,
        int(((~np.isnan(every)).sum(axis=0) >= 2).sum()),
        {name: int(np.nansum(row)) for name, row in zip(names, every, strict=True)},
        percent_agreement(every),
        krippendorff_alpha(every),
        _interval(data, lengths, [len(part.lengths) for part in parts]),
        krippendorff_alpha(on_coded),
        gwet_ac1(every, categories=2),
        {f"{a}, {b}": cohen_kappa(every[i], every[j]) for (i, a), (j, b) in combinations(enumerate(names), 2)},
        _unitizing(theme, polarity, parts, len(names)),
        undefined_reason(every),
    )


def _interval(
    data: NDArray[np.float64], lengths: NDArray[np.int64], sizes: Sequence[int]
) -> tuple[float, float] | None:
    """Alpha's interval over documents, from each document's coincidences.

    Args:
        data: Shape (coders, units), 1 where a code was given, 0 where not, NaN where nobody looked.
        lengths: How often each unit counts.
        sizes: How many units each document has.
    """
    ones = np.nansum(data, axis=0)
    looked = (~np.isnan(data)).sum(axis=0)
    zeros = looked - ones
    pairs = np.where(looked > 1, looked - 1, 1)
    counted = (looked > 1) * lengths
    # Krippendorff's coincidences of a unit with m values: each pair of values counts 1 / (m - 1).
    cells = np.stack([ones * zeros * 2 / pairs, zeros, ones], axis=1) * counted[:, None]
    documents = [str(i) for i, size in enumerate(sizes) for _ in range(size)]
    bootstrap = ClusterBootstrap(documents)

    def alpha(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        differing, none, given = np.moveaxis(sums, -1, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            result: NDArray[np.float64] = 1 - (none + given - 1) * differing / (2 * none * given)
        return result

    figure = bootstrap.of_totals(bootstrap.totals(cells), alpha)
    return None if figure.low is None or figure.high is None else (figure.low, figure.high)


def _unitizing(theme: str, polarity: str, parts: Sequence[_Part], coders: int) -> float | None:
    rows: list[list[tuple[int, int, str]]] = [[] for _ in range(coders)]
    at = 0
    for part in parts:
        for coder, coding in enumerate(part.codings):
            spans = [s for s in coding.spans if s.theme == theme and polarity in ("", s.polarity)]
            if _overlap(spans):
                return None
            rows[coder] += [(at + s.start, at + s.end, s.polarity) for s in spans]
        at += part.extent
    return unitizing_alpha(rows, at).u


def _overlap(spans: Sequence[CodedSpan]) -> bool:
    return any(later.start < earlier.end for earlier, later in zip(spans, spans[1:], strict=False))
