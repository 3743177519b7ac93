"""What `guard=` takes, and what each code does then."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from taskbound import Finding, Place, SyncDriver, TaskboundWarning, subscribe
from taskbound.guard.modes import Modes, modes_of
from taskbound.guard.report import forget, report

PLACE = Place("shop.py", 7, "place_order")


@pytest.fixture(autouse=True)
def _as_for_the_first_time() -> None:
    forget()


def _error() -> SyncDriver:
    return SyncDriver(url="sqlite://", instead=None, known="sqlite+aiosqlite")


def test_what_loses_data_raises_and_what_only_costs_is_observed() -> None:
    modes = Modes()

    assert modes.of("TB101") == "raise"
    assert modes.of("TB405") == "observe"


def test_a_mode_alone_is_for_every_code() -> None:
    modes = Modes("warn")

    assert [modes.of(code) for code in ("TB101", "TB405")] == ["warn", "warn"]


def test_the_beginning_of_a_code_stands_for_all_that_begin_so() -> None:
    modes = Modes({"TB4": "off", "TB405": "raise"})

    assert [modes.of(code) for code in ("TB406", "TB405", "TB101")] == ["off", "raise", "raise"]


def test_a_family_that_is_named_last_leaves_no_code_of_its_own() -> None:
    assert Modes({"TB405": "raise", "TB4": "off"}).of("TB405") == "off"


@pytest.mark.parametrize("guard", [True, "observe", {"TB": "warn"}, {"TB2": "raise"}])
def test_what_costs_much_is_off_until_its_own_code_is_named(guard: Any) -> None:
    assert Modes(guard).of("TB207") == "off"
    assert Modes({"TB207": "warn"}).of("TB207") == "warn"


def test_a_family_that_is_turned_off_takes_what_costs_much_with_it() -> None:
    assert Modes({"TB207": "warn", "TB2": "off"}).of("TB207") == "off"


def test_without_the_guard_nothing_is_looked_for() -> None:
    assert not Modes(guard=False)
    assert Modes(guard=True)


def test_modes_without_codes_are_made_once() -> None:
    assert modes_of(True) is modes_of(True)


@pytest.mark.parametrize(
    ("guard", "error", "message"),
    [
        (
            "strict",
            ValueError,
            "guard has no mode 'strict': it is one of raise, warn, observe, off",
        ),
        ({"X1": "off"}, ValueError, "guard names 'X1', which is no code such as 'TB405' or 'TB4'"),
        (3, TypeError, "guard must be a bool, a mode or a dict of modes by code, not 3"),
    ],
)
def test_what_is_no_guard_is_refused(guard: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        Modes(guard)


def test_a_finding_that_raises_is_an_event_too() -> None:
    found: list[Finding] = []
    stop = subscribe(found.append, Finding)
    error = _error()

    with pytest.raises(SyncDriver) as caught:
        report(error, PLACE, Modes("raise"))
    stop()

    assert caught.value is error
    assert [(one.code, one.place, one.count) for one in found] == [("TB401", PLACE, 1)]


def test_a_finding_that_warns_holds_its_error() -> None:
    error = _error()

    with pytest.warns(TaskboundWarning) as caught:
        report(error, PLACE, Modes("warn"))

    assert [str(one.message) for one in caught] == [str(error)]
    assert [getattr(one.message, "error", None) for one in caught] == [error]


def test_a_finding_is_told_at_its_first_tenth_and_hundredth_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "taskbound.guard")

    for _ in range(120):
        report(_error(), PLACE, Modes("observe"))

    text = str(_error())
    assert caplog.messages == [text, f"{text} [10 times]", f"{text} [100 times]"]


def test_a_finding_that_is_off_is_nothing() -> None:
    found: list[Finding] = []
    stop = subscribe(found.append, Finding)

    report(_error(), PLACE, Modes("off"))
    stop()

    assert found == []
