"""Folders for servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers import place
from tests.servers.account import unprivileged_account
from tests.servers.place import CACHE, Place, fresh_place


def test_a_place_whose_path_leaves_no_room_for_a_socket_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(place, "CACHE", tmp_path / ("long" * 20))

    found = fresh_place(unprivileged_account())
    found.folder.rmdir()
    assert tmp_path not in found.folder.parents


def test_a_written_file_is_for_the_account_alone(tmp_path: Path) -> None:
    written = Place(tmp_path, None).write("password", "secret")

    assert "secret" == written.read_text()
    assert 0o600 == written.stat().st_mode & 0o777


def test_the_cache_lies_in_the_project() -> None:
    assert (CACHE.parent / "tests").is_dir()
