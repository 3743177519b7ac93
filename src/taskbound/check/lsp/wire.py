"""Messages of the language server protocol: JSON with a header that says how many bytes it has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import IO

Message = dict[str, Any]


def receive(stream: IO[bytes]) -> Message | None:
    """The next message, or None at the end of the stream."""
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    content = stream.read(length) if length else b""
    return json.loads(content) if content else None


def send(stream: IO[bytes], message: Message) -> None:
    """Send one message."""
    content = json.dumps({"jsonrpc": "2.0", **message}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
    stream.flush()
