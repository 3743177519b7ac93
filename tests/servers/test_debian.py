"""Programs from packages, and what is said where there are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.servers.debian import DEBIAN, library_path, runs, unpacked
from tests.servers.missing import EngineMissing

# apt as it is on a machine that knows no place to fetch from.
NO_SOURCES = """\
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "{lists}";
"""


def test_a_system_without_apt_is_told_which_variable_helps(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineMissing) as caught:
        unpacked("MariaDB", ["not-a-package"], Path("mariadbd"), otherwise="SERVER_URL")
    assert str(caught.value) == (
        "MariaDB is missing: not installed, no SERVER_URL set, and no apt-get to get it"
    )


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="no Debian")
def test_a_package_that_cannot_be_had_is_missing_with_the_words_of_apt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configuration = tmp_path / "apt.conf"
    configuration.write_text(NO_SOURCES.format(lists=tmp_path))
    monkeypatch.setenv("APT_CONFIG", str(configuration))

    with pytest.raises(EngineMissing) as caught:
        unpacked("MariaDB", ["not-a-package"], Path("mariadbd"), otherwise="SERVER_URL")
    assert str(caught.value) == (
        "MariaDB is missing: apt-get cannot fetch not-a-package: "
        "E: Unable to locate package not-a-package"
    )
    assert not (DEBIAN / "not-a-package").exists()


def test_a_program_that_is_not_there_does_not_run(tmp_path: Path) -> None:
    assert not runs(tmp_path, Path("program"))


def test_a_program_that_fails_here_is_not_taken_for_usable(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)

    assert not runs(tmp_path, Path("program"))


def test_libraries_are_found_in_every_folder_that_holds_one(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"lib{folder}.so.1").touch()

    assert f"{tmp_path}/first:{tmp_path}/second" == library_path(tmp_path)
