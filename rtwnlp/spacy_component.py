"""The classifier as a spaCy component: `nlp.add_pipe("rtwnlp", config={"model": "reco-competence"})`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from rtwnlp.errors import InputError
from rtwnlp.labelling.labeller import DEFAULT_MODEL, Labeller
from rtwnlp.transcript import Role, Segment

KEY = "rtwnlp"


@Language.factory(
    "rtwnlp",
    default_config={"model": DEFAULT_MODEL, "min_score": None, "threads": None, "key": KEY},
    requires=["doc.sents"],
    assigns=["doc.spans"],
)
def make_component(
    nlp: Language, name: str, model: str, min_score: float | None, threads: int | None, key: str
) -> ThemeComponent:
    """Made by spaCy from the pipeline's config."""
    return ThemeComponent(nlp, name, Labeller.from_pretrained(model, threads=threads, min_score=min_score), key)


class ThemeComponent:
    """Codes every sentence of a document.

    `doc.spans["rtwnlp"]` holds a span for each code, labelled "theme/polarity", and `span._.rtwnlp_scores` each theme's
    probability. Every sentence counts as the participant's: leave the interviewer's turns out of the text, or code
    transcripts with `Labeller`, which knows who speaks.

    Args:
        nlp: The pipeline.
        name: The component's name in it.
        labeller: The machine.
        key: Of the span group.
    """

    def __init__(self, nlp: Language, name: str, labeller: Labeller, key: str = KEY) -> None:
        self.name = name
        self.labeller = labeller
        self.key = key
        if not Span.has_extension("rtwnlp_scores"):
            Span.set_extension("rtwnlp_scores", default=None)

    def __call__(self, doc: Doc) -> Doc:
        """Code one document."""
        return next(self.pipe([doc], batch_size=1))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Code documents in batches, in order.

        Raises:
            InputError: A document has no sentence boundaries.
        """
        documents = iter(stream)
        while batch := list(islice(documents, batch_size)):
            segments = [_segments(doc) for doc in batch]
            for doc, found in zip(batch, self.labeller.label_segments(segments), strict=True):
                spans = []
                for sentence, prediction in zip(_sentences(doc), found, strict=True):
                    for code in prediction.codes:
                        label = f"{code.theme}/{code.polarity}" if code.polarity else code.theme
                        span = Span(doc, sentence.start, sentence.end, label=label)
                        span._.rtwnlp_scores = dict(prediction.scores)
                        spans.append(span)
                doc.spans[self.key] = spans
                yield doc

    # What the component is lies in the pipeline's config; there is nothing of its own to keep.
    def to_bytes(self, **_: Any) -> bytes:
        """Nothing."""
        return b""

    def from_bytes(self, _: bytes, **__: Any) -> ThemeComponent:
        """Itself."""
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Nothing is written."""

    def from_disk(self, path: str | Path, **_: Any) -> ThemeComponent:
        """Itself."""
        return self


def _sentences(doc: Doc) -> list[Span]:
    return [sentence for sentence in doc.sents if sentence.text.strip()]


def _segments(doc: Doc) -> list[Segment]:
    if not len(doc):
        return []
    if not doc.has_annotation("SENT_START"):
        raise InputError(
            "the document has no sentences; put a component that finds them before this one, such as "
            'nlp.add_pipe("sentencizer")'
        )
    language = "en" if doc.lang_ == "en" else "sv"
    return [
        Segment(i, s.start_char, s.end_char, s.text, 0, "", Role.PARTICIPANT, language)
        for i, s in enumerate(_sentences(doc))
    ]
