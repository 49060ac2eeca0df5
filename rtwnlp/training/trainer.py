"""Fine-tuning of one classifier on windows, on a CPU or a GPU, repeatable from a seed."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from rtwnlp.labelling.windows import collate, plan_batches
from rtwnlp.training.corpus import Example
from rtwnlp.training.model import WindowedThemeClassifier, from_base
from rtwnlp.training.recipe import Recipe

PAD_ID = 1


def fit(
    examples: Sequence[Example],
    base: str,
    codes: Sequence[str],
    recipe: Recipe,
    *,
    seed: int,
    name: str = "fit",
    polarities: int = 1,
    after_epoch: Callable[[int, WindowedThemeClassifier], None] | None = None,
) -> WindowedThemeClassifier:
    """Fine-tune the base encoder on the examples.

    Args:
        examples: Windows with targets.
        base: Folder or hub id of the encoder.
        codes: Names of the codes, in the codebook's order.
        recipe: Learning rates and the like.
        seed: Of the initial layer, dropout and the order of the batches.
        name: Shown with the progress.
        polarities: How many neighbouring codes are one theme's.
        after_epoch: Called with the epoch, from 1, and the model.
    """
    torch.set_num_threads(recipe.threads)
    random.seed(seed)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = from_base(base, list(codes), recipe.dropout)
    model.to(device)  # type: ignore[arg-type]
    if not recipe.train_embeddings:
        model.encoder.get_input_embeddings().weight.requires_grad_(False)
    head = [p for n, p in model.named_parameters() if n.startswith("classifier")]
    body = [p for n, p in model.named_parameters() if not n.startswith("classifier") and p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": recipe.learning_rate}, {"params": head, "lr": recipe.head_learning_rate}],
        weight_decay=recipe.weight_decay,
    )
    windows = [example.window for example in examples]
    steps_an_epoch = len(plan_batches(windows, recipe.token_budget))
    total = steps_an_epoch * recipe.epochs
    warm_up = max(1, total // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, max(0.0, (total - step) / max(1, total - warm_up)))
    )
    loss_of = nn.BCEWithLogitsLoss(
        reduction="none",
        pos_weight=torch.from_numpy(positive_weights(examples, recipe.positive_weight_power)).to(device),
    )
    _probe(model, examples, loss_of)
    started = time.monotonic()
    for epoch in range(1, recipe.epochs + 1):
        model.train()
        losses = []
        for members in _shuffled_batches(windows, recipe.token_budget, rng):
            batch = collate(windows, members, PAD_ID)
            labels, known = _targets(examples, batch.members, batch.pooling.shape[1])
            with torch.autocast(device, dtype=torch.bfloat16, enabled=has_bf16(device)):
                logits = model(
                    torch.from_numpy(batch.input_ids).to(device),
                    torch.from_numpy(batch.attention_mask).to(device),
                    torch.from_numpy(batch.pooling).to(device),
                ).logits
            mask = torch.from_numpy(known).to(device)
            targets = torch.from_numpy(labels).to(device)
            loss = (loss_of(logits.float(), targets) * mask).sum() / mask.sum().clamp(min=1)
            if recipe.theme_loss and polarities > 1:
                loss = loss + recipe.theme_loss * _theme_loss(logits.float(), targets, mask, polarities)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        spent = time.monotonic() - started
        sys.stderr.write(
            f"{name}: epoch {epoch}/{recipe.epochs}, loss {np.mean(losses):.4f}, "
            f"{spent:.0f} s, {spent / epoch * (recipe.epochs - epoch):.0f} s left\n"
        )
        if after_epoch is not None:
            after_epoch(epoch, model)
    return model


def probe(
    examples: Sequence[Example], base: str, codes: Sequence[str], recipe: Recipe, *, seed: int
) -> WindowedThemeClassifier:
    """Fit the last layer alone, on the encoder as it is. Arguments as for `fit`."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(seed)
    model = from_base(base, list(codes), recipe.dropout)
    weights = torch.from_numpy(positive_weights(examples, recipe.positive_weight_power))
    _probe(model, examples, nn.BCEWithLogitsLoss(reduction="none", pos_weight=weights))
    return model


def _theme_loss(logits: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor, polarities: int) -> torch.Tensor:
    """Whether each theme is there: the log-odds that any of its polarities is, if they exclude one another.

    Args:
        logits: Shape (windows, sentences, codes).
        targets: Same shape.
        mask: Same shape, 1 where known.
        polarities: Codes of one theme.
    """
    shape = (*logits.shape[:-1], -1, polarities)
    theme_logits = torch.logsumexp(logits.reshape(shape), dim=-1)
    theme_targets = targets.reshape(shape).amax(dim=-1)
    theme_mask = mask.reshape(shape).amin(dim=-1)
    loss = nn.functional.binary_cross_entropy_with_logits(theme_logits, theme_targets, reduction="none")
    return (loss * theme_mask).sum() / theme_mask.sum().clamp(min=1)


def _probe(model: WindowedThemeClassifier, examples: Sequence[Example], loss_of: nn.Module, steps: int = 150) -> None:
    """Standardise the sentence vectors and fit the last layer alone, before the encoder is touched.

    Fine-tuning from a fitted layer distorts the pretrained features less (LP-FT, Kumar et al. 2022), and starts far
    ahead of a random one.
    """
    sentences = torch.from_numpy(np.concatenate(sentence_vectors(model, examples)))
    scale = 1.0 / sentences.std(dim=0).clamp(min=1e-4)
    model.feature_mean.copy_(sentences.mean(dim=0))
    model.feature_scale.copy_(scale)
    features = ((sentences - sentences.mean(dim=0)) * scale).to(model.classifier.weight.device)
    labels = torch.from_numpy(np.concatenate([e.labels for e in examples])).to(features.device)
    known = torch.from_numpy(np.concatenate([e.known for e in examples])).to(features.device)
    optimizer = torch.optim.AdamW(model.classifier.parameters(), lr=1e-2, weight_decay=1.0)
    for _ in range(steps):
        loss = (loss_of(model.classifier(features), labels) * known).sum() / known.sum().clamp(min=1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def sentence_vectors(model: WindowedThemeClassifier, examples: Sequence[Example]) -> list[NDArray[np.float32]]:
    """The encoder's pooled vectors of every example's targets, each of shape (targets, hidden), not standardised."""
    head, model.classifier = model.classifier, nn.Identity()  # type: ignore[assignment]
    mean, scale = model.feature_mean.clone(), model.feature_scale.clone()
    model.feature_mean.zero_()
    model.feature_scale.fill_(1.0)
    try:
        return predict(model, examples)
    finally:
        model.classifier = head
        model.feature_mean.copy_(mean)
        model.feature_scale.copy_(scale)


def has_bf16(device: str) -> bool:
    """Whether bf16 is faster than fp32 there: on a CPU without such instructions it takes twice as long."""
    return device == "cuda" or torch.cpu.get_capabilities().get("avx512_bf16", False)


def positive_weights(examples: Sequence[Example], power: float) -> NDArray[np.float32]:
    """Weight of each code's positives, shape (codes,), between 1 and 20."""
    positives = sum((e.labels * e.known).sum(axis=0) for e in examples)
    negatives = sum(((1 - e.labels) * e.known).sum(axis=0) for e in examples)
    weights: NDArray[np.float32] = np.clip((negatives / np.maximum(positives, 1.0)) ** power, 1.0, 20.0).astype(
        np.float32
    )
    return weights


def predict(
    model: WindowedThemeClassifier, examples: Sequence[Example], token_budget: int = 4096
) -> list[NDArray[np.float32]]:
    """Logits of every example's targets, each of shape (targets, codes), computed in fp32."""
    model.eval()  # type: ignore[no-untyped-call]
    device = next(model.parameters()).device
    windows = [example.window for example in examples]
    results: list[NDArray[np.float32]] = [np.zeros((0, 0), dtype=np.float32)] * len(examples)
    with torch.inference_mode():
        for members in plan_batches(windows, token_budget):
            batch = collate(windows, members, PAD_ID)
            logits = model(
                torch.from_numpy(batch.input_ids).to(device),
                torch.from_numpy(batch.attention_mask).to(device),
                torch.from_numpy(batch.pooling).to(device),
            ).logits
            for row, member in enumerate(batch.members):
                results[member] = logits[row, : len(windows[member].targets)].float().cpu().numpy()
    return results


def _shuffled_batches(windows: Sequence[object], budget: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Batches of like length whose members and order change from epoch to epoch."""
    shuffled = [int(i) for i in rng.permutation(len(windows))]
    plans = plan_batches([windows[i] for i in shuffled], budget)  # type: ignore[misc]
    batches = [tuple(shuffled[i] for i in plan) for plan in plans]
    return [batches[int(i)] for i in rng.permutation(len(batches))]


def _targets(
    examples: Sequence[Example], members: Sequence[int], sentences: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    codes = examples[members[0]].labels.shape[1]
    labels = np.zeros((len(members), sentences, codes), dtype=np.float32)
    known = np.zeros_like(labels)
    for row, member in enumerate(members):
        size = len(examples[member].labels)
        labels[row, :size] = examples[member].labels
        known[row, :size] = examples[member].known
    return labels, known
