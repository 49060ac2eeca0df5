"""In a spaCy pipeline: python examples/spacy_pipeline.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

import spacy

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

nlp = spacy.blank("sv")
nlp.add_pipe("sentencizer")
nlp.add_pipe("rtwnlp", config={"model": "reco-competence"})
text = "Hon skickade papperen till alla samma kväll. Det snöade den dagen. Hon hade gett upp mig."
for doc in nlp.pipe([text]):
    for span in doc.spans["rtwnlp"]:
        print(f"{span.label_} {max(span._.rtwnlp_scores.values()):.2f}: {span.text}")
