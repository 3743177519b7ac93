"""Which files hang together by their imports: what changes in one may be told in any of its group.

Imports are read from the bytes, without a parse. What only looks like one can but make a group larger.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from taskbound.check.ignore import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_IMPORT = re.compile(rb"\bimport\b")
# What stands before the word in its statement.
_BEFORE = re.compile(rb"[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+)?")
_START = re.compile(rb"[;:]")
_NAMES = re.compile(rb"[ \t]*(\([^)]*\)|(?:[^\n\\;]|\\\r?\n)*)")
_WORD = re.compile(r"(\w[\w.]*)(?:\s+as\s+\w+)?")
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Imported:
    """One import as it is written. level: its dots. names: None for `import module`."""

    level: int
    module: str
    names: tuple[str, ...] | None


class Member:
    """A file of a run. content: None where it is read when it is asked for. relevant: findings are looked
    for in it.
    """

    def __init__(self, path: str, module: str, content: bytes | None, *, relevant: bool) -> None:
        self.path = path
        self.module = module
        self.relevant = relevant
        self._content = content

    @property
    def content(self) -> bytes:
        """The bytes. What is read now is what the digest is of."""
        if self._content is None:
            try:
                self._content = Path(self.path).read_bytes()
            except OSError:
                self._content = b""
            self.digest = digest_of(self._content)
        return self._content

    @cached_property
    def marked(self) -> bool:
        """May there be comments in it that ignore findings?"""
        return MARK in self.content

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """The dotted names that its imports may mean, each once."""
        return tuple(dict.fromkeys(_names(self)))

    @cached_property
    def digest(self) -> str:
        """What the content is known by."""
        return digest_of(self.content)

    @cached_property
    def imports(self) -> tuple[Imported, ...]:
        """The imports, those in functions and under conditions too."""
        return imports_of(self.content)

    @property
    def package(self) -> str:
        """Where relative imports start."""
        inside = self.path.endswith(("__init__.py", "__init__.pyi"))
        return self.module if inside else self.module.rpartition(".")[0]


def digest_of(content: bytes) -> str:
    """What a content is known by."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def imports_of(content: bytes) -> tuple[Imported, ...]:
    """The imports of a file, those in functions and under conditions too."""
    return tuple(dict.fromkeys(_imports(content)))


def groups(members: Sequence[Member]) -> list[list[Member]]:
    """The files that hang together, in the order of their first one.

    A file that is not relevant belongs to a group where one of that group leads to it, or else to none.
    """
    reached = _reached(members)
    leader = {number: number for number in reached}
    for number, others in reached.items():
        for other in others:
            leader[_first(leader, number)] = _first(leader, other)
    found: dict[int, list[Member]] = {}
    for number in sorted(reached):
        found.setdefault(_first(leader, number), []).append(members[number])
    return list(found.values())


def _imports(content: bytes) -> Iterator[Imported]:
    for word in _IMPORT.finditer(content):
        line = content.rfind(b"\n", 0, word.start()) + 1
        statement = _START.split(content[line : word.start()])[-1]
        before, names = _BEFORE.fullmatch(statement), _NAMES.match(content, word.end())
        if before is None or names is None:
            continue
        listed = tuple(_WORD.findall(_text(names[1])))
        if before[1] is None:
            yield from (Imported(0, name, None) for name in listed)
        else:
            yield Imported(len(before[1]), _text(before[2]), listed)


def _text(written: bytes) -> str:
    return _COMMENT.sub("", written.decode("utf-8", "replace")).replace("\\", " ")


def _reached(members: Sequence[Member]) -> dict[int, list[int]]:
    """The relevant files and those that they lead to, each with the files that it imports."""
    places = _places(members)
    waiting = [number for number, member in enumerate(members) if member.relevant]
    reached: dict[int, list[int]] = {}
    while waiting:
        number = waiting.pop()
        if number not in reached:
            named = {place for name in members[number].leads for place in places.get(name, ())}
            reached[number] = sorted(named)
            waiting.extend(named)
    return reached


def _places(members: Iterable[Member]) -> dict[str, list[int]]:
    """Each file by its module's name and by what that ends with: nobody says where the project's names begin.

    As in the index, an ending of one word proves nothing.
    """
    places: dict[str, list[int]] = {}
    for number, member in enumerate(members):
        parts = member.module.split(".")
        for start in range(max(1, len(parts) - 1)):
            places.setdefault(".".join(parts[start:]), []).append(number)
    return places


def _names(member: Member) -> Iterator[str]:
    for imported in member.imports:
        base = _base(member.package, imported)
        if imported.names is None:
            parts = base.split(".")
            yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        else:
            yield base
            yield from (f"{base}.{name}" if base else name for name in imported.names)


def _base(package: str, imported: Imported) -> str:
    if not imported.level:
        return imported.module
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - imported.level + 1]
    return ".".join([*kept, imported.module] if imported.module else kept)


def _first(leader: dict[int, int], number: int) -> int:
    while leader[number] != number:
        leader[number] = leader[leader[number]]
        number = leader[number]
    return number
