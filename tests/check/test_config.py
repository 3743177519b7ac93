"""Settings of a project, and how those that are wrong are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from taskbound.check.config import Config, ConfigRefused, find_config, read_config
from taskbound.check.finding import Confidence
from tests.check.findings import finding


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_settings_high_and_medium_findings_of_all_rules_are_told() -> None:
    config = find_config([Path()])

    assert config == Config(root=Path.cwd())
    assert [config.wants(finding(confidence=one)) for one in Confidence] == [True, True, False]


def test_every_setting_is_read() -> None:
    config = _written("""
        select = ["TB1", "TB7"]
        ignore = ["TB101"]
        exclude = ["vendor"]
        confidence = "high"
        baseline = "known.json"
    """)

    assert config.select == ("TB1", "TB7")
    assert config.ignore == ("TB101",)
    assert config.exclude == ("vendor",)
    assert config.confidence is Confidence.HIGH
    assert config.baseline == Path.cwd() / "known.json"


def test_the_longer_prefix_wins() -> None:
    config = _written('select = ["TB101"]\nignore = ["TB1"]')
    other = _written('select = ["TB1"]\nignore = ["TB101"]')

    assert config.wants(finding("TB101"))
    assert not other.wants(finding("TB101"))


def test_what_is_not_selected_is_not_told() -> None:
    assert not _written('select = ["TB405"]').wants(finding("TB101"))


def test_a_path_may_have_settings_of_its_own() -> None:
    config = _written("""
        [tool.taskbound.check.per-path."tests/**"]
        ignore = ["TB4"]
        confidence = "low"
    """)

    assert not config.wants(finding("TB405", "tests/test_a.py"))
    assert config.wants(finding("TB405", "app/a.py"))
    assert config.wants(finding("TB101", "tests/a.py", confidence=Confidence.LOW))
    assert not config.wants(finding("TB101", "app/a.py", confidence=Confidence.LOW))


def test_globs_count_from_the_folder_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _written('exclude = ["app/old"]')
    (tmp_path / "app" / "old").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "app")
    config = find_config([Path("old")])

    assert config.excludes("old/a.py")
    assert not config.excludes("new/a.py")


def test_the_nearest_file_with_settings_is_used(tmp_path: Path) -> None:
    _written('select = ["TB1"]')
    inner = tmp_path / "app"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[project]\nname = "app"\n', encoding="utf-8")

    assert find_config([inner]).select == ("TB1",)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            'selct = ["TB1"]',
            "'selct' is no setting of [tool.taskbound.check] in FILE; did you mean select?",
        ),
        (
            "colour = true",
            "'colour' is no setting of [tool.taskbound.check] in FILE; there are select, ignore,"
            " exclude, confidence, baseline, per-path",
        ),
        (
            'select = ["TB101X"]',
            "'TB101X' in select of [tool.taskbound.check] in FILE is no code of a rule; did you mean TB101?",
        ),
        (
            'ignore = "TB101"',
            "ignore of [tool.taskbound.check] in FILE is not a list of texts: 'TB101'",
        ),
        (
            'confidence = "sure"',
            "confidence of [tool.taskbound.check] in FILE is 'sure', and may be high, medium or low",
        ),
        ("baseline = 3", "baseline of [tool.taskbound.check] in FILE is not a text: 3"),
        (
            "per-path = []",
            "per-path of [tool.taskbound.check] in FILE is not a table of globs: write"
            ' [tool.taskbound.check.per-path."tests/**"]',
        ),
        (
            'per-path = { "tests/**" = ["TB101"] }',
            "per-path 'tests/**' of [tool.taskbound.check] in FILE is not a table: write { ignore = [...] }",
        ),
        (
            'per-path = { "tests/**" = { ignor = [] } }',
            "'ignor' is no setting of per-path 'tests/**' of [tool.taskbound.check] in FILE;"
            " did you mean ignore?",
        ),
        ("select = [", "FILE is no TOML: Invalid value (at end of document)"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_is_meant(settings: str, message: str) -> None:
    with pytest.raises(ConfigRefused) as caught:
        _written(settings)

    assert str(caught.value) == message.replace("FILE", "pyproject.toml")


def test_settings_that_are_no_table_are_refused() -> None:
    Path("pyproject.toml").write_text("[tool.taskbound]\ncheck = 3\n", encoding="utf-8")

    with pytest.raises(ConfigRefused) as caught:
        read_config(Path("pyproject.toml"))

    assert str(caught.value) == "tool.taskbound.check in pyproject.toml is not a table"


def test_a_file_that_is_named_and_not_there_is_refused() -> None:
    with pytest.raises(ConfigRefused, match=re.escape("nowhere.toml can't be read")):
        read_config(Path("nowhere.toml"))


def _written(settings: str) -> Config:
    file = Path("pyproject.toml")
    lines = "\n".join(line.strip() for line in settings.splitlines())
    file.write_text(f"[tool.taskbound.check]\n{lines}\n", encoding="utf-8")
    return read_config(file)
