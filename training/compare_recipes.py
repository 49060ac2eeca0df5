"""Recipes and simple baselines in the same folds: python training/compare_recipes.py OUT [NAME=RECIPE.toml ...].

Prints a table of mean and standard deviation over the folds and writes it to OUT/comparison.json. Finished folds are kept
in OUT, so a run that was cut off goes on.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from tokenizers import Tokenizer

from rtwnlp import Codebook, read_codings, read_transcripts
from rtwnlp.training import Recipe
from rtwnlp.training.corpus import CodedDocument, build_examples, grouped_folds, load_documents
from rtwnlp.training.model import from_base
from rtwnlp.training.pipeline import cross_validate, find_base
from rtwnlp.training.scores import score_tables, summarise_folds
from rtwnlp.training.thresholds import choose_thresholds, decide
from rtwnlp.training.trainer import sentence_vectors

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "training" / "corpora" / "reco-competence"


def main() -> None:
    """Read the arguments, compare, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("recipes", nargs="*", metavar="NAME=RECIPE")
    parser.add_argument("--folds", type=int, default=4)
    options = parser.parse_args()
    book = Codebook.load("reco-competence")
    texts = read_transcripts(CORPUS / "transcripts")
    with (CORPUS / "split.csv").open(encoding="utf-8", newline="") as file:
        test = {row["document"] for row in csv.DictReader(file) if row["split"] == "test"}
    codings = [c for c in read_codings(CORPUS / "codes.csv", transcripts=texts) if c.document not in test]
    documents = load_documents(texts, codings, book)
    results: dict[str, Any] = {
        "TF-IDF, logistic regression": baseline(documents, book, options.folds, words),
        "frozen encoder, logistic regression": baseline(documents, book, options.folds, vectors),
    }
    for named in options.recipes:
        name, path = named.split("=", 1)
        recipe = Recipe.load(path)
        base = find_base(recipe.base)
        tokenizer = Tokenizer.from_file(str(Path(base) / "tokenizer.json"))
        kept = options.out / name
        results[name] = cross_validate(documents, tokenizer, base, book, recipe, options.folds, kept)
        results[name]["recipe"] = recipe.to_dict()
        write(results, documents, options)
    write(results, documents, options)


def write(results: dict[str, Any], documents: list[CodedDocument], options: argparse.Namespace) -> None:
    """Print the table and write all scores."""
    print(f"\n{len(documents)} interviews, {options.folds} folds by participant, mean ± sd over folds")
    print(
        "| | macro-F1, themes | sv | en | average precision | polarity right |\n| --- | --- | --- | --- | --- | --- |"
    )
    for name, scores in results.items():
        cells = [scores["all"]["macro_f1_themes"], scores["sv"]["macro_f1_themes"], scores["en"]["macro_f1_themes"]]
        cells += [scores["all"]["mean_average_precision"], scores["all"]["polarity_right"]]
        print(f"| {name} | " + " | ".join(f"{mean:.3f} ± {spread:.3f}" for mean, spread in cells) + " |")
    options.out.mkdir(parents=True, exist_ok=True)
    data = {"documents": [document.document for document in documents], "folds": options.folds, "scores": results}
    (options.out / "comparison.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def words(documents: list[CodedDocument]) -> tuple[Any, NDArray[Any]]:
    """A linear model on words and on pieces of words, and the sentences."""
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True)),
        ]
    )
    model = make_pipeline(
        features, OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced", max_iter=500))
    )
    rows = [[s.text for s, known in zip(d.segments, d.known, strict=True) if known.any()] for d in documents]
    return model, np.array([text for row in rows for text in row], dtype=object)


def vectors(documents: list[CodedDocument]) -> tuple[Any, NDArray[Any]]:
    """A linear model on the untrained encoder's sentence vectors, in their windows."""
    recipe = Recipe.load(REPOSITORY / "training" / "recipes" / "reco-competence.toml")
    base = find_base(recipe.base)
    tokenizer = Tokenizer.from_file(str(Path(base) / "tokenizer.json"))
    encoder = from_base(base, ["none"], 0.0)
    found = np.concatenate(sentence_vectors(encoder, build_examples(documents, tokenizer, recipe.window)))
    linear = LogisticRegression(C=0.01, class_weight="balanced", max_iter=500)
    return make_pipeline(StandardScaler(), OneVsRestClassifier(linear)), found


def baseline(documents: list[CodedDocument], book: Codebook, folds: int, make: Any) -> dict[str, Any]:  # noqa: ANN401
    """Scores of a linear model in the folds of `cross_validate`; thresholds by cross-validation within the rest."""
    model, features = make(documents)
    labels = np.concatenate([d.labels[d.known.any(axis=1)] for d in documents]) >= 0.5
    known = np.concatenate([d.known[d.known.any(axis=1)] for d in documents])
    sizes = [int(d.known.any(axis=1).sum()) for d in documents]
    owner = np.repeat(np.arange(len(documents)), sizes)
    language = np.array([documents[i].language for i in owner])
    results = []
    for fold in grouped_folds(documents, folds, Recipe().seed):
        tested = np.isin(owner, fold)
        rest = [i for i in range(len(documents)) if i not in fold]
        inner = grouped_folds([documents[i] for i in rest], 4, Recipe().seed)
        scores = np.zeros(labels.shape)
        for part in inner:
            held = np.isin(owner, [rest[i] for i in part])
            fitted = model.fit(features[~tested & ~held], labels[~tested & ~held])
            scores[held] = fitted.predict_proba(features[held])
        logits = np.log(scores[~tested] / (1 - scores[~tested])).astype(np.float32)
        thresholds = choose_thresholds(logits, labels[~tested].astype(np.float32), known[~tested])
        found = model.fit(features[~tested], labels[~tested]).predict_proba(features[tested])
        given = decide(found, thresholds, len(book.polarities))
        results.append(
            score_tables(
                labels[tested], given, known[tested], language[tested], book, expit(np.log(found / (1 - found)))
            )
        )
    return summarise_folds(results)


if __name__ == "__main__":
    main()
