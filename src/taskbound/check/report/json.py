"""Findings as JSON: a list of objects, whose lines and columns count from 1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.check.finding import Finding, Fix


def as_json(findings: Iterable[Finding]) -> str:
    """All findings as one list, with a line end after it."""
    return (
        json.dumps([as_object(finding) for finding in findings], indent=2, ensure_ascii=False)
        + "\n"
    )


def as_object(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "code": finding.code,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "message": finding.message,
        "confidence": finding.confidence.value,
        "flow": [
            {"path": step.path, "line": step.line, "text": step.text} for step in finding.flow
        ],
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safe": fix.safe,
        "edits": [
            {
                "path": edit.path,
                "start": _place(edit.start),
                "end": _place(edit.end),
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }


def _place(place: tuple[int, int]) -> dict[str, int]:
    line, column = place
    return {"line": line, "column": column + 1}
