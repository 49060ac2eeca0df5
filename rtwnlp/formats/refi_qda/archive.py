"""Bounded reading of .qdpx archives and of the XML in them: nothing is unpacked to disk, expanded or fetched."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from rtwnlp.errors import InputError

MAX_MEMBERS = 20_000
MAX_XML_BYTES = 256 * 2**20
MAX_TEXT_BYTES = 64 * 2**20
MAX_RATIO = 200
_SMALL = 2**20


@dataclass(frozen=True)
class Archive:
    """An open .qdpx.

    Attributes:
        path: The file.
        zip: The archive, open for reading.
        members: Real name by name in lower case with forward slashes.
    """

    path: Path
    zip: zipfile.ZipFile
    members: dict[str, str]

    @classmethod
    def open(cls, path: Path) -> Archive:
        """Open a project file.

        Raises:
            InputError: It is missing, no zip archive, has too many members or names that lead out of it.
        """
        if not path.is_file():
            raise InputError("there is no such file", path=path)
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError):
            raise InputError("is no readable .qdpx (a zip archive); export the project again", path=path) from None
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise InputError(f"the archive holds {len(infos)} members; at most {MAX_MEMBERS} are read", path=path)
        members: dict[str, str] = {}
        for info in infos:
            name = info.filename.replace("\\", "/")
            if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
                raise InputError(f"the archive holds {info.filename!r}, a name that leads out of it", path=path)
            if info.flag_bits & 0x1:
                raise InputError(f"{info.filename!r} is encrypted; export the project without a password", path=path)
            members.setdefault(name.lower(), info.filename)
        return cls(path, archive, members)

    def read(self, name: str, limit: int) -> bytes:
        """A member's bytes.

        Raises:
            InputError: It is larger than `limit`, packed more than `MAX_RATIO` to one, or damaged.
        """
        info = self.zip.getinfo(name)
        if info.file_size > limit:
            raise InputError(f"{name!r} has {info.file_size} bytes; at most {limit} are read", path=self.path)
        try:
            with self.zip.open(info) as file:
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise InputError(f"{name!r} cannot be read ({error}); export the project again", path=self.path) from None
        if len(data) > limit or (len(data) > _SMALL and len(data) > MAX_RATIO * max(info.compress_size, 1)):
            raise InputError(
                f"{name!r} is packed so tightly that it is no ordinary text; it is not read", path=self.path
            )
        return data

    @property
    def project_member(self) -> str:
        """The one .qde at the root.

        Raises:
            InputError: There is none, or there are several.
        """
        found = [real for name, real in self.members.items() if name.endswith(".qde") and "/" not in name]
        if len(found) != 1:
            problem = "no .qde" if not found else f"{len(found)} .qde files"
            raise InputError(f"the archive has {problem} at its root, where a project has one", path=self.path)
        return found[0]

    def find_source(self, reference: str) -> str | None:
        """The member that a source's path names (internal://file), or None if it lies outside the archive."""
        if "://" in reference:
            scheme, _, rest = reference.partition("://")
            if scheme.lower() != "internal":
                return None
        else:
            rest = reference
        wanted = rest.replace("\\", "/").lstrip("/").lower()
        if ".." in wanted.split("/"):
            raise InputError(f"a source's path, {reference!r}, leads out of the archive", path=self.path)
        for candidate in (f"sources/{wanted}", wanted):
            if candidate in self.members:
                return self.members[candidate]
        return None


def parse_xml(data: bytes, path: Path, what: str) -> etree._Element:
    """The root of an XML document, without entities, DTD or network.

    Raises:
        InputError: It is not well-formed, or has a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{what} is no well-formed XML ({error}); export it again", path=path) from None
    if root.getroottree().docinfo.doctype:
        raise InputError(f"{what} has a document type (DOCTYPE), which no such file needs; it is not read", path=path)
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
