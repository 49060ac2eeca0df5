"""Train models/reco-competence on the corpus of this repository: python training/train_reco.py [--folds K] [--out DIR]."""

from __future__ import annotations

import argparse
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
    options = parser.parse_args()
    train(
        CORPUS / "codes.csv",
        transcripts=CORPUS / "transcripts",
        codebook="reco-competence",
        out=options.out,
        recipe=options.recipe,
        folds=options.folds,
    )


if __name__ == "__main__":
    main()
