"""Findings as GitHub shows them in a pull request."""

from __future__ import annotations

from taskbound.check.finding import Confidence, Step
from taskbound.check.report.github import as_github
from tests.check.findings import finding


def test_each_confidence_has_its_level() -> None:
    told = as_github([finding(confidence=confidence) for confidence in Confidence])

    assert [line.partition(" ")[0] for line in told.splitlines()] == [
        "::error",
        "::warning",
        "::notice",
    ]


def test_what_means_something_to_the_runner_is_escaped() -> None:
    odd = finding(path="a,b:c%.py", line=3, column=9, message="100 % of\r\nwork: all, of it")

    assert as_github([odd]) == (
        "::error file=a%2Cb%3Ac%25.py,line=3,endLine=3,col=9,title=TB101"
        "::100 %25 of%0D%0Awork: all, of it\n"
    )


def test_steps_stand_below_the_message() -> None:
    shared = finding(flow=(Step("db.py", 2, "opened here"), Step("app.py", 1, "shared here")))

    assert as_github([shared]).endswith(
        "::`db` is shared%0Adb.py:2: opened here%0Aapp.py:1: shared here\n"
    )
