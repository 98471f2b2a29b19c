"""The byte streams that messages come and go on: standard input and output, or one TCP connection."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vetline.lsp.protocol import VetlineProtocol

log = logging.getLogger(__name__)

Read = Callable[[int], bytes]
"""Waits for bytes, and returns at most that many; none at the end."""
Write = Callable[[bytes], None]

_CHUNK = 1 << 16
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_STDIN, _STDOUT, _STDERR = 0, 1, 2


def frames(read: Read) -> Iterator[bytes]:
    """Yield the bodies of the messages in a stream (LSP 3.17, "Base Protocol") until it ends.

    A header without a length is passed over, and what stands before the next one with it.
    """
    buffer = bytearray()
    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if not (chunk := read(_CHUNK)):
                return
            buffer += chunk
        length = _LENGTH.search(bytes(buffer[:end]))
        del buffer[: end + 4]
        if length is None:
            continue
        size = int(length[1])
        while len(buffer) < size:
            if not (chunk := read(_CHUNK)):
                return
            buffer += chunk
        yield bytes(buffer[:size])
        del buffer[:size]


def converse(protocol: VetlineProtocol, read: Read, write: Write) -> int:
    """Handle messages until the client says ``exit`` or is gone; return the exit code."""
    return asyncio.run(_converse(protocol, read, write))


async def _converse(protocol: VetlineProtocol, read: Read, write: Write) -> int:
    loop = asyncio.get_running_loop()
    messages: asyncio.Queue[bytes | None] = asyncio.Queue()
    protocol.connect(write, lambda: messages.put_nowait(None))

    def listen() -> None:
        # Messages are read while others are handled, and queue up: a client that writes much before it reads anything
        # would else wait for us, and we for it.
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            try:
                for body in frames(read):
                    loop.call_soon_threadsafe(messages.put_nowait, body)
            except OSError:
                log.info("The connection is broken")
            finally:
                loop.call_soon_threadsafe(messages.put_nowait, None)

    threading.Thread(target=listen, name="vetline-reader", daemon=True).start()
    while not protocol.has_ended and (body := await messages.get()) is not None:
        protocol.receive(body)
        await asyncio.sleep(0)  # a request begins before the next message changes what it is about
    return protocol.exit_code


def over_stdio(protocol: VetlineProtocol) -> int:
    """Serve the client at standard input and output; return the exit code.

    They are the protocol's alone from then on: what anything else prints goes to standard error.
    """
    source, sink = os.dup(_STDIN), os.dup(_STDOUT)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, _STDIN)
    try:
        os.dup2(_STDERR, _STDOUT)
    except OSError:  # there is no standard error
        os.dup2(null, _STDOUT)
    os.close(null)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (source, sink):
            msvcrt.setmode(descriptor, os.O_BINARY)
    else:
        for descriptor in (source, sink):
            os.set_blocking(descriptor, True)

    def write(data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(sink, rest) :]

    return converse(protocol, lambda size: os.read(source, size), write)


def over_tcp(protocol: VetlineProtocol, host: str, port: int, on_listening: Callable[[str, int], None]) -> int:
    """Wait for one client at an address, and serve it; return the exit code.

    ``on_listening`` is told the address, with the port that was chosen if ``port`` is 0.

    Raises:
        OSError: the address can't be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        on_listening(*listener.getsockname()[:2])
        connection, _ = listener.accept()
    # A session is one client's: nobody else gets in now.
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return converse(protocol, connection.recv, connection.sendall)
