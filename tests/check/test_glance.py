"""What is remembered of a file by what it looks like from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from taskbound.check import glance as glancing
from taskbound.check.glance import Glances

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.py"
    made.write_text("from sqlalchemy import select\n", encoding="utf-8")
    return made


@pytest.fixture
def _long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written just now count as old ones."""
    monkeypatch.setattr(glancing, "_COARSE", -1_000_000_000)


@pytest.mark.usefixtures("_long_ago")
def test_a_file_that_looks_the_same_is_not_read_again(file: Path) -> None:
    first = Glances()
    read = first.of("a.py", "a", str(file.parent))

    known = Glances(first.plain()).of("a.py", "a", str(file.parent))

    assert read is not None and known is not None
    assert read.content == file.read_bytes()
    assert known.content is None
    assert (known.digest, known.subject, known.leads) == (read.digest, True, read.leads)


@pytest.mark.usefixtures("_long_ago")
def test_a_file_of_another_content_is_read_again(file: Path) -> None:
    glances = Glances()
    glances.of("a.py", "a", str(file.parent))
    file.write_text("x = 1\n", encoding="utf-8")

    again = glances.of("a.py", "a", str(file.parent))

    assert again is not None
    assert again.content == b"x = 1\n"
    assert not again.subject


@pytest.mark.usefixtures("_long_ago")
def test_a_file_under_another_name_of_a_module_is_read_again(file: Path) -> None:
    glances = Glances()
    glances.of("a.py", "a", str(file.parent))

    again = glances.of("a.py", "b.a", str(file.parent))

    assert again is not None
    assert again.content is not None


def test_a_file_that_was_written_just_now_may_change_in_the_same_moment(file: Path) -> None:
    glances = Glances()
    glances.of("a.py", "a", str(file.parent))

    again = glances.of("a.py", "a", str(file.parent))

    assert again is not None
    assert again.content == file.read_bytes()
    assert not glances.fresh


def test_a_file_that_is_gone_tells_nothing(tmp_path: Path) -> None:
    assert Glances().of("a.py", "a", str(tmp_path)) is None


@pytest.mark.parametrize("kept", [None, [], 3, {"a.py": 1}, {"a.py": [[1], "a"]}])
def test_what_is_damaged_is_as_good_as_none(file: Path, kept: Any) -> None:
    if isinstance(kept, dict):
        kept = {str(file): value for value in kept.values()}

    glance = Glances(kept).of("a.py", "a", str(file.parent))

    assert glance is not None
    assert glance.content == file.read_bytes()
