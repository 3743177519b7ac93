"""The proxy breaks what it is told to break, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url, text

from taskbound import CommitOutcomeUnknown, Database
from tests.chaos.proxy import COMMIT, LOOPBACK, Proxy, Way, proxied

# Nobody listens on the first port.
NOBODY = 1


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while portion := await reader.read(1024):
            writer.write(portion)
            await writer.drain()
    except ConnectionResetError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy in front of a server that says what it hears."""
    server = await asyncio.start_server(_echo, LOOPBACK, 0)
    async with proxied(LOOPBACK, server.sockets[0].getsockname()[1]) as made:
        yield made
    server.close()


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, said: bytes) -> bytes:
        self._writer.write(said)
        return await self.hear(len(said))

    async def hear(self, most: int = 1024) -> bytes:
        return await self._reader.read(most)


@asynccontextmanager
async def client_of(proxy: Proxy) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def test_what_is_not_broken_passes(proxy: Proxy) -> None:
    async with client_of(proxy) as client:
        assert b"hello" == await client.say(b"hello")


async def test_a_reset_is_one_for_the_client(proxy: Proxy) -> None:
    async with client_of(proxy) as client:
        await client.say(b"hello")

        assert 1 == proxy.cut("RST")
        with pytest.raises(ConnectionResetError):
            await client.hear()


async def test_a_fin_is_the_end_of_what_comes(proxy: Proxy) -> None:
    async with client_of(proxy) as client:
        await client.say(b"hello")
        proxy.cut("FIN")

        assert b"" == await client.hear()


async def test_a_connection_that_hangs_says_nothing_and_goes_on_afterwards(proxy: Proxy) -> None:
    async with client_of(proxy) as client:
        await client.say(b"hello")
        proxy.hang()
        answer = asyncio.ensure_future(client.say(b"again"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(answer), 0.05)

        proxy.restore()
        assert b"again" == await answer


async def test_one_direction_can_hang_alone(proxy: Proxy) -> None:
    async with client_of(proxy) as client:
        await client.say(b"hello")
        proxy.hang(frozenset({Way.TO_CLIENT}))
        trap = proxy.cut_on(b"heard", delivered=True)
        answer = asyncio.ensure_future(client.say(b"heard"))

        await trap.sprung.wait()
        assert not answer.done()
        proxy.restore()
        with pytest.raises(ConnectionResetError):
            await answer


@pytest.mark.parametrize("way", list(Way))
async def test_a_connection_is_reset_at_a_byte(proxy: Proxy, way: Way) -> None:
    async with client_of(proxy) as client:
        await client.say(b"hello")
        trap = proxy.cut_at(3, way)

        heard = b""
        with pytest.raises(ConnectionResetError):
            for letter in b"abcdef":
                heard += await client.say(bytes([letter]))
        assert trap.sprung.is_set()
        # The reset to the server may overtake what it would have said to its last byte.
        assert b"ab" == heard[:2] and len(heard) <= 3


@pytest.mark.parametrize("portions", [(b"COMMIT",), (b"COM", b"MIT")])
async def test_a_message_is_found_in_one_portion_or_two(
    proxy: Proxy, portions: tuple[bytes, ...]
) -> None:
    async with client_of(proxy) as client:
        trap = proxy.cut_on(b"COMMIT", delivered=False)
        with pytest.raises(ConnectionResetError):
            for portion in portions:
                await client.say(portion)

        assert trap.sprung.is_set()


async def test_a_delay_is_for_each_portion_and_direction(proxy: Proxy) -> None:
    loop = asyncio.get_running_loop()
    async with client_of(proxy) as client:
        await client.say(b"hello")
        proxy.delay = 0.02
        before = loop.time()
        await client.say(b"again")

        assert loop.time() - before >= 0.04


async def test_a_proxy_that_refuses_resets_what_comes_new(proxy: Proxy) -> None:
    proxy.refuses = True
    async with client_of(proxy) as client:
        with pytest.raises(ConnectionResetError):
            await client.hear()


async def test_a_server_that_is_away_is_a_reset() -> None:
    async with proxied(LOOPBACK, NOBODY) as proxy, client_of(proxy) as client:
        with pytest.raises(ConnectionResetError):
            await client.hear()


async def test_the_proxy_stays_on_loopback() -> None:
    with pytest.raises(ValueError) as caught:
        async with proxied("192.0.2.1", 5432):
            pass

    assert "the proxy of the tests stays on loopback: 192.0.2.1 is elsewhere" == str(caught.value)


SERVED = pytest.mark.parametrize(
    "driver",
    [
        pytest.param(f"{dialect}+{name}", id=name)
        for dialect, name in [
            ("postgresql", "asyncpg"),
            ("postgresql", "psycopg"),
            ("mysql", "aiomysql"),
            ("mysql", "asyncmy"),
        ]
    ],
)


@SERVED
@pytest.mark.parametrize("delivered", [True, False], ids=["delivered", "lost"])
async def test_a_commit_is_lost_before_the_server_or_after_it(
    driver: str, database_url: str, delivered: bool
) -> None:
    url = make_url(database_url)
    async with (
        proxied(LOOPBACK, url.port or 0) as proxy,
        Database(url.set(port=proxy.port)) as broken,
        Database(url) as whole,
    ):
        async with whole.begin() as session:
            await session.execute(text("CREATE TABLE notes (id INT PRIMARY KEY)"))
        trap = proxy.cut_on(COMMIT[url.get_backend_name()], delivered=delivered)
        with pytest.raises(CommitOutcomeUnknown):
            async with broken.begin() as session:
                await session.execute(text("INSERT INTO notes VALUES (1)"))

        assert trap.sprung.is_set()
        async with whole.session() as session:
            count = await session.scalar(text("SELECT count(*) FROM notes"))
        assert int(delivered) == count
