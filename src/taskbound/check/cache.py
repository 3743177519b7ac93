"""What was found before, kept by content: what hangs together and is unchanged is not checked again.

Of each group of files it has the findings, by the digest of all their contents and of the checker itself.
Settings are no part of it: they choose among findings, and make none. A cache that is damaged, or was made by
another checker, is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskbound.check.finding import Confidence, Edit, Finding, Fix, Step
from taskbound.check.glance import Glances
from taskbound.check.imports import digest_of
from taskbound.check.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from taskbound.check.imports import Member

FOLDER = ".taskbound_cache"
# What nobody has asked for in so many days is thrown away.
_DAYS = 14
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# Made by taskbound check; it may be removed.\n"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is in a group of files: findings, and files that could not be parsed."""

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...] = ()


class Cache:
    """The cache of one folder. Without a folder it remembers for as long as it lives."""

    __slots__ = ("_file", "_fresh", "_groups", "glances")

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / f"{_checker()}.json" if folder else None
        # Each entry has the day on which it was used last.
        self._groups = _entries(_read(self._file)) if self._file else {}
        self._fresh = False
        # What the files looked like.
        self.glances: Glances = Glances(_read(_beside(self._file)) if self._file else None)

    def recall(self, group: Sequence[Member]) -> Found | None:
        """What there is in a group of files, or None where it is not known."""
        try:
            entry = self._groups[_key(group)]
            found = _found(entry[1])
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        if entry[0] != _today():
            entry[0] = _today()
            self._fresh = True
        return found

    def keep(self, group: Sequence[Member], found: Found) -> None:
        """Remember what there is in a group of files."""
        self._groups[_key(group)] = [_today(), _plain_found(found)]
        self._fresh = True

    def save(self) -> None:
        """Write what is new. A folder that can't be written to is left alone."""
        if self._file is None:
            return
        with suppress(OSError):
            if self.glances.fresh:
                _write(_beside(self._file), self.glances.plain())
                self.glances.fresh = False
            if self._fresh:
                _write(self._file, _recent(self._groups))
                self._fresh = False


@cache
def _checker() -> str:
    """What this checker is known by: its own source, and the Python whose grammar it reads."""
    digest = hashlib.blake2b(repr(sys.version_info[:2]).encode(), digest_size=8)
    here = Path(__file__).parent
    for file in sorted(here.rglob("*.py")):
        digest.update(file.relative_to(here).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _key(group: Sequence[Member]) -> str:
    named = sorted((member.path, member.module, member.digest) for member in group)
    return digest_of(json.dumps(named).encode())


def _beside(file: Path) -> Path:
    return file.with_suffix(".files")


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _entries(content: Any) -> dict[str, list[Any]]:
    entries = content.items() if isinstance(content, dict) else ()
    return {key: entry for key, entry in entries if _is_entry(entry)}


def _is_entry(entry: Any) -> bool:
    match entry:
        case [int(), _]:
            return True
        case _:
            return False


def _write(file: Path, content: dict[str, Any]) -> None:
    """Written beside and put in its place at once: two runs at the same time don't spoil each other's."""
    folder = file.parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    handle, written = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(content, opened, separators=(",", ":"))
    Path(written).replace(file)
    _forget(file)


def _forget(current: Path) -> None:
    """Remove the caches of other checkers that nobody has written for long."""
    made = (one for one in current.parent.iterdir() if one.suffix in (".json", ".files"))
    for file in made:
        if file.stem != current.stem and file.stat().st_mtime < time.time() - _DAYS * 86_400:
            file.unlink()


def _recent(kept: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {key: entry for key, entry in kept.items() if entry[0] >= _today() - _DAYS}


def _today() -> int:
    return int(time.time() // 86_400)


def _plain_found(found: Found) -> list[Any]:
    unreadable = [[one.path, one.line, one.reason] for one in found.unreadable]
    return [[_plain(finding) for finding in found.findings], unreadable]


def _found(kept: Any) -> Found:
    findings, unreadable = kept
    return Found(
        tuple(_finding(one) for one in findings), tuple(Unreadable(*one) for one in unreadable)
    )


def _plain(finding: Finding) -> list[Any]:
    fix = finding.fix
    return [
        finding.code,
        finding.path,
        finding.line,
        finding.column,
        finding.end_line,
        finding.message,
        finding.confidence.value,
        [[step.path, step.line, step.text] for step in finding.flow],
        fix
        and [fix.title, [[one.path, one.start, one.end, one.text] for one in fix.edits], fix.safe],
    ]


def _finding(kept: list[Any]) -> Finding:
    code, path, line, column, end_line, message, confidence, flow, fix = kept
    steps = tuple(Step(*step) for step in flow)
    return Finding(
        code,
        path,
        line,
        column,
        end_line,
        message,
        Confidence(confidence),
        steps,
        _fix(fix) if fix else None,
    )


def _fix(kept: list[Any]) -> Fix:
    title, edits, safe = kept
    return Fix(
        title,
        tuple(Edit(path, tuple(start), tuple(end), text) for path, start, end, text in edits),
        safe,
    )
