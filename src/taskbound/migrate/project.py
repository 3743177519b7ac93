"""All files of a project, and which of them an import means."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from taskbound.check.discovery import discover, shown
from taskbound.migrate.module import Module
from taskbound.migrate.outcome import Left
from taskbound.migrate.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Project:
    """The modules below some paths."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.modules: list[Module] = []
        self.left: list[Left] = []
        self._by_tail: dict[str, list[Module]] = defaultdict(list)
        self._known: dict[tuple[str, Module], Module | None] = {}
        for path in discover(paths):
            self._read(path)

    def module(self, dotted: str, importer: Module) -> Module | None:
        """The module that a dotted name means to one that imports it; None for one of others.

        A file is known by the end of its path. Of several the one is meant that is nearest to the importer.
        """
        if (dotted, importer) not in self._known:
            self._known[dotted, importer] = self._find(dotted, importer)
        return self._known[dotted, importer]

    def _find(self, dotted: str, importer: Module) -> Module | None:
        parts = tuple(dotted.split("."))
        fitting = [
            module
            for module in self._by_tail.get(parts[-1], ())
            if _parts(module)[-len(parts) :] == parts
        ]
        return max(fitting, key=lambda module: _shared(module, importer), default=None)

    def inner(self, package: Module, name: str) -> Module | None:
        """The module of a name inside of a package."""
        parts = (*_parts(package), name)
        return next((each for each in self._by_tail.get(name, ()) if _parts(each) == parts), None)

    def relative(self, level: int, name: str | None, importer: Module) -> str:
        """The dotted name of what `from ..name import` means."""
        if level == 0:
            return name or ""
        parts = _parts(importer)
        # The package of `a/b.py` is `a`, and that of `a/__init__.py` is `a` as well.
        up = level - 1 if importer.path.stem == "__init__" else level
        package = parts[: len(parts) - up]
        return ".".join((*package, *([name] if name else [])))

    def _read(self, path: Path) -> None:
        named = shown(path)
        try:
            module = _parsed(path, named)
        except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            said = error.msg if isinstance(error, SyntaxError) else str(error)
            self.left.append(Left(named, line, 1, f"this file is not read: {said}"))
        else:
            self.modules.append(module)
            self._by_tail[_parts(module)[-1]].append(module)


def _parsed(path: Path, shown: str) -> Module:
    content = path.read_bytes()
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
    source = content.decode(encoding)
    newline = "\r\n" if "\r\n" in source else "\n"
    text = Text(source.replace("\r\n", "\n"))
    return Module(path, shown, text, ast.parse(text.source), encoding, newline)


def _parts(module: Module) -> tuple[str, ...]:
    # A folder's own dots would be taken for those between names.
    parts = [part.replace(".", "-") for part in PurePath(module.path).with_suffix("").parts]
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


def _shared(module: Module, importer: Module) -> int:
    pairs = zip(module.path.parts, importer.path.parts, strict=False)
    return sum(1 for one, other in pairs if one == other)
