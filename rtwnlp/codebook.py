"""Codebooks: the themes, their definitions and polarities, and the one fixed order of the codes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rtwnlp.errors import CodebookError

Language = Literal["sv", "en"]
_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Code(NamedTuple):
    """A theme with a polarity: what a segment is labelled with. The polarity is "" in a codebook without any."""

    theme: str
    polarity: str

    def __str__(self) -> str:
        return f"{self.theme}/{self.polarity}" if self.polarity else self.theme


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of a codebook.

    Attributes:
        id: Short name in lower case, words joined by hyphens.
        names: The theme's name by language.
        definitions: What the theme is, by language.
        include: What is coded with it, by language.
        exclude: What is not, though it looks so, by language.
        examples: Example sentences, each with its polarity, by language.
        facets: What kind of competence it is ("skill", "symbol"); empty where the codebook has no such property.
    """

    id: str
    names: dict[str, str]
    definitions: dict[str, str]
    include: dict[str, tuple[str, ...]]
    exclude: dict[str, tuple[str, ...]]
    examples: dict[str, tuple[tuple[str, str], ...]]
    facets: tuple[str, ...]


class _Example(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = Field(min_length=1)
    polarity: str = ""


class _ThemeFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str = Field(pattern=_ID_PATTERN)
    names: dict[Language, str]
    definitions: dict[Language, str]
    include: dict[Language, list[str]] = {}
    exclude: dict[Language, list[str]] = {}
    examples: dict[Language, list[_Example]] = {}
    facets: list[str] = []


class _Polarity(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str = Field(pattern=_ID_PATTERN)
    names: dict[Language, str]


class _CodebookFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str = Field(pattern=_ID_PATTERN)
    version: str
    title: dict[Language, str]
    source: str
    languages: list[Language] = ["sv", "en"]
    polarities: list[_Polarity] = []
    themes: list[_ThemeFile] = Field(min_length=1)
    rules: dict[Language, list[str]] = {}

    @field_validator("version", mode="before")
    @classmethod
    def _version_as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _consistent(self) -> _CodebookFile:
        for kind, ids in (("theme", [t.id for t in self.themes]), ("polarity", [p.id for p in self.polarities])):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            if twice:
                raise ValueError(f"the {kind} id {twice[0]!r} occurs twice; every id must be its own")
        polarities = {p.id for p in self.polarities}
        for theme in self.themes:
            for field, texts in (("names", theme.names), ("definitions", theme.definitions)):
                for language in self.languages:
                    if not texts.get(language, "").strip():
                        raise ValueError(f"theme {theme.id!r} has no {field} in {language!r}; add {field}.{language}")
            for language, examples in theme.examples.items():
                for example in examples:
                    if example.polarity not in (polarities or {""}):
                        allowed = ", ".join(sorted(polarities)) or "none"
                        raise ValueError(
                            f"theme {theme.id!r} has an example in {language!r} of polarity {example.polarity!r}; "
                            f"the polarities are: {allowed}"
                        )
        return self


@dataclass(frozen=True)
class Codebook:
    """Themes and polarities of one study.

    Attributes:
        id: Short name, in lower case with hyphens.
        version: The codebook's version.
        title: Title by language.
        source: The publication or project it comes from.
        languages: The languages in which every theme has a name and a definition.
        polarities: Ids of the polarities, in order; empty where themes have none.
        polarity_names: Each polarity's name by language.
        themes: The themes, in order.
        rules: Rules for doubtful cases by language, in order.
    """

    id: str
    version: str
    title: dict[str, str]
    source: str
    languages: tuple[str, ...]
    polarities: tuple[str, ...]
    polarity_names: dict[str, dict[str, str]]
    themes: tuple[Theme, ...]
    rules: dict[str, tuple[str, ...]]

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """Every (theme, polarity), theme by theme: the one order of label columns in the whole library.

        >>> Codebook.load("srp-process").codes[:2]
        (Code(theme='process-governance', polarity='opportunity'), Code(theme='process-governance', polarity='challenge'))
        """
        return tuple(Code(t.id, p) for t in self.themes for p in (self.polarities or ("",)))

    @property
    def theme_ids(self) -> tuple[str, ...]:
        """Ids of the themes, in order."""
        return tuple(theme.id for theme in self.themes)

    def theme(self, theme_id: str) -> Theme:
        """The theme with this id.

        Raises:
            CodebookError: There is none; the message lists those there are.
        """
        for theme in self.themes:
            if theme.id == theme_id:
                return theme
        raise CodebookError(f"the codebook {self.id!r} has no theme {theme_id!r}; it has: {', '.join(self.theme_ids)}")

    def check_code(self, theme: str, polarity: str) -> Code:
        """The code, if the codebook has it.

        Raises:
            CodebookError: The theme or the polarity is not in the codebook.
        """
        self.theme(theme)
        code = Code(theme, polarity)
        if code not in self.codes:
            allowed = ", ".join(self.polarities) or "none (leave it empty)"
            raise CodebookError(f"theme {theme!r} has no polarity {polarity!r}; allowed: {allowed}")
        return code

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content in canonical JSON, in hex. Layout and comments of the file do not matter."""
        canonical = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The codebook as plain data, in the form of its YAML file; `from_dict` reads it back."""
        return {
            "id": self.id,
            "version": self.version,
            "title": dict(self.title),
            "source": self.source,
            "languages": list(self.languages),
            "polarities": [{"id": p, "names": dict(self.polarity_names[p])} for p in self.polarities],
            "themes": [
                {
                    "id": t.id,
                    "names": dict(t.names),
                    "definitions": dict(t.definitions),
                    "include": {k: list(v) for k, v in t.include.items()},
                    "exclude": {k: list(v) for k, v in t.exclude.items()},
                    "examples": {
                        k: [{"text": text, "polarity": polarity} for text, polarity in v] for k, v in t.examples.items()
                    },
                    "facets": list(t.facets),
                }
                for t in self.themes
            ],
            "rules": {k: list(v) for k, v in self.rules.items()},
        }

    @classmethod
    def from_dict(cls, data: object, *, path: str | Path | None = None) -> Codebook:
        """Build a codebook from plain data and check it.

        Args:
            data: What a YAML parser gives for a codebook file.
            path: The file to name in errors.

        Raises:
            CodebookError: The first thing that is wrong, with its place in the file.
        """
        try:
            parsed = _CodebookFile.model_validate(data)
        except ValidationError as error:
            raise CodebookError(_describe(error, data), path=path) from None
        return cls(
            id=parsed.id,
            version=parsed.version,
            title=_plain(parsed.title),
            source=parsed.source,
            languages=tuple(parsed.languages),
            polarities=tuple(p.id for p in parsed.polarities),
            polarity_names={p.id: _plain(p.names) for p in parsed.polarities},
            themes=tuple(_theme(t) for t in parsed.themes),
            rules={k: tuple(v) for k, v in parsed.rules.items()},
        )

    @classmethod
    def load(cls, name_or_path: str | Path) -> Codebook:
        """Load a shipped codebook by name, or a YAML file by path.

        Args:
            name_or_path: A name that `shipped_codebooks` lists, or the path of a .yaml or .yml file.

        Raises:
            CodebookError: There is no such codebook, or the file is not valid: says what is wrong and where.
        """
        path = Path(name_or_path)
        if path.suffix.lower() not in {".yaml", ".yml"} and not path.is_file():
            shipped = shipped_codebooks()
            if str(name_or_path) not in shipped:
                raise CodebookError(
                    f"there is no codebook {str(name_or_path)!r}; give the path of a .yaml file or one of the shipped: "
                    + ", ".join(shipped)
                )
            text = (_shipped_folder() / f"{name_or_path}.yaml").read_text(encoding="utf-8")
        else:
            try:
                text = path.read_text(encoding="utf-8-sig")
            except FileNotFoundError:
                raise CodebookError("there is no such file", path=path) from None
            except (OSError, UnicodeDecodeError) as error:
                raise CodebookError(f"cannot be read as a UTF-8 text file ({error})", path=path) from None
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise CodebookError(
                f"is not valid YAML: {getattr(error, 'problem', None) or error}",
                path=path,
                row=None if mark is None else mark.line + 1,
            ) from None
        return cls.from_dict(data, path=path)


def shipped_codebooks() -> tuple[str, ...]:
    """Names of the codebooks that come with the library.

    >>> shipped_codebooks()
    ('reco-competence', 'srp-process')
    """
    return tuple(sorted(f.name.removesuffix(".yaml") for f in _shipped_folder().iterdir() if f.name.endswith(".yaml")))


def _shipped_folder() -> Traversable:
    return resources.files("rtwnlp") / "codebooks"


def _plain(texts: dict[Language, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items()}


def _theme(theme: _ThemeFile) -> Theme:
    return Theme(
        id=theme.id,
        names=_plain(theme.names),
        definitions=_plain(theme.definitions),
        include={k: tuple(v) for k, v in theme.include.items()},
        exclude={k: tuple(v) for k, v in theme.exclude.items()},
        examples={k: tuple((e.text, e.polarity) for e in v) for k, v in theme.examples.items()},
        facets=tuple(theme.facets),
    )


def _describe(error: ValidationError, data: object) -> str:
    """The first validation error in words, its place as a dotted path with theme ids instead of numbers."""
    first = error.errors()[0]
    place: list[str] = []
    here: Any = data
    for part in first["loc"]:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int):
            name = here.get("id") if isinstance(here, dict) else None
            place.append(f"[{name or part + 1}]")
        else:
            place.append(f".{part}" if place else part)
    where = "".join(place)
    if first["type"] == "missing":
        return f"{where} is missing; add it"
    if first["type"] == "extra_forbidden":
        return f"{where} is an unknown key; remove it or correct its spelling"
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
