"""What findings know how to cure, written into files: what is safe, where the file parses afterwards."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from taskbound.check.decoding import decoded
from taskbound.check.lines import starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.finding import Edit, Finding, Fix


@dataclass(slots=True)
class FixedFile:
    """One file with its edits: `before` and `after` are its whole text."""

    path: str
    before: str
    encoding: str
    edits: list[Edit] = field(default_factory=list)

    @property
    def after(self) -> str:
        """The text with the edits in it; what they bring has the line ends of the file."""
        begin, text = starts(self.before), self.before
        for edit in sorted(self.edits, key=lambda one: (one.start, one.end), reverse=True):
            start, end = _offset(begin, edit.start, text), _offset(begin, edit.end, text)
            text = text[:start] + re.sub(r"\r\n|\r|\n", self._newline, edit.text) + text[end:]
        return text

    def write(self) -> None:
        """Write the file back, in its own encoding."""
        Path(self.path).write_bytes(self.after.encode(self.encoding))

    def diff(self) -> str:
        """What would change, as a patch."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )

    def fault(self) -> str | None:
        """Why the edited text can't be kept, or None where it can."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(self.after)
            self.after.encode(self.encoding)
        except (SyntaxError, ValueError) as error:
            return str(error)
        return None

    @property
    def _newline(self) -> str:
        found = re.search(r"\r\n|\r|\n", self.before)
        return found.group() if found else "\n"


@dataclass(frozen=True, slots=True)
class Refused:
    """A fix that was left alone, and why."""

    finding: Finding
    reason: str


@dataclass(slots=True)
class Fixes:
    """What a round of fixes makes of files. `waiting`: those that overlap with others, for the next round."""

    files: dict[str, FixedFile] = field(default_factory=dict)
    applied: list[Finding] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    waiting: list[Finding] = field(default_factory=list)

    def changed(self) -> Iterator[FixedFile]:
        """The files that have become others, in the order of their paths."""
        return (self.files[path] for path in sorted(self.files) if self.files[path].edits)

    def take(self, finding: Finding, fix: Fix) -> None:
        """Take the edits of a fix in, all or none."""
        try:
            files = [self._file(path) for path in dict.fromkeys(edit.path for edit in fix.edits)]
        except (OSError, SyntaxError, UnicodeDecodeError) as error:
            self.refused.append(Refused(finding, str(error)))
            return
        if any(_overlaps(edit, self.files[edit.path].edits) for edit in fix.edits):
            self.waiting.append(finding)
            return
        before = [list(file.edits) for file in files]
        for edit in fix.edits:
            if edit not in self.files[edit.path].edits:
                self.files[edit.path].edits.append(edit)
        if fault := next((fault for file in files if (fault := file.fault())), None):
            for file, edits in zip(files, before, strict=True):
                file.edits = edits
            self.refused.append(Refused(finding, f"the file would not parse: {fault}"))
        else:
            self.applied.append(finding)

    def _file(self, path: str) -> FixedFile:
        if path not in self.files:
            text, encoding = decoded(Path(path).read_bytes())
            self.files[path] = FixedFile(path, text, encoding)
        return self.files[path]


def fixes_of(findings: Iterable[Finding]) -> Fixes:
    """The safe fixes of findings, taken in one after the other. Nothing is written."""
    fixes = Fixes()
    for finding in sorted(findings, key=lambda one: one.order):
        if finding.fix and finding.fix.safe and finding.fix.edits:
            fixes.take(finding, finding.fix)
    return fixes


def _overlaps(edit: Edit, others: Iterable[Edit]) -> bool:
    """Two edits of one place, but for the same edit twice, as two fixes need one import."""
    return any(
        edit != other and edit.start <= other.end and other.start <= edit.end for other in others
    )


def _offset(begin: list[int], place: tuple[int, int], text: str) -> int:
    line, column = place
    return begin[line - 1] + column if line <= len(begin) else len(text)
