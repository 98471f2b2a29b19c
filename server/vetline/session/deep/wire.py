"""What the server and its deep process say to each other: JSON in frames, over pipes.

A frame is the length of its body in bytes (four of them, big-endian) and the body.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vetline.core.config import BanditConfig, ModelFile
from vetline.core.finding import Finding

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

LENGTH_BYTES = 4
LONGEST = 1 << 28
"""Bytes of a frame's body; what claims to be longer is no frame."""

READY = 0
"""The number of the reply that the process begins with, once it can work."""

T = TypeVar("T", "Request", "Reply")


class Garbage(Exception):
    """What came over the wire is no message of ours."""


@dataclass(frozen=True, slots=True)
class Request:
    """Look at one text: see :func:`vetline.engine.deep.vet_deeply`.

    ``number`` counts from 1.  The process ends itself when it has taken far longer than ``seconds``.
    """

    number: int
    text: str
    name: str
    path: Path | None
    root: Path
    bandit: BanditConfig
    seconds: float
    models: tuple[ModelFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What was found, and which findings' keys were refuted.  ``failure`` says what kind of exception stopped the analysis,
    and where; it quotes no code."""

    number: int
    findings: tuple[Finding, ...] = ()
    refuted: tuple[str, ...] = ()
    failure: str = ""


def to_frame(message: Request | Reply) -> bytes:
    """Return a message as it goes over the wire.

    Raises:
        ValueError, TypeError: an option of a Bandit check has no place in JSON.
    """
    body = _converter().dumps(message).encode()
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def length_of(head: bytes) -> int:
    """Return how many bytes follow the first :data:`LENGTH_BYTES` of a frame.

    Raises:
        Garbage: these begin no frame.
    """
    length = int.from_bytes(head, "big")
    if length > LONGEST:
        raise Garbage
    return length


def from_body(body: bytes, kind: type[T]) -> T:
    """Return the message that a frame holds.

    Raises:
        Garbage: it isn't of that kind.
    """
    try:
        return _converter().loads(body, kind)
    except Exception as error:
        raise Garbage from error


def read_frame(read: Callable[[int], bytes]) -> bytes | None:
    """Return the body of the next frame, from a function that reads exactly so many bytes; None at the end.

    Raises:
        Garbage: this is no frame, or not all of it.
    """
    head = read(LENGTH_BYTES)
    if not head:
        return None
    length = length_of(head)
    body = read(length)
    if len(head) < LENGTH_BYTES or len(body) < length:
        raise Garbage
    return body


@cache
def _converter() -> JsonConverter:
    from cattrs.preconf.json import make_converter

    return make_converter()
