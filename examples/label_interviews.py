"""Label interviews, look at a few codes, write pages to read: python examples/label_interviews.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from rtwnlp import Labeller, read_transcript
from rtwnlp.formats import find_transcripts
from rtwnlp.labelling.folder import label_files

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

labeller = Labeller.from_pretrained("reco-competence")
for prediction in labeller.label_transcript(read_transcript(HERE / "interview-en.txt")):
    for code in prediction.codes:
        print(f"{code.theme} {code.polarity} {code.score:.2f}: {prediction.text}")

files = find_transcripts([HERE / "interview-en.txt", HERE / "interview-sv.txt"])
run = label_files(labeller, files, OUT, formats=("jsonl", "csv", "html"))
print(f"labelled: {', '.join(run.done)}; open {OUT / 'labels.html'}")
