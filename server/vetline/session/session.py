"""An editor session: its open buffers, kept vetted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from vetline.config import Problem
from vetline.session.buffer import Buffer
from vetline.session.changes import Change, Urgency, urgency_of
from vetline.session.rulebooks import Rulebooks
from vetline.session.scheduler import Scheduler


class Session:
    """The state of one editor session; on the event loop's thread only.

    ``on_vetted`` is called with each buffer whose findings are up to date, and ``on_problems`` with all problems of the
    configuration, by file, whenever it was read.
    """

    def __init__(
        self,
        on_vetted: Callable[[Buffer], None],
        on_problems: Callable[[Mapping[Path | None, Sequence[Problem]]], None],
    ) -> None:
        self._rulebooks = Rulebooks()
        self._scheduler = Scheduler(on_vetted)
        self._on_problems = on_problems
        self._buffers: dict[str, Buffer] = {}

    @property
    def buffers(self) -> Mapping[str, Buffer]:
        """The open buffers by URI."""
        return self._buffers

    def open(self, uri: str, path: Path | None, version: int | None, text: str) -> None:
        """Begin to follow a buffer."""
        if known := self._buffers.get(uri):
            self._scheduler.cancel(known)
        buffer = Buffer(uri, path, version, text, self._rulebooks.of(path))
        self._buffers[uri] = buffer
        self._on_problems(self._rulebooks.problems())
        self._scheduler.schedule(buffer, Urgency.AT_ONCE)

    def change(self, uri: str, version: int | None, changes: Iterable[Change]) -> None:
        """Follow a change of a buffer; one that isn't open is ignored.

        ``changes`` are applied one by one while they are drawn, so each may be made for the text behind the one before.
        """
        if buffer := self._buffers.get(uri):
            applied = buffer.change(version, changes)
            self._scheduler.schedule(buffer, urgency_of(applied))

    def close(self, uri: str) -> None:
        """Stop following a buffer."""
        if buffer := self._buffers.pop(uri, None):
            self._scheduler.cancel(buffer)

    async def vetted(self, uri: str) -> Buffer | None:
        """Return a buffer with its findings up to date; None if it isn't open (any more)."""
        buffer = self._buffers.get(uri)
        if buffer is not None:
            await self._scheduler.vetted(buffer)
        return self._buffers.get(uri)

    def configure(self, workspaces: Sequence[Path] | None = None, editor: Mapping[str, object] | None = None) -> None:
        """Take over the editor's folders and settings (None: as they were), read all files, and vet by what they say."""
        rulebooks = self._rulebooks
        if workspaces is not None:
            rulebooks.workspaces = tuple(workspaces)
        if editor is not None:
            rulebooks.editor = editor
        rulebooks.forget()
        for buffer in self._buffers.values():
            buffer.use(rulebooks.of(buffer.path))
            self._scheduler.schedule(buffer, Urgency.AT_ONCE)
        self._on_problems(rulebooks.problems())

    def file_changed(self, path: Path) -> bool:
        """Follow a change on disk; tell whether it concerned the configuration."""
        if not self._rulebooks.expire(path):
            return False
        self.configure()
        return True
