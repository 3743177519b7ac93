"""The page of each rule: its bad example is found, and its good one is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from taskbound.check import check
from taskbound.check.rules.rule import all_rules
from tests.docs.page import Page, error_pages

if TYPE_CHECKING:
    from pathlib import Path

    from taskbound.check import Finding

_RULES = {rule.code: rule for rule in all_rules()}
_PAGES = {page.path.stem: page for page in error_pages()}
# A rule whose code is an error's has a section on the error's page.
_OWN = [page for code, page in _PAGES.items() if code in _RULES and code.startswith("TB7")]
_SHARED = [page for code, page in _PAGES.items() if code in _RULES and not code.startswith("TB7")]


@pytest.mark.parametrize("page", _OWN, ids=lambda page: page.path.stem)
def test_the_bad_example_gives_the_finding_of_its_page_and_no_other(
    page: Page, tmp_path: Path
) -> None:
    (finding,) = _found(tmp_path, _blocks(page, "Bad"))

    assert finding.code == page.path.stem
    assert finding.message == f"{_message(page)} ({finding.code}, docs/errors/{finding.code}.md)"


@pytest.mark.parametrize("page", _OWN, ids=lambda page: page.path.stem)
def test_the_good_example_takes_the_place_of_the_bad_one_and_gives_none(
    page: Page, tmp_path: Path
) -> None:
    *models, _wrong = _blocks(page, "Bad")

    assert _found(tmp_path, [*models, *_blocks(page, "Good")]) == ()


@pytest.mark.parametrize("page", _SHARED, ids=lambda page: page.path.stem)
def test_the_page_of_an_error_says_what_the_checker_sees_of_it(page: Page) -> None:
    _, section = page.text.split("\n## In the source\n")

    assert "`taskbound check` sees" in section


@pytest.mark.parametrize("page", [*_OWN, *_SHARED], ids=lambda page: page.path.stem)
def test_a_page_says_how_a_finding_is_ignored(page: Page) -> None:
    assert f"# taskbound: ignore[{page.path.stem}] " in page.text


def test_every_rule_has_a_page() -> None:
    assert _RULES.keys() - _PAGES.keys() == set()


def _message(page: Page) -> str:
    return page.block("text", "What it says").source.rstrip("\n")


def _blocks(page: Page, section: str) -> list[str]:
    return [block.source for block in page.blocks("python") if block.section == section]


def _found(folder: Path, blocks: list[str]) -> tuple[Finding, ...]:
    assert blocks
    (folder / "shop.py").write_text("\n\n".join(blocks), encoding="utf-8")
    return check([folder / "shop.py"]).findings
