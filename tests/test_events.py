"""Who hears of what happens."""

from __future__ import annotations

import pytest

from taskbound import Event, Finding, SyncDriver, subscribe
from taskbound.events import has_listeners, publish


def _finding() -> Finding:
    error = SyncDriver(url="sqlite://", instead=None, known="sqlite+aiosqlite")
    return Finding(error=error, place=None, count=1)


def test_a_listener_hears_its_kind_until_it_stops() -> None:
    heard: list[Event] = []
    event = _finding()

    stop = subscribe(heard.append, Event)
    publish(event)
    stop()
    publish(event)

    assert heard == [event]


def test_it_is_known_whether_anybody_listens() -> None:
    before = has_listeners(Finding)
    stop = subscribe(lambda _: None, Event)
    during = has_listeners(Finding)
    stop()

    assert (before, during) == (False, True)


def test_what_a_listener_raises_is_logged_and_goes_no_further(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def failing(_: Event) -> None:
        raise LookupError("not there")

    stop = subscribe(failing, Event)
    publish(_finding())
    stop()

    assert caplog.messages == ["a listener failed on Finding"]
