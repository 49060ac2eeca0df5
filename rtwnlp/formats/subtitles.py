"""Subtitles: .vtt (Teams' voice tags, Zoom's "Name: text") and .srt; cues of one speaker are one turn."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rtwnlp.errors import InputError
from rtwnlp.formats.build import Content, Piece, from_pieces
from rtwnlp.formats.speakers import find_marks, seconds
from rtwnlp.formats.text import decode, read_bytes

# webvtt-py's own `voice` gives only the first of several speakers in a cue, so tags are read here.
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"</?[^<>]*>|\{\\[^}]*\}")


@dataclass(frozen=True, slots=True)
class _Cue:
    text: str
    time: float | None


def read_vtt(path: Path, encoding: str | None = None) -> Content:
    """Read a WebVTT file."""
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    text = decode(read_bytes(path), path=path, encoding=encoding).replace("\r\n", "\n").replace("\r", "\n")
    try:
        captions = list(webvtt.from_string(text).captions)
    except (MalformedCaptionError, MalformedFileError) as error:
        raise InputError(f"the .vtt is damaged ({error}); export it again", path=path) from None
    timings = sum(1 for line in text.splitlines() if "-->" in line)
    if not captions or len(captions) < timings:
        raise InputError(
            f"the .vtt is damaged: {timings} lines with times, but only {len(captions)} readable cues; export it again",
            path=path,
        )
    return _content([_Cue(caption.raw_text, seconds(caption.start)) for caption in captions], path)


def read_srt(path: Path, encoding: str | None = None) -> Content:
    """Read a SubRip file."""
    import srt

    text = decode(read_bytes(path), path=path, encoding=encoding).replace("\r\n", "\n").replace("\r", "\n")
    try:
        cues = [_Cue(cue.content, cue.start.total_seconds()) for cue in srt.parse(io.StringIO(text))]
    except (srt.SRTParseError, ValueError):
        cues = []
    if not cues:
        raise InputError("the .srt is damaged: it has no readable cues; export it again", path=path)
    return _content(cues, path)


def _content(cues: Sequence[_Cue], path: Path) -> Content:
    plain = "\n".join(_plain(cue.text) for cue in cues if not _VOICE.search(cue.text))
    labels = {mark.label for mark in find_marks(plain)}
    speaker = ""
    turns: list[tuple[str, float | None, list[str]]] = []
    for cue in cues:
        for named, said in _parts(cue.text, labels):
            if named is not None:
                speaker = named
            if not turns or turns[-1][0] != speaker:
                turns.append((speaker, cue.time, []))
            if said:
                turns[-1][2].append(said)
    content = from_pieces(Piece(who, "\n".join(lines), time) for who, time, lines in turns)
    if not content.speeches:
        raise InputError("the subtitles hold no text; export them again", path=path)
    return content


def _parts(text: str, labels: set[str]) -> Iterator[tuple[str | None, str]]:
    """(speaker or None for the one before, text) of a cue."""
    pieces = _VOICE.split(text)
    if _plain(pieces[0]):
        for line in _plain(pieces[0]).split("\n"):
            marks = [mark for mark in find_marks(line, labels) if mark.label in labels]
            if marks:
                yield marks[0].label, line[marks[0].speech :].strip()
            else:
                yield None, line.strip()
    for name, said in zip(pieces[1::2], pieces[2::2], strict=True):
        yield " ".join(html.unescape(name).split()), _plain(said)


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).strip()
