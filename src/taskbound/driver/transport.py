"""End a transport whose event loop is closed."""

from __future__ import annotations

import contextlib
from typing import Any


def cut(transport: Any) -> None:
    """Close the socket of an asyncio transport that can ask its loop for nothing any more.

    `abort()` marks the transport as closing and then fails, because it would leave the rest to the
    loop. What is left of it is the socket.
    """
    plain = getattr(getattr(transport, "_ssl_protocol", None), "_transport", None) or transport
    for layer in {transport, plain}:
        with contextlib.suppress(RuntimeError):
            layer.abort()
    socket = getattr(plain, "_sock", None)
    if socket is not None:
        socket.close()
        plain._sock = None
