"""Two codings of the same documents as arrays over the same units, with what the units can be grouped by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rtwnlp.codebook import Codebook
from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.units import Span, codes_on, looked_at, units_of
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Transcript

Code = tuple[str, str]
Scores = Mapping[str, Mapping[Span, Mapping[Code, float]]]
"""For each document and (start, end) of a segment, the probability of codes: (theme, "") stands for any polarity."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence that is compared.

    Attributes:
        document: Its document.
        start: Offset of its first character.
        end: Offset after its last one.
        text: The sentence; "" where no transcript is at hand.
        before: What was said just before, for reading it in context.
        after: What was said just after.
        participant: Whose it is; the document where it is not known.
        speaker: The speaker's label.
        role: The speaker's role.
        language: "sv", "en" or "".
    """

    document: str
    start: int
    end: int
    text: str = ""
    before: str = ""
    after: str = ""
    participant: str = ""
    speaker: str = ""
    role: str = ""
    language: str = ""


@dataclass(frozen=True)
class Aligned:
    """Codings on units.

    Attributes:
        units: n units of all shared documents.
        columns: Every (theme, polarity), by theme.
        themes: The themes in order.
        polarities: The polarities of each theme, in order; ("",) where it has none.
        labels: For each coding, shape (n, columns): whether the unit carries the code.
        known: For each coding, shape (n, columns): whether its coder looked.
        scores: Shape (n, columns), the second coding's probabilities; NaN where there are none.
        theme_scores: Shape (n, themes), the same for any polarity.
        spans: For each coding and document, its meaning units.
    """

    units: tuple[Unit, ...]
    columns: tuple[Code, ...]
    themes: tuple[str, ...]
    polarities: tuple[tuple[str, ...], ...]
    labels: tuple[NDArray[np.bool_], ...]
    known: tuple[NDArray[np.bool_], ...]
    scores: NDArray[np.float64]
    theme_scores: NDArray[np.float64]
    documents: tuple[str, ...] = field(default=())

    def any_polarity(self, array: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """From columns to themes: shape (n, columns) to (n, themes)."""
        parts = [array[:, list(columns)].any(axis=1) for columns in self.columns_of_themes]
        return np.stack(parts, axis=1) if parts else np.zeros((len(array), 0), dtype=np.bool_)

    @property
    def columns_of_themes(self) -> list[list[int]]:
        """For each theme the positions of its columns."""
        return [[i for i, (theme, _) in enumerate(self.columns) if theme == name] for name in self.themes]


def columns_for(codings: Sequence[Coding], codebook: Codebook | None) -> list[Code]:
    """Every code that is counted: the codebook's, then what the codings hold beyond it, so that nothing vanishes."""
    columns = [(code.theme, code.polarity) for code in codebook.codes] if codebook is not None else []
    known = set(columns)
    beyond = sorted({(span.theme, span.polarity) for coding in codings for span in coding.spans} - known)
    return columns + beyond


def align(
    codings: Mapping[str, Sequence[Coding]],
    columns: Sequence[Code],
    *,
    transcripts: Mapping[str, Transcript],
    scores: Scores | None = None,
    roles: Mapping[str, str] | None = None,
) -> Aligned:
    """Lay codings of the same documents over the same units.

    Args:
        codings: For each document one coding a coder, in the same order of coders in each.
        columns: The codes.
        transcripts: Their texts; where one is missing, units are the passages in the codings.
        scores: Probabilities of the last coder's codes.
        roles: A role for participants or speakers, such as a profession.

    Raises:
        InputError: No unit was looked at by all.
    """
    order = {theme: number for number, (theme, _) in reversed(list(enumerate(columns)))}
    ordered = sorted(columns, key=lambda code: order[code[0]])
    themes = tuple(dict.fromkeys(theme for theme, _ in ordered))
    units: list[Unit] = []
    rows: list[list[list[frozenset[Code]]]] = []
    for document, here in codings.items():
        found = _units(document, here, transcripts.get(document), roles or {})
        units += found
        rows.append([codes_on(coding, [(u.start, u.end) for u in found]) for coding in here])
    if not units:
        raise InputError("the coders share documents, but no passage that all of them looked at")
    coders = len(next(iter(codings.values())))
    position = {code: i for i, code in enumerate(ordered)}
    labels = tuple(np.zeros((len(units), len(ordered)), dtype=np.bool_) for _ in range(coders))
    for coder in range(coders):
        flat = [codes for document in rows for codes in document[coder]]
        for row, codes in enumerate(flat):
            for code in codes:
                if code in position:
                    labels[coder][row, position[code]] = True
    known = tuple(_known([here[coder] for here in codings.values()], rows, ordered) for coder in range(coders))
    code_scores, theme_scores = _scores(units, ordered, themes, scores or {})
    return Aligned(
        tuple(units),
        tuple(ordered),
        themes,
        tuple(tuple(p for t, p in ordered if t == theme) for theme in themes),
        labels,
        tuple(k | given for k, given in zip(known, labels, strict=True)),
        code_scores,
        theme_scores,
        tuple(codings),
    )


def _units(
    document: str, codings: Sequence[Coding], transcript: Transcript | None, roles: Mapping[str, str]
) -> list[Unit]:
    if transcript is None:
        return [
            Unit(document, start, end, participant=document, role=roles.get(document, ""))
            for start, end in units_of(codings, None, "sentence")
        ]
    segments = segment(transcript)
    found = []
    for i, s in enumerate(segments):
        if s.role is not Role.PARTICIPANT or not all(looked_at(coding, (s.start, s.end)) for coding in codings):
            continue
        participant = transcript.participant_of(s.speaker)
        found.append(
            Unit(
                document,
                s.start,
                s.end,
                s.text,
                segments[i - 1].text if i else "",
                segments[i + 1].text if i + 1 < len(segments) else "",
                participant,
                s.speaker,
                roles.get(participant, roles.get(s.speaker, "")),
                s.language,
            )
        )
    return found


def _known(
    codings: Sequence[Coding], rows: Sequence[Sequence[Sequence[frozenset[Code]]]], columns: Sequence[Code]
) -> NDArray[np.bool_]:
    parts = []
    for coding, document in zip(codings, rows, strict=True):
        looked_for = [coding.themes is None or theme in coding.themes for theme, _ in columns]
        parts.append(np.tile(np.array(looked_for, dtype=np.bool_), (len(document[0]), 1)))
    return np.concatenate(parts)


def _scores(
    units: Sequence[Unit], columns: Sequence[Code], themes: Sequence[str], scores: Scores
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    by_code = np.full((len(units), len(columns)), np.nan)
    by_theme = np.full((len(units), len(themes)), np.nan)
    for row, unit in enumerate(units):
        given = scores.get(unit.document, {}).get((unit.start, unit.end))
        if given is None:
            continue
        for i, code in enumerate(columns):
            by_code[row, i] = given.get(code, np.nan)
        for i, theme in enumerate(themes):
            of_theme = [p for (t, _), p in given.items() if t == theme]
            by_theme[row, i] = given.get((theme, ""), max(of_theme, default=np.nan))
    return by_code, by_theme
