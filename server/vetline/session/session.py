"""An editor session: its open buffers, kept vetted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from vetline.config import Problem
from vetline.provenance.baseline import repository_of
from vetline.provenance.tracking import Tracked
from vetline.provenance.watch import Signal
from vetline.rules.catalogue import find_rule, rule_ids
from vetline.session.baselines import Baselines
from vetline.session.buffer import Buffer
from vetline.session.changes import Change, Urgency
from vetline.session.chronicle import Chronicle
from vetline.session.deep.tier import DeepTier
from vetline.session.rulebooks import EditorSettings, Rulebooks
from vetline.session.scheduler import Scheduler
from vetline.session.verdicts import Verdict, Verdicts

Problems = Mapping[Path | None, Sequence[Problem]]
"""The problems of configuration files; those of the editor's settings stand under None."""


class Session:
    """The state of one editor session; on the event loop's thread only.

    ``on_vetted`` is called with each buffer whose findings are up to date, and ``on_problems`` with all problems of the
    configuration whenever it was read, once the editor is there to be told (:meth:`begin`).  ``deep``, if there is such a
    tier, has its look at each buffer after that.  ``on_verdict`` is called with what is new of foreign code in a buffer.
    """

    def __init__(
        self,
        on_vetted: Callable[[Buffer], None],
        on_problems: Callable[[Problems], None],
        deep: DeepTier | None = None,
        on_verdict: Callable[[Buffer, Verdict], None] = lambda *_: None,
        chronicle: Chronicle | None = None,
    ) -> None:
        self._rulebooks = Rulebooks()
        self._scheduler = Scheduler(self._vetted)
        self._deep = deep
        self._on_vetted = on_vetted
        self._on_problems = on_problems
        self._on_verdict = on_verdict
        self.chronicle = chronicle or Chronicle()
        self._baselines = Baselines(self._compared)
        self._buffers: dict[str, Buffer] = {}
        self._verdicts: dict[str, Verdicts] = {}
        self._has_begun = False

    @property
    def buffers(self) -> Mapping[str, Buffer]:
        """The open buffers by URI."""
        return self._buffers

    def begin(self) -> None:
        """Look for configuration in the workspace, and tell of its problems from now on."""
        self._has_begun = True
        self._rulebooks.look_around()
        self._report()

    async def warm_up(self) -> None:
        """Load the rules bit by bit, so that the first finding of one needs not wait for its module."""
        for rule_id in rule_ids():
            await asyncio.sleep(0)
            find_rule(rule_id)

    def end(self) -> None:
        """Give up everything that is under way."""
        for uri in list(self._buffers):
            self.close(uri)
        self.chronicle.end()
        if self._deep is not None:
            self._deep.end()

    def open(self, uri: str, path: Path | None, version: int | None, text: str) -> None:
        """Begin to follow a buffer."""
        self.close(uri)
        self._has_begun = True
        buffer = Buffer(uri, path, version, text, self._rulebooks.of(path))
        self._buffers[uri] = buffer
        self._report()
        self._baselines.look_up(buffer)
        project = repository_of(path) if path is not None else None
        self.chronicle.opened(buffer, project or self._rulebooks.workspace_of(path))
        self._scheduler.schedule(buffer, Urgency.AT_ONCE)

    def saved(self, uri: str) -> None:
        """Find out anew what of a buffer is old: there may have been a commit."""
        if buffer := self._buffers.get(uri):
            buffer.saved_at = time.monotonic()
            self._baselines.look_up(buffer, first=False)
            self.chronicle.saved(buffer)

    def change(self, uri: str, version: int | None, changes: Iterable[Change]) -> None:
        """Follow a change of a buffer; one that isn't open is ignored.

        ``changes`` are applied one by one while they are drawn, so each may be made for the text behind the one before.
        """
        if buffer := self._buffers.get(uri):
            urgency = buffer.change(version, changes)
            self._scheduler.schedule(buffer, urgency)

    def told(self, uri: str, signal: Signal) -> Tracked | None:
        """Take note of what the client says of a change of a buffer; return the acceptance if it is here already."""
        buffer = self._buffers.get(uri)
        tracked = buffer.told(signal) if buffer is not None else None
        if buffer is not None and tracked is not None:
            if buffer.is_vetted:
                self._vetted(buffer)
            else:
                self._scheduler.schedule(buffer, Urgency.AT_ONCE)
        return tracked

    def reviewed(self, uri: str, acceptance: str) -> bool:
        """Take an acceptance for reviewed; tell whether there is such a one."""
        buffer = self._buffers.get(uri)
        if buffer is None or not buffer.reviewed(acceptance):
            return False
        if buffer.is_vetted:
            self._vetted(buffer)
        else:  # comments that came in with it count from now on
            self._scheduler.schedule(buffer, Urgency.AT_ONCE)
        return True

    def remembered(self, buffer: Buffer) -> None:
        """Show a buffer anew, in which foreign code of an earlier session was found again."""
        buffer.reconsider()
        if buffer.is_vetted:
            self._vetted(buffer)
        else:
            self._scheduler.schedule(buffer, Urgency.AT_ONCE)

    def announced(self, buffer: Buffer) -> None:
        """Say what is new of the foreign code in a vetted buffer."""
        for verdict in self._verdicts.setdefault(buffer.uri, Verdicts()).news(buffer):
            self._on_verdict(buffer, verdict)
        self.chronicle.vetted(buffer)

    def close(self, uri: str) -> None:
        """Stop following a buffer."""
        self._verdicts.pop(uri, None)
        if buffer := self._buffers.pop(uri, None):
            self._scheduler.cancel(buffer)
            self.chronicle.closed(buffer)
            if self._deep is not None:
                self._deep.forget(buffer)

    async def vetted(self, uri: str) -> Buffer | None:
        """Return a buffer with its findings up to date; None if it isn't open (any more)."""
        while (buffer := self._buffers.get(uri)) is not None and not buffer.is_vetted:
            await self._scheduler.vetted(buffer)
        if buffer is not None:
            await self._baselines.wait(buffer)
        return self._buffers.get(uri)

    def configure(self, workspaces: Sequence[Path] | None = None, settings: EditorSettings | None = None) -> bool:
        """Take over the editor's folders and settings (None: as they were), look at all files, and vet by what they say.

        Tell whether that makes a difference for an open buffer.  One for which it makes none is left alone.
        """
        rulebooks = self._rulebooks
        if workspaces is not None:
            rulebooks.workspaces = tuple(workspaces)
        if settings is not None:
            rulebooks.settings = settings
        rulebooks.forget()
        if self._has_begun:
            rulebooks.look_around()
        differs = False
        for buffer in self._buffers.values():
            rulebook = rulebooks.of(buffer.path)
            if rulebook is not buffer.rulebook:
                differs = True
                buffer.use(rulebook)
                self._scheduler.schedule(buffer, Urgency.AT_ONCE)
        self._report()
        return differs

    def files_changed(self, paths: Iterable[Path]) -> bool:
        """Follow changes on disk; tell whether they make a difference for an open buffer at once."""
        changed = frozenset(paths)
        for buffer in self._buffers.values():
            if buffer.path in changed:
                if buffer.written_on_disk() and buffer.is_vetted:
                    self._vetted(buffer)
                self.chronicle.refresh(buffer)
        if any(path.suffix == ".py" for path in changed):
            for buffer in self._buffers.values():
                if buffer.is_vetted and buffer.path not in changed:
                    self._look_deeper(buffer)
        return self._rulebooks.expire(changed) and self.configure()

    def configuration_files(self) -> frozenset[Path]:
        """Return the files, there or not, that the configuration may come from."""
        return self._rulebooks.depends_on()

    def _compared(self, buffer: Buffer) -> None:
        if buffer.is_vetted and self._buffers.get(buffer.uri) is buffer:
            self._vetted(buffer)

    def _vetted(self, buffer: Buffer) -> None:
        if self._baselines.is_pending(buffer):
            return  # it won't be long
        self._on_vetted(buffer)
        self.announced(buffer)
        self._look_deeper(buffer)

    def _look_deeper(self, buffer: Buffer) -> None:
        if self._deep is not None:
            alone = buffer.path.parent if buffer.path else None
            self._deep.schedule(buffer, self._rulebooks.workspace_of(buffer.path) or alone)

    def _report(self) -> None:
        if self._has_begun:
            self._on_problems(self._rulebooks.problems())
