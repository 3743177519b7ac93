"""Which files a run looks at, in an order that does not depend on the machine."""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Folders that hold nobody's own code.
LEFT_OUT = frozenset((
    ".bzr", ".direnv", ".eggs", ".git", ".hg", ".mypy_cache", ".nox", ".pyenv", ".pytest_cache", ".pytype",
    ".ruff_cache",
    ".svn", ".tox", ".venv", ".venvs", ".vscode", "__pycache__", "__pypackages__", "_build", "build",
    "dist", "node_modules",
    "site-packages", "venv", ".cache", ".idea", "env", ".env",
))  # fmt: skip


def discover(paths: Iterable[Path], exclude: Iterable[str] = ()) -> Iterator[Path]:
    """The Python files in these files and folders, sorted, each once. `exclude` are globs on the shown path
    or a folder's name.

    A file that is named itself is always taken.
    """
    globs = tuple(exclude)
    seen: set[Path] = set()
    for path in paths:
        for found in _walked(path, globs) if path.is_dir() else (path,):
            if found not in seen:
                seen.add(found)
                yield found


def shown(path: Path) -> str:
    """The path as findings show it: relative to the working directory where it lies in it, with slashes."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links out of the project
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118 - of each file of a run
    if absolute.startswith(here):
        return absolute[len(here) :].replace(os.sep, "/")
    return "." if absolute == here.rstrip(os.sep) else path.as_posix()


def module_name(path: Path, root: Path) -> str:
    """The dotted name a file is imported by: from the topmost package around it, else from the root of the
    run.
    """
    return Modules(root).name(path)


class Modules:
    """The names that the files below one root are imported by; each folder is looked at once."""

    __slots__ = ("_folders", "_root")

    def __init__(self, root: Path) -> None:
        self._root: Path = root
        self._folders: dict[Path, str] = {}

    def name(self, path: Path) -> str:
        """The dotted name of one file."""
        folder = path.parent
        around = self._folders.get(folder)
        if around is None:
            around = self._folders[folder] = self._of_folder(folder)
        own = "" if path.name == "__init__.py" else path.stem
        return ".".join(part for part in (around, own) if part) or folder.name

    def _of_folder(self, folder: Path) -> str:
        parts: list[str] = []
        while (folder / "__init__.py").exists() and folder.parent != folder:
            parts.insert(0, folder.name)
            folder = folder.parent
        above = list(folder.relative_to(self._root).parts) if self._is_below(folder) else []
        if "src" in above:
            above = above[above.index("src") + 1 :]
        return ".".join([*above, *parts])

    def _is_below(self, folder: Path) -> bool:
        return folder.is_relative_to(self._root)


def _walked(root: Path, globs: tuple[str, ...]) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in LEFT_OUT and not _excluded(Path(folder, name), name, globs)
        )
        for name in sorted(files):
            if name.endswith(".py") and not _excluded(Path(folder, name), name, globs):
                yield Path(folder, name)


def _excluded(path: Path, name: str, globs: tuple[str, ...]) -> bool:
    if not globs:
        return False
    seen = shown(path)
    return any(
        fnmatch.fnmatch(seen, glob)
        or fnmatch.fnmatch(name, glob)
        or fnmatch.fnmatch(seen, f"{glob.rstrip('/')}/*")
        for glob in globs
    )
