"""Findings for code scanning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from taskbound.check.finding import Confidence, Step
from taskbound.check.lines import Lines
from taskbound.check.report.sarif import as_sarif
from taskbound.check.source import Unreadable
from tests.check.findings import finding, replacing, written


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path, app="await gather(load(db), load(db))\n"))


def test_a_result_has_its_place_its_flow_its_fix_and_a_fingerprint() -> None:
    shared = finding(
        column=7,
        confidence=Confidence.MEDIUM,
        flow=(Step("a b.py", 2, "opened here"),),
        fix=replacing("app.py", 1, 6, 12, "run"),
    )

    assert _run(shared)["results"] == [
        {
            "ruleId": "TB101",
            "ruleIndex": 0,
            "level": "warning",
            "message": {"text": "`db` is shared (TB101, docs/errors/TB101.md)"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "app.py", "uriBaseId": "SRCROOT"},
                        "region": {"startLine": 1, "startColumn": 7, "endLine": 1},
                    }
                }
            ],
            "partialFingerprints": {"taskbound/v1": "378a4297de58e2d1"},
            "properties": {"confidence": "medium"},
            "codeFlows": [
                {
                    "threadFlows": [
                        {
                            "locations": [
                                {
                                    "location": {
                                        "physicalLocation": {
                                            "artifactLocation": {
                                                "uri": "a%20b.py",
                                                "uriBaseId": "SRCROOT",
                                            },
                                            "region": {"startLine": 2},
                                        },
                                        "message": {"text": "opened here"},
                                    }
                                }
                            ]
                        }
                    ]
                }
            ],
            "fixes": [
                {
                    "description": {"text": "Mend it"},
                    "artifactChanges": [
                        {
                            "artifactLocation": {"uri": "app.py", "uriBaseId": "SRCROOT"},
                            "replacements": [
                                {
                                    "deletedRegion": {
                                        "startLine": 1,
                                        "startColumn": 7,
                                        "endLine": 1,
                                        "endColumn": 13,
                                    },
                                    "insertedContent": {"text": "run"},
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    ]


def test_a_rule_brings_the_whole_page_as_its_help() -> None:
    (rule,) = _run(finding())["tool"]["driver"]["rules"]

    page = Path(__file__).parents[3] / "docs" / "errors" / "TB101.md"
    assert rule["id"] == "TB101"
    assert rule["name"] == "SharedSession"
    assert rule["help"]["markdown"] == page.read_text(encoding="utf-8")


def test_two_findings_that_are_alike_have_two_fingerprints() -> None:
    results = _run(finding(column=7), finding(column=14))["results"]

    assert len({one["partialFingerprints"]["taskbound/v1"] for one in results}) == 2


def test_a_file_that_could_not_be_parsed_is_a_notification() -> None:
    log = as_sarif([], Lines(), "1.0", [Unreadable("app.py", 3, "invalid syntax")])

    (invocation,) = json.loads(log)["runs"][0]["invocations"]
    assert invocation["toolExecutionNotifications"] == [
        {
            "level": "warning",
            "message": {"text": "app.py could not be parsed: invalid syntax"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "app.py", "uriBaseId": "SRCROOT"},
                        "region": {"startLine": 3},
                    }
                }
            ],
        }
    ]


def test_paths_count_from_the_working_folder(tmp_path: Path) -> None:
    run = _run()

    assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": f"{tmp_path.as_uri()}/"}}
    assert run["columnKind"] == "unicodeCodePoints"


def _run(*findings: Any) -> dict[str, Any]:
    log = json.loads(as_sarif(findings, Lines(), "1.0"))
    assert log["version"] == "2.1.0"
    run: dict[str, Any] = log["runs"][0]
    return run
