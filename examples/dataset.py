"""A corpus or a coded project as a Hugging Face dataset (needs the extra train): python examples/dataset.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from rtwnlp.training import to_dataset

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

data = to_dataset(HERE / "codes.csv", HERE)
print(data)
print("codes:", data.info.description.replace("\n", ", "))
print({code: sum(code in codes for codes in data["codes"]) for code in data.info.description.split("\n")})
