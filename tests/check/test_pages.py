"""The pages of codes that only the checker sees; test_rule_pages.py reads the examples of those of rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from taskbound.check.checker import Checker
from taskbound.check.codes import names, summaries
from taskbound.check.config import Config
from taskbound.check.report.text import bare
from taskbound.check.rules.rule import all_rules
from tests.docs.page import ROOT, Page, error_pages

_PAGES = [page for page in error_pages() if page.path.stem.startswith("TB7")]
_RULES = {rule.code for rule in all_rules()}
_OTHERS = [page for page in _PAGES if page.path.stem not in _RULES]
_INDEX = Page(ROOT / "docs" / "errors" / "README.md")

# What the examples of the pages stand on, as the guide's models are for those that run.
_IMPORTS = """\
import asyncio

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import contains_eager, joinedload, selectinload

"""


@pytest.mark.parametrize("page", _OTHERS, ids=lambda page: page.path.stem)
def test_the_bad_example_is_found_with_the_messages_of_the_page(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = page.block("text", "What it says").source.splitlines()

    assert _told(page, "Bad") == wanted


@pytest.mark.parametrize("page", _OTHERS, ids=lambda page: page.path.stem)
def test_the_good_example_is_not_found(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert _told(page, "Good") == []


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.path.stem)
def test_a_page_names_its_code_and_its_rule_in_the_title(page: Page) -> None:
    code = page.path.stem

    assert page.text.startswith(f"# {code} {names()[code]}\n")


def test_every_code_of_the_checker_has_a_page_and_a_line_in_the_index() -> None:
    linked = re.findall(
        r"^\| \[(TB7\d+)\]\((TB7\d+)\.md\) \| ([\w-]+) \|", _INDEX.text, re.MULTILINE
    )

    own = [code for code in summaries() if code.startswith("TB7")]
    assert [page.path.stem for page in _PAGES] == own
    assert sorted(linked) == [(code, code, names()[code]) for code in own]


def _told(page: Page, section: str) -> list[str]:
    """What is said of the code that a page has below a heading."""
    blocks = [block.source for block in page.blocks("python") if block.section == section]
    assert blocks
    Path("shop.py").write_text(_IMPORTS + "\n\n".join(blocks), encoding="utf-8")
    told = Checker(Config()).check([Path()])
    return [bare(one) for one in told.findings if one.code == page.path.stem]
