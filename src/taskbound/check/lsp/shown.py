"""Findings as the protocol has them: diagnostics and quick fixes, whose columns are counted in UTF-16."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskbound.check.finding import Confidence
from taskbound.check.report.place import Places
from taskbound.check.report.text import bare

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.check.finding import Edit, Finding, Fix, Step
    from taskbound.check.lines import Lines

    Uri = Callable[[str], str]

_SEVERITIES = {Confidence.HIGH: 1, Confidence.MEDIUM: 2, Confidence.LOW: 3}
_TO_THE_END = 10_000


def uri_of(path: str) -> str:
    """The address of a file."""
    return Path(path).absolute().as_uri()


def diagnostic(finding: Finding, lines: Lines) -> dict[str, Any]:
    """A finding, with the steps that led to it."""
    start, end = Places(lines).span(finding)
    return {
        "range": {
            "start": _place(lines, finding.path, finding.line, start),
            "end": _place(lines, finding.path, finding.line, end),
        },
        "severity": _SEVERITIES[finding.confidence],
        "code": finding.code,
        "source": "taskbound",
        "message": bare(finding),
        "relatedInformation": [_related(step) for step in finding.flow],
    }


def quick_fix(finding: Finding, fix: Fix, lines: Lines) -> dict[str, Any]:
    """What an editor offers for a finding that knows its cure."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        changes.setdefault(uri_of(edit.path), []).append(_edit(edit, lines))
    return {
        "title": fix.title,
        "kind": "quickfix",
        "diagnostics": [diagnostic(finding, lines)],
        "isPreferred": fix.safe,
        "edit": {"changes": changes},
    }


def _edit(edit: Edit, lines: Lines) -> dict[str, Any]:
    start, end = (_place(lines, edit.path, *place) for place in (edit.start, edit.end))
    return {"range": {"start": start, "end": end}, "newText": edit.text}


def _related(step: Step) -> dict[str, Any]:
    line = {"line": step.line - 1, "character": 0}
    end = {"line": step.line - 1, "character": _TO_THE_END}
    return {
        "location": {"uri": uri_of(step.path), "range": {"start": line, "end": end}},
        "message": step.text,
    }


def _place(lines: Lines, path: str, line: int, column: int) -> dict[str, int]:
    before = lines.line(path, line)[:column]
    return {"line": line - 1, "character": len(before.encode("utf-16-le")) // 2}
