"""The commands that compare codes: evaluate and agreement."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from rtwnlp.errors import InputError

if TYPE_CHECKING:
    from rtwnlp.coding import Coding
    from rtwnlp.evaluation.aligned import Scores
    from rtwnlp.evaluation.units import UnitKind
    from rtwnlp.labelling.bundle import Bundle
    from rtwnlp.transcript import Transcript

GROUPINGS = ("participant", "document", "language", "speaker", "role")


def evaluate(
    human: Annotated[Path, typer.Argument(metavar="HUMAN", help="Coding table of the reference.")],
    machine: Annotated[Path | None, typer.Option(help="Coding table or labels.jsonl of the machine.")] = None,
    model: Annotated[str | None, typer.Option(help="A shipped model or a bundle, to code the transcripts now.")] = None,
    transcripts: Annotated[Path | None, typer.Option(help="Folder or file of the transcripts.")] = None,
    by: Annotated[str, typer.Option(help=f"Groups to print: {', '.join(GROUPINGS)}.")] = "participant",
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, report.json and report.md.")] = None,
    coder: Annotated[str | None, typer.Option(help="The reference, where the table has several coders.")] = None,
    codebook: Annotated[str | None, typer.Option(help="A shipped codebook by name, or a YAML file.")] = None,
    roles: Annotated[Path | None, typer.Option(help="CSV with the columns participant (or speaker) and role.")] = None,
    against: Annotated[Path | None, typer.Option(help="Another machine's codes, to test the two in pairs.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    draws: Annotated[int, typer.Option(min=100, help="Draws of the bootstrap.")] = 2000,
    epsilon: Annotated[float, typer.Option(min=0.0, max=1.0, help="Of the alternative annotator test.")] = 0.2,
) -> None:
    """Say how far a machine's codes agree with people's."""
    from rtwnlp.evaluation import evaluate as compare
    from rtwnlp.evaluation.paired import compare_machines
    from rtwnlp.formats import read_codings, read_transcripts
    from rtwnlp.formats.refi_qda import load_codebook
    from rtwnlp.formats.roles_table import read_roles
    from rtwnlp.terminal_evaluation import print_evaluation, print_paired

    if (machine is None) == (model is None):
        raise InputError("give either --machine (codes) or --model (a classifier that codes the transcripts now)")
    if by not in GROUPINGS:
        raise InputError(f"--by {by!r} is unknown; there are: {', '.join(GROUPINGS)}")
    if model is not None and transcripts is None:
        raise InputError("--model codes the transcripts; name their folder with --transcripts")
    texts = [] if transcripts is None else read_transcripts(transcripts)
    reference = read_codings(human, transcripts=texts or None)
    book = None if codebook is None else load_codebook(codebook)
    provenance = _provenance([p for p in (human, machine, against, roles) if p is not None], seed, draws)
    warnings: list[str] = []
    if model is not None:
        coded = {coding.document for coding in reference}
        codings, scores, bundle = _code(model, [t for t in texts if t.document in coded])
        warnings = _seen_in_training(bundle, [t for t in texts if t.document in coded])
        book = book or bundle.codebook
        provenance["model"] = {"name": bundle.name, "version": bundle.version, "learnt from": bundle.corpus_kind}
    else:
        codings, scores = _read_machine(cast("Path", machine), texts)
    table = None if roles is None else read_roles(roles)
    report = compare(
        reference,
        codings,
        transcripts=texts,
        codebook=book,
        scores=scores,
        coder=coder,
        roles=table,
        draws=draws,
        seed=seed,
        epsilon=epsilon,
        provenance=provenance,
        warnings=warnings,
    )
    print_evaluation(report, by)
    if against is not None:
        other, _ = _read_machine(against, texts)
        paired = compare_machines(
            reference, codings, other, transcripts=texts, codebook=book, coder=coder, draws=draws, seed=seed
        )
        print_paired(paired)
    if out is not None:
        from rtwnlp.evaluation.html import write_report

        for path in write_report(report, out):
            typer.echo(f"Written: {path}")


def _code(model: str, texts: list[Transcript]) -> tuple[list[Coding], Scores, Bundle]:
    from rtwnlp.labelling.labeller import Labeller

    labeller = Labeller.from_pretrained(model)
    codings, scores = [], {}
    for text in texts:
        coding, scores[text.document] = labeller.code_with_scores(text)
        codings.append(coding)
    return codings, scores, labeller.bundle


def _seen_in_training(bundle: Bundle, texts: list[Transcript]) -> list[str]:
    """A warning where the classifier was trained on the very texts it is evaluated on."""
    seen = [text.document for text in texts if text.text_hash in bundle.training_texts]
    if not seen:
        return []
    return [
        f"{bundle.name} was trained on {len(seen)} of these {len(texts)} documents: on them the figures say how well it "
        "remembers, not how well it codes"
    ]


def _read_machine(path: Path, texts: list[Transcript]) -> tuple[list[Coding], Scores]:
    from rtwnlp.formats import read_codings
    from rtwnlp.formats.labels import is_labels, read_labels

    if is_labels(path):
        return read_labels(path)
    return read_codings(path, transcripts=texts or None), {}


def _provenance(paths: list[Path], seed: int, draws: int) -> dict[str, Any]:
    import numpy as np

    from rtwnlp import __version__

    return {
        "command": shlex.join(["rtwnlp", *sys.argv[1:]]),
        "files": {str(path): f"sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths},
        "seed": seed,
        "bootstrap draws": draws,
        "versions": {"rtwnlp": __version__, "python": platform.python_version(), "numpy": np.__version__},
    }


def agreement(
    codes: Annotated[list[Path], typer.Argument(metavar="CODES...", help="Coding tables of two coders or more.")],
    unit: Annotated[str, typer.Option(help="sentence, turn or character.")] = "sentence",
    transcripts: Annotated[Path | None, typer.Option(help="Folder or file of the transcripts.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write agreement.json to.")] = None,
) -> None:
    """Say how far coders agree, theme by theme."""
    from rtwnlp.evaluation import agreement as compare
    from rtwnlp.formats import read_codings, read_transcripts
    from rtwnlp.formats.text import write_text
    from rtwnlp.terminal import print_agreement

    texts = [] if transcripts is None else read_transcripts(transcripts)
    codings = [coding for path in codes for coding in read_codings(path, transcripts=texts or None)]
    report = compare(codings, transcripts=texts, unit=cast("UnitKind", unit))
    print_agreement(report)
    if out is not None:
        write_text(out / "agreement.json", json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n")
