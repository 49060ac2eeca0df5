"""Who asks and who answers: roles from speaker labels, else from who puts the questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rtwnlp.transcript import Role, fold_label

_STRONG = frozenset(
    "i int interviewer intervjuare intervjuaren interv intv moderator moderatorn mod facilitator facilitatorn "
    "samtalsledare samtalsledaren intervjuledare intervjuledaren frågeställare q question fråga".split()
)
_MEDIUM = frozenset("forskare forskaren researcher".split())
_WEAK = frozenset("m f".split())
_PARTICIPANT = frozenset(
    "ip r p a s d respondent respondenten informant informanten deltagare deltagaren participant patient patienten "
    "intervjuperson intervjupersonen interviewee svar answer speaker talare läkare sjuksköterska rehabkoordinator "
    "koordinator chef arbetsgivare handläggare doctor nurse manager employer coordinator".split()
)
KNOWN_WORDS = _STRONG | _MEDIUM | _WEAK | _PARTICIPANT
"""Folded labels that are taken for a speaker wherever they stand at the start of a line."""

_MIN_QUESTION_RATIO = 2.0
_MAX_LENGTH_RATIO = 0.8


def core_words(label: str) -> tuple[str, ...]:
    """The label's parts without numbers, folded: the label itself and what stands in parentheses.

    >>> core_words("IP1"), core_words("Eva (intervjuare)")
    (('ip',), ('eva', 'intervjuare'))
    """
    parts = re.split(r"[()]", fold_label(label))
    return tuple(core for part in parts if (core := re.sub(r"[\s.#_-]*\d+$", "", part.strip()).rstrip(".")))


def infer_roles(turns: Sequence[tuple[str, str]]) -> tuple[dict[str, Role], list[str]]:
    """Each speaker's role, and what the reader should tell the user.

    Args:
        turns: (speaker, text) in order.
    """
    speakers = list(dict.fromkeys(speaker for speaker, _ in turns))
    roles = dict.fromkeys(speakers, Role.PARTICIPANT)
    chosen = _by_word(speakers)
    if not chosen and len(speakers) == 2:
        chosen = _by_questions(speakers, turns)
    roles.update(dict.fromkeys(chosen, Role.INTERVIEWER))
    if not chosen and len(speakers) > 1:
        names = ", ".join(repr(speaker) for speaker in speakers)
        return roles, [f"no interviewer was recognised among {names}, so all are coded; name the interviewer if not so"]
    if speakers and len(chosen) == len(speakers):
        return roles, ["every speaker looks like an interviewer, so nobody is coded; name the interviewers"]
    return roles, []


def _by_word(speakers: Sequence[str]) -> list[str]:
    for words in (_STRONG, _MEDIUM):
        chosen = [speaker for speaker in speakers if any(word in words for word in core_words(speaker))]
        if chosen:
            return chosen
    weak = [speaker for speaker in speakers if any(word in _WEAK for word in core_words(speaker))]
    others = [speaker for speaker in speakers if speaker not in weak]
    partnered = others and all(any(word in _PARTICIPANT for word in core_words(speaker)) for speaker in others)
    return weak if len(weak) == 1 and partnered else []


def _by_questions(speakers: Sequence[str], turns: Sequence[tuple[str, str]]) -> list[str]:
    texts = {speaker: [text for who, text in turns if who == speaker] for speaker in speakers}
    length = {speaker: sum(len(text) for text in said) / len(said) for speaker, said in texts.items()}
    questions = {speaker: sum(text.count("?") for text in said) / len(said) for speaker, said in texts.items()}
    asks, answers = sorted(speakers, key=lambda speaker: length[speaker])
    clear = (
        questions[asks] > 0
        and questions[asks] >= _MIN_QUESTION_RATIO * questions[answers]
        and length[asks] <= _MAX_LENGTH_RATIO * length[answers]
    )
    return [asks] if clear else []
