"""A short storm leaves nothing behind on any engine, and what the controls leave is seen (F1, F2, F10).

`make chaos` has longer ones, and the controls on each engine.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.storm import CONTROLS, Storm, control_of, storm
from tests.servers.databases import Databases


def test_a_storm_of_cancellations_leaves_nothing_behind(database_url: str) -> None:
    wreck = asyncio.run(storm("taskbound", database_url, Storm(cancels=60)))

    assert wreck.harm == 0, wreck


@pytest.mark.parametrize("name", CONTROLS)
def test_what_a_control_leaves_behind_is_seen(postgresql_databases: Databases, name: str) -> None:
    with postgresql_databases.fresh() as url:
        address = url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        wreck = asyncio.run(storm(name, address, control_of(cancels=20)))

    assert not wreck.is_amiss("psycopg"), wreck
