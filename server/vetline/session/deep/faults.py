"""Faults on order, so that tests can see what becomes of the server when its deep process misbehaves.

The environment variable ``VETLINE_TEST_DEEP_FAULT`` holds a kind of :data:`KINDS`, and, after a colon, the name of the files
whose analysis it befalls: ``hang:slow.py``.  Without a name it befalls all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import PurePath

from vetline.session.deep.wire import Request


def _hang() -> None:
    while True:
        time.sleep(60)


def _crash() -> None:
    os.abort()


def _eat() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def _babble() -> None:
    os.closerange(3, 64)  # the pipe to the server is one of them


def _raise() -> None:
    raise RuntimeError("an analysis that fails")


KINDS: Mapping[str, Callable[[], None]] = {
    "hang": _hang,
    "crash": _crash,
    "memory": _eat,
    "hang-up": _babble,
    "raise": _raise,
}


def injector(fault: str) -> Callable[[Request], None]:
    """Return what is called with each request before it is answered."""
    kind, _, name = fault.partition(":")

    def inject(request: Request) -> None:
        if not name or PurePath(request.name).name == name:
            KINDS[kind]()

    return inject
