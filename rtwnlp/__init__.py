"""Label Swedish and English interviews with competence themes, offline."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtwnlp.codebook import Code, Codebook, Theme
    from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
    from rtwnlp.errors import RtwnlpError
    from rtwnlp.formats import parse_text, read_codings, read_transcript, read_transcripts, write_codings
    from rtwnlp.labelling.labeller import Labeller, Prediction
    from rtwnlp.transcript import Role, Segment, Transcript, Turn

_HOMES = {
    "Code": "codebook",
    "Codebook": "codebook",
    "Theme": "codebook",
    "CodedSpan": "coding",
    "Coder": "coding",
    "CoderKind": "coding",
    "Coding": "coding",
    "RtwnlpError": "errors",
    "parse_text": "formats",
    "read_codings": "formats",
    "read_transcript": "formats",
    "read_transcripts": "formats",
    "write_codings": "formats",
    "Labeller": "labelling.labeller",
    "Prediction": "labelling.labeller",
    "Role": "transcript",
    "Segment": "transcript",
    "Transcript": "transcript",
    "Turn": "transcript",
}

try:
    __version__ = metadata.version("rtwnlp")
except metadata.PackageNotFoundError:
    __version__ = "0"

__all__ = [
    "Code",
    "CodedSpan",
    "Codebook",
    "Coder",
    "CoderKind",
    "Coding",
    "Labeller",
    "Prediction",
    "Role",
    "RtwnlpError",
    "Segment",
    "Theme",
    "Transcript",
    "Turn",
    "__version__",
    "parse_text",
    "read_codings",
    "read_transcript",
    "read_transcripts",
    "write_codings",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"rtwnlp.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'rtwnlp' has no attribute {name!r}")
