"""What a study reports of its codes: themes by participant, together, over time, by role, and in quotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.agreement import by_document
from rtwnlp.evaluation.aligned import Aligned, align, columns_for
from rtwnlp.evaluation.comparing import find_codebook
from rtwnlp.evaluation.spans import meaning_units
from rtwnlp.transcript import Transcript

ORDERS = 200
QUOTATIONS = 5


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage that shows a theme.

    Attributes:
        theme: The theme.
        polarity: Its polarity, or "".
        document: Where it stands.
        participant: Whose it is.
        start: Offset of its first character.
        end: Offset after its last one.
        text: The passage; "" without a transcript.
        score: The machine's probability; None for a person's code.
    """

    theme: str
    polarity: str
    document: str
    participant: str
    start: int
    end: int
    text: str
    score: float | None


@dataclass(frozen=True)
class StudySummary:
    """The codes of one coder over a study. Counts are of sentences.

    Attributes:
        coder: Who coded, and of what kind.
        units: Sentences looked at.
        coded: Those with any code.
        codes: For each theme and polarity, sentences, participants and documents that have it.
        by_participant: For each participant and theme, sentences.
        by_role: For each role (profession, group) and theme, sentences; empty where no roles are known.
        units_by_participant: Sentences of each participant.
        units_by_role: Sentences of each role.
        together: For each pair of themes, sentences that carry both; the diagonal has each theme's own count.
        saturation: For 1, 2, ... documents, how many of the codes are found in so many of them, over random orders:
            mean, and the 2.5 and 97.5 percentiles.
        quotations: The clearest passages of each code, one a participant.
    """

    coder: tuple[str, str]
    units: int
    coded: int
    codes: tuple[Mapping[str, Any], ...]
    by_participant: Mapping[str, Mapping[str, int]]
    by_role: Mapping[str, Mapping[str, int]]
    units_by_participant: Mapping[str, int]
    units_by_role: Mapping[str, int]
    together: Mapping[str, Mapping[str, int]]
    saturation: tuple[Mapping[str, float], ...]
    quotations: tuple[Quotation, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "coder": {"name": self.coder[0], "kind": self.coder[1]},
            "units": self.units,
            "coded": self.coded,
            "codes": [dict(code) for code in self.codes],
            "by_participant": {name: dict(row) for name, row in self.by_participant.items()},
            "by_role": {name: dict(row) for name, row in self.by_role.items()},
            "units_by_participant": dict(self.units_by_participant),
            "units_by_role": dict(self.units_by_role),
            "together": {name: dict(row) for name, row in self.together.items()},
            "saturation": [dict(point) for point in self.saturation],
            "quotations": [{n: getattr(q, n) for n in Quotation.__dataclass_fields__} for q in self.quotations],
        }


def summarise(
    codings: Sequence[Coding],
    *,
    transcripts: Sequence[Transcript] = (),
    codebook: Codebook | None = None,
    coder: str | None = None,
    roles: Mapping[str, str] | None = None,
    quotations: int = QUOTATIONS,
    seed: int = 0,
) -> StudySummary:
    """Count and quote what one coder found.

    Args:
        codings: Of one coder, or of several of whom `coder` names one.
        transcripts: The texts; without them there are no quotations' texts, and each document is a participant.
        codebook: Gives the themes; by default the shipped one that holds them all, else those given.
        coder: The coder's name.
        roles: A role for each participant or speaker, such as a profession.
        quotations: Of each code, at most so many.
        seed: Of the random orders of the saturation curve.

    Raises:
        InputError: There are no codes, or several coders and none is named.
    """
    names = sorted({c.coder.name for c in codings})
    if not names:
        raise InputError("there are no codes to summarise")
    if coder is None and len(names) > 1:
        raise InputError(f"the codes are of {len(names)} coders; name one of {', '.join(names)} with --coder")
    if coder is not None and coder not in names:
        raise InputError(f"there is no coder {coder!r}; there are: {', '.join(names)}")
    mine = [c for c in codings if c.coder.name == (coder or names[0])]
    texts = {transcript.document: transcript for transcript in transcripts}
    book = codebook or find_codebook(mine)
    table = {d: [next(iter(here.values()))] for d, here in sorted(by_document(mine).items())}
    aligned = align(table, columns_for(mine, book), transcripts=texts, roles=roles)
    labels = aligned.any_polarity(aligned.labels[0])
    participants = np.array([unit.participant for unit in aligned.units], dtype=object)
    of_role = np.array([unit.role for unit in aligned.units], dtype=object)
    together = labels.astype(np.int64).T @ labels.astype(np.int64)
    return StudySummary(
        (mine[0].coder.name, mine[0].coder.kind.value),
        len(aligned.units),
        int(labels.any(axis=1).sum()),
        tuple(_codes(aligned)),
        _matrix(aligned, labels, participants),
        _matrix(aligned, labels, of_role),
        _sizes(participants),
        _sizes(of_role),
        {a: {b: int(together[i, j]) for j, b in enumerate(aligned.themes)} for i, a in enumerate(aligned.themes)},
        tuple(saturation(_codes_of_documents(aligned), seed=seed)),
        tuple(_quotations(table, aligned, texts, quotations)),
    )


def _codes(aligned: Aligned) -> list[dict[str, Any]]:
    rows = []
    for theme, columns in zip(aligned.themes, aligned.columns_of_themes, strict=True):
        polarities = [("", columns), *((aligned.columns[c][1], [c]) for c in columns if aligned.columns[c][1])]
        for polarity, chosen in polarities:
            carried = [unit for unit, row in zip(aligned.units, aligned.labels[0][:, chosen], strict=True) if row.any()]
            rows.append(
                {
                    "theme": theme,
                    "polarity": polarity,
                    "sentences": len(carried),
                    "participants": len({unit.participant for unit in carried}),
                    "documents": len({unit.document for unit in carried}),
                }
            )
    return rows


def _matrix(aligned: Aligned, labels: np.ndarray[Any, Any], keys: np.ndarray[Any, Any]) -> dict[str, dict[str, int]]:
    return {
        str(name): {theme: int(labels[keys == name, i].sum()) for i, theme in enumerate(aligned.themes)}
        for name in sorted({key for key in keys if key})
    }


def _sizes(keys: np.ndarray[Any, Any]) -> dict[str, int]:
    return {str(name): int((keys == name).sum()) for name in sorted({key for key in keys if key})}


def _codes_of_documents(aligned: Aligned) -> list[frozenset[int]]:
    documents = np.array([unit.document for unit in aligned.units], dtype=object)
    return [
        frozenset(np.flatnonzero(aligned.labels[0][documents == name].any(axis=0)).tolist())
        for name in aligned.documents
    ]


def saturation(codes: Sequence[frozenset[int]], *, orders: int = ORDERS, seed: int = 0) -> list[dict[str, float]]:
    """How many codes have been met after 1, 2, ... documents, over random orders of the documents.

    Args:
        codes: The codes of each document.
        orders: How many random orders.
        seed: Of the orders.

    >>> [point["mean"] for point in saturation([frozenset({1, 2}), frozenset({2})], orders=50)][1]
    2.0
    """
    rng = np.random.default_rng(seed)
    met = np.zeros((orders, len(codes)))
    for row in range(orders):
        seen: set[int] = set()
        for step, document in enumerate(rng.permutation(len(codes))):
            seen |= codes[document]
            met[row, step] = len(seen)
    return [
        {
            "documents": step + 1,
            "mean": float(met[:, step].mean()),
            "low": float(np.quantile(met[:, step], 0.025)),
            "high": float(np.quantile(met[:, step], 0.975)),
        }
        for step in range(len(codes))
    ]


def _quotations(
    table: Mapping[str, Sequence[Coding]], aligned: Aligned, texts: Mapping[str, Transcript], most: int
) -> list[Quotation]:
    """For each code the passages with the highest score (a person's: the longest), one a participant."""
    owner = {(u.document, u.start): u.participant for u in aligned.units}
    found: dict[tuple[str, str], list[Quotation]] = {}
    for document, (coding,) in table.items():
        text = texts.get(document)
        scores = {(s.theme, s.polarity, s.start): s.score for s in coding.spans}
        for (theme, polarity), spans in meaning_units(coding, text, by_theme=False).items():
            for start, end in spans:
                quotation = Quotation(
                    theme,
                    polarity,
                    document,
                    owner.get((document, start), document),
                    start,
                    end,
                    "" if text is None else text.text[start:end],
                    scores.get((theme, polarity, start)),
                )
                found.setdefault((theme, polarity), []).append(quotation)
    chosen: list[Quotation] = []
    for code in aligned.columns:
        seen: set[str] = set()
        ranked = sorted(found.get(code, []), key=lambda q: (-(q.score or 0.0), q.start - q.end, q.document, q.start))
        for quotation in ranked:
            if quotation.participant not in seen and len(seen) < most:
                seen.add(quotation.participant)
                chosen.append(quotation)
    return chosen
