"""The classifier as a transformers model: any encoder, mean pooling over each sentence's own tokens, one layer."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput, SequenceClassifierOutput


class ThemeClassifierConfig(PretrainedConfig):
    """Configuration: the encoder's own, kept whole under `encoder`, and the labels."""

    model_type = "rtwnlp-theme-classifier"

    def __init__(self, encoder: dict[str, Any] | None = None, classifier_dropout: float = 0.1, **kwargs: Any) -> None:
        self.encoder = encoder or {}
        self.classifier_dropout = classifier_dropout
        super().__init__(**kwargs)


class WindowedThemeClassifier(PreTrainedModel):
    """Scores every sentence of a window for every code.

    Without `pooling` it is a sequence classifier of single texts: the text is one sentence, pooled over all its tokens
    but the special first and last one.
    """

    config_class = ThemeClassifierConfig
    base_model_prefix = "encoder"
    encoder: PreTrainedModel
    feature_mean: torch.Tensor
    feature_scale: torch.Tensor

    def __init__(self, config: ThemeClassifierConfig) -> None:
        super().__init__(config)
        self.encoder = _new_encoder(config)
        self.dropout = nn.Dropout(config.classifier_dropout)
        # e5's sentence vectors lie in a narrow cone; standardised, the layer after them learns an order faster.
        size = int(config.encoder["hidden_size"])
        self.register_buffer("feature_mean", torch.zeros(size))
        self.register_buffer("feature_scale", torch.ones(size))
        self.classifier = nn.Linear(size, len(config.id2label or {}))
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        pooling: torch.Tensor | None = None,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Scores.

        Args:
            input_ids: Shape (windows, tokens).
            attention_mask: Same shape, 0 at padding.
            pooling: Shape (windows, sentences, tokens), the weights with which each sentence is pooled.

        Returns:
            `logits` of shape (windows, sentences, codes), or (windows, codes) without `pooling`.
        """
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        single = pooling is None
        if pooling is None:
            own = attention_mask.clone()
            own[:, 0] = 0
            own[torch.arange(len(own)), attention_mask.sum(dim=1) - 1] = 0
            weights = own.to(hidden.dtype)
            pooling = (weights / weights.sum(dim=1, keepdim=True).clamp(min=1.0)).unsqueeze(1)
        sentences = torch.bmm(pooling.to(hidden.dtype), hidden)
        sentences = (sentences - self.feature_mean.to(hidden.dtype)) * self.feature_scale.to(hidden.dtype)
        logits = self.classifier(self.dropout(sentences))
        return SequenceClassifierOutput(logits=cast(torch.FloatTensor, logits.squeeze(1) if single else logits))


class ThemeEncoder(PreTrainedModel):
    """The encoder of a bundle alone, as `AutoModel` opens it: hidden states, for whoever pools them otherwise."""

    encoder: PreTrainedModel
    config_class = ThemeClassifierConfig
    base_model_prefix = "encoder"
    _keys_to_ignore_on_load_unexpected = [r"^classifier\.", r"^feature_"]

    def __init__(self, config: ThemeClassifierConfig) -> None:
        super().__init__(config)
        config.hidden_size = int(config.encoder["hidden_size"])
        self.encoder = _new_encoder(config)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, **_: Any) -> BaseModelOutput:
        """The encoder's output, `last_hidden_state` of shape (texts, tokens, hidden)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return BaseModelOutput(last_hidden_state=hidden)


def _new_encoder(config: ThemeClassifierConfig) -> PreTrainedModel:
    encoder = dict(config.encoder)
    encoder_config = AutoConfig.for_model(encoder.pop("model_type"), **encoder)
    extra = {"add_pooling_layer": False} if encoder_config.model_type in {"bert", "xlm-roberta", "roberta"} else {}
    return cast(PreTrainedModel, AutoModel.from_config(encoder_config, **extra))


def register() -> None:
    """Make `AutoConfig`, `AutoModel` and `AutoModelForSequenceClassification` open bundles, without remote code."""
    AutoModel.register(ThemeClassifierConfig, ThemeEncoder, exist_ok=True)
    AutoConfig.register(ThemeClassifierConfig.model_type, ThemeClassifierConfig, exist_ok=True)
    AutoModelForSequenceClassification.register(ThemeClassifierConfig, WindowedThemeClassifier, exist_ok=True)


def from_base(folder: str, labels: list[str], dropout: float) -> WindowedThemeClassifier:
    """A classifier with a pretrained encoder and a new classification layer.

    Args:
        folder: Local folder or hub id of the encoder.
        labels: Names of the codes, in the codebook's order.
        dropout: Before the classification layer.
    """
    encoder_config = AutoConfig.from_pretrained(folder)
    # Dropout of attention weights doubles the time of a step on a CPU and brought nothing.
    encoder_config.attention_probs_dropout_prob = 0.0
    config = ThemeClassifierConfig(
        encoder={key: value for key, value in encoder_config.to_dict().items() if key != "dtype"},
        classifier_dropout=dropout,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        problem_type="multi_label_classification",
    )
    model = WindowedThemeClassifier(config)
    model.float()  # type: ignore[no-untyped-call]
    pretrained = AutoModel.from_pretrained(folder, dtype=torch.float32)
    wanted = model.encoder.state_dict()
    model.encoder.load_state_dict({name: value for name, value in pretrained.state_dict().items() if name in wanted})
    return model
