"""UUIDs in the order of time."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from taskbound.mixins import uuid7


def test_it_has_the_form_of_the_rfc() -> None:
    found = uuid7()

    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    # The version stands in bits 48 to 51, the variant in 64 and 65.
    assert found.int >> 76 & 0xF == 7
    assert found.int >> 62 & 0b11 == 0b10


def test_it_begins_with_the_milliseconds_since_1970() -> None:
    before = time.time_ns() // 1_000_000
    found = uuid7()
    after = time.time_ns() // 1_000_000

    assert before <= found.int >> 80 <= after + 1


def test_each_is_greater_than_the_one_before() -> None:
    found = [uuid7() for _ in range(20_000)]

    assert found == sorted(set(found))
    assert [str(each) for each in found] == sorted(str(each) for each in found)


def test_threads_make_no_two_that_are_equal() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [uuid7() for _ in range(500)], range(8)))

    assert all(made == sorted(made) for made in found)
    assert len({each for made in found for each in made}) == 4000


def test_it_goes_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)

    assert uuid7() > before


def test_a_counter_that_is_full_takes_the_next_millisecond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from taskbound.mixins.uuids import _CLOCK, _COUNTER_BITS

    now = uuid7().int >> 80
    monkeypatch.setattr(time, "time_ns", lambda: now * 1_000_000)
    monkeypatch.setattr(_CLOCK, "_counter", (1 << _COUNTER_BITS) - 1)

    assert uuid7().int >> 80 > now
