"""Which sentences a person should code, drawn at random, so that a machine's counts can be put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rtwnlp.coding import Coding
from rtwnlp.errors import InputError
from rtwnlp.evaluation.units import codes_on
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Transcript

Place = tuple[str, int, int]
CODED, UNCODED = "machine gave a code", "machine gave no code"


@dataclass(frozen=True, slots=True)
class SampledUnit:
    """One sentence to be coded by hand.

    Attributes:
        document: Its document.
        participant: Whose it is.
        speaker: The speaker's label.
        start: Offset of its first character.
        end: Offset after its last one.
        text: The sentence.
        before: What is said before it.
        after: What is said after it.
        stratum: What it was drawn from; "" in a simple random sample.
    """

    document: str
    participant: str
    speaker: str
    start: int
    end: int
    text: str
    before: str
    after: str
    stratum: str

    def to_row(self, coder: str) -> dict[str, Any]:
        """A row of a coding table to fill in: theme and polarity are empty."""
        return {
            "document": self.document,
            "participant": self.participant,
            "speaker": self.speaker,
            "coder": coder,
            "coder_kind": "human",
            "start": self.start,
            "end": self.end,
            "before": self.before,
            "text": self.text,
            "after": self.after,
            "theme": "",
            "polarity": "",
            "score": None,
            "stratum": self.stratum,
        }


def draw_sample(
    transcripts: Sequence[Transcript],
    size: int,
    *,
    seed: int = 0,
    machine: Sequence[Coding] = (),
    groups: Mapping[str, str] | None = None,
) -> list[SampledUnit]:
    """Draw sentences of the participants without replacement.

    Args:
        transcripts: What to draw from.
        size: How many sentences.
        seed: Of the draw; the same seed gives the same sample.
        machine: Where given, half the sample comes from the sentences to which the machine gave a code and half from
            the others: rare themes need fewer sentences so. The strata are kept in the table, and `estimate` weighs
            them.
        groups: Where given, the sample is spread over the groups in proportion to their size, at least two of each.

    Returns:
        The sentences in the order of the documents.

    Raises:
        InputError: There are fewer sentences than asked for, or none.
    """
    units, strata = _units(transcripts, machine, groups or {})
    if not 1 <= size <= len(units):
        raise InputError(f"a sample of {size} cannot be drawn from {len(units)} sentences")
    rng = np.random.default_rng(seed)
    names = sorted(set(strata))
    members = {name: [i for i, stratum in enumerate(strata) if stratum == name] for name in names}
    shares = _shares({name: len(members[name]) for name in names}, size, even=bool(machine))
    chosen = sorted(int(i) for name in names for i in rng.choice(members[name], shares[name], replace=False))
    return [units[i] for i in chosen]


def strata_of_population(
    drawn: Mapping[Place, str],
    transcripts: Sequence[Transcript],
    machine: Sequence[Coding],
    groups: Mapping[str, str] | None,
) -> dict[Place, str]:
    """The stratum of every sentence, found again from those that the sample's table names.

    Args:
        drawn: For each sampled sentence the stratum it was drawn from.
        transcripts: What was drawn from.
        machine: The machine's codes.
        groups: The groups, if there are any.

    Raises:
        InputError: The strata are not those of this machine's codes and these groups.
    """
    for codes in (machine, ()):
        for spread in (groups or {}, {}):
            units, strata = _units(transcripts, codes, spread)
            found = {(u.document, u.start, u.end): name for u, name in zip(units, strata, strict=True)}
            if all(found.get(place) == name for place, name in drawn.items()):
                return found
    raise InputError(
        "the strata in the sample's table are not those of these codes and groups; give the machine's codes and the "
        "groups with which the sample was drawn"
    )


def _units(
    transcripts: Sequence[Transcript], machine: Sequence[Coding], groups: Mapping[str, str]
) -> tuple[list[SampledUnit], list[str]]:
    of_machine = {coding.document: coding for coding in machine}
    units, strata = [], []
    for transcript in transcripts:
        if machine and transcript.document not in of_machine:
            raise InputError(f"the machine did not code {transcript.document!r}; label it too, or leave it out")
        segments = segment(transcript)
        places = [(s.start, s.end) for s in segments]
        codes = codes_on(of_machine[transcript.document], places) if machine else [frozenset()] * len(places)
        for i, s in enumerate(segments):
            if s.role is not Role.PARTICIPANT:
                continue
            participant = transcript.participant_of(s.speaker)
            parts = [groups.get(participant, groups.get(transcript.document, "")) if groups else ""]
            parts += [(CODED if codes[i] else UNCODED) if machine else ""]
            stratum = " · ".join(part for part in parts if part)
            before = " ".join(other.text for other in segments[max(0, i - 2) : i])
            after = segments[i + 1].text if i + 1 < len(segments) else ""
            units.append(
                SampledUnit(transcript.document, participant, s.speaker, s.start, s.end, s.text, before, after, stratum)
            )
            strata.append(stratum)
    return units, strata


def _shares(sizes: Mapping[str, int], size: int, *, even: bool) -> dict[str, int]:
    """How many from each stratum: in proportion, or evenly between what the machine coded and the rest."""
    total = sum(sizes.values())
    weights = {name: n / total for name, n in sizes.items()}
    if even:
        for kind in (CODED, UNCODED):
            inside = [name for name in sizes if name.endswith(kind)]
            of_kind = sum(sizes[name] for name in inside)
            weights |= {name: 0.5 * sizes[name] / of_kind for name in inside}
    wanted = {name: min(sizes[name], max(min(2, sizes[name]), int(weights[name] * size))) for name in sizes}
    while sum(wanted.values()) != size:
        step = 1 if sum(wanted.values()) < size else -1
        room = [n for n in sizes if (wanted[n] < sizes[n] if step > 0 else wanted[n] > 1)]
        if not room:
            raise InputError(f"a sample of {size} is too small for {len(sizes)} strata")
        name = max(room, key=lambda n: (step * (weights[n] * size - wanted[n]), n))
        wanted[name] += step
    return wanted
