"""A client for Vetline's server, in plain types: what the demo and other scripted sessions talk through.

It does what an editor does (holds the open texts, counts their versions, converts positions to the units that were agreed
on, refuses edits that were made for another version), and nothing more.  Built on the client of pygls.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from vetline import __version__
from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.lsp.client_types import (
    NAME,
    Action,
    Diagnostic,
    EditRefused,
    Publication,
    introduction,
    plain_action,
    plain_diagnostic,
)
from vetline.lsp.convert import from_range, key_of, to_range, uri_of
from vetline.lsp.messages import ACCEPTED, RECORDED, VERDICT
from vetline.syntax.encoding import PositionEncoding
from vetline.syntax.lines import Lines

_Answer = TypeVar("_Answer")


class ServerFailed(Exception):
    """The server could not be started, ended too early, or answered with an error; the text says what is known of it."""


@dataclass(slots=True)
class _OpenText:
    """A text that is open in the server."""

    lines: Lines
    version: int
    sent: float
    """When this version was sent, on the clock of :func:`time.perf_counter`."""
    newest: Publication | None = None
    """What was published for this version last."""


class _Wire(LanguageClient):
    """The client of pygls, with an eye on the server's process."""

    def __init__(self, news: asyncio.Event) -> None:
        super().__init__(NAME, __version__)
        self.gone = False
        self.last_words: deque[str] = deque(maxlen=12)
        self._news = news

    @property
    def process(self) -> asyncio.subprocess.Process | None:
        """The server's process, once it was started."""
        return self._server

    async def start_io(self, cmd: str, *args: str, **options: Any) -> None:
        await super().start_io(cmd, *args, **options)
        # An unread pipe fills up, and then the server would wait for ever to write its log.
        self._async_tasks.append(asyncio.create_task(self._read_log()))

    async def _read_log(self) -> None:
        assert self._server is not None
        assert self._server.stderr is not None
        async for line in self._server.stderr:
            self.last_words.append(line.decode("utf-8", "replace").rstrip())

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:  # noqa: ARG002 - pygls calls it so
        self.gone = True
        self._news.set()


class Client:
    """One connection to one server, which runs as a process of its own."""

    def __init__(self, encoding: PositionEncoding = PositionEncoding.UTF16, patience: float = 30.0) -> None:
        """Prepare a connection that asks for columns in ``encoding``; ``patience`` is in seconds for each answer."""
        self._encoding = encoding
        self._patience = patience
        self._texts: dict[str, _OpenText] = {}
        self._news = asyncio.Event()
        self._wire = _Wire(self._news)

        def publish_diagnostics(params: lsp.PublishDiagnosticsParams) -> None:
            self._published(params)  # pygls marks what it is given, and a method can't be marked

        self._wire.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish_diagnostics)
        for heard in (VERDICT, RECORDED):  # what they say is in the diagnostics, too
            self._wire.feature(heard)(lambda _: None)

    async def start(self, command: Sequence[str], root: Path) -> str:
        """Start the server ``command`` for the workspace ``root`` and return its name and version.

        Raises:
            ServerFailed: it can't be started, ends at once, or doesn't answer.
        """
        try:
            await self._wire.start_io(command[0], *command[1:])
        except OSError as error:
            raise ServerFailed(f"{command[0]} can't be started: {error}") from error
        answer = await self._answer("initialize", self._wire.initialize_async(introduction(root, self._encoding)))
        self._encoding = PositionEncoding(str(answer.capabilities.position_encoding or PositionEncoding.UTF16))
        self._wire.initialized(lsp.InitializedParams())
        info = answer.server_info
        return f"{info.name} {info.version or ''}".rstrip() if info else "a server that gives no name"

    async def stop(self, patience: float | None = None) -> int | None:
        """Ask the server to shut down and to exit; return its exit code, or None if it had to be killed.

        It is given ``patience`` seconds to exit.
        """
        process = self._wire.process
        assert process is not None, "the server was never started"
        try:
            if process.returncode is None:
                await self._answer("shutdown", self._wire.shutdown_async(None))
                self._wire.exit(None)
            return await asyncio.wait_for(process.wait(), self._patience if patience is None else patience)
        except (ServerFailed, TimeoutError):
            return None
        finally:
            await self.kill()

    async def kill(self) -> None:
        """End the connection, and the server with it if it still runs."""
        process = self._wire.process
        if process is not None:
            if process.returncode is None:
                process.kill()
            await self._wire.stop()  # type: ignore[no-untyped-call]

    def open(self, path: Path, text: str) -> str:
        """Open a Python file with ``text``, whatever is on the disk, and return its URI."""
        uri = uri_of(path)
        self._texts[uri] = _OpenText(Lines(text), 1, time.perf_counter())
        self._wire.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "python", 1, text)))
        return uri

    def lines(self, uri: str) -> Lines:
        """Return an open text."""
        return self._texts[uri].lines

    def change(self, uri: str, edits: Sequence[TextEdit]) -> None:
        """Make edits that don't overlap, all in positions of the text before them, as one new version of the text."""
        text = self._texts[uri]
        changes: list[lsp.TextDocumentContentChangeEvent] = []
        # From the end of the text to its start, no edit moves the place of one that is still to come.
        for edit in sorted(edits, key=lambda edit: edit.range)[::-1]:
            wire_range = to_range(edit.range, text.lines, self._encoding)
            changes.append(lsp.TextDocumentContentChangePartial(wire_range, edit.new_text))
            text.lines.replace(edit.range, edit.new_text)
        text.version += 1
        text.newest = None
        text.sent = time.perf_counter()
        identifier = lsp.VersionedTextDocumentIdentifier(text.version, uri)
        self._wire.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, changes))

    def accepted(self, uri: str, tool: str) -> None:
        """Say that the next change of a text is a completion that ``tool`` has proposed."""
        document = {"uri": uri, "version": self._texts[uri].version + 1}
        self._wire.protocol.notify(ACCEPTED, {"textDocument": document, "tool": tool})

    def save(self, uri: str) -> None:
        """Tell the server that a text was written to the disk."""
        self._wire.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    async def diagnostics(self, uri: str, patience: float | None = None, after: Publication | None = None) -> Publication:
        """Return what the server published for the current version of a text, other than ``after``, once it is there.

        Raises:
            TimeoutError: it didn't come within ``patience`` seconds.
            ServerFailed: the server has ended.
        """
        text = self._texts[uri]
        async with asyncio.timeout(self._patience if patience is None else patience):
            while text.newest is None or text.newest is after:
                if self._wire.gone:
                    raise self.failure("ended")
                self._news.clear()
                await self._news.wait()
        return text.newest

    async def actions(self, uri: str, diagnostic: Diagnostic) -> list[Action]:
        """Return the code actions for one diagnostic; those for its neighbours are left out."""
        key = key_of(diagnostic.wire)
        actions = await self._actions(uri, diagnostic.range, lsp.CodeActionContext([diagnostic.wire]))
        return [action for action in actions if key in {key_of(wire) for wire in action.wire.diagnostics or ()}]

    async def source_actions(self, uri: str, kind: str) -> list[Action]:
        """Return the code actions of ``kind`` for a whole text."""
        whole = Range(Position(0, 0), self._texts[uri].lines.end)
        newest = self._texts[uri].newest
        wires = [diagnostic.wire for diagnostic in newest.diagnostics] if newest else []
        return await self._actions(uri, whole, lsp.CodeActionContext(wires, only=[kind]))

    async def apply(self, action: Action) -> Mapping[str, tuple[TextEdit, ...]]:
        """Carry out ``action``, and return its edits by URI.

        Raises:
            EditRefused: the edits are for another version of a text, or for one that isn't open.
            ServerFailed: the server was asked how, and doesn't know.
        """
        wire = action.wire
        if wire.edit is None:
            wire = await self._answer("codeAction/resolve", self._wire.code_action_resolve_async(wire))
        edits = self._edits_of(wire.edit or lsp.WorkspaceEdit())
        for uri, edits_of_text in edits.items():
            self.change(uri, edits_of_text)
        return edits

    async def _actions(self, uri: str, range_: Range, context: lsp.CodeActionContext) -> list[Action]:
        wire_range = to_range(range_, self._texts[uri].lines, self._encoding)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), wire_range, context)
        answer = await self._answer("codeAction", self._wire.text_document_code_action_async(params))
        return [plain_action(wire) for wire in answer or () if isinstance(wire, lsp.CodeAction) and wire.disabled is None]

    def _edits_of(self, edit: lsp.WorkspaceEdit) -> dict[str, tuple[TextEdit, ...]]:
        edits: dict[str, tuple[TextEdit, ...]] = {}
        for change in edit.document_changes or ():
            if not isinstance(change, lsp.TextDocumentEdit):
                raise EditRefused(f"it wants to {change.kind} a file")
            text = self._open_text(change.text_document.uri)
            if change.text_document.version not in {None, text.version}:
                raise EditRefused(f"it is for version {change.text_document.version}, and version {text.version} is open")
            edits[change.text_document.uri] = tuple(self._edit(text, one) for one in change.edits)
        for uri, changes in (edit.changes or {}).items():
            edits[uri] = tuple(self._edit(self._open_text(uri), one) for one in changes)
        return edits

    def _open_text(self, uri: str) -> _OpenText:
        if uri not in self._texts:
            raise EditRefused(f"it is for {uri}, which isn't open")
        return self._texts[uri]

    def _edit(self, text: _OpenText, wire: lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit) -> TextEdit:
        if isinstance(wire, lsp.SnippetTextEdit):
            raise EditRefused("it inserts a snippet")
        return TextEdit(from_range(wire.range, text.lines, self._encoding), wire.new_text)

    def _published(self, params: lsp.PublishDiagnosticsParams) -> None:
        received = time.perf_counter()
        text = self._texts.get(params.uri)
        # What is about an older version was overtaken: an answer to the current one is on its way.
        if text is not None and params.version in {None, text.version}:
            diagnostics = tuple(plain_diagnostic(wire, text.lines, self._encoding) for wire in params.diagnostics)
            text.newest = Publication(text.version, diagnostics, received - text.sent)
            self._news.set()

    async def _answer(self, method: str, request: Awaitable[_Answer]) -> _Answer:
        try:
            return await asyncio.wait_for(request, self._patience)
        except TimeoutError:
            raise self.failure(f"didn't answer {method} within {self._patience:g} s") from None
        except JsonRpcException as error:
            raise self.failure(f"answered {method} with an error ({error})") from error
        except RuntimeError as error:  # what pygls raises for requests that the server's end left open
            raise self.failure(f"ended before it answered {method}") from error

    def failure(self, what: str) -> ServerFailed:
        """Return an error that says ``what`` the server did, whether it still runs, and what it has logged last."""
        process = self._wire.process
        code = process.returncode if process is not None else None
        ended = f" (exit code {code})" if code is not None else ""
        log = "".join(f"\n    {line}" for line in self._wire.last_words)
        return ServerFailed(f"the server {what}{ended}{'; its log ends with:' if log else ''}{log}")
