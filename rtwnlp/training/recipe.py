"""Recipes: everything about a training run that can be chosen, in one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rtwnlp.errors import InputError
from rtwnlp.labelling.windows import WindowConfig


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a classifier is trained.

    Attributes:
        base: Encoder to start from: a shipped one by name, a local folder or, with a network, a hub id.
        epochs: Passes over the training documents.
        learning_rate: Peak learning rate of the encoder; warms up over a tenth of the steps, then falls linearly to 0.
        head_learning_rate: The same for the new classification layer.
        weight_decay: AdamW's weight decay.
        dropout: Dropout before the classification layer.
        token_budget: Padded tokens in one optimiser step.
        positive_weight_power: A code's positives are weighted by (negatives / positives) to this power; 0 is unweighted.
        theme_loss: Weight of a second loss, on whether a theme is there whatever its polarity; 0 for none.
        train_embeddings: Whether the word embeddings are trained too (slower, more memory).
        max_tokens: Tokens in a window. See `WindowConfig`, as for the next three.
        context_before: Segments of context before the window's first sentence.
        context_after: Segments of context after its last one.
        max_targets: Sentences that one window labels.
        dev_share: Share of the participants that is held out for thresholds, the calibration and the epoch count.
        seed: Of everything that is drawn.
        threads: CPU threads.
    """

    base: str = "base-sv-en"
    epochs: int = 8
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.1
    token_budget: int = 1024
    positive_weight_power: float = 0.5
    theme_loss: float = 0.0
    train_embeddings: bool = False
    max_tokens: int = 256
    context_before: int = 4
    context_after: int = 2
    max_targets: int = 16
    dev_share: float = 0.2
    seed: int = 13
    threads: int = 2

    @property
    def window(self) -> WindowConfig:
        """The windows of this recipe."""
        return WindowConfig(self.max_tokens, self.context_before, self.context_after, self.max_targets)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain data."""
        return asdict(self)

    @classmethod
    def load(cls, path: str | Path | None) -> Recipe:
        """Read a recipe from TOML; None gives the default one.

        Raises:
            InputError: The file is missing or not TOML, or has an unknown key or a value of the wrong type.
        """
        if path is None:
            return cls()
        try:
            data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"is no recipe that can be read ({error})", path=path) from None
        defaults = {field.name: getattr(cls(), field.name) for field in fields(cls)}
        for key, value in data.items():
            if key not in defaults:
                raise InputError(f"unknown key {key!r}; a recipe has: {', '.join(defaults)}", path=path)
            wanted = type(defaults[key])
            if wanted is float and isinstance(value, int) and not isinstance(value, bool):
                data[key] = float(value)
            elif type(value) is not wanted:
                raise InputError(f"{key} must be a {wanted.__name__}, not {value!r}", path=path)
        return cls(**data)
