"""Transcripts: the original text, untouched, and what was found in it by character offset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from rtwnlp.errors import InputError


class Role(StrEnum):
    """What a speaker is in the conversation. Interviewers and moderators are context and never coded."""

    INTERVIEWER = "interviewer"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another speaks.

    Attributes:
        index: Place of the turn in the transcript, from 0.
        start: Offset of the first spoken character (after the speaker's label), in code points.
        end: Offset after the last one.
        speaker: The label as the transcript has it, without the colon; "" where there is none.
        role: Interviewer or participant.
        time: Seconds from the start of the recording, or None where the transcript gives no time.
    """

    index: int
    start: int
    end: int
    speaker: str
    role: Role
    time: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence of one turn: the unit that is coded.

    Attributes:
        index: Place of the segment in the transcript, from 0.
        start: Offset of its first character in `Transcript.text`, in code points.
        end: Offset after its last character.
        text: `Transcript.text[start:end]`.
        turn: Index of its turn.
        speaker: The turn's speaker.
        role: The turn's role.
        language: "sv" or "en".
    """

    index: int
    start: int
    end: int
    text: str
    turn: int
    speaker: str
    role: Role
    language: str


@dataclass(frozen=True)
class Transcript:
    """One document: the text as it was read, and its turns.

    Attributes:
        document: Name of the document; by default the file's name without its ending.
        text: The text as read. Every offset in the library refers to it.
        turns: The turns in order; they do not overlap.
        participant: Whose interview it is, where the source says so. See `participant_of`.
        language: "sv" or "en" where it is known beforehand, else None (then it is detected).
        source: The path it was read from, or None.
        warnings: What a reader found odd but could live with, in words.

    Raises:
        InputError: A turn lies outside the text, or turns overlap.
    """

    document: str
    text: str
    turns: tuple[Turn, ...]
    participant: str | None = None
    language: str | None = None
    source: str | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        previous_end = 0
        for turn in self.turns:
            if not previous_end <= turn.start <= turn.end <= len(self.text):
                raise InputError(
                    f"turn {turn.index} runs from {turn.start} to {turn.end}, but must start at {previous_end} or "
                    f"later and end within the text of {len(self.text)} characters",
                    path=self.source or self.document,
                )
            previous_end = turn.end

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 of the text in UTF-8, in hex: two codings are of the same text if this is the same."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def speakers(self) -> dict[str, Role]:
        """Every speaker's role, in order of first appearance."""
        roles: dict[str, Role] = {}
        for turn in self.turns:
            roles.setdefault(turn.speaker, turn.role)
        return roles

    @property
    def participants(self) -> tuple[str, ...]:
        """The speakers who are coded, in order of first appearance."""
        return tuple(speaker for speaker, role in self.speakers.items() if role is Role.PARTICIPANT)

    def participant_of(self, speaker: str) -> str:
        """The participant's name across documents, the unit by which results are grouped.

        In a one-to-one interview it is `participant`, or the document's name; in a focus group it is
        the document's name and the speaker's label, and "" for those who are not coded.

        >>> turn = Turn(0, 0, 3, "IP", Role.PARTICIPANT)
        >>> Transcript("interview-7", "Hej", (turn,)).participant_of("IP")
        'interview-7'
        """
        participants = self.participants
        if len(participants) > 1:
            return f"{self.document}/{speaker}" if speaker in participants else ""
        return self.participant or self.document

    def with_interviewers(self, labels: Iterable[str]) -> Transcript:
        """The same transcript with exactly these speakers as interviewers, everybody else as participant.

        Args:
            labels: Speaker labels, compared without regard to case, spaces around them or a final colon.

        Raises:
            InputError: A label is no speaker of this transcript; the message lists those there are.
        """
        wanted = {fold_label(label): label for label in labels}
        known = {fold_label(speaker) for speaker in self.speakers}
        for folded, label in wanted.items():
            if folded not in known:
                there = ", ".join(repr(speaker) for speaker in self.speakers) or "none"
                raise InputError(
                    f"no speaker is called {label!r}; the speakers are: {there}", path=self.source or self.document
                )
        turns = tuple(
            replace(turn, role=Role.INTERVIEWER if fold_label(turn.speaker) in wanted else Role.PARTICIPANT)
            for turn in self.turns
        )
        return replace(self, turns=turns)


def fold_label(label: str) -> str:
    """A speaker label in the form in which labels are compared.

    >>> fold_label(" Intervjuare: ")
    'intervjuare'
    """
    return " ".join(label.split()).rstrip(":").rstrip().casefold()
