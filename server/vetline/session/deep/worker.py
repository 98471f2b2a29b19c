"""The deep process: reads requests, answers one after the other, and ends when nobody is left to ask."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO

from vetline.core.config import Config
from vetline.session.deep.confinement import OutOfBounds, confine_actions, confine_resources, end_after
from vetline.session.deep.wire import READY, Garbage, Reply, Request, from_body, read_frame, to_frame

if TYPE_CHECKING:
    from vetline.engine.document import Engine
    from vetline.engine.project import Project

FAULT = "VETLINE_TEST_DEEP_FAULT"
"""An environment variable for tests alone: see :mod:`vetline.session.deep.faults`."""

_GRACE = 5.0
"""Seconds beyond twice a request's budget until the process ends itself."""
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_OUT_OF_MEMORY, _OUT_OF_BOUNDS = 70, 71
"""Exit codes."""


def main() -> None:
    """Serve requests from standard input until it ends."""
    confine_resources()
    warnings.simplefilter("ignore")
    sink = os.fdopen(os.dup(_STDOUT), "wb")
    os.dup2(_STDERR, _STDOUT)  # what libraries print must not get between the frames
    requests: SimpleQueue[Request] = SimpleQueue()
    look = _prepare()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    _send(Reply(READY), sink)
    while True:
        request = requests.get()
        end_after(2 * request.seconds + _GRACE)
        reply = _answer(request, look)
        end_after(0)
        _send(reply, sink)


def _send(reply: Reply, sink: BinaryIO) -> None:
    # A server that is gone hears nothing.  Its end is that of the input, too, and by that we end, in one thread alone.
    with suppress(OSError):
        sink.write(to_frame(reply))
        sink.flush()


def _listen(requests: SimpleQueue[Request]) -> None:
    """Take in requests while the process is at work, so that the end of the server is noticed at any time."""
    with suppress(Garbage, OSError):
        while (body := read_frame(_read_exactly)) is not None:
            requests.put(from_body(body, Request))
    os._exit(0)


def _read_exactly(size: int) -> bytes:
    """Return ``size`` bytes of standard input, or what is left of it."""
    data = bytearray()
    while len(data) < size and (chunk := os.read(_STDIN, size - len(data))):
        data += chunk
    return bytes(data)


def _prepare() -> Callable[[Request], Reply]:
    """Load all code that requests need, and return what answers one."""
    from vetline.engine.deep import vet_deeply
    from vetline.semantics.definitions import load_jedi

    load_jedi()
    engines = _Engines()
    inject = _faults()
    confine_actions(_code_folders())

    def look(request: Request) -> Reply:
        inject(request)
        engine, project = engines.of(Config(bandit=request.bandit, models=request.models), request.root)
        deep = vet_deeply(request.text, request.name, request.path, request.root, engine, project)
        return Reply(request.number, deep.found, deep.refuted)

    return look


def _answer(request: Request, look: Callable[[Request], Reply]) -> Reply:
    try:
        return look(request)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except OutOfBounds:
        os._exit(_OUT_OF_BOUNDS)
    except Exception as error:  # noqa: BLE001 - what fails on one text must not be the end for others
        return Reply(request.number, failure=_describe(error))


def _describe(error: Exception) -> str:
    """Return the type of an exception and where it was raised: its message may quote the code."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f" in {trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"


class _Engines:
    """Keeps the checks that were configured last, and the modules that were read: buffers of one project have the same."""

    def __init__(self) -> None:
        from vetline.engine.document import Engine

        self._make: Callable[[Config], Engine] = Engine.of
        self._newest = Config(), self._make(Config())
        self._project: tuple[Engine, Path, Project] | None = None

    def of(self, config: Config, root: Path) -> tuple[Engine, Project | None]:
        """Return the checks for a configuration, and the modules below ``root`` as they are now."""
        if self._newest[0] != config:
            self._newest = config, self._make(config)
        engine = self._newest[1]
        if self._project is None or self._project[:2] != (engine, root):
            from vetline.engine.project import Project

            models = engine.checks.models
            self._project = None if models is None else (engine, root, Project(root, models))
        elif self._project is not None:
            self._project[2].refresh()
        return engine, None if self._project is None else self._project[2]


def _code_folders() -> tuple[Path, ...]:
    """Return the folders of Vetline, Python, and what is installed for them."""
    folders = [
        Path(__file__).parents[2],
        Path(sys.base_prefix),
        Path(sys.prefix),
        *(Path(entry) for entry in sys.path if entry),
    ]
    return tuple(dict.fromkeys(folders))


def _faults() -> Callable[[Request], None]:
    if not os.environ.get(FAULT):
        return lambda _: None
    from vetline.session.deep.faults import injector

    return injector(os.environ[FAULT])
