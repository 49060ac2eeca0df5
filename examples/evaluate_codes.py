"""A machine beside a coder: figures with intervals, and a report: python examples/evaluate_codes.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from rtwnlp import Labeller, read_codings, read_transcripts
from rtwnlp.evaluation import evaluate
from rtwnlp.evaluation.html import write_report

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

transcripts = [text for text in read_transcripts(HERE) if text.document.startswith("interview-")]
human = read_codings(HERE / "codes.csv", transcripts=transcripts)
labeller = Labeller.from_pretrained("reco-competence")
machine, scores = [], {}
for text in transcripts:
    coding, scores[text.document] = labeller.code_with_scores(text)
    machine.append(coding)

report = evaluate(human, machine, transcripts=transcripts, scores=scores)
print(report.headline())
for theme in report.worst_themes(2):
    print(f"{theme.name}: F1 {theme.intervals['f1']}, kappa {theme.intervals['cohen_kappa']}")
print(f"written: {', '.join(str(path) for path in write_report(report, OUT))}")
