"""The labeller: text or transcripts in, predictions or a coding out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtwnlp.alignment import merge_spans
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.formats import parse_text
from rtwnlp.labelling.bundle import Bundle
from rtwnlp.labelling.engine import OnnxEngine
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Segment, Transcript

DEFAULT_MODEL = "reco-competence"


@dataclass(frozen=True, slots=True)
class PredictedCode:
    """A code that was given, with its probability."""

    theme: str
    polarity: str
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """One segment, the codes it was given, and every theme's probability.

    Attributes:
        segment: The segment.
        codes: The codes given, the most probable first.
        scores: For each theme the probability of its more probable polarity, in [0, 1]; 0 for an interviewer, who is
            never coded.
    """

    segment: Segment
    codes: tuple[PredictedCode, ...]
    scores: dict[str, float]

    @property
    def text(self) -> str:
        """The segment's text."""
        return self.segment.text

    @property
    def start(self) -> int:
        """Offset of its first character in the document, in code points."""
        return self.segment.start

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.segment.end


class Labeller:
    """Codes interviews by a bundle. Make one with `from_pretrained`.

    Args:
        bundle: The classifier.
        threads: CPU threads; None for one a core.
        min_score: Probability from which on a code is given, in place of the bundle's thresholds.
    """

    def __init__(self, bundle: Bundle, *, threads: int | None = None, min_score: float | None = None) -> None:
        if min_score is not None and not 0.0 < min_score <= 1.0:
            raise InputError(f"the least score {min_score} is not above 0 and at most 1")
        self.bundle = bundle
        self.engine = OnnxEngine(bundle, threads)
        self._thresholds = np.array(
            bundle.thresholds if min_score is None else [min_score] * len(bundle.codebook.codes)
        )

    @classmethod
    def from_pretrained(
        cls, name_or_path: str | Path = DEFAULT_MODEL, *, threads: int | None = None, min_score: float | None = None
    ) -> Labeller:
        """Open a shipped bundle by name, or a folder.

        Raises:
            ModelError: There is none, or it is damaged.
        """
        return cls(Bundle.load(name_or_path), threads=threads, min_score=min_score)

    @property
    def thresholds(self) -> list[float]:
        """For each code, in the codebook's order, the probability from which on it is given."""
        return [float(threshold) for threshold in self._thresholds]

    @property
    def coder(self) -> Coder:
        """The machine as a coder."""
        return Coder(f"rtwnlp {self.bundle.name} {self.bundle.version}", CoderKind.MACHINE)

    def label(self, text: str) -> list[Prediction]:
        """Label a text: one sentence, or a transcript with speaker labels. Blank text gives an empty list."""
        return self.label_transcript(parse_text(text)) if text.strip() else []

    def label_transcript(self, transcript: Transcript) -> list[Prediction]:
        """Every segment of the transcript in order, the interviewer's too (which carry no codes)."""
        return self.label_transcripts([transcript])[0]

    def label_transcripts(self, transcripts: Iterable[Transcript]) -> list[list[Prediction]]:
        """Label several transcripts together, which is faster than one by one when they are short."""
        return self.label_segments([segment(transcript) for transcript in transcripts])

    def label_segments(self, documents: Sequence[Sequence[Segment]]) -> list[list[Prediction]]:
        """Label documents that are cut into segments already, each with all of its segments in order."""
        return [
            self._predictions(segments, probabilities)
            for segments, probabilities in zip(documents, self.engine.probabilities(documents), strict=True)
        ]

    def code(self, transcript: Transcript) -> Coding:
        """The machine's codes as a coding: neighbouring sentences with the same code are one span."""
        return self.to_coding(transcript, self.label_transcript(transcript))

    def to_coding(self, transcript: Transcript, predictions: Sequence[Prediction]) -> Coding:
        """Predictions of `label_transcript` on this transcript as a coding."""
        coded = [
            (p.segment, [CodedSpan(p.start, p.end, c.theme, c.polarity, c.score) for c in p.codes]) for p in predictions
        ]
        return Coding(
            transcript.document,
            self.coder,
            merge_spans(coded),
            scope=tuple((p.start, p.end) for p in predictions if p.segment.role is Role.PARTICIPANT),
            codebook=self.bundle.codebook.id,
            codebook_hash=self.bundle.codebook.hash,
            text_hash=transcript.text_hash,
        )

    def code_with_scores(
        self, transcript: Transcript
    ) -> tuple[Coding, dict[tuple[int, int], dict[tuple[str, str], float]]]:
        """The machine's coding and, for each participant's segment by (start, end), the probability of every code."""
        segments = segment(transcript)
        probabilities = self.engine.probabilities([segments])[0]
        codes = [(code.theme, code.polarity) for code in self.bundle.codebook.codes]
        scores = {
            (s.start, s.end): dict(zip(codes, row.tolist(), strict=True))
            for s, row in zip(segments, probabilities, strict=True)
            if s.role is Role.PARTICIPANT
        }
        return self.to_coding(transcript, self._predictions(segments, probabilities)), scores

    def _predictions(self, segments: Sequence[Segment], probabilities: NDArray[np.float64]) -> list[Prediction]:
        codebook = self.bundle.codebook
        polarities = max(1, len(codebook.polarities))
        predictions = []
        for one, row in zip(segments, probabilities, strict=True):
            codes = []
            for i in range(0, len(row), polarities):
                best = i + int(np.argmax(row[i : i + polarities] / self._thresholds[i : i + polarities]))
                if row[best] >= self._thresholds[best]:
                    code = codebook.codes[best]
                    codes.append(PredictedCode(code.theme, code.polarity, float(row[best])))
            themes = row.reshape(-1, polarities).max(axis=1)
            predictions.append(
                Prediction(
                    one,
                    tuple(sorted(codes, key=lambda code: -code.score)),
                    {theme: float(p) for theme, p in zip(codebook.theme_ids, themes, strict=True)},
                )
            )
        return predictions
