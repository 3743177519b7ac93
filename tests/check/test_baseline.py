"""Baselines: what an old code base has, and what is new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from taskbound.check.baseline import (
    BaselineRefused,
    Compared,
    compare,
    read_baseline,
    write_baseline,
)
from taskbound.check.finding import Finding
from taskbound.check.lines import Lines
from tests.check.findings import finding, written

_FILE = Path("baseline.json")
_APP = "await gather(a)\nawait gather(a)\nawait gather(b)\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path, app=_APP))
    write_baseline(_FILE, [finding(line=line) for line in (1, 2, 3)], Lines().line)


def test_what_is_in_the_baseline_is_not_new() -> None:
    compared = _compared(finding(line=1), finding(line=2), finding(line=3))

    assert compared == Compared((), 3, ())


def test_lines_that_move_and_spaces_that_change_are_known_again(tmp_path: Path) -> None:
    written(tmp_path, app=f"# new\n\n{_APP.replace('(a)', '( a )')}")

    compared = _compared(finding(line=3), finding(line=4), finding(line=5))

    assert compared == Compared((), 3, ())


def test_one_more_of_the_same_line_is_new(tmp_path: Path) -> None:
    written(tmp_path, app=f"{_APP}await gather(a)\n")

    compared = _compared(*(finding(line=line) for line in (1, 2, 3, 4)))

    assert compared.new == (finding(line=4),)
    assert compared.known == 3


def test_another_code_on_the_same_line_is_new() -> None:
    assert _compared(finding("TB405", line=3)).new == (finding("TB405", line=3),)


def test_entries_that_no_longer_occur_are_told() -> None:
    compared = _compared(finding(line=1), finding(line=2))

    (gone,) = compared.gone
    assert (gone.code, gone.path, gone.source) == ("TB101", "app.py", "await gather(b)")


def test_entries_of_files_that_were_not_looked_at_are_not_gone() -> None:
    assert _compared(checked=["other.py"]).gone == ()


def test_entries_of_a_file_that_is_removed_are_gone() -> None:
    Path("app.py").unlink()

    assert len(_compared(checked=["other.py"]).gone) == 3


def test_a_baseline_is_the_same_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    seen = [finding(path="../app.py", line=line) for line in (1, 2, 3)]

    file = Path("..") / _FILE
    assert compare(file, read_baseline(file), seen, Lines().line, ["../app.py"]).known == 3


def test_a_baseline_can_be_read_and_compared_by_people() -> None:
    content = json.loads(_FILE.read_text(encoding="utf-8"))

    assert content["format"] == 1
    assert [
        {key: one[key] for key in ("code", "path", "source")} for one in content["findings"]
    ] == [
        {"code": "TB101", "path": "app.py", "source": "await gather(a)"},
        {"code": "TB101", "path": "app.py", "source": "await gather(a)"},
        {"code": "TB101", "path": "app.py", "source": "await gather(b)"},
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no baseline baseline.json"),
        ("[]", "baseline.json is no baseline"),
        ("{", "baseline.json is no baseline"),
        ('{"format": 1, "findings": [{}]}', "baseline.json is no baseline"),
        ('{"format": 9}', "baseline.json is a baseline of another version"),
    ],
)
def test_what_is_no_baseline_is_refused(content: str | None, message: str) -> None:
    _FILE.unlink() if content is None else _FILE.write_text(content, encoding="utf-8")

    with pytest.raises(BaselineRefused) as caught:
        read_baseline(_FILE)

    how = "write it with: taskbound check --baseline baseline.json --write-baseline"
    assert str(caught.value) == f"{message}; {how}"


def _compared(*findings: Finding, checked: list[str] | None = None) -> Compared:
    looked = ["app.py"] if checked is None else checked
    return compare(_FILE, read_baseline(_FILE), findings, Lines().line, looked)
