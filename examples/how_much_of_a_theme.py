"""How much of a theme there is: a sample coded by hand puts a machine's counts right: python examples/how_much_of_a_theme.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from rtwnlp import Labeller, read_codings, read_transcripts
from rtwnlp.coding import Coding
from rtwnlp.evaluation import draw_sample, estimate_prevalence

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

transcripts = [text for text in read_transcripts(HERE) if text.document.startswith("interview-")]
labeller = Labeller.from_pretrained("reco-competence")
machine = [labeller.code(text) for text in transcripts]

# `rtwnlp sample` writes these sentences as a table to fill in; here the codes that a person would give are at hand.
sample = draw_sample(transcripts, 40, seed=1)
by_hand = []
for coding in read_codings(HERE / "codes.csv", transcripts=transcripts):
    looked_at = tuple((unit.start, unit.end) for unit in sample if unit.document == coding.document)
    spans = tuple(span for span in coding.spans if (span.start, span.end) in looked_at)
    by_hand.append(Coding(coding.document, coding.coder, spans, looked_at))

for row in estimate_prevalence(by_hand, machine, transcripts=transcripts):
    if not row.polarity:
        print(f"{row.theme}: the machine says {row.machine:.0%}, put right {row.estimate}")
