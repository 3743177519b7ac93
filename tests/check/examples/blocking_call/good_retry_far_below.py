import socket
import time
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


def find_port(first: int) -> int:
    port = first
    for _ in range(10):
        if _is_free(port):
            return port
        port += 1
        time.sleep(0.1)
    return port


def write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except PermissionError:
        time.sleep(0.05)
        path.write_text(text)


class Client:
    def __init__(self, port: int) -> None:
        self.port = port


def _make(ephemeral: bool) -> Client:
    return Client(find_port(8000) if ephemeral else 8000)


def get_client(ephemeral: bool = False) -> Client:
    return _make(ephemeral)


def save_preset(path: Path, text: str) -> None:
    write(path, text)


async def handler(session: AsyncSession, path: Path) -> int:
    save_preset(path, "x")
    return get_client().port
