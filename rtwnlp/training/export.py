"""From a trained model to a bundle: weights, int8 ONNX graph, bundle.json and model card, all or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from rtwnlp.errors import ModelError
from rtwnlp.training.model import WindowedThemeClassifier

BUNDLE_FORMAT = 1


def fold_calibration(model: WindowedThemeClassifier, slope: float, intercept: float) -> None:
    """Put the calibration into the classification layer, so that sigmoid(logit) is the calibrated probability."""
    with torch.no_grad():
        model.classifier.weight.mul_(slope)
        model.classifier.bias.mul_(slope).add_(intercept)


class _Graph(torch.nn.Module):
    def __init__(self, model: WindowedThemeClassifier) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, pooling: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids, attention_mask, pooling).logits
        return logits


def export_onnx(model: WindowedThemeClassifier, folder: Path) -> Path:
    """Write `model.onnx` with int8 weights (dynamic quantisation of activations); returns its path."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    model.eval().float().cpu()  # type: ignore[no-untyped-call]
    model.encoder.set_attn_implementation("eager")
    ids = torch.randint(4, 100, (2, 12))
    example = (ids, torch.ones_like(ids), torch.full((2, 3, 12), 1 / 12))
    dynamic = {
        "input_ids": {0: "windows", 1: "tokens"},
        "attention_mask": {0: "windows", 1: "tokens"},
        "pooling": {0: "windows", 1: "sentences", 2: "tokens"},
        "logits": {0: "windows", 1: "sentences"},
    }
    plain, target = folder / "plain.onnx", folder / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Graph(model),
            example,
            str(plain),
            input_names=["input_ids", "attention_mask", "pooling"],
            output_names=["logits"],
            dynamic_axes=dynamic,
            opset_version=17,
            dynamo=False,
        )
        # The last layer is tiny and decides the codes: it stays in fp32.
        quantize_dynamic(
            plain,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=_head_nodes(plain),
            extra_options={"MatMulConstBOnly": True},
        )
    plain.unlink()
    return target


def _head_nodes(path: Path) -> list[str]:
    import onnx

    graph = onnx.load(str(path)).graph
    return [node.name for node in graph.node if "/classifier/" in node.name]


def write_bundle(
    model: WindowedThemeClassifier,
    out: Path,
    *,
    tokenizer_files: Sequence[Path],
    description: dict[str, Any],
    card: str,
) -> Path:
    """Write a bundle; what was at `out` stays untouched until all of it is there.

    Args:
        model: With its calibration folded in.
        out: Folder of the bundle.
        tokenizer_files: tokenizer.json and tokenizer_config.json of the base.
        description: What bundle.json holds, without `format` and `files`.
        card: The text of README.md.

    Raises:
        ModelError: The disk is full or the folder cannot be written.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=out.parent))
    try:
        building.chmod(0o755)
        for path in tokenizer_files:
            shutil.copyfile(path, building / path.name)
        model.eval().float().cpu()  # type: ignore[no-untyped-call]
        export_onnx(model, building / "onnx")
        state = {name: value.detach().half().contiguous() for name, value in model.state_dict().items()}
        save_file(state, building / "model.safetensors", metadata={"format": "pt"})
        config = {**model.config.to_dict(), "architectures": [type(model).__name__], "dtype": "float16"}
        _write_json(building / "config.json", config)
        (building / "model.safetensors").chmod(0o644)
        hashed = ["onnx/model.onnx", "tokenizer.json", "model.safetensors", "config.json"]
        files = {name: hashlib.sha256((building / name).read_bytes()).hexdigest() for name in hashed}
        _write_json(building / "bundle.json", {"format": BUNDLE_FORMAT, **description, "files": files})
        (building / "README.md").write_text(card, encoding="utf-8")
        if out.exists():
            old = out.with_name(f".old-{out.name}")
            shutil.rmtree(old, ignore_errors=True)
            out.rename(old)
            building.rename(out)
            shutil.rmtree(old)
        else:
            building.rename(out)
    except OSError as error:
        raise ModelError(f"the bundle could not be written to {out} ({error}); what was there is untouched") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return out


def _write_json(path: Path, data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
