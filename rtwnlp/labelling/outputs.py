"""What labelling writes: records for each segment, and the coding table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rtwnlp.alignment import merge_spans
from rtwnlp.codebook import Codebook
from rtwnlp.coding import CodedSpan, Coder, Coding
from rtwnlp.labelling.labeller import Prediction
from rtwnlp.transcript import Role, Segment, Transcript

DECIMALS = 4


def label_records(transcript: Transcript, predictions: Sequence[Prediction]) -> list[dict[str, Any]]:
    """A record for each segment, as in labels.jsonl."""
    return [
        {
            "document": transcript.document,
            "participant": transcript.participant_of(p.segment.speaker),
            "speaker": p.segment.speaker,
            "role": p.segment.role.value,
            "turn": p.segment.turn,
            "start": p.start,
            "end": p.end,
            "text": p.text,
            "language": p.segment.language,
            "codes": [{"theme": c.theme, "polarity": c.polarity, "score": round(c.score, DECIMALS)} for c in p.codes],
            "scores": {theme: round(score, DECIMALS) for theme, score in p.scores.items()},
        }
        for p in predictions
    ]


def coding_rows(records: Iterable[dict[str, Any]], coder: Coder) -> list[dict[str, Any]]:
    """The coding table of label records: a row for each code, an empty one for a participant's segment without."""
    rows = []
    for record in records:
        if record["role"] != Role.PARTICIPANT:
            continue
        shared = {name: record[name] for name in ("document", "participant", "speaker", "start", "end", "text")}
        for code in record["codes"] or [{"theme": "", "polarity": "", "score": None}]:
            rows.append({**shared, "coder": coder.name, "coder_kind": coder.kind.value, **code})
    return rows


def coding_of_records(
    transcript: Transcript, records: Iterable[dict[str, Any]], coder: Coder, codebook: Codebook
) -> Coding:
    """One document's label records as a coding: neighbouring sentences with the same code are one span."""
    coded, scope = [], []
    for index, record in enumerate(records):
        place = (int(record["start"]), int(record["end"]))
        segment = Segment(
            index,
            *place,
            record["text"],
            record["turn"],
            record["speaker"],
            Role(record["role"]),
            record["language"],
        )
        coded.append((segment, [CodedSpan(*place, c["theme"], c["polarity"], c["score"]) for c in record["codes"]]))
        if segment.role is Role.PARTICIPANT:
            scope.append(place)
    return Coding(
        transcript.document,
        coder,
        merge_spans(coded),
        tuple(scope),
        codebook=codebook.id,
        codebook_hash=codebook.hash,
        text_hash=transcript.text_hash,
    )
