"""Findings for programs."""

from __future__ import annotations

import json

from taskbound.check.finding import Step
from taskbound.check.report.json import as_json
from tests.check.findings import finding, replacing


def test_an_object_has_all_that_a_finding_has() -> None:
    shared = finding(
        line=4,
        column=15,
        end_line=5,
        flow=(Step("app.py", 2, "opened here"),),
        fix=replacing("app.py", 4, 14, 20, "run"),
    )

    assert json.loads(as_json([shared])) == [
        {
            "code": "TB101",
            "path": "app.py",
            "line": 4,
            "column": 15,
            "end_line": 5,
            "message": "`db` is shared (TB101, docs/errors/TB101.md)",
            "confidence": "high",
            "flow": [{"path": "app.py", "line": 2, "text": "opened here"}],
            "fix": {
                "title": "Mend it",
                "safe": True,
                "edits": [
                    {
                        "path": "app.py",
                        "start": {"line": 4, "column": 15},
                        "end": {"line": 4, "column": 21},
                        "text": "run",
                    }
                ],
            },
        }
    ]


def test_no_findings_are_an_empty_list() -> None:
    assert as_json([]) == "[]\n"


def test_a_finding_without_a_fix_says_null() -> None:
    assert json.loads(as_json([finding()]))[0]["fix"] is None
