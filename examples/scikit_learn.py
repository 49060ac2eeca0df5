"""With scikit-learn, on sentences of your own (needs the extra train): python examples/scikit_learn.py [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

from sklearn.model_selection import GroupKFold, cross_val_score

from rtwnlp.training import ThemeClassifier, to_dataset

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else "build/examples")

# Whether a sentence carries any code, learnt on the encoder as it is (epochs=0), scored on the other interview.
data = to_dataset(HERE / "codes.csv", HERE)
labels = ["coded" if codes else "uncoded" for codes in data["codes"]]
classifier = ThemeClassifier(epochs=0)
groups = [int(name.endswith("sv")) for name in data["document"]]
scores = cross_val_score(classifier, list(data["text"]), labels, groups=groups, cv=GroupKFold(2), scoring="f1_macro")
print(f"macro-F1 on the other interview: {scores.mean():.2f}")
