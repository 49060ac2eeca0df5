"""The commands of a study: sample, estimate, summarise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rtwnlp.errors import InputError

Transcripts = Annotated[Path, typer.Option(help="Folder or file of the transcripts.")]


def sample(
    transcripts: Annotated[Path, typer.Argument(metavar="TRANSCRIPTS", help="Folder or file of the transcripts.")],
    size: Annotated[int, typer.Option(help="Sentences to draw.")],
    out: Annotated[Path, typer.Option(help="Coding table to write, .csv, .jsonl or .parquet.")],
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    machine: Annotated[
        Path | None, typer.Option(help="The machine's codes: half of the sample then comes from what it coded.")
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="CSV with the columns participant and role, to spread over.")
    ] = None,
    coder: Annotated[str, typer.Option(help="Name of the person who will code.")] = "coder",
) -> None:
    """Draw sentences to be coded by hand, as a coding table to fill in."""
    from rtwnlp.evaluation.sampling import draw_sample
    from rtwnlp.formats import read_codings, read_transcripts
    from rtwnlp.formats.roles_table import read_roles
    from rtwnlp.formats.rows import write_rows

    texts = read_transcripts(transcripts)
    drawn = draw_sample(
        texts,
        size,
        seed=seed,
        machine=[] if machine is None else read_codings(machine, transcripts=texts),
        groups=None if groups is None else read_roles(groups),
    )
    rows = [unit.to_row(coder) for unit in drawn]
    kinds = {"start": "int64", "end": "int64", "score": "float64"}
    write_rows(rows, {name: kinds.get(name, "string") for name in rows[0]}, out)
    typer.echo(
        f"{len(rows)} sentences are in {out}. Fill in theme and polarity; leave them empty where a sentence carries no "
        "code, and copy the row for a second one. Then: rtwnlp estimate"
    )


def estimate(
    human: Annotated[Path, typer.Argument(metavar="SAMPLE", help="The table of `rtwnlp sample`, filled in.")],
    machine: Annotated[Path, typer.Option(help="The machine's codes of all documents.")],
    transcripts: Transcripts,
    groups: Annotated[Path | None, typer.Option(help="CSV with the columns participant (or speaker) and role.")] = None,
    codebook: Annotated[str | None, typer.Option(help="A shipped codebook by name, or a YAML file.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write estimate.json and estimate.csv to.")] = None,
) -> None:
    """Say how much of each theme there is: the machine's counts, put right by a sample coded by hand."""
    from rtwnlp.evaluation.comparing import find_codebook
    from rtwnlp.evaluation.prevalence import estimate_prevalence
    from rtwnlp.formats import read_codings, read_transcripts
    from rtwnlp.formats.labels import is_labels, read_labels
    from rtwnlp.formats.refi_qda import load_codebook
    from rtwnlp.formats.roles_table import read_roles
    from rtwnlp.formats.rows import read_rows, write_rows
    from rtwnlp.formats.text import write_text
    from rtwnlp.terminal_evaluation import print_prevalence

    texts = read_transcripts(transcripts)
    person = read_codings(human, transcripts=texts)
    codings = read_labels(machine)[0] if is_labels(machine) else read_codings(machine, transcripts=texts)
    strata = {
        (str(record["document"]), int(record["start"]), int(record["end"])): str(record["stratum"])
        for _, record in read_rows(human)
        if record.get("stratum") and record.get("start") is not None and record.get("end") is not None
    }
    found = estimate_prevalence(
        person,
        codings,
        transcripts=texts,
        codebook=find_codebook([*person, *codings]) if codebook is None else load_codebook(codebook),
        groups=None if groups is None else read_roles(groups),
        strata=strata or None,
    )
    print_prevalence(found)
    if out is not None:
        data = {"prevalence": [row.to_dict() for row in found]}
        write_text(out / "estimate.json", json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        flat = [row.to_row() for row in found]
        kinds = {name: "string" for name in ("group", "theme", "polarity")} | {"units": "int64", "sampled": "int64"}
        write_rows(flat, {name: kinds.get(name, "float64") for name in flat[0]}, out / "estimate.csv")


def summarise(
    codes: Annotated[Path, typer.Argument(metavar="CODES", help="A coding table or labels.jsonl.")],
    transcripts: Annotated[Path | None, typer.Option(help="Folder or file of the transcripts.")] = None,
    coder: Annotated[str | None, typer.Option(help="Whose codes, where there are several coders.")] = None,
    codebook: Annotated[str | None, typer.Option(help="A shipped codebook by name, or a YAML file.")] = None,
    roles: Annotated[Path | None, typer.Option(help="CSV with the columns participant (or speaker) and role.")] = None,
    quotations: Annotated[int, typer.Option(min=0, help="Quotations of each code, at most one a participant.")] = 5,
    seed: Annotated[int, typer.Option(help="Seed of the saturation curve's orders.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for summary.json, summary.md and tables as .csv.")] = None,
) -> None:
    """Say what a study found: themes by participant, together, by role, saturation, quotations."""
    from rtwnlp.evaluation.study import summarise as summarise_codes
    from rtwnlp.evaluation.study_tables import to_markdown, write_summary
    from rtwnlp.formats import read_codings, read_transcripts
    from rtwnlp.formats.labels import is_labels, read_labels
    from rtwnlp.formats.refi_qda import load_codebook
    from rtwnlp.formats.roles_table import read_roles

    if not codes.is_file():
        raise InputError("there is no such file", path=codes)
    texts = [] if transcripts is None else read_transcripts(transcripts)
    found = summarise_codes(
        read_labels(codes)[0] if is_labels(codes) else read_codings(codes, transcripts=texts or None),
        transcripts=texts,
        codebook=None if codebook is None else load_codebook(codebook),
        coder=coder,
        roles=None if roles is None else read_roles(roles),
        quotations=quotations,
        seed=seed,
    )
    typer.echo(to_markdown(found))
    for path in write_summary(found, out) if out is not None else ():
        typer.echo(f"Written: {path}")
