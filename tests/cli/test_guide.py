"""The guide shows what the command does."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from taskbound.check.config import config_of
from tests.cli.conftest import Taskbound
from tests.docs.page import ROOT, Page

_GUIDE = Page(ROOT / "docs" / "guide" / "checking.md")


def test_the_example_is_found_as_it_is_shown(taskbound: Taskbound) -> None:
    Path("app.py").unlink()
    Path("shop.py").write_text(_GUIDE.blocks("python")[0].source, encoding="utf-8")

    result = taskbound("check", "--select", "TB101")

    assert result.stdout == _GUIDE.blocks("text")[0].source


def test_the_settings_are_settings() -> None:
    table = tomllib.loads(_GUIDE.blocks("toml")[0].source)["tool"]["taskbound"]["check"]

    config = config_of(table, Path("pyproject.toml"))

    assert config.ignore == ("TB405",)
    assert len(config.per_path) == 1


def test_every_option_that_is_shown_is_one(taskbound: Taskbound) -> None:
    known = taskbound("check", "--help").stdout

    shown = set(re.findall(r"(--[a-z][a-z-]+)", _GUIDE.text))
    assert {option for option in shown if option not in known} == set()


def test_the_pattern_for_vs_code_reads_the_lines(taskbound: Taskbound) -> None:
    tasks = json.loads(_GUIDE.blocks("json")[0].source)
    pattern = tasks["tasks"][0]["problemMatcher"]["pattern"]

    line = taskbound("check", "-f", "lines").stdout.splitlines()[0]
    read = re.match(pattern["regexp"], line)

    assert read
    assert (read[pattern["file"]], read[pattern["line"]], read[pattern["column"]]) == (
        "app.py",
        "7",
        "11",
    )
    assert read[pattern["code"]] == "TB101"


def test_the_hook_of_pre_commit_is_the_one_of_the_guide() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")

    named = re.findall(r"- id: (\S+)", _GUIDE.blocks("yaml")[0].source)
    assert named == re.findall(r"- id: (\S+)", hooks)
