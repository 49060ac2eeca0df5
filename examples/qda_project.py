"""To and from NVivo, ATLAS.ti, MAXQDA: a project in, the machine's codes added, everything else as it was: python examples/qda_project.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from rtwnlp import Codebook, Labeller, read_codings, read_transcripts
from rtwnlp.formats import write_codings
from rtwnlp.formats.refi_qda.adding import add_to_project

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

book = Codebook.load("reco-competence")
transcripts = [text for text in read_transcripts(HERE) if text.document.startswith("interview-")]
coded = OUT / "coded.qdpx"
write_codings(read_codings(HERE / "codes.csv", transcripts=transcripts), coded, transcripts=transcripts, codebook=book)

labeller = Labeller.from_pretrained("reco-competence")
machine = [labeller.code(text) for text in read_transcripts(coded)]
both = add_to_project(coded, OUT / "coded-and-labelled.qdpx", machine, codebook=book)
for coding in read_codings(both):
    print(f"{coding.document}: {len(coding.spans)} codes by {coding.coder.name} ({coding.coder.kind})")
