"""Every bad example is found, line by line, and every good one is silent under all rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from taskbound.check import check
from taskbound.check.rules.rule import Rule, all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.rules.rule import Rule

EXAMPLES = Path(__file__).parent / "examples"
MARK = re.compile(r"#\s*finds ((?:TB\d{3})(?:\s*,\s*TB\d{3})*)")
CODES = {rule.code for rule in all_rules()}


def examples(pattern: str) -> Iterator[object]:
    """The examples of this name, files and folders."""
    for path in sorted(EXAMPLES.glob(pattern)):
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__"):
            yield pytest.param(path, id=f"{path.parent.name}/{path.name}")


def expected(path: Path) -> set[tuple[str, int, str]]:
    """The findings that the trailing comments of an example announce, of rules that exist."""
    files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
    return {
        (file.name, number, code)
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for found in MARK.findall(line)
        for code in re.split(r"\s*,\s*", found)
        if code in CODES
    }


def found(path: Path) -> set[tuple[str, int, str]]:
    """What the checker says of an example, of high and medium confidence."""
    return {
        (Path(finding.path).name, finding.line, finding.code)
        for finding in check([path]).findings
        if finding.confidence != "low"
    }


@pytest.mark.parametrize("path", [*examples("*/bad_*")])
def test_a_bad_example_gives_the_findings_it_is_marked_with_and_no_other(path: Path) -> None:
    assert found(path) == expected(path)


@pytest.mark.parametrize("path", [*examples("*/good_*"), *examples("fine/*")])
def test_a_good_example_gives_no_finding_of_any_rule(path: Path) -> None:
    assert check([path]).findings == ()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_each_rule_has_bad_and_good_examples_and_says_what_it_is(rule: type[Rule]) -> None:
    folder = EXAMPLES / rule.name.replace("-", "_")

    assert list(folder.glob("bad_*"))
    assert list(folder.glob("good_*"))
    assert rule.summary
    assert not rule.summary.endswith(".")
