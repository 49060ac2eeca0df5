"""A corpus or a coded project as a Hugging Face dataset, for those who bring their own trainer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rtwnlp.codebook import Codebook
from rtwnlp.evaluation.comparing import find_codebook
from rtwnlp.formats import read_codings, read_transcripts
from rtwnlp.training.corpus import load_documents

if TYPE_CHECKING:
    from datasets import Dataset


def to_dataset(
    codes: str | Path,
    transcripts: str | Path | None = None,
    codebook: str | Path | Codebook | None = None,
) -> Dataset:
    """Every coded sentence as a row.

    Args:
        codes: A coding table or a .qdpx.
        transcripts: The transcripts' folder; a .qdpx brings its own.
        codebook: The codebook; by default the shipped one that holds all the codes.

    Returns:
        Columns document, participant, speaker, language, start, end, before (what was said just before), text, labels
        (for each code of the codebook the share of the coders who gave it, NaN where none looked) and codes (the
        names of those that at least half of them gave). `features["labels"]` has the codebook's length; the names of
        its columns are in `info.description`, one a line.

    Raises:
        InputError: The codes or the transcripts are not right.
        CodebookError: No shipped codebook holds all the codes, and none is given.
    """
    from datasets import Dataset, DatasetInfo, Features, List, Value

    texts = read_transcripts(codes if transcripts is None else transcripts)
    book = codebook if isinstance(codebook, Codebook) or codebook is None else Codebook.load(codebook)
    codings = read_codings(codes, transcripts=texts, codebook=book)
    book = book or find_codebook(codings) or Codebook.load("reco-competence")
    names = [str(code) for code in book.codes]
    rows: dict[str, list[object]] = {
        name: []
        for name in (
            "document",
            "participant",
            "speaker",
            "language",
            "start",
            "end",
            "before",
            "text",
            "labels",
            "codes",
        )
    }
    for document in load_documents(texts, codings, book):
        for i, segment in enumerate(document.segments):
            known = document.known[i]
            if not known.any():
                continue
            values = {
                "document": document.document,
                "participant": document.transcript.participant_of(segment.speaker),
                "speaker": segment.speaker,
                "language": segment.language,
                "start": segment.start,
                "end": segment.end,
                "before": document.segments[i - 1].text if i else "",
                "text": segment.text,
                "labels": np.where(known, document.labels[i], np.nan).astype(np.float32).tolist(),
                "codes": [n for n, p, k in zip(names, document.labels[i], known, strict=True) if k and p >= 0.5],
            }
            for name, value in values.items():
                rows[name].append(value)
    strings = dict.fromkeys(("document", "participant", "speaker", "language", "before", "text"), Value("string"))
    features = Features(
        {
            **strings,
            "start": Value("int64"),
            "end": Value("int64"),
            "labels": List(Value("float32"), length=len(names)),
            "codes": List(Value("string")),
        }
    )
    info = DatasetInfo(description="\n".join(names), features=features)
    return Dataset.from_dict({name: rows[name] for name in features}, features=features, info=info)
