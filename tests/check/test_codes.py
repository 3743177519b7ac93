"""Codes, their pages and their nearest."""

from __future__ import annotations

import pytest

from taskbound.check.codes import known, names, nearest, summaries
from taskbound.check.pages import codes_with_pages, page_of


@pytest.mark.parametrize("code", ["TB101", "TB1", "TB", "TB790"])
def test_a_code_or_what_codes_begin_with_is_known(code: str) -> None:
    assert known(code)


@pytest.mark.parametrize("code", ["TB999", "T", "", "B101"])
def test_anything_else_is_not(code: str) -> None:
    assert not known(code)


def test_the_nearest_is_said_where_there_is_one() -> None:
    assert nearest("TB110", ["TB101", "TB405"]) == "; did you mean TB101?"
    assert nearest("E501", ["TB101"]) == ""


def test_every_code_has_a_name_and_a_page() -> None:
    assert names().keys() == summaries().keys()
    assert [code for code in summaries() if page_of(code) is None] == []


def test_codes_of_the_guard_have_pages_too() -> None:
    assert "TB103" in codes_with_pages()
    assert page_of("TB999") is None
