"""Findings as commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.report.text import bare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.check.finding import Finding

_LEVELS = {Confidence.HIGH: "error", Confidence.MEDIUM: "warning", Confidence.LOW: "notice"}


def as_github(findings: Iterable[Finding]) -> str:
    """A line for each finding. The steps that led there stand below the message."""
    return "".join(_command(finding) + "\n" for finding in findings)


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "endLine": str(finding.end_line),
        "col": str(finding.column),
        "title": finding.code,
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    steps = "".join(f"\n{step.path}:{step.line}: {step.text}" for step in finding.flow)
    return f"::{_LEVELS[finding.confidence]} {written}::{_text(bare(finding) + steps)}"


def _text(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _text(value).replace(":", "%3A").replace(",", "%2C")
