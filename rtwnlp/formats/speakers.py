"""Speaker labels at the start of lines, told from a colon that merely stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from rtwnlp.formats.roles import KNOWN_WORDS, core_words
from rtwnlp.transcript import fold_label

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_STAMP = rf"(?:\[{_CLOCK}\]|\({_CLOCK}\)|{_CLOCK})"
_MARKED_STAMP = rf"(?:\[{_CLOCK}\]|\({_CLOCK}\))"
_LABEL = r"[^\W\d_][^:\n\r\[\]]{0,39}?"
_LINE_START = r"(?m)^[ \t\ufeff]*"
_LABELLED = re.compile(
    rf"{_LINE_START}(?:(?P<before>{_STAMP})[ \t]*[-–—]?[ \t]*)?(?P<label>{_LABEL})"
    rf"[ \t]*(?P<after>{_MARKED_STAMP})?[ \t]*:(?=\s|\Z|[^\W\d_])"
)
_NAME_LINE = re.compile(rf"{_LINE_START}(?P<label>{_LABEL})(?P<gap>[ \t\xa0]+)(?P<after>{_STAMP})[ \t]*\r?$")
_STAMP_LINE = re.compile(rf"{_LINE_START}(?P<stamp>{_STAMP})\s*\Z")
_CODE = re.compile(r"[A-ZÅÄÖ]{1,3}\d{0,3}")
_NAME_WORD = re.compile(r"[^\W\d_a-zåäö][\w'’.\-]*|\d{1,3}|von|van|de|af|av|der")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_NEVER = frozenset(
    "klockan kl måndag tisdag onsdag torsdag fredag lördag söndag monday tuesday wednesday thursday friday saturday "
    "sunday obs nb ps ex alltså men och så ja nej jo exempel exempelvis det de den detta här där sedan sen då för att "
    "kort sammanfattningsvis note notera so well and but yes no example then thus first second http https mailto "
    "one thing what the this that or eller".split()
)
_METADATA = frozenset(
    "datum date tid time plats place längd length duration titel title projekt project inspelning recording språk "
    "language transkriberad transkription transcriber transcript intervju interview fil file ämne subject".split()
)
_MAX_WORDS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One label in the text: where its line starts, where the speech after it starts, whose it is and when."""

    start: int
    speech: int
    label: str
    time: float | None


@dataclass(frozen=True, slots=True)
class Speech:
    """One stretch of text by one speaker."""

    start: int
    end: int
    speaker: str
    time: float | None


def seconds(stamp: str | None) -> float | None:
    """Seconds of a time such as "00:04:12", "(04:12)" or "4:12.5".

    >>> seconds("[00:04:12]"), seconds(None)
    (252.0, None)
    """
    if not stamp:
        return None
    total = 0.0
    for part in stamp.strip("[]() \t").replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def find_marks(text: str, known: Collection[str] = ()) -> list[Mark]:
    """The speaker labels of a text, in order.

    Args:
        text: The whole text; how often a label occurs decides about names.
        known: Labels that are certain, such as those from a table's speaker column.
    """
    candidates: list[Mark] = []
    certain = {fold_label(label) for label in known}
    for match in _LABELLED.finditer(text):
        label = " ".join(match["label"].split())
        touching = match.end() < len(text) and not text[match.end()].isspace()
        if touching and not (text[match.end()].isupper() and _is_known(label)):
            continue
        if _possible(label) or fold_label(label) in certain:
            time = seconds(match["before"] or match["after"])
            candidates.append(Mark(match.start(), match.end(), label, time))
    for match in _NAME_LINE.finditer(text):
        label = " ".join(match["label"].split())
        if _possible(label) and _looks_like_name(label):
            if len(match["gap"]) > 1 or "\t" in match["gap"]:
                certain.add(fold_label(label))
            candidates.append(Mark(match.start(), match.end(), label, seconds(match["after"])))
    candidates.sort(key=lambda mark: mark.start)
    counts = Counter(fold_label(mark.label) for mark in candidates)
    lines = sum(1 for line in text.splitlines() if line.strip())
    all_lines = len(candidates) == lines and len(counts) > 1
    accepted = [
        mark
        for mark in candidates
        if fold_label(mark.label) in certain
        or _is_known(mark.label)
        or (_looks_like_name(mark.label) and (all_lines or "(" in mark.label or counts[fold_label(mark.label)] > 1))
    ]
    return _without_header(text, accepted)


def split_speeches(text: str, known: Collection[str] = ()) -> tuple[list[Speech], list[str]]:
    """The text cut at its speaker labels, and warnings."""
    marks = find_marks(text, known)
    if not marks:
        start, end = _strip(text, 0, len(text))
        return [Speech(start, end, "", None)], [
            "no speaker labels were found, so the whole text is taken as one participant's"
        ]
    warnings = []
    if text[: marks[0].start].strip() and not _STAMP_LINE.fullmatch(text[: marks[0].start].strip()):
        warnings.append("the lines before the first speaker label are taken as a header and not coded")
    speeches = []
    pending = _closing_stamp(text, 0, marks[0].start)[1]
    for here, mark in enumerate(marks):
        until = marks[here + 1].start if here + 1 < len(marks) else len(text)
        until, next_time = _closing_stamp(text, mark.speech, until)
        start, end = _strip(text, mark.speech, until)
        time = mark.time if mark.time is not None else pending
        pending = next_time
        if start < end:
            speeches.append(Speech(start, end, mark.label, time))
    return speeches, warnings


def _closing_stamp(text: str, start: int, end: int) -> tuple[int, float | None]:
    """Where speech ends if its last line is only a time, which then belongs to the next speaker."""
    line = max(text.rfind("\n", start, start + len(text[start:end].rstrip())) + 1, start)
    match = _STAMP_LINE.match(text[line:end])
    return (line, seconds(match["stamp"])) if match and line > start else (end, None)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _possible(label: str) -> bool:
    plain = _PARENTHESIS.sub("", label).strip()
    words = plain.split()
    if not words or len(words) > _MAX_WORDS or any(char in plain for char in '?!;,"”“()'):
        return False
    first = words[0].rstrip(".").casefold()
    return first not in _NEVER and first not in _METADATA


def _is_known(label: str) -> bool:
    plain = _PARENTHESIS.sub("", label).strip()
    return bool(_CODE.fullmatch(plain)) or any(word in KNOWN_WORDS for word in core_words(plain))


def _looks_like_name(label: str) -> bool:
    words = _PARENTHESIS.sub("", label).split()
    return bool(words) and not words[0][0].islower() and all(_NAME_WORD.fullmatch(word) for word in words)


def _without_header(text: str, marks: list[Mark]) -> list[Mark]:
    """Drop labels such as "Intervjuare: Eva Ek" in an opening block that also says "Datum:" or the like."""
    opening = re.match(r"\s*\S[\s\S]*?(?=\r?\n[ \t]*\r?\n)", text)
    if opening is None:
        return marks
    keys = {line.partition(":")[0].strip().casefold() for line in opening[0].splitlines() if ":" in line}
    later = [mark for mark in marks if mark.start >= opening.end()]
    return later if later and keys & _METADATA else marks
