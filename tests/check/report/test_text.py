"""Findings for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskbound.check.finding import Confidence, Step
from taskbound.check.lines import Lines
from taskbound.check.report.text import as_lines, as_text
from tests.check.findings import finding, replacing, written

_APP = """\
async def both():
    async with sessions() as db:
        first = load(db)  # the first
        await gather(first, load(db))
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path, app=_APP, other="def load(db):\n    return db.execute()\n"))


def test_a_finding_is_shown_with_its_line_underlined() -> None:
    shared = finding(line=4, column=15)

    assert as_text([shared], Lines()) == (
        "TB101 `db` is shared [high]\n"
        " --> app.py:4:15\n"
        "  |\n"
        "4 |         await gather(first, load(db))\n"
        "  |               ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "\n"
    )


def test_the_flow_is_numbered_and_short_gaps_are_shown() -> None:
    flow = (Step("app.py", 2, "opened here"), Step("app.py", 4, "shared here"))
    shared = finding(line=4, column=15, flow=flow)

    assert as_text([shared], Lines()) == (
        "TB101 `db` is shared [high]\n"
        " --> app.py:4:15\n"
        "  |\n"
        "2 |     async with sessions() as db:\n"
        "  |     ---------------------------- 1: opened here\n"
        "3 |         first = load(db)  # the first\n"
        "4 |         await gather(first, load(db))\n"
        "  |               ^^^^^^^^^^^^^^^^^^^^^^^ 2: shared here\n"
        "\n"
    )


def test_a_step_in_another_file_has_a_part_of_its_own() -> None:
    shared = finding(line=3, column=17, flow=(Step("other.py", 2, "used here"),))

    assert as_text([shared], Lines()) == (
        "TB101 `db` is shared [high]\n"
        " --> app.py:3:17\n"
        "  |\n"
        "3 |         first = load(db)  # the first\n"
        "  |                 ^^^^^^^^\n"
        " ::: other.py:2\n"
        "  |\n"
        "2 |     return db.execute()\n"
        "  |     ------------------- used here\n"
        "\n"
    )


def test_a_fix_is_named_and_whether_it_is_written_without_a_look() -> None:
    safe = finding(line=1, fix=replacing("app.py", 1, 0, 5, ""))
    bold = finding(line=1, fix=replacing("app.py", 1, 0, 5, "", safe=False, title="Guess"))

    told = as_text([safe, bold], Lines())

    assert "  = fix: Mend it\n" in told
    assert "  = fix: Guess (not with --fix: look at it first)\n" in told


def test_a_finding_over_several_lines_is_underlined_on_its_first() -> None:
    whole = finding(line=1, column=1, end_line=4)

    assert "1 | async def both():\n  | ^^^^^^^^^^^^^^^^^\n" in as_text([whole], Lines())


def test_a_comment_is_underlined_to_its_end() -> None:
    comment = finding(line=3, column=27)

    assert f"  | {' ' * 26}^^^^^^^^^^^\n" in as_text([comment], Lines())


def test_colours_are_around_the_code_the_place_and_the_marks() -> None:
    told = as_text([finding(line=3, column=17)], Lines(), colour=True)

    assert told.startswith(
        "\x1b[1m\x1b[31mTB101\x1b[0m\x1b[0m \x1b[1m`db` is shared\x1b[0m [high]\n"
    )
    assert f"\x1b[31m{' ' * 16}^^^^^^^^\x1b[0m" in told.replace(" \x1b[0m", "\x1b[0m")


def test_tabs_and_wide_letters_keep_the_mark_below_what_it_means(tmp_path: Path) -> None:
    written(tmp_path, wide='if True:\n\tname = "日本"; load(db)\n')

    told = as_text([finding(path="wide.py", line=2, column=15)], Lines())

    assert told.splitlines()[-3:-1] == [
        '2 |     name = "日本"; load(db)',
        "  |                    ^^^^^^^^",
    ]


def test_what_would_steer_the_terminal_is_not_printed(tmp_path: Path) -> None:
    written(tmp_path, evil='load("\x1b[2J")\n')

    told = as_text([finding(path="evil.py")], Lines())

    assert "\x1b" not in told
    assert 'load("�[2J")' in told


def test_a_file_that_is_gone_still_has_its_finding_told() -> None:
    told = as_text([finding(path="gone.py", line=7, confidence=Confidence.LOW)], Lines())

    assert told == "TB101 `db` is shared [low]\n --> gone.py:7:1\n  |\n7 |\n  | ^\n\n"


def test_lines_are_as_compilers_tell_them() -> None:
    assert as_lines([finding(line=3, column=17)]) == "app.py:3:17: TB101 `db` is shared\n"
