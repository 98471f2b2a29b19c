"""The deep process as the server sees it: started when it is needed, asked one thing at a time, and killed without ado."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from asyncio import IncompleteReadError
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vetline.session.deep.wire import LENGTH_BYTES, READY, Garbage, Reply, Request, from_body, length_of, to_frame

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("__main__.py")))

_START_SECONDS = 60.0
"""How long loading Bandit and jedi may take, on a machine that is busy with other things."""


class ProcessFailed(Exception):
    """The process didn't do what it was asked to, and must be stopped; the text says what it did instead."""


class ProcessLate(ProcessFailed):
    """It has not done it in time: it hangs, or the machine has too much else to do."""


class DeepProcess:
    """One process.  Nothing of it is to be used again once a method has raised."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input = process.stdin
        self._output = process.stdout

    @classmethod
    async def start(cls, command: Sequence[str]) -> DeepProcess:
        """Start a process and wait until it can work.

        Raises:
            ProcessFailed: it can't be started, or doesn't come to that.
        """
        quiet = None if log.isEnabledFor(logging.DEBUG) else subprocess.DEVNULL  # its traceback may quote the code
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        pipe = subprocess.PIPE
        try:
            found = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=quiet, creationflags=flags)
        except OSError as error:
            raise ProcessFailed(f"can't be started ({error.strerror or error})") from error
        process = cls(found)
        try:
            await process._reply(READY, _START_SECONDS)
        except ProcessLate as late:
            await process.stop()
            raise ProcessFailed(str(late)) from None
        except BaseException:
            await process.stop()
            raise
        return process

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended, by itself or by somebody else's hand."""
        return self._process.returncode is not None

    async def ask(self, request: Request) -> Reply:
        """Return the reply to a request.

        Raises:
            ProcessLate: there was none within ``request.seconds``.
            ProcessFailed: there was none, or none that makes sense.
            ValueError, TypeError: the request can't be sent.
        """
        frame = to_frame(request)
        return await self._reply(request.number, request.seconds, frame)

    async def stop(self) -> None:
        """End the process, whatever it is doing, and see it gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._input.close()
        with suppress(OSError):
            await self._output.read()  # asyncio doesn't see the end of a process before that of its output
        await self._process.wait()

    async def _reply(self, number: int, seconds: float, frame: bytes = b"") -> Reply:
        try:
            async with asyncio.timeout(seconds):
                self._input.write(frame)
                await self._input.drain()
                head = await self._output.readexactly(LENGTH_BYTES)
                reply = from_body(await self._output.readexactly(length_of(head)), Reply)
        except TimeoutError:
            raise ProcessLate(f"gave no answer within {seconds:g} s") from None
        except (IncompleteReadError, OSError):
            raise ProcessFailed(f"ended{await self._exit_code()}") from None
        except Garbage:
            raise ProcessFailed("gave an answer that makes no sense") from None
        if reply.number != number:
            raise ProcessFailed("gave an answer to another question")
        return reply

    async def _exit_code(self) -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                return f" (exit code {await self._process.wait()})"
        return " its output"
