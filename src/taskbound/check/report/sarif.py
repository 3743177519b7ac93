"""Findings as SARIF 2.1.0, the format of code scanning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from taskbound.check.baseline import fingerprints
from taskbound.check.codes import names, summaries
from taskbound.check.finding import Confidence
from taskbound.check.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from taskbound.check.finding import Edit, Finding, Fix, Step
    from taskbound.check.lines import Lines
    from taskbound.check.source import Unreadable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Confidence.HIGH: "error", Confidence.MEDIUM: "warning", Confidence.LOW: "note"}


def as_sarif(
    findings: Sequence[Finding], lines: Lines, version: str, unreadable: Iterable[Unreadable] = ()
) -> str:
    """One run of the checker. version: its own. unreadable: what could not be parsed, as notifications."""
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [_run(findings, lines, version, unreadable)],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(
    findings: Sequence[Finding], lines: Lines, version: str, unreadable: Iterable[Unreadable]
) -> dict[str, Any]:
    codes = sorted({finding.code for finding in findings})
    prints = dict(
        zip(
            map(id, sorted(findings, key=lambda one: one.order)),
            fingerprints(findings, lines.line, Path.cwd()),
            strict=True,
        )
    )
    return {
        "tool": {
            "driver": {
                "name": "taskbound",
                "version": version,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"uri": Path.cwd().as_uri() + "/"}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(one) for one in unreadable],
            }
        ],
        "results": [_result(one, codes.index(one.code), prints[id(one)]) for one in findings],
    }


def _rule(code: str) -> dict[str, Any]:
    summary, page = summaries().get(code, code), page_of(code)
    help_text = page or summary
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in names().get(code, code).split("-")),
        "shortDescription": {"text": summary},
        "help": {"text": help_text, "markdown": help_text},
    }


def _result(finding: Finding, index: int, fingerprint: str) -> dict[str, Any]:
    result = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.confidence],
        "message": {"text": finding.message},
        "locations": [
            _location(
                finding.path,
                {
                    "startLine": finding.line,
                    "startColumn": finding.column,
                    "endLine": finding.end_line,
                },
            )
        ],
        "partialFingerprints": {"taskbound/v1": fingerprint},
        "properties": {"confidence": finding.confidence.value},
    }
    if finding.flow:
        steps = [{"location": _step(step)} for step in finding.flow]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _step(step: Step) -> dict[str, Any]:
    return _location(step.path, {"startLine": step.line}) | {"message": {"text": step.text}}


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": "SRCROOT"}


def _fix(fix: Fix) -> dict[str, Any]:
    paths = list(dict.fromkeys(edit.path for edit in fix.edits))
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [_replacement(edit) for edit in fix.edits if edit.path == path],
            }
            for path in paths
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {
            "startLine": edit.start[0],
            "startColumn": edit.start[1] + 1,
            "endLine": edit.end[0],
            "endColumn": edit.end[1] + 1,
        },
        "insertedContent": {"text": edit.text},
    }


def _notification(one: Unreadable) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": {"text": f"{one.path} could not be parsed: {one.reason}"},
        "locations": [_location(one.path, {"startLine": one.line})],
    }
