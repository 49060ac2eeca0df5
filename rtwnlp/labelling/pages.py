"""Labelled interviews as pages to read: coded sentences marked in their theme's colour, filters, a summary of the batch."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtwnlp.codebook import Codebook
from rtwnlp.formats.text import write_text

if TYPE_CHECKING:
    from jinja2 import Environment

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07d00", "#3a9bdc", "#8c6bb1", "#7f7f7f")
"""After Okabe & Ito: told apart by colour-blind readers, and dark enough beside text."""

Record = Mapping[str, Any]

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "themes": "Themes",
        "polarity": "Polarity",
        "speaker": "Speaker",
        "all": "all",
        "least": "Score from",
        "coded": "coded sentences",
        "of": "of",
        "shown": "shown",
        "previous": "Previous",
        "next": "Next",
        "only": "Coded sentences only",
        "copy": "Copy quotation",
        "copied": "Copied",
        "made": "Codes by",
        "check": "A machine gave these codes; it learnt from synthetic interviews. Check them before you rely on them.",
        "plain": "A machine gave these codes. Check them before you rely on them.",
        "filters": "Filters",
        "summary": "Summary",
        "back": "All documents",
        "document": "Document",
        "sentences": "Sentences",
        "nothing": "No code",
        "together": "All documents",
        "reset": "Reset",
        "explain": "Sentences with each theme. A document's name opens its page.",
    },
    "sv": {
        "themes": "Teman",
        "polarity": "Polaritet",
        "speaker": "Talare",
        "all": "alla",
        "least": "Po\u00e4ng fr\u00e5n",
        "coded": "kodade meningar",
        "of": "av",
        "shown": "visas",
        "previous": "F\u00f6reg\u00e5ende",
        "next": "N\u00e4sta",
        "only": "Bara kodade meningar",
        "copy": "Kopiera citat",
        "copied": "Kopierat",
        "made": "Koder av",
        "check": "En maskin har gett koderna; den l\u00e4rde sig av syntetiska intervjuer. Granska dem innan du litar p\u00e5 dem.",
        "plain": "En maskin har gett koderna. Granska dem innan du litar p\u00e5 dem.",
        "filters": "Filter",
        "summary": "Sammanfattning",
        "back": "Alla dokument",
        "document": "Dokument",
        "sentences": "Meningar",
        "nothing": "Ingen kod",
        "together": "Alla dokument",
        "reset": "\u00c5terst\u00e4ll",
        "explain": "Meningar med varje tema. Dokumentets namn \u00f6ppnar dess sida.",
    },
}


def document_page(
    records: Sequence[Record], codebook: Codebook, *, coder: str, corpus_kind: str = "", summary: str = ""
) -> str:
    """One interview as a self-contained page.

    Args:
        records: Its label records, in order.
        codebook: Names the themes.
        coder: The machine's name.
        corpus_kind: Kind of the codes the machine learnt from.
        summary: Address of the batch's summary, if there is one.
    """
    language = _language(records)
    turns: list[dict[str, Any]] = []
    for number, record in enumerate(records):
        if not turns or turns[-1]["turn"] != record["turn"]:
            turns.append(
                {"turn": record["turn"], "speaker": record["speaker"], "role": record["role"], "sentences": []}
            )
        turns[-1]["sentences"].append({"number": number, **_sentence(record)})
    speakers = list(dict.fromkeys(r["speaker"] for r in records if r["role"] == "participant"))
    counts = Counter(code["theme"] for record in records for code in record["codes"])
    return _render(
        "document.html",
        language,
        document=records[0]["document"] if records else "",
        themes=_themes(codebook, language, counts),
        polarities=_polarities(codebook, language),
        colours={theme.id: COLOURS[i % len(COLOURS)] for i, theme in enumerate(codebook.themes)},
        turns=turns,
        speakers=speakers,
        coder=coder,
        synthetic="synthetic" in corpus_kind,
        summary=summary,
        coded=sum(bool(record["codes"]) for record in records),
    )


def summary_page(
    documents: Mapping[str, Sequence[Record]],
    addresses: Mapping[str, str],
    codebook: Codebook,
    *,
    coder: str,
    corpus_kind: str = "",
) -> str:
    """A batch as a table of themes by document.

    Args:
        documents: Label records by document.
        addresses: Where each document's page is.
        codebook: Names the themes.
        coder: The machine's name.
        corpus_kind: Kind of the codes the machine learnt from.
    """
    language = _language([record for records in documents.values() for record in records])
    rows: list[dict[str, Any]] = []
    for document, records in documents.items():
        mine = [record for record in records if record["role"] == "participant"]
        counts = Counter(theme for r in mine for theme in {code["theme"] for code in r["codes"]})
        signs = Counter((code["theme"], code["polarity"]) for r in mine for code in r["codes"])
        rows.append({"document": document, "sentences": len(mine), "counts": counts, "signs": signs})
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row["counts"])
    return _render(
        "summary.html",
        language,
        rows=rows,
        addresses=addresses,
        themes=_themes(codebook, language, total),
        polarities=_polarities(codebook, language),
        most=max([n for row in rows for n in row["counts"].values()] or [1]),
        coder=coder,
        synthetic="synthetic" in corpus_kind,
        all_sentences=sum(row["sentences"] for row in rows),
    )


def write_pages(
    documents: Mapping[str, Sequence[Record]], out: Path, codebook: Codebook, *, coder: str, corpus_kind: str = ""
) -> list[Path]:
    """Write labels.html: the one document's page, or the summary of several with their pages beside it in labels/.

    Args:
        documents: Label records by document.
        out: The folder.
        codebook: Names the themes.
        coder: The machine's name.
        corpus_kind: Kind of the codes the machine learnt from.

    Returns:
        The files written, labels.html first.
    """
    main = out / "labels.html"
    if len(documents) == 1:
        records = next(iter(documents.values()))
        write_text(main, document_page(records, codebook, coder=coder, corpus_kind=corpus_kind))
        return [main]
    names = _file_names(list(documents))
    for document, records in documents.items():
        page = document_page(records, codebook, coder=coder, corpus_kind=corpus_kind, summary="../labels.html")
        write_text(out / "labels" / names[document], page)
    addresses = {document: f"labels/{name}" for document, name in names.items()}
    write_text(main, summary_page(documents, addresses, codebook, coder=coder, corpus_kind=corpus_kind))
    return [main, *(out / "labels" / name for name in names.values())]


def _file_names(documents: Sequence[str]) -> dict[str, str]:
    """A file's name for each document: letters, digits and hyphens, unlike any other's."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for document in documents:
        bare = re.sub(r"[^\w.-]+", "-", document).strip("-.") or "document"
        name, number = bare, 1
        while name.casefold() in taken:
            number += 1
            name = f"{bare}-{number}"
        taken.add(name.casefold())
        names[document] = f"{name}.html"
    return names


def _sentence(record: Record) -> dict[str, Any]:
    codes = [{"theme": c["theme"], "polarity": c["polarity"], "score": c["score"]} for c in record["codes"]]
    return {
        "text": record["text"],
        "start": record["start"],
        "end": record["end"],
        "participant": record["participant"],
        "codes": codes,
        "data": json.dumps([[c["theme"], c["polarity"], c["score"] or 0] for c in codes]),
    }


def _themes(codebook: Codebook, language: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "id": theme.id,
            "name": theme.names.get(language) or next(iter(theme.names.values()), theme.id),
            "definition": theme.definitions.get(language, ""),
            "colour": COLOURS[i % len(COLOURS)],
            "count": counts.get(theme.id, 0),
        }
        for i, theme in enumerate(codebook.themes)
    ]


def _polarities(codebook: Codebook, language: str) -> dict[str, str]:
    return {p: codebook.polarity_names[p].get(language, p) for p in codebook.polarities}


def _language(records: Sequence[Record]) -> str:
    said = Counter(record["language"] for record in records if record["role"] == "participant")
    return "sv" if said["sv"] > said["en"] else "en"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _render(name: str, language: str, **values: Any) -> str:
    folder = files("rtwnlp.labelling").joinpath("templates")
    template = folder.joinpath(name).read_text(encoding="utf-8")
    style = folder.joinpath("page.css").read_text(encoding="utf-8")
    return _environment().from_string(template).render(words=WORDS[language], language=language, style=style, **values)
