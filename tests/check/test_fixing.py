"""Fixes, written into files."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskbound.check.finding import Edit, Finding, Fix
from taskbound.check.fixing import fixes_of
from tests.check.findings import finding, replacing

_APP = Path("app.py")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_several_fixes_of_a_file_are_written() -> None:
    _APP.write_text("one = 1\ntwo = 2\n", encoding="utf-8")

    _fixed(_replaced(1, 6, 7, "11"), _replaced(2, 0, 3, "three"))

    assert _APP.read_text(encoding="utf-8") == "one = 11\nthree = 2\n"


def test_overlapping_fixes_wait_for_the_next_round() -> None:
    _APP.write_text("one = 1\n", encoding="utf-8")
    first, second = _replaced(1, 0, 3, "first"), _replaced(1, 2, 7, "second")

    fixes = fixes_of([second, first])

    assert fixes.applied == [first]
    assert fixes.waiting == [second]


def test_the_same_edit_of_two_fixes_is_made_once() -> None:
    _APP.write_text("one = 1\ntwo = 2\n", encoding="utf-8")
    imported = Edit("app.py", (1, 0), (1, 0), "import asyncio\n")
    both = [
        finding(
            line=line, fix=Fix("", (imported, Edit("app.py", (line, 6), (line, 7), "0")), safe=True)
        )
        for line in (1, 2)
    ]

    _fixed(*both)

    assert _APP.read_text(encoding="utf-8") == "import asyncio\none = 0\ntwo = 0\n"


def test_what_is_not_safe_is_not_written() -> None:
    _APP.write_text("one = 1\n", encoding="utf-8")

    fixes = fixes_of([finding(fix=replacing("app.py", 1, 0, 3, "two", safe=False))])

    assert list(fixes.changed()) == []


def test_a_fix_that_breaks_the_file_is_left_alone_and_said() -> None:
    _APP.write_text("one = 1\ntwo = 2\n", encoding="utf-8")
    bad, good = _replaced(1, 6, 7, "("), _replaced(2, 6, 7, "3")

    fixes = fixes_of([bad, good])

    (refused,) = fixes.refused
    assert refused.finding == bad
    assert refused.reason == "the file would not parse: '(' was never closed (<unknown>, line 1)"
    assert [file.after for file in fixes.changed()] == ["one = 1\ntwo = 3\n"]


def test_a_fix_of_two_files_is_made_in_both_or_in_none() -> None:
    _APP.write_text("one = 1\n", encoding="utf-8")
    Path("other.py").write_text("two = 2\n", encoding="utf-8")
    edits = (Edit("app.py", (1, 6), (1, 7), "0"), Edit("other.py", (1, 6), (1, 7), "("))

    fixes = fixes_of([finding(fix=Fix("", edits, safe=True))])

    assert len(fixes.refused) == 1
    assert list(fixes.changed()) == []


def test_a_file_that_is_gone_is_said() -> None:
    (refused,) = fixes_of([_replaced(1, 0, 1, "")]).refused

    assert "app.py" in refused.reason


@pytest.mark.parametrize(
    ("content", "after"),
    [
        (b"one = 1\r\ntwo = 2\r\n", b"# new\r\none = 1\r\ntwo = 2\r\n"),
        (b"\xef\xbb\xbfone = 1\n", b"\xef\xbb\xbf# new\none = 1\n"),
        (
            "# coding: latin-1\nü = 1".encode("latin-1"),
            "# new\n# coding: latin-1\nü = 1".encode("latin-1"),
        ),
    ],
    ids=["line ends", "mark", "encoding"],
)
def test_line_ends_and_encoding_are_kept(content: bytes, after: bytes) -> None:
    _APP.write_bytes(content)

    _fixed(_replaced(1, 0, 0, "# new\n"))

    assert _APP.read_bytes() == after


def test_what_the_encoding_does_not_have_is_refused() -> None:
    _APP.write_bytes("# coding: latin-1\nu = 1\n".encode("latin-1"))

    fixes = fixes_of([_replaced(2, 4, 5, '"日"')])

    assert len(fixes.refused) == 1
    assert list(fixes.changed()) == []


def test_columns_count_characters_and_a_form_feed_ends_no_line() -> None:
    _APP.write_text('a = "ü"; b = 1\n\x0c\nc = 2\n', encoding="utf-8")

    _fixed(_replaced(1, 13, 14, "3"), _replaced(3, 4, 5, "4"))

    assert _APP.read_text(encoding="utf-8") == 'a = "ü"; b = 3\n\x0c\nc = 4\n'


def test_the_last_line_may_go() -> None:
    _APP.write_text("one = 1\ntwo = 2\n", encoding="utf-8")

    _fixed(finding(fix=Fix("", (Edit("app.py", (2, 0), (3, 0), ""),), safe=True)))

    assert _APP.read_text(encoding="utf-8") == "one = 1\n"


def test_a_diff_is_a_patch() -> None:
    _APP.write_text("one = 1\ntwo = 2", encoding="utf-8")

    (file,) = fixes_of([_replaced(2, 6, 7, "3")]).changed()

    assert file.diff() == (
        "--- a/app.py\n"
        "+++ b/app.py\n"
        "@@ -1,2 +1,2 @@\n"
        " one = 1\n"
        "-two = 2\n"
        "\\ No newline at end of file\n"
        "+two = 3\n"
        "\\ No newline at end of file\n"
    )


def _replaced(line: int, start: int, end: int, text: str) -> Finding:
    return finding(line=line, column=start + 1, fix=replacing("app.py", line, start, end, text))


def _fixed(*findings: Finding) -> None:
    fixes = fixes_of(findings)
    assert (fixes.refused, fixes.waiting) == ([], [])
    for file in fixes.changed():
        file.write()
