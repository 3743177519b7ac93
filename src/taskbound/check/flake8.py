"""flake8's plugin. flake8 hands over one file at a time, so this finds what can be seen in one file alone."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, ClassVar

from taskbound.check.analysis import analyse
from taskbound.check.codes import summaries
from taskbound.check.finding import Confidence
from taskbound.check.ignore import Ignores
from taskbound.check.imports import Member
from taskbound.check.relevance import is_subject
from taskbound.check.report.text import bare

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence


class Plugin:
    """What flake8 makes of each file. It needs neither the extra `cli` nor flake8 to be imported."""

    name: ClassVar[str] = "taskbound"
    version: ClassVar[str] = version("taskbound")

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._text = "".join(lines)

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Line, column from 0, text and plugin of each finding that is high or medium."""
        content = self._text.encode()
        member = Member(self._filename, "module", content, relevant=is_subject(content))
        ignores = Ignores(self._filename, self._text)
        left = ignores.left(analyse([member]).findings)
        for finding in [*left, *ignores.findings(summaries(), unused=False)]:
            if finding.confidence is not Confidence.LOW:
                text = f"{finding.code} {bare(finding)}"
                yield finding.line, finding.column - 1, text, type(self)
