"""`shop serve` as a person runs it."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.shop.serve import COMMAND, serve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people have them."""
    made = tmp_path / "my shop"
    made.mkdir()
    return made


def test_the_first_start_fills_the_shop_and_the_second_finds_it_filled(folder: Path) -> None:
    with serve(folder) as first:
        found = httpx.get(first.address("Shop") + "orders").json()
    with serve(folder) as second:
        again = httpx.get(second.address("Shop") + "orders").json()

    assert first.said[0].startswith("Filled the shop in ")
    assert "The shop has its data already." == second.said[0]
    assert (3_000, found) == (found["total"], again)
    assert (folder / "var" / "shop.db").exists()


def test_every_address_that_is_printed_answers(folder: Path) -> None:
    with serve(folder) as served:
        answers = [httpx.get(served.address(name)) for name in ("Shop", "API docs", "Health")]

    assert [200, 200, 200] == [answer.status_code for answer in answers]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_server_ends_well_and_closes_its_database(
    folder: Path, ending: signal.Signals
) -> None:
    with serve(folder) as served:
        httpx.get(served.address("Shop") + "orders")
        served.process.send_signal(ending)

        assert 0 == served.process.wait(timeout=20)
    # SQLite removes its log when the last connection is closed.
    assert ["shop.db"] == [path.name for path in (folder / "var").iterdir()]


def test_a_taken_port_is_passed_over(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serve(folder, port=port) as served:
            answered = int(served.address("Shop").rstrip("/").rsplit(":")[-1])

    assert port < answered <= port + 50
    assert f"Port {port} is taken; this one is on {answered}." == served.said[-4]


def test_clients_that_hang_up_on_an_export_leave_the_log_empty(folder: Path) -> None:
    with serve(folder) as served:
        address = httpx.URL(served.address("Shop"))
        for size in range(0, 40_000, 1_000):
            _hang_up(address.host, address.port or 0, after=size)
        whole = httpx.get(served.address("Shop") + "orders/export.csv").text
        connections = httpx.get(served.address("Health")).json()["connections"]
        served.process.send_signal(signal.SIGTERM)

        assert 0 == served.process.wait(timeout=20)
    assert (3_001, 0) == (len(whole.splitlines()), connections["checked_out"])
    assert "" == served.log.read_text()


def _hang_up(host: str, port: int, *, after: int) -> None:
    """Ask for the export, and go away after so many bytes of it."""
    with socket.create_connection((host, port)) as away:
        away.sendall(b"GET /orders/export.csv HTTP/1.1\r\nHost: shop\r\n\r\n")
        received = 0
        while received < after:
            received += len(away.recv(1_000))


def test_a_first_start_that_was_killed_leaves_no_half_shop(folder: Path) -> None:
    database = folder / "var" / "shop.db"
    process = subprocess.Popen([*COMMAND, "0"], cwd=folder, stdout=subprocess.PIPE)
    while process.poll() is None and not database.exists():
        pass
    process.kill()
    process.communicate()

    with serve(folder) as served:
        found = httpx.get(served.address("Shop") + "orders").json()

    assert 3_000 == found["total"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--url", "sqlite:///x.db", "shop: sqlite:///x.db names no asynchronous driver; write "),
        (
            "--url",
            "postgresql+asyncpg://ada:secret@127.0.0.1:1/shop",
            "shop: postgresql+asyncpg://ada:***@127.0.0.1:1/shop does not answer: [Errno 111] ",
        ),
        ("--host", "203.0.113.9", "shop: [Errno 99] "),
    ],
    ids=["no async driver", "no server", "no such address"],
)
def test_a_start_that_fails_ends_with_one_line(
    folder: Path, option: str, value: str, message: str
) -> None:
    ended = subprocess.run(
        [*COMMAND, "0", option, value], cwd=folder, capture_output=True, text=True, check=False
    )

    assert (1, 1) == (ended.returncode, len(ended.stderr.splitlines()))
    assert ended.stderr.startswith(message)
    assert "secret" not in ended.stderr
