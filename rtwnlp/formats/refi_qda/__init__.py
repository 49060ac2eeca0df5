"""REFI-QDA projects (.qdpx) and codebooks (.qdc), as NVivo, ATLAS.ti, MAXQDA, QualCoder and Taguette exchange them."""

from rtwnlp.formats.refi_qda.codebooks import load_codebook, read_qdc, write_qdc
from rtwnlp.formats.refi_qda.project import QdaProject, read_project
from rtwnlp.formats.refi_qda.reading import ProjectCodings, project_codings, project_transcripts

__all__ = [
    "ProjectCodings",
    "QdaProject",
    "load_codebook",
    "project_codings",
    "project_transcripts",
    "read_project",
    "read_qdc",
    "write_qdc",
]
