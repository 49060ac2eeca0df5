"""The classifier with scikit-learn's interface: texts and labels in, for pipelines, grids and cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted
from tokenizers import Tokenizer

from rtwnlp.labelling.windows import WindowConfig, build_windows
from rtwnlp.training.corpus import Example
from rtwnlp.training.pipeline import find_base
from rtwnlp.training.recipe import Recipe
from rtwnlp.training.trainer import fit, predict, probe
from rtwnlp.transcript import Role, Segment

MAX_TOKENS = 256


class ThemeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Fine-tunes an encoder on single texts, each for itself (transcripts, with context: `rtwnlp.training.train`).

    Args:
        base: A shipped encoder by name, a local folder or, with a network, a hub id.
        epochs: Passes over the texts; 0 fits only the last layer, on the encoder as it is, which takes seconds.
        learning_rate: Of the encoder.
        token_budget: Padded tokens in one optimiser step.
        positive_weight_power: How far rare codes are weighted up; see `Recipe`.
        random_state: Seed.
        threads: CPU threads.

    Attributes:
        classes_: The classes of a single-label target, or the numbers of a label matrix's columns.
        n_features_in_: Always 1: the text.
    """

    def __init__(
        self,
        base: str = "base-sv-en",
        epochs: int = 4,
        learning_rate: float = 2e-4,
        token_budget: int = 1024,
        positive_weight_power: float = 0.5,
        random_state: int = 13,
        threads: int = 2,
    ) -> None:
        self.base = base
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.token_budget = token_budget
        self.positive_weight_power = positive_weight_power
        self.random_state = random_state
        self.threads = threads

    def fit(self, X: Sequence[str], y: Any) -> ThemeClassifier:  # noqa: ANN401, N803
        """Fit on texts.

        Args:
            X: n texts.
            y: n labels, or a matrix of 0 and 1 of shape (n, labels).

        Raises:
            ValueError: The lengths differ, there is one class only, or X holds no texts.
        """
        texts = _texts(X)
        kind = type_of_target(y)
        if kind not in ("binary", "multiclass", "multilabel-indicator"):
            raise ValueError(f"Unknown label type: {kind}")
        given = np.asarray(y)
        if len(given) != len(texts):
            raise ValueError(f"X has {len(texts)} texts and y {len(given)} labels")
        self.multilabel_ = kind == "multilabel-indicator"
        if self.multilabel_:
            self.classes_ = np.arange(given.shape[1])
            matrix = given.astype(np.float32)
        else:
            self.classes_, codes = np.unique(given, return_inverse=True)
            if len(self.classes_) < 2:
                raise ValueError("y holds one class only; a classifier needs two or more")
            matrix = np.eye(len(self.classes_), dtype=np.float32)[codes]
        folder = find_base(self.base)
        self._tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
        recipe = Recipe(
            base=self.base,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            token_budget=self.token_budget,
            positive_weight_power=self.positive_weight_power,
            max_tokens=MAX_TOKENS,
            seed=self.random_state,
            threads=self.threads,
        )
        names = [str(name) for name in self.classes_]
        learn = fit if self.epochs else probe
        self.model_ = learn(self._examples(texts, matrix), folder, names, recipe, seed=self.random_state)
        self.n_features_in_ = 1
        return self

    def decision_function(self, X: Sequence[str]) -> NDArray[np.float32]:  # noqa: N803
        """Logits, of shape (n, classes)."""
        check_is_fitted(self, "model_")
        texts = _texts(X)
        torch.set_num_threads(self.threads)
        blank = np.zeros((len(texts), len(self.classes_)), dtype=np.float32)
        return np.concatenate(predict(self.model_, self._examples(texts, blank)))

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803
        """Probabilities, of shape (n, classes): of each label by itself, or summing to 1 over classes."""
        logits = self.decision_function(X).astype(np.float64)
        found: NDArray[np.float64] = expit(logits) if self.multilabel_ else softmax(logits, axis=1)
        return found

    def predict(self, X: Sequence[str]) -> NDArray[Any]:  # noqa: N803
        """The classes, or a matrix of 0 and 1 with the labels of probability 0.5 and more."""
        probabilities = self.predict_proba(X)
        if self.multilabel_:
            return (probabilities >= 0.5).astype(np.int64)
        chosen: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return chosen

    def _examples(self, texts: Sequence[str], labels: NDArray[np.float32]) -> list[Example]:
        config = WindowConfig(MAX_TOKENS, 0, 0, 1)
        examples = []
        for number, (text, row) in enumerate(zip(texts, labels, strict=True)):
            # A text without any word is still to be classified.
            said = text if text.strip() else "."
            segment = Segment(0, 0, len(said), said, 0, "", Role.PARTICIPANT, "en")
            (window,) = build_windows([segment], self._tokenizer, config)
            examples.append(Example(window, row[None], np.ones((1, len(row)), dtype=np.bool_), number))
        return examples

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401
        """Texts in, one label or several out."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.classifier_tags.multi_label = True
        tags.no_validation = True
        return tags


def _texts(X: Sequence[str]) -> list[str]:  # noqa: N803
    found = np.asarray(X, dtype=object)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim != 1 or not len(found) or not all(isinstance(text, str) for text in found):
        raise ValueError("X must be a list of texts, with one at least")
    return [str(text) for text in found]
