"""Windows: stretches of a transcript that are encoded once, in which each sentence is pooled from its own tokens.

After sequential sentence classification (Cohan et al. 2019): every sentence sees its neighbours and the
interviewer's question, and each token is encoded about once. A window of one sentence without context is the plain
sentence classifier, so one mechanism serves for all of them, in training and in labelling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rtwnlp.errors import ModelError
from rtwnlp.transcript import Role, Segment

INTERVIEWER_MARK = "?:"
"""Put before what an interviewer says, so that the encoder can tell questions from answers."""


@dataclass(frozen=True, slots=True)
class WindowConfig:
    """How a transcript is cut into windows.

    Attributes:
        max_tokens: Most tokens in a window, special ones counted; a longer sentence is cut at the end.
        context_before: Segments before the first target that are encoded with it.
        context_after: Segments after the last target that are encoded with it.
        max_targets: Most segments that one window labels.
    """

    max_tokens: int = 256
    context_before: int = 4
    context_after: int = 2
    max_targets: int = 16


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder.

    Attributes:
        input_ids: Token ids, the special first and last ones included.
        owners: For each token the position in `targets` of the sentence it belongs to, or -1 (context, special).
        targets: Indices of the segments that this window labels.
    """

    input_ids: tuple[int, ...]
    owners: tuple[int, ...]
    targets: tuple[int, ...]


def build_windows(segments: Sequence[Segment], tokenizer: Tokenizer, config: WindowConfig) -> list[Window]:
    """Cut one document's segments into windows; every participant's segment is a target exactly once.

    Args:
        segments: All segments of the document in order, the interviewer's too.
        tokenizer: With `<s>` and `</s>` as first and last token.
        config: Lengths.

    Returns:
        The windows, in order of their targets.
    """
    first, last = (special_id(tokenizer, token) for token in ("<s>", "</s>"))
    room = config.max_tokens - 2
    pieces = _encode(segments, tokenizer, room)
    targets = [i for i, segment in enumerate(segments) if segment.role is Role.PARTICIPANT and pieces[i]]
    windows: list[Window] = []
    at = 0
    while at < len(targets):
        chosen = [targets[at]]
        low = max(0, chosen[0] - config.context_before)
        size = sum(len(pieces[i]) for i in range(low, chosen[0] + 1))
        while size > room and low < chosen[0]:
            size -= len(pieces[low])
            low += 1
        for candidate in targets[at + 1 :]:
            added = sum(len(pieces[i]) for i in range(chosen[-1] + 1, candidate + 1))
            if len(chosen) == config.max_targets or size + added > room:
                break
            chosen.append(candidate)
            size += added
        high = chosen[-1]
        while high + 1 < min(len(segments), chosen[-1] + 1 + config.context_after):
            if size + len(pieces[high + 1]) > room:
                break
            high += 1
            size += len(pieces[high])
        windows.append(_window(pieces, low, high, chosen, first, last))
        at += len(chosen)
    return windows


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """Id of a special token.

    Raises:
        ModelError: The tokenizer has no such token.
    """
    number: int | None = tokenizer.token_to_id(token)
    if number is None:
        raise ModelError(f"the tokenizer has no token {token}; an encoder of the XLM-RoBERTa or e5 kind has one")
    return number


def _encode(segments: Sequence[Segment], tokenizer: Tokenizer, room: int) -> list[list[int]]:
    texts: list[str] = []
    for i, segment in enumerate(segments):
        opens_turn = i == 0 or segments[i - 1].turn != segment.turn
        text = " ".join(segment.text.split())
        texts.append(f"{INTERVIEWER_MARK} {text}" if segment.role is Role.INTERVIEWER and opens_turn else text)
    return [encoding.ids[:room] for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]


def _window(
    pieces: Sequence[Sequence[int]], low: int, high: int, chosen: Sequence[int], first: int, last: int
) -> Window:
    position = {segment: i for i, segment in enumerate(chosen)}
    ids, owners = [first], [-1]
    for i in range(low, high + 1):
        ids.extend(pieces[i])
        owners.extend([position.get(i, -1)] * len(pieces[i]))
    return Window(tuple([*ids, last]), tuple([*owners, -1]), tuple(chosen))


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of about one length as arrays.

    Attributes:
        input_ids: Shape (windows, tokens), int64, padded.
        attention_mask: Same shape, int64, 0 at padding.
        pooling: Shape (windows, sentences, tokens), float32: each sentence's row has equal weights on its own tokens
            that sum to 1; rows past a window's last sentence are 0.
        members: Positions in the list of windows that the batch was made from.
    """

    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]
    pooling: NDArray[np.float32]
    members: tuple[int, ...]


def plan_batches(windows: Sequence[Window], token_budget: int) -> list[tuple[int, ...]]:
    """Positions of windows of like length, longest first, so that padded tokens stay within the budget a batch."""
    order = sorted(range(len(windows)), key=lambda i: -len(windows[i].input_ids))
    plans: list[tuple[int, ...]] = []
    current: list[int] = []
    for i in order:
        longest = len(windows[current[0]].input_ids) if current else len(windows[i].input_ids)
        if current and longest * (len(current) + 1) > token_budget:
            plans.append(tuple(current))
            current = []
        current.append(i)
    return [*plans, tuple(current)] if current else plans


def collate(windows: Sequence[Window], members: Sequence[int], pad_id: int) -> Batch:
    """Pad the windows at `members` to one array."""
    chosen = [windows[i] for i in members]
    tokens = max(len(window.input_ids) for window in chosen)
    sentences = max(len(window.targets) for window in chosen)
    input_ids = np.full((len(chosen), tokens), pad_id, dtype=np.int64)
    attention_mask = np.zeros_like(input_ids)
    pooling = np.zeros((len(chosen), sentences, tokens), dtype=np.float32)
    for row, window in enumerate(chosen):
        length = len(window.input_ids)
        input_ids[row, :length] = window.input_ids
        attention_mask[row, :length] = 1
        owners = np.asarray(window.owners)
        for sentence in range(len(window.targets)):
            own = np.flatnonzero(owners == sentence)
            pooling[row, sentence, own] = 1.0 / len(own)
    return Batch(input_ids, attention_mask, pooling, tuple(members))
