"""Training: transcripts and codings in, a bundle that labels out. Needs the extra `train`."""

from __future__ import annotations

from rtwnlp.errors import MissingExtraError

try:
    import torch as _torch  # noqa: F401
    import transformers as _transformers  # noqa: F401
except ImportError as error:
    raise MissingExtraError("training", "train") from error

from rtwnlp.training.estimator import ThemeClassifier
from rtwnlp.training.hf_dataset import to_dataset
from rtwnlp.training.model import ThemeClassifierConfig, WindowedThemeClassifier, register
from rtwnlp.training.pipeline import train
from rtwnlp.training.recipe import Recipe

register()

__all__ = ["Recipe", "ThemeClassifier", "ThemeClassifierConfig", "WindowedThemeClassifier", "to_dataset", "train"]
