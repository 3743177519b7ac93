"""A baseline: the findings that an old code base has today, so that only new ones are told.

A finding is known again by its code, its path, the text of its line without spaces, and its number among
those that are alike: lines may move.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from taskbound.check.finding import Finding

    LineOf = Callable[[str, int], str]

FORMAT = 1


class BaselineRefused(ValueError):
    """A baseline that is missing, or is none. The message names the file and the command that writes one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding. `path` counts from the baseline's folder; `source` is its line, for people."""

    code: str
    path: str
    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings beside a baseline: the new ones, how many were known, and entries that no longer occur."""

    new: tuple[Finding, ...]
    known: int
    gone: tuple[Entry, ...]


def write_baseline(file: Path, findings: Iterable[Finding], line_of: LineOf) -> int:
    """Write a baseline with these findings, and return how many. line_of: a line of a path by its number."""
    entries = sorted(
        (entry for _, entry in _entries(file, findings, line_of)),
        key=lambda entry: (entry.path, entry.code, entry.source, entry.fingerprint),
    )
    content = {
        "format": FORMAT,
        "findings": [
            {
                "code": entry.code,
                "path": entry.path,
                "source": entry.source,
                "fingerprint": entry.fingerprint,
            }
            for entry in entries
        ],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(entries)


def read_baseline(file: Path) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises `BaselineRefused` where there is none, or it is not one."""
    how = f"write it with: taskbound check --baseline {file} --write-baseline"
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise BaselineRefused(f"{file} is a baseline of another version; {how}")
        return tuple(
            Entry(one["code"], one["path"], one["source"], one["fingerprint"])
            for one in content["findings"]
        )
    except FileNotFoundError:
        raise BaselineRefused(f"there is no baseline {file}; {how}") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise BaselineRefused(f"{file} is no baseline; {how}") from error


def compare(
    file: Path,
    entries: Iterable[Entry],
    findings: Iterable[Finding],
    line_of: LineOf,
    checked: Iterable[str],
) -> Compared:
    """Findings beside the entries of a baseline.

    checked: the paths that were looked at. Of other files an entry is gone only where its file is.
    """
    left = {entry.fingerprint: entry for entry in entries}
    new, known = [], 0
    for finding, entry in _entries(file, findings, line_of):
        if left.pop(entry.fingerprint, None):
            known += 1
        else:
            new.append(finding)
    seen = {_from(file, path) for path in checked}
    gone = tuple(
        entry
        for entry in left.values()
        if entry.path in seen or not (file.parent / entry.path).exists()
    )
    return Compared(tuple(new), known, gone)


def fingerprints(findings: Iterable[Finding], line_of: LineOf, root: Path) -> list[str]:
    """What each finding is known again by, from a folder."""
    return [entry.fingerprint for _, entry in _entries(root / "baseline", findings, line_of)]


def _entries(
    file: Path, findings: Iterable[Finding], line_of: LineOf
) -> Iterable[tuple[Finding, Entry]]:
    alike: Counter[tuple[str, str, str]] = Counter()
    for finding in sorted(findings, key=lambda one: one.order):
        path = _from(file, finding.path)
        source = " ".join(line_of(finding.path, finding.line).split())
        same = (finding.code, path, "".join(source.split()))
        digest = hashlib.sha256(json.dumps([*same, alike[same]]).encode()).hexdigest()
        alike[same] += 1
        yield finding, Entry(finding.code, path, source, digest[:16])


def _from(file: Path, path: str) -> str:
    return Path(relpath(Path(path).absolute(), file.absolute().parent)).as_posix()
