"""Segmenting: each turn of a transcript into sentences, by spaCy's tokenizers and rules for spoken language.

spaCy's tokenizer says where a token may begin (so no web address or abbreviation is cut); the rules here say
which stops end a sentence. They hold for both languages at once, since speakers switch.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from rtwnlp.language import detect_language
from rtwnlp.transcript import Segment, Transcript

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_NEVER_LAST = frozenset(
    """t.ex bl.a d.v.s dvs s.k f.d kl ca c:a nr dr mr mrs ms prof e.g i.e vs resp jfr fr.o.m t.o.m p.g.a
    pga m.a.o i.o.m o.dyl bl fr approx""".split()
)
_LAST_BEFORE_CAPITAL = frozenset("etc osv o.s.v m.m mm m.fl mfl o.d a.m p.m e.d st jr sr inc ltd".split())
_UNITS = frozenset("min tim sek kr st kg mån".split())
_HUMMING = frozenset({"mm"})
_MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december january february march may "
    "june july august october jan feb mar apr jun jul aug sep sept okt oct nov dec"
)
_MONTH_NAMES = frozenset(_MONTHS.split())
_STARTERS = frozenset(
    """det den de dom jag du han hon vi ni man och men så sen sedan då där när nu nej ja jo för att om som
    hur vad vem varför it he she they we you i the then that this there and but so when if no yes yeah
    what why how after because""".split()
)
_LINKING = frozenset(
    """och eller men att som med till från på i av om för hos den det en ett min mitt mina är var heter
    hette the a an and or but of to from with in on at by for my our your is was were that called i""".split()
)
_WORDS_OF_ONE_LETTER = frozenset("iåö")

_MARK = (
    r"(?:\[[^\[\]\n]{0,60}\]|\((?:[.…]+|\d+(?:[.,]\d+)?)\)|\([^()\n.!?…]{1,40}\)"
    r"|/[.…]+/|<[^<>\n]{1,20}>|\*[^*\n]{1,30}\*)"
)
_PLACE = re.compile(
    rf"(?P<mark>{_MARK})"
    rf"|(?P<stop>[.!?…‽]+(?:[ \t][!?]+|[ \t]?\.\.+)*)(?P<close>[\"”“’'»›)\]}}]*)"
    rf"(?P<marks>(?:[ \t]*(?:\r?\n)?[ \t]*{_MARK}[.!?…]*)*)(?P<gap>\s*)"
    r"|(?P<line>[ \t]*(?:\r?\n|[\r\u2028\u2029])\s*)"
)
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t\f\v\u00a0]*(?:\r\n|\n|\r)|\u2029")
_LAST_WORD = re.compile(r"[^\W_](?:[.:]?[^\W_])*\Z")
_SPACED_ABBREVIATION = re.compile(r"(?<!\w)(?:[^\W\d_]{1,2}\. ){1,3}[^\W\d_]{1,3}\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}\Z")
_NEXT_WORD = re.compile(r"[^\w\n]*([^\W_]+)")
_LIST_ITEM = re.compile(r"(?:[-–—•*]\s|\d{1,2}[.)]\s)")
_QUOTES = "\"”“’'»›)]}"


def segment(transcript: Transcript) -> list[Segment]:
    """The sentences of a transcript in order, the interviewer's too.

    Args:
        transcript: Turns over a text. `transcript.language`, where set, is what is expected of each sentence;
            else the document's language is detected first.

    Returns:
        Segments with offsets into `transcript.text`: never empty, never across turns, without white space around.
    """
    language = transcript.language
    if language is None:
        language = detect_language(" ".join(transcript.text[turn.start : turn.end] for turn in transcript.turns))
    segments: list[Segment] = []
    for turn in transcript.turns:
        said = transcript.text[turn.start : turn.end]
        if not said.strip():
            continue
        for start, end in sentence_spans(said, detect_language(said, language)):
            text = said[start:end]
            segments.append(
                Segment(
                    index=len(segments),
                    start=turn.start + start,
                    end=turn.start + end,
                    text=text,
                    turn=turn.index,
                    speaker=turn.speaker,
                    role=turn.role,
                    language=detect_language(text, language),
                )
            )
    return segments


def sentence_spans(text: str, language: str = "sv") -> list[tuple[int, int]]:
    """Start and end of each sentence of one turn, by offset into `text`.

    >>> [("Ja. Kl. 9.30 t.ex. gick det")[a:b] for a, b in sentence_spans("Ja. Kl. 9.30 t.ex. gick det")]
    ['Ja.', 'Kl. 9.30 t.ex. gick det']
    """
    doc = _blank(language).make_doc(text)
    cuts = [0, *_sentence_starts(doc), len(text)]
    spans: list[tuple[int, int]] = []
    for low, high in zip(cuts, cuts[1:], strict=False):
        piece = text[low:high]
        bare = piece.strip()
        if not bare:
            continue
        start = low + len(piece) - len(piece.lstrip())
        end = start + len(bare)
        if spans and (not _has_word(bare) or not _has_word(text[spans[-1][0] : spans[-1][1]])):
            spans[-1] = (spans[-1][0], end)
        elif spans and _is_mark(bare):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _load_spacy() -> tuple[type[Language], type[Language]]:
    """The one place that imports spaCy, since it is slow to import and brings torch along where that is installed."""
    from spacy.lang.en import English
    from spacy.lang.sv import Swedish

    return Swedish, English


@cache
def _blank(language: str) -> Language:
    swedish, english = _load_spacy()
    nlp = english() if language == "en" else swedish()
    nlp.max_length = sys.maxsize
    return nlp


def _sentence_starts(doc: Doc) -> Iterator[int]:
    """Offsets at which a sentence begins, other than the first."""
    text = doc.text
    token_starts: set[int] | None = None
    begin = 0
    for place in _PLACE.finditer(text):
        if place["mark"] is not None or place.end() == len(text):
            continue
        if place["line"] is not None:
            ends = _line_ends_sentence(text, place)
        else:
            ends = _stop_ends_sentence(text, place, begin)
        if not ends:
            continue
        if not text[place.end() - 1].isspace():
            if token_starts is None:
                token_starts = set(doc.to_array("IDX").tolist())
            if place.end() not in token_starts:
                continue
        begin = place.end()
        yield begin


def _line_ends_sentence(text: str, place: re.Match[str]) -> bool:
    if _BLANK_LINE.search(place["line"]):
        return True
    after = text[place.end() : place.end() + 40]
    if _LIST_ITEM.match(after):
        return True
    following = _NEXT_WORD.match(after)
    before = text[max(0, place.start() - 40) : place.start()].rstrip()
    if following is None or not before or before[-1] in ",;:-–—(/":
        return False
    word = following[1]
    last = _LAST_WORD.search(before)
    wrapped = last is not None and last[0].lower() in _LINKING
    return word[0].isupper() and word != "I" and not wrapped


def _stop_ends_sentence(text: str, place: re.Match[str], begin: int) -> bool:
    stop, gap = place["stop"], place["gap"]
    if _BLANK_LINE.search(gap) or _BLANK_LINE.search(place["marks"]):
        return True
    following = _NEXT_WORD.match(text, place.end())
    word = following[1] if following else ""
    capital = word[:1].isupper()
    if not gap and not place["marks"]:
        glued = place.start() > 0 and text[place.start() - 1].islower() and text[place.end()].isupper()
        if not glued:
            return False
    if _LIST_ITEM.match(text, place.end()) and ("\n" in gap or "\r" in gap):
        return True
    if place["close"] and word[:1].islower():
        return False
    if "!" in stop or "?" in stop or "‽" in stop:
        return True
    if len(stop) > 1 or stop == "…":
        return capital
    if place["close"]:
        return True
    return _full_stop_ends_sentence(text, place.start(), begin, word)


def _full_stop_ends_sentence(text: str, at: int, begin: int, following: str) -> bool:
    """Whether a single full stop at `at` ends the sentence that begins at `begin`, or belongs to a word or number."""
    before = text[max(begin, at - 30) : at]
    found = _LAST_WORD.search(before)
    if found is None:
        return True
    last = found[0]
    capital = following[:1].isupper()
    if last[-1].isdigit():
        return _stop_after_number_ends(text[begin : at - len(last)], last, following)
    spaced = _SPACED_ABBREVIATION.search(before)
    word = last.lower()
    if spaced is not None:
        joined = spaced[0].replace(" ", "").lower()
        if joined in _NEVER_LAST or joined in _LAST_BEFORE_CAPITAL:
            word = last = joined
    if word in _NEVER_LAST or (last == "St" and following):
        return False
    head = before[: len(before) - len(last)].rstrip()
    if word in _HUMMING and (not head or head[-1] in ",.!?…-–"):
        return True
    if word in _LAST_BEFORE_CAPITAL:
        return capital
    if word in _UNITS and head[-1:].isdigit():
        return capital
    if len(word) == 1:
        if last == "I" or word in _WORDS_OF_ONE_LETTER and last.islower():
            return True
        return capital and (last.islower() or following.lower() in _STARTERS)
    if _DOTTED.match(last):
        return capital and following.lower() in _STARTERS
    return True


def _stop_after_number_ends(before: str, number: str, following: str) -> bool:
    if not _has_word(before):
        return False
    if number.isdigit() and len(number) <= 2:
        if following.lower() in _MONTH_NAMES:
            return False
        words = before.lower().split()
        if words and words[-1] in {"den", "the"}:
            return following[:1].isupper()
    return True


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _is_mark(text: str) -> bool:
    return re.fullmatch(rf"(?:{_MARK}\s*)+", text) is not None
