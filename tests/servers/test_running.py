"""What every server that the tests start must hold to, whichever engine it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.servers.databases import Databases
from tests.servers.died import ServerDied
from tests.servers.place import Place
from tests.servers.running import LOOPBACK, Order, Server, free_port, running

HOLD_A_SERVER = """\
import sys
from tests.servers.postgresql import postgresql
with postgresql() as server:
    print(server.process, flush=True)
    sys.stdin.read()
"""

PROJECT = Path(__file__).parents[2]


@pytest.fixture(params=["postgresql_databases", "mariadb_databases"])
def server(request: pytest.FixtureRequest) -> Server:
    """A running server of this test run."""
    databases: Databases = request.getfixturevalue(request.param)
    if databases.server.process is None:
        pytest.skip("the environment names this server: it is not ours to judge")
    return databases.server


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no second loopback address")
def test_a_server_listens_on_the_loopback_address_only(server: Server) -> None:
    port = server.url.port or 0
    socket.create_connection((LOOPBACK, port)).close()

    # A server that listened on every address would be reached here as well.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_never_runs_as_root(server: Server) -> None:
    owner = Path(f"/proc/{server.process}").stat().st_uid

    assert owner != 0


def test_a_server_wants_its_password(server: Server) -> None:
    assert server.url.password
    assert "***" in str(server.url)
    assert server.url.password not in str(server.url)


def test_a_server_stops_when_the_test_run_that_started_it_is_killed(
    postgresql_databases: Databases,
) -> None:
    if postgresql_databases.server.process is None:
        pytest.skip("the environment names the server: none of our own is started")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_A_SERVER],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        process = int(run.stdout.readline())

        run.kill()
        # The keeper has this pipe from the run, and closes it when its work is done.
        run.stderr.read()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    order = Order(Place(folder, None), ["sh", "-c", "echo no room left"], signal.SIGTERM)
    url = URL.create("postgresql+psycopg", host=LOOPBACK, port=free_port())

    with pytest.raises(ServerDied) as caught, running(order, url):
        pass
    assert "no room left" == str(caught.value)
    assert not folder.exists()
