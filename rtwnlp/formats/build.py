"""From what a format's reader found to a `Transcript`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rtwnlp.errors import InputError
from rtwnlp.formats.roles import infer_roles
from rtwnlp.formats.speakers import Speech, split_speeches
from rtwnlp.transcript import Role, Transcript, Turn


@dataclass(frozen=True, slots=True)
class Piece:
    """One turn of a source that gives turns, not a running text."""

    speaker: str
    text: str
    time: float | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found: the text, who speaks where, roles that the source states, and warnings."""

    text: str
    speeches: Sequence[Speech]
    roles: dict[str, Role]
    warnings: Sequence[str] = ()


def from_text(text: str, known: Collection[str] = ()) -> Content:
    """Content of a running text with speaker labels in it."""
    speeches, warnings = split_speeches(text, known)
    return Content(text, speeches, {}, warnings)


def from_pieces(pieces: Iterable[Piece], warnings: Sequence[str] = ()) -> Content:
    """Content of turns, written out as lines "Speaker: text"."""
    text = ""
    speeches: list[Speech] = []
    roles: dict[str, Role] = {}
    parts: list[str] = []
    length = 0
    for piece in pieces:
        said = piece.text.strip()
        if not said:
            continue
        label = f"{piece.speaker}: " if piece.speaker else ""
        start = length + len(label)
        speeches.append(Speech(start, start + len(said), piece.speaker, piece.time))
        if piece.role is not None:
            roles.setdefault(piece.speaker, piece.role)
        parts.append(f"{label}{said}\n")
        length += len(parts[-1])
    text = "".join(parts)
    unnamed = ["no speaker labels were found, so the whole text is taken as one participant's"]
    missing = speeches and all(not speech.speaker for speech in speeches)
    return Content(text, speeches, roles, [*warnings, *(unnamed if missing else [])])


def to_transcript(
    content: Content,
    *,
    document: str,
    source: str | None = None,
    interviewers: Iterable[str] = (),
    language: str | None = None,
    participant: str | None = None,
) -> Transcript:
    """The transcript, with roles as the source states them, else inferred, else as `interviewers` says."""
    place = source or document
    if language not in (None, "sv", "en"):
        raise InputError(f"the language {language!r} is unknown; it is 'sv', 'en' or None", path=place)
    if not content.speeches:
        raise InputError("the transcript holds no speech; check that it is the right file", path=place)
    said = [(speech.speaker, content.text[speech.start : speech.end]) for speech in content.speeches]
    roles, warnings = infer_roles(said)
    stated = {speaker: content.roles[speaker] for speaker in roles if speaker in content.roles}
    labels = [interviewers] if isinstance(interviewers, str) else list(interviewers)
    if stated or labels:
        warnings = []
    roles |= stated
    turns = tuple(
        Turn(i, speech.start, speech.end, speech.speaker, roles[speech.speaker], speech.time)
        for i, speech in enumerate(content.speeches)
    )
    transcript = Transcript(
        document, content.text, turns, participant, language, source, (*content.warnings, *warnings)
    )
    return transcript.with_interviewers(labels) if labels else transcript
