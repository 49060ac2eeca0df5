"""A coding sheet as people make it in Excel: own column names, quotations, names of themes: python examples/spreadsheet.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from rtwnlp import read_codings, read_transcripts

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

transcripts = [text for text in read_transcripts(HERE) if text.document.startswith("interview-")]
for coding in read_codings(HERE / "coding-sheet.csv", transcripts=transcripts):
    text = next(text.text for text in transcripts if text.document == coding.document)
    for span in coding.spans:
        print(f"{coding.coder.name}: {span.theme} {span.polarity}: {text[span.start : span.end]}")
