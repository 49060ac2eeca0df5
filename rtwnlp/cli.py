"""The command line: each command is one call of the library."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rtwnlp import cli_convert, cli_evaluation, cli_study
from rtwnlp.errors import InputError, MissingExtraError, RtwnlpError, RtwnlpWarning

if TYPE_CHECKING:
    from rtwnlp.transcript import Transcript

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Label interviews with competence themes, offline.")


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 some documents failed, 2 wrong usage or input."""
    warnings.showwarning = _show_warning
    warnings.simplefilter("always", RtwnlpWarning)
    try:
        app()
    except RtwnlpError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    typer.echo(f"Warning: {message}", err=True)


def _import_spacy_without_torch() -> None:
    """Import spaCy now, hiding torch: spaCy loads it where it is installed, which takes seconds and is not used."""
    if "torch" in sys.modules:
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        import spacy.lang.en
        import spacy.lang.sv  # noqa: F401
    finally:
        del sys.modules["torch"]


@app.command()
def label(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.")],
    model: Annotated[str, typer.Option(help="A shipped model by name, or a bundle's folder.")] = "reco-competence",
    out: Annotated[Path | None, typer.Option(help="Folder to write to; without it a table is printed.")] = None,
    formats: Annotated[
        str, typer.Option("--format", help="jsonl, csv, parquet, qdpx, html, separated by commas.")
    ] = "jsonl",
    min_score: Annotated[float | None, typer.Option(help="Give codes from this probability on.")] = None,
    resume: Annotated[bool, typer.Option(help="Go on with an interrupted run.")] = False,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None,
    interviewer: Annotated[list[str] | None, typer.Option(help="Label of an interviewer; may be repeated.")] = None,
    language: Annotated[str | None, typer.Option(help="sv or en, where it is known.")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads.")] = None,
) -> None:
    """Label transcripts with the themes of a model's codebook."""
    spacy_import = threading.Thread(target=_import_spacy_without_torch)
    spacy_import.start()
    try:
        from rtwnlp.formats import find_transcripts, parse_text
        from rtwnlp.labelling.bundle import Bundle
        from rtwnlp.labelling.engine import OnnxEngine  # noqa: F401
        from rtwnlp.labelling.folder import LabelRun, ReadOptions, label_files, read_each
        from rtwnlp.labelling.labeller import Labeller

        if language not in (None, "sv", "en"):
            raise InputError(f"the language {language!r} is unknown; there are: sv, en")
        options = ReadOptions(encoding, tuple(interviewer or ()), language)
        files = find_transcripts([Path(path) for path in paths if path != "-"], encoding)
        labeller = Labeller(Bundle.load(model), threads=threads, min_score=min_score)
    finally:
        spacy_import.join()
    sources: dict[Path | Transcript, str | None] = dict(files.items())
    if "-" in paths:
        text = sys.stdin.read()
        sources[parse_text(text, document="stdin", interviewers=options.interviewers, language=language)] = None
    if out is None:
        from rtwnlp.terminal import print_labels

        run = LabelRun()
        for transcript in read_each(sources, options, run):
            print_labels(transcript, labeller.label_transcript(transcript), labeller.bundle)
    else:
        with _progress_bar(len(sources)) as progress:
            run = label_files(
                labeller,
                sources,
                out,
                formats=[name.strip() for name in formats.split(",")],
                options=options,
                resume=resume,
                progress=progress,
            )
    for document, warning in run.warnings:
        typer.echo(f"Warning: {document}: {warning}", err=True)
    for failure in run.failures:
        typer.echo(f"Failed: {failure['error']}", err=True)
    if run.failures:
        raise typer.Exit(1)


@contextmanager
def _progress_bar(total: int) -> Iterator[Callable[[str], None]]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("labelling", total=total)
        yield lambda name: bar.update(task, advance=1, description=escape(name))


@app.command()
def train(
    codes: Annotated[Path, typer.Argument(help="A coding table.")],
    transcripts: Annotated[Path, typer.Option(help="Folder or file of the transcripts.")],
    codebook: Annotated[str, typer.Option(help="A shipped codebook by name, or a YAML file.")],
    out: Annotated[Path, typer.Option(help="Folder of the bundle.")],
    recipe: Annotated[Path | None, typer.Option(help="A recipe in TOML.")] = None,
    folds: Annotated[int, typer.Option(help="Folds of a cross-validation by participant; 0 for none.")] = 0,
) -> None:
    """Train a classifier on your own codes."""
    try:
        from rtwnlp import training
    except MissingExtraError:
        raise
    except ImportError:
        raise MissingExtraError("training", "train") from None
    bundle = training.train(codes, transcripts=transcripts, codebook=codebook, out=out, recipe=recipe, folds=folds)
    typer.echo(f"The bundle is in {bundle}")


app.command()(cli_evaluation.evaluate)
app.command()(cli_evaluation.agreement)
app.command()(cli_study.sample)
app.command()(cli_study.estimate)
app.command()(cli_study.summarise)
app.command()(cli_convert.convert)


@app.command()
def codebooks() -> None:
    """List the codebooks that come with the library."""
    from rtwnlp.codebook import Codebook, shipped_codebooks

    for name in shipped_codebooks():
        book = Codebook.load(name)
        typer.echo(f"{name} {book.version}: {', '.join(book.theme_ids)}")


@app.command()
def models() -> None:
    """List the models that come with the library."""
    from rtwnlp.labelling.bundle import Bundle, shipped_bundles

    for name in shipped_bundles():
        bundle = Bundle.load(name)
        typer.echo(f"{name} {bundle.version}: codebook {bundle.codebook.id}, learnt from {bundle.corpus_kind} codes")


@app.command()
def info() -> None:
    """Say what is installed."""
    import platform

    from rtwnlp import __version__

    typer.echo(f"rtwnlp {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    models()


if __name__ == "__main__":
    main()
