"""Bundles: a trained classifier as a folder, checked when it is opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtwnlp.codebook import Codebook
from rtwnlp.errors import CodebookError, ModelError
from rtwnlp.labelling.windows import WindowConfig

BUNDLE_FORMAT = 1
_NEEDED = ("onnx/model.onnx", "tokenizer.json")


@dataclass(frozen=True)
class Bundle:
    """What labelling needs to know of a classifier.

    Attributes:
        folder: Where it lies.
        name: Its name.
        version: Its version.
        codebook: The codes it gives.
        thresholds: For each code, in the codebook's order, the probability from which on it is given.
        window: How a transcript is cut for it.
        corpus_kind: Kind of the codes it learnt from.
        details: All of bundle.json.
    """

    folder: Path
    name: str
    version: str
    codebook: Codebook
    thresholds: tuple[float, ...]
    window: WindowConfig
    corpus_kind: str
    details: dict[str, Any]

    @property
    def model_path(self) -> Path:
        """The graph that labelling runs."""
        return self.folder / "onnx" / "model.onnx"

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer."""
        return self.folder / "tokenizer.json"

    @property
    def training_texts(self) -> frozenset[str]:
        """`Transcript.text_hash` of every text it was trained on."""
        return frozenset(self.details.get("data", {}).get("texts", {}).values())

    @classmethod
    def load(cls, name_or_path: str | Path) -> Bundle:
        """Open a shipped bundle by name, or a folder.

        Raises:
            ModelError: It is unknown, incomplete, damaged, or of a newer form than this library reads.
        """
        folder = _find(name_or_path)
        try:
            details = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
            if details["format"] > BUNDLE_FORMAT:
                raise ModelError(f"{folder}: the bundle's format is {details['format']}; update rtwnlp to read it")
            codebook = Codebook.from_dict(details["codebook"], path=folder / "bundle.json")
            bundle = cls(
                folder,
                details["name"],
                details["version"],
                codebook,
                tuple(float(details["thresholds"][str(code)]) for code in codebook.codes),
                WindowConfig(**details["window"]),
                details["corpus_kind"],
                details,
            )
            hashes = {name: details["files"][name] for name in _NEEDED}
        except (OSError, ValueError, KeyError, TypeError, CodebookError) as error:
            raise ModelError(
                f"{folder / 'bundle.json'} cannot be used ({type(error).__name__}: {error}); get the bundle again"
            ) from None
        if codebook.hash != details.get("codebook_hash"):
            raise ModelError(f"{folder}: the codebook in bundle.json does not match its hash; get the bundle again")
        for name, expected in hashes.items():
            path = folder / name
            if not path.is_file():
                raise ModelError(f"{path} is missing; get the bundle again")
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != expected:
                raise ModelError(
                    f"{path} does not match the hash in bundle.json: it is damaged or was changed; get the bundle again"
                )
        return bundle


def shipped_bundles() -> tuple[str, ...]:
    """Names of the bundles that come with the library."""
    return tuple(sorted({path.parent.name for folder in _shelves() for path in folder.glob("*/bundle.json")}))


def _shelves() -> tuple[Path, ...]:
    package = Path(__file__).resolve().parent.parent
    return package / "models", package.parent / "models"


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.is_dir():
        if (path / "bundle.json").is_file():
            return path
        raise ModelError(f"{path} is a folder without a bundle.json, so no bundle")
    for shelf in _shelves():
        if (shelf / str(name_or_path) / "bundle.json").is_file():
            return shelf / str(name_or_path)
    there = ", ".join(shipped_bundles()) or "none"
    raise ModelError(f"there is no model {str(name_or_path)!r}; give a bundle's folder or one of the shipped: {there}")
