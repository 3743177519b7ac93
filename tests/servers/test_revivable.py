"""A server that was killed comes back where it was, with all that it has acknowledged."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.servers.revivable import Revivable, revivable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(params=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[Revivable]:
    with revivable(request.param) as made:
        yield made


def run(url: URL, *statements: str) -> object:
    engine = create_engine(url, isolation_level="READ COMMITTED", poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            answer = connection.execute(text(statement))
        return answer.scalar() if answer.returns_rows else None


def test_a_killed_server_comes_back_with_its_data(server: Revivable) -> None:
    url = server.server.url
    run(url, "CREATE TABLE notes (id INT PRIMARY KEY)")
    run(url, "INSERT INTO notes VALUES (1)")
    server.kill()
    with pytest.raises(OperationalError):
        run(url, "SELECT 1")

    server.revive()
    assert 1 == run(url, "SELECT count(*) FROM notes")
    assert url == server.server.url
