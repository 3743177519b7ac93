"""The settings of an engine, and the same settings from the environment."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest
from pydantic import ValidationError

from taskbound import Database, DatabaseSettings
from taskbound.engine.options import EngineOptions

URL = "sqlite+aiosqlite:///shop.db"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pool_size", 0, "pool_size must be at least 1, not 0"),
        ("max_overflow", -2, "max_overflow must be at least -1, not -2"),
        ("pool_timeout", -1, "pool_timeout must be at least 0, not -1"),
        ("idle_check", float("nan"), "idle_check must be at least 0, not nan"),
        ("busy_timeout", -0.5, "busy_timeout must be at least 0, not -0.5"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(name: str, value: float, message: str) -> None:
    settings: dict[str, Any] = {name: value}
    with pytest.raises(ValueError) as caught:
        Database(URL, **settings)

    assert str(caught.value) == message


def test_a_text_for_a_number_is_refused_by_name() -> None:
    settings: dict[str, Any] = {"pool_size": "5"}
    with pytest.raises(TypeError) as caught:
        Database(URL, **settings)

    assert str(caught.value) == "pool_size must be a number, not '5'"


def test_database_settings_and_environment_have_the_same_names_and_defaults() -> None:
    options = {field.name: field.default for field in fields(EngineOptions)}
    arguments = {
        name: parameter.default
        for name, parameter in inspect.signature(Database).parameters.items()
        if name not in {"url", "engine_options", "guard", "cursor_key"}
    }
    settings = {
        name: field.default
        for name, field in DatabaseSettings.model_fields.items()
        if name not in {"url", "guard", "cursor_key"}
    }

    del options["connect_args"], arguments["connect_args"]
    assert arguments == options
    assert settings == options


def test_the_environment_sets_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASKBOUND_URL", "postgresql+asyncpg://u:secret@db/shop")
    monkeypatch.setenv("TASKBOUND_POOL_SIZE", "3")
    monkeypatch.setenv("TASKBOUND_IDLE_CHECK", "none")

    settings = DatabaseSettings()

    assert (settings.pool_size, settings.idle_check) == (3, None)
    assert "secret" not in repr(settings)
    assert Database.from_settings().statistics().size == 3


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("false", False),
        ("1", True),
        ("observe", "observe"),
        ("off", "off"),
        ('{"TB405": "raise"}', {"TB405": "raise"}),
    ],
)
def test_the_environment_sets_the_modes_of_the_guard(
    monkeypatch: pytest.MonkeyPatch, text: str, guard: object
) -> None:
    monkeypatch.setenv("TASKBOUND_URL", URL)
    monkeypatch.setenv("TASKBOUND_GUARD", text)

    assert DatabaseSettings().guard == guard
    assert isinstance(Database.from_settings(), Database)


def test_a_setting_that_does_not_fit_is_refused_without_the_url(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TASKBOUND_URL", "postgresql+asyncpg://u:secret@db/shop")
    monkeypatch.setenv("TASKBOUND_POOL_SIZE", "0")

    with pytest.raises(ValidationError) as caught:
        DatabaseSettings()

    assert [error["loc"] for error in caught.value.errors()] == [("pool_size",)]
    assert "secret" not in str(caught.value)


def test_a_missing_url_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TASKBOUND_URL", raising=False)

    with pytest.raises(ValidationError) as caught:
        Database.from_settings()

    assert [error["loc"] for error in caught.value.errors()] == [("url",)]
