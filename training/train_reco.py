"""Train models/reco-competence on the corpus of this repository: python training/train_reco.py [--folds K] [--out DIR].

Learns from the interviews that split.csv calls train or dev, never from test. With --like BUNDLE it learns from the very
interviews that an earlier bundle learnt from.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

from rtwnlp.training import train

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "training" / "corpora" / "reco-competence"


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--recipe", type=Path, default=REPOSITORY / "training" / "recipes" / "reco-competence.toml")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models" / "reco-competence")
    parser.add_argument("--like", type=Path, help="A bundle whose interviews are taken.")
    options = parser.parse_args()
    if options.like is None:
        with (CORPUS / "split.csv").open(encoding="utf-8", newline="") as file:
            named = {row["document"] for row in csv.DictReader(file) if row["split"] != "test"}
        only = named & {path.stem for path in (CORPUS / "transcripts").glob("*.txt")}
    else:
        only = set(json.loads((options.like / "bundle.json").read_text(encoding="utf-8"))["data"]["texts"])
    train(
        CORPUS / "codes.csv",
        transcripts=CORPUS / "transcripts",
        codebook="reco-competence",
        out=options.out,
        recipe=options.recipe,
        folds=options.folds,
        only=only,
    )


if __name__ == "__main__":
    main()
