"""Comments that ignore findings."""

from __future__ import annotations

import pytest

from taskbound.check.finding import Finding
from taskbound.check.ignore import Ignores
from tests.check.findings import finding

_CODES = ("TB101", "TB405", "TB790")


def test_a_finding_on_the_line_of_the_comment_is_ignored() -> None:
    assert _left("await gather(a, b)  # taskbound: ignore[TB101] a lock is held\n") == []


def test_a_finding_on_another_line_is_left() -> None:
    text = "await gather(a, b)\nx = 1  # taskbound: ignore[TB101] a lock is held\n"

    assert _left(text) == ["TB101", "TB790"]


def test_another_code_is_left() -> None:
    assert _left("await gather(a, b)  # taskbound: ignore[TB405] it is short\n") == [
        "TB101",
        "TB790",
    ]


def test_several_codes_and_other_comments_share_a_line() -> None:
    text = "await gather(a)  # type: ignore  # taskbound: ignore[TB101, TB405] why  # noqa: E501\n"

    assert _left(text, finding("TB101"), finding("TB405")) == []


def test_a_comment_covers_the_whole_statement_that_it_stands_in() -> None:
    text = "await gather(\n    a,\n    b,  # taskbound: ignore[TB101] a lock is held\n)\n"

    assert _left(text, finding(line=1), finding(line=2)) == []


def test_a_comment_of_its_own_line_covers_the_next_statement() -> None:
    text = "# taskbound: ignore[TB101] a lock is held\n\nawait gather(\n    a)\nawait gather(b)\n"

    assert _left(text, finding(line=3), finding(line=5)) == ["TB101"]


def test_a_comment_above_decorators_covers_the_function_too() -> None:
    text = "# taskbound: ignore[TB101] why\n@router.get('/')\n@cached\nasync def f(): pass\n"

    assert _left(text, finding(line=4)) == []


def test_a_comment_does_not_reach_into_the_body_of_a_block() -> None:
    text = "async with s() as db:  # taskbound: ignore[TB101] why\n    await gather(a)\n"

    assert _left(text, finding(line=2)) == ["TB101", "TB790"]


def test_a_comment_may_cover_the_file() -> None:
    text = "# taskbound: ignore-file[TB101] generated\nawait gather(a)\nawait gather(b)\n"

    assert _left(text, finding(line=2), finding(line=3)) == []


def test_what_stands_in_a_text_is_no_comment() -> None:
    text = 'x = "# taskbound: ignore[TB101] why"\n'

    assert _left(text) == ["TB101"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (
            "# taskbound: ignore[TB101]",
            "`# taskbound: ignore[TB101]` does not say why; write the reason behind the bracket",
        ),
        (
            "# taskbound: ignore",
            "`# taskbound: ignore` names no code and ignores nothing;"
            " write `# taskbound: ignore[CODE] reason`",
        ),
        (
            "#taskbound:ignore [ ] why",
            "`# taskbound: ignore` names no code and ignores nothing;"
            " write `# taskbound: ignore[CODE] reason`",
        ),
        (
            "# taskbound: ignore[TB101, TB999] why",
            "`# taskbound: ignore[TB101, TB999]` names TB999, which is no code of a rule; correct it",
        ),
        (
            "# taskbound: ignore[TB405, TB101] why",
            "`# taskbound: ignore[TB405, TB101]` ignores nothing: there is no TB405 in what it covers;"
            " remove it",
        ),
        (
            "# taskbound: ignore-file[TB405] why",
            "`# taskbound: ignore-file[TB405]` ignores nothing: there is no TB405 in this file; remove it",
        ),
    ],
)
def test_a_comment_that_is_not_right_is_told(comment: str, message: str) -> None:
    ignores = Ignores("app.py", f"await gather(a)  {comment}\n")
    ignores.left([finding()])

    (told,) = ignores.findings(_CODES)
    assert told.message == f"{message} (TB790, docs/errors/TB790.md)"
    assert (told.line, told.column) == (1, 18)


def test_unused_comments_are_not_told_where_not_every_finding_can_be_seen() -> None:
    ignores = Ignores("app.py", "await gather(a)  # taskbound: ignore[TB101] why\n")

    assert list(ignores.findings(_CODES, unused=False)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gather(a)  # taskbound: ignore[TB405] why\n", "gather(a)\n"),
        (
            "gather(a)  # taskbound: ignore[TB405, TB101] why\n",
            "gather(a)  # taskbound: ignore[TB101] why\n",
        ),
        ("gather(a)  # noqa  # taskbound: ignore[TB405] why\n", "gather(a)  # noqa\n"),
        ("    # taskbound: ignore[TB405] why\n", ""),
    ],
)
def test_a_comment_that_ignores_nothing_knows_how_it_goes_away(before: str, after: str) -> None:
    ignores = Ignores("app.py", f"if x:\n    pass\n{before}")
    ignores.left([finding(line=3)])

    (told,) = ignores.findings(_CODES)
    assert told.fix is not None
    (edit,) = told.fix.edits
    lines = f"{before}\n".splitlines(keepends=True)
    start, end = edit.start, edit.end
    rest = lines[0][end[1] :] if end[0] == 3 else "".join(lines[1:])[: -1 or None]
    assert lines[0][: start[1]] + edit.text + rest == after


def test_a_file_that_cannot_be_read_as_tokens_ignores_nothing() -> None:
    assert _left("x = (  # taskbound: ignore[TB101] why\n") == ["TB101", "TB790"]


def _left(text: str, *findings: Finding) -> list[str]:
    """The codes that are left of findings on line 1, or of those given, and of the comments themselves."""
    ignores = Ignores("app.py", text)
    left = ignores.left(findings or [finding()])
    return [one.code for one in (*left, *ignores.findings(_CODES))]
