"""The last commit's text of open files: read in threads of their own, for a disk may take its time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from vetline.provenance.baseline import committed, repository_of
from vetline.session.buffer import Buffer
from vetline.session.loops import call_on

_PATIENCE_SECONDS = 0.5
"""How long the first findings of a buffer wait, so that what is old isn't shown as if it were new for a moment."""


class Baselines:
    """Looks the baselines of buffers up; on the event loop's thread only.

    ``on_known`` is called with each buffer whose baseline was waited for, once it is known, or was waited for long enough.
    """

    def __init__(self, on_known: Callable[[Buffer], None]) -> None:
        self._on_known = on_known
        self._pending: dict[Buffer, asyncio.Event] = {}

    def look_up(self, buffer: Buffer, *, first: bool = True) -> None:
        """Find out what of a buffer is old; nothing is read for one that is in no repository.

        The ``first`` time, its findings wait for that.
        """
        repository = repository_of(buffer.path) if buffer.path is not None else None
        if repository is None or buffer.path is None:
            return
        loop = asyncio.get_running_loop()
        if first:
            self._pending[buffer] = asyncio.Event()
            loop.call_later(_PATIENCE_SECONDS, self._settled, buffer)
        path = buffer.path

        def read(path: Path, repository: Path) -> None:
            call_on(loop, self._known, buffer, committed(path, repository))

        threading.Thread(target=read, args=(path, repository), name="vetline-baseline", daemon=True).start()

    def is_pending(self, buffer: Buffer) -> bool:
        """Tell whether the baseline of a buffer is still waited for."""
        return buffer in self._pending

    async def wait(self, buffer: Buffer) -> None:
        """Return when it no longer is."""
        if (event := self._pending.get(buffer)) is not None:
            await event.wait()

    def _known(self, buffer: Buffer, text: str | None) -> None:
        changed = buffer.compare_with(text)
        if buffer in self._pending:
            self._settled(buffer)
        elif changed:
            self._on_known(buffer)

    def _settled(self, buffer: Buffer) -> None:
        if (event := self._pending.pop(buffer, None)) is not None:
            event.set()
            self._on_known(buffer)
