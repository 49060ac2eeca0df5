"""The whole way from codings to a bundle: load, cross-validate, choose, fit, export."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Collection, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from tokenizers import Tokenizer

from rtwnlp.codebook import Codebook
from rtwnlp.errors import InputError
from rtwnlp.formats import read_codings, read_transcripts
from rtwnlp.formats.refi_qda import load_codebook
from rtwnlp.formats.text import write_text
from rtwnlp.training.card import model_card
from rtwnlp.training.corpus import CodedDocument, Example, build_examples, grouped_folds, load_documents
from rtwnlp.training.export import fold_calibration, write_bundle
from rtwnlp.training.model import WindowedThemeClassifier
from rtwnlp.training.recipe import Recipe
from rtwnlp.training.scores import score_tables, summarise_folds
from rtwnlp.training.thresholds import choose_thresholds, decide, platt
from rtwnlp.training.trainer import fit, predict


def train(
    codes: str | Path,
    *,
    transcripts: str | Path,
    codebook: str | Path,
    out: str | Path,
    recipe: str | Path | Recipe | None = None,
    folds: int = 0,
    only: Collection[str] | None = None,
) -> Path:
    """Train a classifier on coded transcripts and write its bundle.

    Thresholds and calibration come from `recipe.dev_share` of the participants, which the classifier was not trained
    on. With `folds`, the same procedure is first carried out on all but one fold and scored on that fold, for each
    fold: those are the scores in the bundle. Without, its scores are those on the held-out participants, which are
    flattered by the choices made on them, and are named so. The scores of a finished fold are kept beside `out` until
    the bundle is written, so that a run that was cut off goes on with the next fold when it is started again.

    Args:
        codes: A coding table.
        transcripts: The transcripts, a file or a folder.
        codebook: Name of a shipped codebook or path of a YAML file.
        out: Folder of the bundle; its name is the bundle's name.
        recipe: A recipe, the path of one, or None for the default.
        folds: Folds of the cross-validation by participant; 0 for none.
        only: Names of the documents to learn from; None for all that are coded. The others are not looked at.

    Returns:
        The bundle's folder.

    Raises:
        InputError: The codes, the transcripts, the codebook or the recipe are not right.
    """
    chosen = recipe if isinstance(recipe, Recipe) else Recipe.load(recipe)
    book = load_codebook(codebook)
    texts = read_transcripts(transcripts)
    codings = read_codings(codes, transcripts=texts, codebook=book)
    if only is not None:
        missing = sorted(set(only) - {coding.document for coding in codings})
        if missing:
            raise InputError(f"there are no codes of {', '.join(missing[:6])}", path=Path(codes))
        codings = [coding for coding in codings if coding.document in only]
    documents = load_documents(texts, codings, book)
    base = find_base(chosen.base)
    tokenizer = Tokenizer.from_file(str(Path(base) / "tokenizer.json"))
    scores: dict[str, Any] = {}
    fingerprint = _fingerprint(codes, documents, book, chosen, base, folds)
    kept = Path(out).with_name(f".{Path(out).name}.folds-{fingerprint[:12]}")
    if folds:
        scores["cross_validation"] = cross_validate(documents, tokenizer, base, book, chosen, folds, kept)
    everything = list(range(len(documents)))
    fitted = _fit_and_choose(documents, everything, tokenizer, base, book, chosen, seed=chosen.seed, name="final")
    scores["held_out"] = fitted.held_out_scores
    kinds = sorted({kind.value for document in documents for kind in document.kinds})
    description: dict[str, Any] = {
        "name": Path(out).name,
        "version": "1.0",
        "codebook": book.to_dict(),
        "codebook_hash": book.hash,
        "codes": [list(code) for code in book.codes],
        "thresholds": {str(code): float(t) for code, t in zip(book.codes, fitted.thresholds, strict=True)},
        "calibration": {"temperature": 1.0, "folded_in": dict(zip(("slope", "intercept"), fitted.platt, strict=True))},
        "window": {
            "max_tokens": chosen.max_tokens,
            "context_before": chosen.context_before,
            "context_after": chosen.context_after,
            "max_targets": chosen.max_targets,
        },
        "corpus_kind": "+".join(kinds),
        "base": chosen.base,
        "recipe": chosen.to_dict(),
        "seed": chosen.seed,
        "data": {
            "documents": len(documents),
            "participants": len({document.group for document in documents}),
            "segments": int(sum(document.known.any(axis=1).sum() for document in documents)),
            "codes_sha256": hashlib.sha256(Path(codes).read_bytes()).hexdigest(),
            "texts": {document.document: document.transcript.text_hash for document in documents},
            "held_out": [documents[i].document for i in fitted.held_out],
        },
        "scores": scores,
        "library_version": _library_version(),
    }
    folder = write_bundle(
        fitted.model,
        Path(out),
        tokenizer_files=[Path(base) / "tokenizer.json", Path(base) / "tokenizer_config.json"],
        description=description,
        card=model_card(description, book),
    )
    shutil.rmtree(kept, ignore_errors=True)
    return folder


def find_base(name: str) -> str:
    """The folder of a shipped encoder, a local folder, or the name itself for a hub id."""
    package = Path(__file__).resolve().parent.parent
    for folder in (Path(name), package / "models" / name, package.parent / "models" / name):
        if (folder / "config.json").is_file():
            return str(folder)
    if "/" not in name:
        raise InputError(f"there is no encoder {name!r}; give a local folder, a hub id, or the shipped base-sv-en")
    try:
        from huggingface_hub import snapshot_download

        return str(snapshot_download(name, allow_patterns=["*.json", "*.safetensors"]))
    except Exception as error:
        raise InputError(
            f"the encoder {name!r} is no local folder and could not be fetched ({type(error).__name__}); "
            "without a network use the shipped base-sv-en"
        ) from None


class _Fitted:
    def __init__(
        self,
        model: WindowedThemeClassifier,
        thresholds: NDArray[np.float64],
        platt_parameters: tuple[float, float],
        held_out: list[int],
        held_out_scores: dict[str, Any],
    ) -> None:
        self.model = model
        self.thresholds = thresholds
        self.platt = platt_parameters
        self.held_out = held_out
        self.held_out_scores = held_out_scores


def _fit_and_choose(
    documents: Sequence[CodedDocument],
    members: Sequence[int],
    tokenizer: Tokenizer,
    base: str,
    book: Codebook,
    recipe: Recipe,
    *,
    seed: int,
    name: str,
) -> _Fitted:
    """Fit on most of `members`; calibration, thresholds come from the rest of them."""
    here = [documents[i] for i in members]
    groups = len({document.group for document in here})
    parts = max(2, min(groups, round(1 / recipe.dev_share)))
    dev = grouped_folds(here, parts, seed)[0]
    rest = [document for i, document in enumerate(here) if i not in dev]
    dev_documents = [here[i] for i in dev]
    model = fit(
        build_examples(rest, tokenizer, recipe.window),
        base,
        [str(code) for code in book.codes],
        recipe,
        seed=seed,
        name=name,
        polarities=max(1, len(book.polarities)),
    )
    examples = build_examples(dev_documents, tokenizer, recipe.window)
    logits, labels, known = _stack(predict(model, examples), examples)
    slope, intercept = platt(logits, labels, known)
    fold_calibration(model, slope, intercept)
    logits = (slope * logits + intercept).astype(np.float32)
    thresholds = choose_thresholds(logits, labels, known)
    scores = _scores(model, dev_documents, tokenizer, book, recipe, thresholds)
    return _Fitted(model, thresholds, (slope, intercept), [members[i] for i in dev], scores)


def cross_validate(
    documents: Sequence[CodedDocument],
    tokenizer: Tokenizer,
    base: str,
    book: Codebook,
    recipe: Recipe,
    folds: int,
    kept: Path,
) -> dict[str, Any]:
    """Fit and score on all but one fold, for each fold, by participant.

    Args:
        documents: The coded documents.
        tokenizer: Of the encoder.
        base: The encoder's folder.
        book: The codebook.
        recipe: How to train.
        folds: How many.
        kept: Folder in which the scores of finished folds are kept, so that a run that was cut off goes on.

    Returns:
        Mean and standard deviation of every score over the folds.
    """
    results = []
    for number, fold in enumerate(grouped_folds(documents, folds, recipe.seed), 1):
        path = kept / f"fold-{number}.json"
        if path.is_file():
            results.append(json.loads(path.read_text(encoding="utf-8")))
            sys.stderr.write(f"fold {number}/{folds}: scored by an earlier run that was cut off\n")
            continue
        rest = [i for i in range(len(documents)) if i not in fold]
        fitted = _fit_and_choose(
            documents, rest, tokenizer, base, book, recipe, seed=recipe.seed + number, name=f"fold {number}/{folds}"
        )
        tested = [documents[i] for i in fold]
        results.append(_scores(fitted.model, tested, tokenizer, book, recipe, fitted.thresholds))
        write_text(path, json.dumps(results[-1]))
        sys.stderr.write(f"fold {number}/{folds}: macro-F1 over themes {results[-1]['all']['macro_f1_themes']}\n")
    return {"folds": folds, "by": "participant", **summarise_folds(results)}


def _fingerprint(
    codes: str | Path, documents: Sequence[CodedDocument], book: Codebook, recipe: Recipe, base: str, folds: int
) -> str:
    """A hash of everything that the scores of a fold depend on."""
    parts = [
        hashlib.sha256(Path(codes).read_bytes()).hexdigest(),
        {document.document: document.transcript.text_hash for document in documents},
        book.hash,
        recipe.to_dict(),
        hashlib.sha256((Path(base) / "config.json").read_bytes()).hexdigest(),
        folds,
        _library_version(),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _scores(
    model: WindowedThemeClassifier,
    documents: Sequence[CodedDocument],
    tokenizer: Tokenizer,
    book: Codebook,
    recipe: Recipe,
    thresholds: NDArray[np.float64],
) -> dict[str, Any]:
    examples = build_examples(documents, tokenizer, recipe.window)
    logits, labels, known = _stack(predict(model, examples), examples)
    probabilities = expit(logits)
    given = decide(probabilities, thresholds, max(1, len(book.polarities)))
    language = np.array([documents[e.document].language for e in examples for _ in e.window.targets])
    return score_tables(labels >= 0.5, given, known, language, book, probabilities)


def _stack(
    logits: Sequence[NDArray[np.float32]], examples: Sequence[Example]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    return (
        np.concatenate(logits),
        np.concatenate([example.labels for example in examples]),
        np.concatenate([example.known for example in examples]),
    )


def _library_version() -> str:
    try:
        return metadata.version("rtwnlp")
    except metadata.PackageNotFoundError:
        return "0"
