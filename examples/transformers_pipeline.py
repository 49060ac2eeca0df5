"""In a transformers pipeline, sentence by sentence (needs the extra train): python examples/transformers_pipeline.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from transformers import pipeline

import rtwnlp.training  # noqa: F401  makes the bundle's class known

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

classify = pipeline("text-classification", model=str(HERE.parent / "models" / "reco-competence"), top_k=None)
for sentence in ("She sent the papers to everyone the same evening.", "It was snowing that day."):
    (labels,) = classify([sentence])
    best = max(labels, key=lambda label: label["score"])
    print(f"{best['label']} {best['score']:.2f}: {sentence}")
