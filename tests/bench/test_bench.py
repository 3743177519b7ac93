"""A short run of the benchmarks, so that they go on working: the figures are not looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import URL

from bench.__main__ import main
from bench.agreement import Disagreement, agree
from bench.choice import choice
from bench.contenders import installed
from bench.cores import apart
from bench.figures import Figure, figures
from bench.picture import picture
from bench.reads import QUESTIONS, Read
from bench.results import Results, Time
from bench.servers import Servers
from bench.streaming import streamed
from bench.table import table, verdicts
from bench.web.load import ENDPOINTS, load

# SQLite has no exact decimal, which SQLAlchemy says; here all read the same floats.
pytestmark = pytest.mark.filterwarnings("ignore:Dialect sqlite")

ONE = QUESTIONS["one"]


async def test_a_quick_run_times_every_contender_that_is_installed() -> None:
    results = await main(choice(["--quick", "--only", "one", "--engine", "aiosqlite"]))

    assert list(results.reads["aiosqlite"]["one"]) == list(installed("aiosqlite"))


async def test_the_shop_answers_what_the_usual_shop_answers(tmp_path: Path) -> None:
    url = URL.create("sqlite+aiosqlite", database=str(tmp_path / "shop.sqlite"))

    # It raises where they differ.
    found = await load(url, rounds=1, seconds=0.05, clients=1)

    assert found.keys() == ENDPOINTS.keys()


async def test_a_stream_is_measured_in_a_process_of_its_own() -> None:
    with Servers(measurements=1_000) as servers:
        found = await streamed("aiosqlite", "driver", servers.filled("aiosqlite"))

    assert found.rows == 1_000


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="has one core")
def test_a_server_has_the_other_cores_for_as_long_as_it_is_measured() -> None:
    before = os.sched_getaffinity(0)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as server:
        with apart(server.pid):
            inside = os.sched_getaffinity(0), os.sched_getaffinity(server.pid)
        after = os.sched_getaffinity(0), os.sched_getaffinity(server.pid)
        server.communicate(b"\n")

    assert inside[0].isdisjoint(inside[1])
    assert after == (before, before)


async def test_contenders_that_answer_the_same_agree() -> None:
    await agree({"orm": {"one": _answering("1.50")}, "driver": {"one": _answering("1.5")}}, [ONE])


async def test_contenders_that_answer_otherwise_are_named_with_the_place() -> None:
    reads = {"orm": {"one": _answering("1.50")}, "driver": {"one": _answering("2.50")}}

    with pytest.raises(Disagreement) as caught:
        await agree(reads, [ONE])

    assert "one of orm and one of driver differ for" in str(caught.value)
    assert str(caught.value).endswith("at $.lines[0].price: 1.5 and 2.5")


def test_a_figure_says_whether_it_is_reached() -> None:
    found = [
        Figure("at most", 1.15, 1.2),
        Figure("at least", 7, 7.5, at_least=True),
        Figure("not measured", 1, None),
    ]

    assert [figure.verdict for figure in found] == ["missed", "ok", "-"]


def test_the_ratio_to_what_is_written_by_hand_is_of_one_run() -> None:
    found = {figure.claim: figure.reached for figure in figures(_results())}

    assert found["asyncpg: fifty, of hand-written"] == 1.1
    assert found["asyncpg: fifty in Pydantic, faster than the ORM"] == 10.0
    assert found["aiosqlite: fifty, of hand-written"] is None


def test_the_table_shows_how_many_times_the_driver_s_time_a_read_takes() -> None:
    text = table(_results())

    assert "    orm                       12,000    (10,000)    12.00 x" in text.splitlines()


def test_the_verdicts_name_what_is_to_be_reached() -> None:
    text = verdicts([Figure("json, of hand-written", 1.1, 1.0)])

    assert text.splitlines()[-1] == (
        "    json, of hand-written                                 <= 1.1 x          1.00 x  ok"
    )


def test_the_picture_has_a_bar_for_each_contender() -> None:
    drawn = picture(_results())

    assert drawn.count("<rect") == 4
    assert ">SQLAlchemy, Pydantic</text>" in drawn


def test_results_say_on_what_they_were_measured() -> None:
    kept = json.loads(_results().as_json())

    assert kept["reads"]["asyncpg"]["fifty"]["driver"] == {"wall": 1000.0, "cpu": 800.0}
    assert {"python", "processor", "cores", "packages"} <= kept["on"].keys()


def _answering(price: str) -> Read:
    async def read(_: int) -> object:
        return {"id": 1, "lines": [{"price": price}]}

    return read


def _results() -> Results:
    return Results(
        reads={
            "asyncpg": {
                "fifty": {
                    "orm": Time(12_000.0, 10_000.0),
                    "driver": Time(1_000.0, 800.0),
                    "taskbound-msgspec": Time(1_100.0, 900.0),
                    "taskbound-pydantic": Time(1_200.0, 950.0),
                }
            }
        }
    )
