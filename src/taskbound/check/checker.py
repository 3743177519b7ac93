"""`Checker`: from paths to what people are told of them, by their settings, as often as they ask.

`once` is one look without any of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskbound.check.analysis import analyse, at_full_speed
from taskbound.check.cache import Cache, Found
from taskbound.check.codes import summaries
from taskbound.check.decoding import decoded
from taskbound.check.discovery import Modules, discover, shown
from taskbound.check.ignore import Ignores
from taskbound.check.imports import groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from taskbound.check.analysis import Fault
    from taskbound.check.config import Config
    from taskbound.check.finding import Finding
    from taskbound.check.glance import Glances
    from taskbound.check.imports import Member
    from taskbound.check.source import Unreadable

    # How many files are done, of how many.
    Progress = Callable[[int, int], Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a run has to tell. files: the paths looked at; checked: how many were not known from before."""

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    faults: tuple[Fault, ...]
    files: tuple[str, ...]
    checked: int


class Checker:
    """Checks paths as often as it is asked; files that hang together and have not changed, once.

    cache_folder: where that is remembered beyond this object; None for nowhere.
    """

    def __init__(self, config: Config, *, cache_folder: Path | None = None) -> None:
        self.config = config
        self._cache = Cache(cache_folder)

    def files(self, paths: Iterable[Path]) -> dict[str, str]:
        """The files at and below these paths, as findings show them, each with the name of its module."""
        found: dict[str, str] = {}
        for path in paths:
            modules = Modules(path if path.is_dir() else path.parent)
            for file in discover([path]):
                name = shown(file)
                if name not in found and (file == path or not self.config.excludes(name)):
                    found[name] = modules.name(file)
        return found

    def check(self, paths: Sequence[Path], progress: Progress | None = None) -> Told:
        """What there is to tell of these paths. Around a file that is named its project is read, too."""
        told = self.files(paths)
        around = {folder for path in paths if path.is_file() and (folder := project_of(path))}
        with at_full_speed():
            run = _Run(self._cache, {**told, **self.files(sorted(around))})
            run.go(progress or _silent)
            self._cache.save()
            return run.told(self.config, set(told))


def project_of(path: Path) -> Path | None:
    """The folder of a file's project: the nearest with a pyproject.toml or a .git; None without one."""
    return next(
        (
            folder
            for folder in path.absolute().parents
            if (folder / "pyproject.toml").exists() or (folder / ".git").exists()
        ),
        None,
    )


class _Run:
    """One run: contents that are read once, and what is found in them."""

    def __init__(self, cache: Cache, files: Mapping[str, str]) -> None:
        self._cache = cache
        self._members = _members(files, cache.glances)
        self._found: list[Found] = []
        self._faults: list[Fault] = []
        self._checked = 0

    def go(self, progress: Progress) -> None:
        """Look at each group of files that is not known."""
        together, done = groups(self._members), 0
        total = sum(map(len, together))
        for group in together:
            found = self._cache.recall(group) or self._looked(group, _from(progress, done, total))
            self._found.append(found)
            done += len(group)
            progress(done, total)

    def told(self, config: Config, told: set[str]) -> Told:
        """What of it is to be told."""
        return Told(
            tuple(sorted(self._left(config, told), key=lambda finding: finding.order)),
            tuple(one for found in self._found for one in found.unreadable if one.path in told),
            tuple(self._faults),
            tuple(sorted(told)),
            self._checked,
        )

    def _looked(self, group: Sequence[Member], tick: Callable[[int], Any]) -> Found:
        for member in group:
            member.content  # noqa: B018 - read at once, so that what is kept is of what was seen
        analysed = analyse(group, tick)
        found = Found(tuple(analysed.findings), tuple(analysed.unreadable))
        self._checked += len(group)
        self._faults.extend(analysed.faults)
        if not analysed.faults:
            self._cache.keep(group, found)
        return found

    def _left(self, config: Config, told: set[str]) -> Iterator[Finding]:
        of_path: dict[str, list[Finding]] = {}
        for found in self._found:
            for finding in found.findings:
                of_path.setdefault(finding.path, []).append(finding)
        for member in self._members:
            if member.path in told:
                left = not_ignored(member, of_path.get(member.path, []))
                yield from (finding for finding in left if config.wants(finding))


def not_ignored(member: Member, findings: list[Finding]) -> list[Finding]:
    """The findings of a file that it has no reason for, and those about such reasons."""
    if not member.marked:
        return findings
    try:
        text, _ = decoded(member.content)
    except (SyntaxError, UnicodeDecodeError):
        return findings
    ignores = Ignores(member.path, text)
    return [*ignores.left(findings), *ignores.findings(summaries())]


def _members(files: Mapping[str, str], glances: Glances) -> list[Member]:
    """The files with what their bytes tell. Where none names SQLAlchemy, none is looked at any further."""
    folder = str(Path.cwd())
    seen = {
        path: glance
        for path in sorted(files)
        if (glance := glances.of(path, files[path], folder)) is not None
    }
    subject = any(glance.subject for glance in seen.values())
    return [
        glance.member(path, relevant=glance.subject or (subject and glance.part))
        for path, glance in seen.items()
    ]


def _from(progress: Progress, done: int, total: int) -> Callable[[int], Any]:
    return lambda more: progress(done + more, total)


def _silent(done: int, total: int) -> None:
    """What a run without anybody who looks on is told."""
