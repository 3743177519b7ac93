"""What is remembered of a run, and for how long it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from taskbound.check import cache as caching
from taskbound.check.cache import Cache, Found
from taskbound.check.finding import Step
from taskbound.check.imports import Member
from taskbound.check.source import Unreadable
from tests.check.findings import finding, replacing

_GROUP = [Member("a.py", "a", b"import b", relevant=True), Member("b.py", "b", b"", relevant=True)]
_FOUND = Found(
    (
        finding(flow=(Step("b.py", 2, "here"),), fix=replacing("a.py", 1, 0, 3, "x")),
        finding("TB405"),
    ),
    (Unreadable("b.py", 3, "invalid syntax"),),
)


def test_what_was_found_comes_back_whole(tmp_path: Path) -> None:
    _kept(tmp_path)

    assert Cache(tmp_path).recall(_GROUP) == _FOUND


def test_without_a_folder_it_is_remembered_as_long_as_the_cache_lives() -> None:
    cache = Cache(None)
    cache.keep(_GROUP, _FOUND)
    cache.save()

    assert cache.recall(_GROUP) == _FOUND


@pytest.mark.parametrize(
    "other",
    [
        Member("b.py", "b", b"x = 1", relevant=True),
        Member("b.py", "c", b"", relevant=True),
        Member("c.py", "b", b"", relevant=True),
    ],
    ids=["content", "module", "path"],
)
def test_a_change_in_one_file_is_a_change_of_its_group(tmp_path: Path, other: Member) -> None:
    _kept(tmp_path)

    assert Cache(tmp_path).recall([_GROUP[0], other]) is None


def test_a_file_more_is_another_group(tmp_path: Path) -> None:
    _kept(tmp_path)
    more = Member("c.py", "c", b"", relevant=True)

    assert Cache(tmp_path).recall([*_GROUP, more]) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"a": 1}', '{"a": [true]}', '"\\ud800"'])
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    file = _kept(tmp_path)
    file.write_text(content, encoding="utf-8")

    assert Cache(tmp_path).recall(_GROUP) is None


def test_an_entry_of_another_make_is_as_good_as_none(tmp_path: Path) -> None:
    file = _kept(tmp_path)
    entries = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({key: [day, [["?"], []]] for key, (day, _) in entries.items()}))

    assert Cache(tmp_path).recall(_GROUP) is None


def test_another_checker_does_not_believe_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept(tmp_path)
    monkeypatch.setattr(caching, "_checker", lambda: "another")

    assert Cache(tmp_path).recall(_GROUP) is None


def test_the_folder_is_ignored_by_git_and_by_backups(tmp_path: Path) -> None:
    _kept(tmp_path)

    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert (
        (tmp_path / "CACHEDIR.TAG")
        .read_text(encoding="utf-8")
        .startswith("Signature: 8a477f597d28")
    )


def test_what_nobody_has_asked_for_in_two_weeks_is_forgotten(tmp_path: Path) -> None:
    file = _kept(tmp_path)
    entries = json.loads(file.read_text(encoding="utf-8"))
    old = {f"{key}-old": [day - 15, kept] for key, (day, kept) in entries.items()}
    file.write_text(json.dumps(entries | old))
    cache = Cache(tmp_path)
    cache.keep([_GROUP[0]], _FOUND)

    cache.save()

    kept = json.loads(file.read_text(encoding="utf-8"))
    assert len(kept) == 2
    assert not old.keys() & kept.keys()


def test_a_folder_that_cannot_be_written_to_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "cache")
    cache.keep(_GROUP, _FOUND)

    cache.save()

    assert (tmp_path / "file").read_text(encoding="utf-8") == ""


def _kept(folder: Path) -> Path:
    """The file of a cache that knows the group."""
    cache = Cache(folder)
    cache.keep(_GROUP, _FOUND)
    cache.save()
    (file,) = folder.glob("*.json")
    return file
