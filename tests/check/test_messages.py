"""One finding of each rule, word for word, as `messages.txt` has it: place, confidence, message, steps, fix.

A block of that file is the example, then its finding:

    shared_session/bad_anyio_start_soon.py
    bad_anyio_start_soon.py:21:9 TB101 high
    `session` is used by several children ...
    -> bad_anyio_start_soon.py:18 `session` is opened here
    fix: await it
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from taskbound.check import check
from taskbound.check.rules.rule import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check import Finding

_HERE = Path(__file__).parent
_BLOCKS = (_HERE / "messages.txt").read_text(encoding="utf-8").strip().split("\n\n")


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.partition("\n")[0])
def test_a_finding_says_what_is_written_here(block: str) -> None:
    example, _, wanted = block.partition("\n")

    findings = check([_HERE / "examples" / example]).findings

    assert wanted in [_written(finding) for finding in findings]


def test_each_rule_has_a_finding_here() -> None:
    codes = [block.splitlines()[1].split()[1] for block in _BLOCKS]

    assert codes == sorted({rule.code for rule in all_rules()})


def _written(finding: Finding) -> str:
    return "\n".join(_lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    place = f"{Path(finding.path).name}:{finding.line}:{finding.column}"
    yield f"{place} {finding.code} {finding.confidence}"
    yield finding.message
    for step in finding.flow:
        yield f"-> {Path(step.path).name}:{step.line} {step.text}"
    if finding.fix is not None:
        yield f"fix: {finding.fix.title}"
