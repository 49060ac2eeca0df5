"""The XML of a project's parts as text, so that it can be put into an existing file without touching the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

from rtwnlp.codebook import Codebook, Theme
from rtwnlp.coding import CodedSpan, Coder, Coding

NAMESPACE = "urn:QDA-XML:project:1.0"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1", "#7F7F7F")
_ROOT = UUID("6f1f3c5e-6a0f-4b52-9a34-5f2f3c0d7a11")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAME_LENGTH = 60


def guid(*parts: object) -> str:
    """A guid that is the same for the same parts, always.

    >>> guid("code", "a") == guid("code", "a"), guid("code", "a") == guid("code", "b")
    (True, False)
    """
    return str(uuid5(_ROOT, "\x1f".join(str(part) for part in parts)))


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)


class Elements:
    """Makes elements under the prefix that a file uses for the standard's namespace.

    Args:
        prefix: Such as "qda"; "" where it is the default namespace.
        when: The time to write, as XML has it.
    """

    def __init__(self, prefix: str = "", when: str = "") -> None:
        self._prefix = f"{prefix}:" if prefix else ""
        self._when = when

    def element(self, name: str, attributes: Mapping[str, str], content: str = "") -> str:
        """One element; `content` is XML already."""
        written = "".join(f" {key}={quoteattr(clean(value))}" for key, value in attributes.items())
        tag = f"{self._prefix}{name}"
        return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"

    def text(self, name: str, text: str) -> str:
        """An element that holds text."""
        return self.element(name, {}, escape(clean(text)).replace("\r", "&#13;"))

    def user(self, coder: Coder, user_guid: str) -> str:
        """A coder."""
        return self.element("User", {"guid": user_guid, "name": coder.name})

    def codes(self, book: Codebook, language: str, only: str = "") -> str:
        """A codebook's themes, or one of them, with a child code for each polarity."""
        return "".join(
            self._theme(book, theme, COLOURS[i % len(COLOURS)], language)
            for i, theme in enumerate(book.themes)
            if only in ("", theme.id)
        )

    def _theme(self, book: Codebook, theme: Theme, colour: str, language: str) -> str:
        children = "".join(
            self.element(
                "Code",
                {
                    "guid": code_guid(theme.id, polarity),
                    "name": book.polarity_names[polarity].get(language, polarity),
                    "isCodable": "true",
                    "color": colour,
                },
            )
            for polarity in book.polarities
        )
        description = theme.definitions.get(language) or next(iter(theme.definitions.values()), "")
        return self.element(
            "Code",
            {
                "guid": code_guid(theme.id, ""),
                "name": theme.names.get(language) or theme.id,
                "isCodable": "true",
                "color": colour,
            },
            (self.text("Description", description) if description else "") + children,
        )

    def bare_code(self, theme: str, polarities: Sequence[str], number: int) -> str:
        """A code that is in no codebook."""
        colour = COLOURS[number % len(COLOURS)]
        children = "".join(
            self.element("Code", {"guid": code_guid(theme, p), "name": p, "isCodable": "true", "color": colour})
            for p in polarities
            if p
        )
        attributes = {"guid": code_guid(theme, ""), "name": theme, "isCodable": "true", "color": colour}
        return self.element("Code", attributes, children)

    def lone_code(self, theme: str, polarity: str, number: int) -> str:
        """A theme's polarity as a code of its own, at the top level."""
        attributes = {"guid": code_guid(theme, polarity), "name": f"{theme} {polarity}", "isCodable": "true"}
        return self.element("Code", {**attributes, "color": COLOURS[number % len(COLOURS)]})

    def selection(
        self, source: str, user: str, place: tuple[int, int], text: str, codings: Sequence[tuple[str, str]]
    ) -> str:
        """A passage with one coder's codes on it.

        Args:
            source: The source's guid.
            user: The coder's guid.
            place: Start and end in the project's positions.
            text: What stands there.
            codings: For each code its guid and the guid of the note on it, or "".
        """
        inside = "".join(
            self.element(
                "Coding",
                {"guid": guid("coding", source, user, *place, code), "creatingUser": user, **self._created()},
                self.element("CodeRef", {"targetGUID": code})
                + (self.element("NoteRef", {"targetGUID": note}) if note else ""),
            )
            for code, note in codings
        )
        name = " ".join(text.split())
        return self.element(
            "PlainTextSelection",
            {
                "guid": guid("selection", source, user, *place),
                "name": name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}\u2026",
                "startPosition": str(place[0]),
                "endPosition": str(place[1]),
                "creatingUser": user,
                **self._created(),
            },
            inside,
        )

    def note(self, note_guid: str, user: str, name: str, text: str) -> str:
        """A note with a text of its own."""
        attributes = {"guid": note_guid, "name": name, "creatingUser": user, **self._created()}
        return self.element("Note", attributes, self.text("PlainTextContent", text))

    def _created(self) -> dict[str, str]:
        return {"creationDateTime": self._when} if self._when else {}


def code_guid(theme: str, polarity: str) -> str:
    """The guid of a code that we write."""
    return guid("code", theme, polarity)


def coder_guid(coder: Coder) -> str:
    """The guid of a coder that we write."""
    return guid("user", coder.name, coder.kind.value)


def score_note(coding: Coding, span: CodedSpan, source: str) -> tuple[str, str]:
    """Guid and text of the note that keeps a code's score."""
    key = guid("note", source, coding.coder.name, span.start, span.end, span.theme, span.polarity)
    return key, f"score {span.score:.4f}" if span.score is not None else ""


def scope_note(coding: Coding, source: str) -> tuple[str, str]:
    """Guid and text of the note that keeps what a coder looked at, which the standard has no place for."""
    places = "".join(f" {start}-{end}" for start, end in coding.scope or ())
    return (
        guid("scope", source, coding.coder.name),
        f"looked at by {coding.coder.name} ({coding.coder.kind.value}):{places}",
    )
