"""A coded corpus as windows with targets: what the trainer learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rtwnlp.alignment import label_matrix
from rtwnlp.codebook import Codebook
from rtwnlp.coding import CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.labelling.windows import Window, WindowConfig, build_windows
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Segment, Transcript


@dataclass(frozen=True)
class CodedDocument:
    """One transcript with its segments and what is known of their codes.

    Attributes:
        transcript: The text.
        segments: n segments, the interviewer's too.
        labels: Shape (n, codes), in [0, 1]: the share of the coders who looked that gave the code.
        known: Shape (n, codes): whether any coder looked. The interviewer's segments are unknown.
        language: The language of most of its participants' segments.
        group: The participant, or the document where there are several; folds keep it whole.
        kinds: The kinds of its coders.
    """

    transcript: Transcript
    segments: tuple[Segment, ...]
    labels: NDArray[np.float32]
    known: NDArray[np.bool_]
    language: str
    group: str
    kinds: frozenset[CoderKind]

    @property
    def document(self) -> str:
        """Name of the document."""
        return self.transcript.document


def load_documents(
    transcripts: Sequence[Transcript], codings: Sequence[Coding], codebook: Codebook
) -> list[CodedDocument]:
    """Join transcripts and codings; transcripts that nobody coded are left out.

    Raises:
        InputError: A coding's document is not among the transcripts, a span lies outside its text, or kinds of coders
            are mixed.
    """
    by_name = {transcript.document: transcript for transcript in transcripts}
    by_document: dict[str, list[Coding]] = {}
    for coding in codings:
        if coding.document not in by_name:
            raise InputError(f"the codes name the document {coding.document!r}, of which there is no transcript")
        longest = max((span.end for span in coding.spans), default=0)
        if longest > len(by_name[coding.document].text):
            raise InputError(
                f"a code ends at {longest}, but the text has {len(by_name[coding.document].text)} characters",
                path=coding.document,
            )
        by_document.setdefault(coding.document, []).append(coding)
    kinds = {coding.coder.kind for coding in codings}
    if len(kinds) > 1:
        raise InputError(f"codes of different kinds are never pooled; these are of: {', '.join(sorted(kinds))}")
    return [_coded(by_name[name], by_document[name], codebook) for name in sorted(by_document)]


def _coded(transcript: Transcript, codings: Sequence[Coding], codebook: Codebook) -> CodedDocument:
    segments = tuple(segment(transcript))
    votes = np.zeros((len(segments), len(codebook.codes)), dtype=np.float32)
    looked = np.zeros_like(votes)
    for coding in codings:
        labels, known = label_matrix(segments, coding, codebook)
        votes += labels
        looked += known
    coded_here = np.array([s.role is Role.PARTICIPANT for s in segments])
    languages = [s.language for s in segments if s.role is Role.PARTICIPANT]
    participants = transcript.participants
    return CodedDocument(
        transcript,
        segments,
        (votes / np.maximum(looked, 1.0)).astype(np.float32),
        (looked > 0) & coded_here[:, None],
        max(sorted(set(languages)), key=languages.count, default="en"),
        transcript.participant_of(participants[0]) if len(participants) == 1 else transcript.document,
        frozenset(coding.coder.kind for coding in codings),
    )


@dataclass(frozen=True)
class Example:
    """One window with its targets, shape (targets, codes)."""

    window: Window
    labels: NDArray[np.float32]
    known: NDArray[np.bool_]
    document: int


def build_examples(documents: Sequence[CodedDocument], tokenizer: Tokenizer, config: WindowConfig) -> list[Example]:
    """The windows of all documents, with the targets of their sentences."""
    examples = []
    for number, document in enumerate(documents):
        for window in build_windows(document.segments, tokenizer, config):
            rows = list(window.targets)
            examples.append(Example(window, document.labels[rows], document.known[rows], number))
    return examples


def grouped_folds(documents: Sequence[CodedDocument], folds: int, seed: int) -> list[list[int]]:
    """Split documents into folds that keep each participant whole and spread languages and codes evenly.

    After iterative stratification (Sechidis et al. 2011), on groups: the group with the most of the rarest label goes
    to the fold that lacks it most.

    Args:
        documents: At least `folds` different groups.
        folds: How many.
        seed: Breaks ties.

    Returns:
        For each fold the positions of its documents.

    Raises:
        InputError: There are fewer participants than folds.
    """
    groups: dict[str, list[int]] = {}
    for i, document in enumerate(documents):
        groups.setdefault(document.group, []).append(i)
    if len(groups) < max(folds, 2):
        raise InputError(
            f"{folds} folds by participant need at least {max(folds, 2)} participants; there are {len(groups)}"
        )
    languages = sorted({document.language for document in documents})
    counts: dict[str, NDArray[np.float64]] = {}
    for group, members in groups.items():
        codes = sum(documents[i].labels.sum(axis=0) for i in members)
        in_language = [float(sum(documents[i].language == language for i in members)) for language in languages]
        size = float(sum(documents[i].known.any(axis=1).sum() for i in members))
        counts[group] = np.array([*np.atleast_1d(codes), *in_language, size], dtype=np.float64)
    total = np.maximum(sum(counts.values()), 1e-9)
    rng = np.random.default_rng(seed)
    names = sorted(groups)
    order = sorted(names, key=lambda name: (-float((counts[name] / total).max()), rng.random()))
    filled = np.zeros((folds, len(total)))
    members_of: list[list[int]] = [[] for _ in range(folds)]
    for name in order:
        share = counts[name] / total
        cost = [
            float((((filled[f] + share) - 1.0 / folds).clip(min=0) ** 2).sum() + filled[f] @ share)
            for f in range(folds)
        ]
        best = min(range(folds), key=lambda f: (round(cost[f], 12), len(members_of[f]), f))
        filled[best] += share
        members_of[best].extend(groups[name])
    return [sorted(members) for members in members_of]
