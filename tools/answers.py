"""Exit with 0 where every address that is given answers a GET with HTTP status 200."""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


def main(addresses: list[str]) -> int:
    """Ask each address once, for at most five seconds."""
    try:
        return 0 if all(_status(address) == HTTPStatus.OK for address in addresses) else 1
    except (HTTPException, OSError):
        return 1


def _status(address: str) -> int:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
