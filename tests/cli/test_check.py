"""`taskbound check`, all of what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from taskbound.check import check
from taskbound.check.report.text import bare
from tests.cli.conftest import APP, Taskbound

_UNUSED = (
    "`# taskbound: ignore[TB405]` ignores nothing: there is no TB405 in what it covers; remove it"
)


@pytest.fixture
def shared(project: Path) -> str:
    """What the rule says of the shared session, in its own words."""
    return bare(check([project]).findings[0])


@pytest.fixture
def lines(shared: str) -> str:
    """All findings, a line each."""
    return f"app.py:7:11: TB101 {shared}\napp.py:11:28: TB790 {_UNUSED}\n"


def test_findings_are_shown_with_a_summary(taskbound: Taskbound, shared: str) -> None:
    result = taskbound("check")

    assert result.exit_code == 1
    assert result.stdout.startswith(f"TB101 {shared} [high]\n --> app.py:7:11\n")
    assert result.stdout.endswith(
        f"\nTB790 {_UNUSED} [high]\n"
        "  --> app.py:11:28\n"
        "   |\n"
        '11 |     await db.execute("a")  # taskbound: ignore[TB405] it is short\n'
        "   |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   = fix: Remove what ignores nothing\n"
        "\n"
        "2 findings in 1 file: 2 high.\n"
        "--fix cures 1 of them.\n"
        "--explain TB101 says why, and what to write instead.\n"
    )
    assert result.stderr == ""


def test_a_clean_project_says_so(taskbound: Taskbound) -> None:
    Path("app.py").write_text("import sqlalchemy\n", encoding="utf-8")

    result = taskbound("check", ".")

    assert (result.exit_code, result.stdout) == (0, "No findings in 1 file.\n")


def test_lines_are_on_the_output_and_the_summary_beside_it(
    taskbound: Taskbound, lines: str
) -> None:
    result = taskbound("check", "--format", "lines", "app.py")

    assert (result.exit_code, result.stdout) == (1, lines)
    assert result.stderr.startswith("2 findings in 1 file: 2 high.\n")


def test_quiet_leaves_the_summary_out(taskbound: Taskbound, lines: str) -> None:
    result = taskbound("check", "-q", "-f", "lines")

    assert (result.stdout, result.stderr) == (lines, "")


def test_json_is_a_list_of_objects(taskbound: Taskbound) -> None:
    result = taskbound("check", "--format", "json")

    told = json.loads(result.stdout)
    assert [set(one) for one in told] == [
        {"code", "path", "line", "column", "end_line", "message", "confidence", "flow", "fix"}
    ] * 2
    assert [(one["code"], one["path"], one["line"], one["column"]) for one in told] == [
        ("TB101", "app.py", 7, 11),
        ("TB790", "app.py", 11, 28),
    ]


def test_sarif_and_github_are_formats_too(taskbound: Taskbound) -> None:
    sarif = json.loads(taskbound("check", "-f", "sarif").stdout)
    github = taskbound("check", "-f", "github").stdout

    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["TB101", "TB790"]
    assert github.splitlines()[1] == (
        f"::error file=app.py,line=11,endLine=11,col=28,title=TB790::{_UNUSED}"
    )


def test_a_report_is_written_to_a_file(taskbound: Taskbound, lines: str) -> None:
    result = taskbound("check", "-f", "lines", "--output", "report.txt")

    assert (result.exit_code, result.stdout) == (1, "")
    assert Path("report.txt").read_text(encoding="utf-8") == lines


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "TB1"], ["TB101"]),
        (["--select", "tb7,TB101"], ["TB101", "TB790"]),
        (["--ignore", "TB101"], ["TB790"]),
        (["--ignore", "TB101", "--ignore", "TB7"], []),
        (["--exclude", "app.py"], []),
    ],
)
def test_options_choose_what_is_told(
    taskbound: Taskbound, options: list[str], codes: list[str]
) -> None:
    result = taskbound("check", "-f", "json", *options)

    assert [one["code"] for one in json.loads(result.stdout)] == codes
    assert result.exit_code == bool(codes)


def test_settings_of_the_project_hold_and_options_stand_before_them(
    taskbound: Taskbound, project: Path
) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.taskbound.check]\nselect = ["TB790"]\n', encoding="utf-8"
    )

    assert "TB101" not in taskbound("check").stdout
    assert "TB101" in taskbound("check", "--select", "TB1").stdout


def test_settings_may_be_in_another_file(taskbound: Taskbound, project: Path) -> None:
    other = project / "strict.toml"
    other.write_text('[tool.taskbound.check]\nignore = ["TB"]\n', encoding="utf-8")

    assert taskbound("check", "--config", "strict.toml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no file or folder nowhere"),
        (["--select", "TB101X"], "'TB101X' in --select is no code of a rule; did you mean TB101?"),
        (["--fix", "--diff"], "--diff changes nothing and --fix does; give one of them"),
        (["--watch", "--diff"], "--watch goes neither with --diff nor with --write-baseline"),
        (["--explain", "TB101X"], "there is no code 'TB101X'; did you mean TB101?"),
        (["--write-baseline"], "--write-baseline needs a file; name it with --baseline FILE"),
        (
            ["--baseline", "known.json"],
            "there is no baseline known.json; write it with:"
            " taskbound check --baseline known.json --write-baseline",
        ),
    ],
)
def test_wrong_use_is_refused(taskbound: Taskbound, arguments: list[str], message: str) -> None:
    result = taskbound("check", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"taskbound check: {message}\n"


def test_settings_that_are_wrong_are_wrong_use(taskbound: Taskbound, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        "[tool.taskbound.check]\nselct = []\n", encoding="utf-8"
    )

    result = taskbound("check")

    assert result.exit_code == 2
    assert result.stderr == (
        "taskbound check: 'selct' is no setting of [tool.taskbound.check] in"
        f" {project / 'pyproject.toml'}; did you mean select?\n"
    )


def test_an_option_that_there_is_not_is_wrong_use(taskbound: Taskbound) -> None:
    assert taskbound("check", "--colour").exit_code == 2


def test_fixes_are_written_and_the_rest_is_told(taskbound: Taskbound, shared: str) -> None:
    result = taskbound("check", "--fix", "-f", "lines")

    assert result.exit_code == 1
    assert result.stdout == f"app.py:7:11: TB101 {shared}\n"
    assert result.stderr.startswith("Fixed 1 finding in 1 file.\n1 finding in 1 file: 1 high.\n")
    assert Path("app.py").read_text(encoding="utf-8") == APP.replace(
        "  # taskbound: ignore[TB405] it is short", ""
    )


def test_a_diff_shows_what_would_change_and_changes_nothing(taskbound: Taskbound) -> None:
    result = taskbound("check", "--diff")

    assert result.exit_code == 1
    assert result.stdout == (
        "--- a/app.py\n"
        "+++ b/app.py\n"
        "@@ -8,4 +8,4 @@\n"
        " \n"
        " \n"
        " async def one(db: AsyncSession) -> None:\n"
        '-    await db.execute("a")  # taskbound: ignore[TB405] it is short\n'
        '+    await db.execute("a")\n'
    )
    assert result.stderr == "Would change 1 file.\n"
    assert Path("app.py").read_text(encoding="utf-8") == APP


def test_without_anything_to_fix_a_diff_is_empty(taskbound: Taskbound) -> None:
    result = taskbound("check", "--diff", "--select", "TB1")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Nothing to fix.\n")


def test_a_baseline_hides_what_is_known_and_tells_what_is_gone(taskbound: Taskbound) -> None:
    wrote = taskbound("check", "--baseline", "known.json", "--write-baseline")
    known = taskbound("check", "--baseline", "known.json")
    taskbound("check", "--fix")
    gone = taskbound("check", "--baseline", "known.json")

    assert (wrote.exit_code, wrote.stdout) == (0, "Wrote known.json with 2 findings.\n")
    assert (known.exit_code, known.stdout) == (
        0,
        "No findings in 1 file.\n2 findings of the baseline not shown.\n",
    )
    assert (gone.exit_code, gone.stdout) == (
        0,
        "No findings in 1 file.\n"
        "1 finding of the baseline not shown.\n"
        "No longer there, of the baseline: 1 finding; write it anew with --write-baseline.\n"
        '  app.py: TB790 await db.execute("a") # taskbound: ignore[TB405] it is short\n',
    )


def test_a_baseline_may_be_a_setting(taskbound: Taskbound, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.taskbound.check]\nbaseline = "known.json"\n', encoding="utf-8"
    )
    taskbound("check", "--write-baseline")

    assert taskbound("check").exit_code == 0


def test_what_a_baseline_knows_is_not_fixed(taskbound: Taskbound) -> None:
    taskbound("check", "--baseline", "known.json", "--write-baseline")

    taskbound("check", "--baseline", "known.json", "--fix")

    assert Path("app.py").read_text(encoding="utf-8") == APP


def test_a_file_that_does_not_parse_is_said_and_is_no_finding(taskbound: Taskbound) -> None:
    Path("app.py").write_text("from sqlalchemy import {{ name }}\n", encoding="utf-8")

    result = taskbound("check")

    assert result.exit_code == 0
    assert result.stderr == "app.py:1: skipped, it can't be parsed: invalid syntax\n"


def test_a_rule_that_fails_is_said_and_the_exit_code_is_that_of_a_failure(
    taskbound: Taskbound, lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from taskbound.check.rules.shared_session import SharedSession

    def fails(*_: object) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(SharedSession, "check_project", fails)
    result = taskbound("check", "-f", "lines", "--no-cache")

    assert (result.exit_code, result.stdout) == (2, lines)
    assert result.stderr.startswith(
        "taskbound check: TB101 failed on the project: RuntimeError: oh;"
        " this is a bug of the checker, please report it\n"
    )


def test_the_cache_is_beside_the_settings_unless_it_is_not_wanted(
    taskbound: Taskbound, project: Path
) -> None:
    (project / "pyproject.toml").write_text("[tool.taskbound.check]\n", encoding="utf-8")
    taskbound("check", "--no-cache")
    without = (project / ".taskbound_cache").exists()
    taskbound("check", "--cache-dir", "kept")
    taskbound("check")

    assert not without
    assert (project / "kept" / "CACHEDIR.TAG").exists()
    assert (project / ".taskbound_cache" / "CACHEDIR.TAG").exists()


def test_a_code_is_explained_with_its_page(taskbound: Taskbound) -> None:
    page = Path(__file__).parents[2] / "docs" / "errors" / "TB101.md"

    result = taskbound("check", "--explain", "tb101")

    assert (result.exit_code, result.stdout) == (0, page.read_text(encoding="utf-8"))
