"""A short storm leaves nothing behind on any engine, and what the controls leave is seen (F1, F2, F10)."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.storm import CONTROLS, Storm, storm


def test_a_storm_of_cancellations_leaves_nothing_behind(database_url: str) -> None:
    wreck = asyncio.run(storm("taskbound", database_url, Storm(cancels=120)))

    assert wreck.harm == 0, wreck


@pytest.mark.parametrize("name", CONTROLS)
def test_what_a_control_leaves_behind_is_seen(database_url: str, driver: str, name: str) -> None:
    wreck = asyncio.run(storm(name, database_url, Storm(cancels=20, share=1.0)))

    assert not wreck.is_amiss(driver.partition("+")[2]), wreck
