"""The server: its state, and the ways to run it.  What it can do is in :mod:`vetline.lsp.features`."""

from __future__ import annotations

import asyncio
import gc
import logging
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from vetline import __version__
from vetline.lsp.discretion import keep_code_out_of_logs
from vetline.lsp.features import FEATURES
from vetline.lsp.features.acceptance_list import AcceptanceLists
from vetline.lsp.features.acceptances import announce_verdict
from vetline.lsp.features.code_lenses import refresh_lenses
from vetline.lsp.features.diagnostics import announce, refresh
from vetline.lsp.features.gate import ask, is_stopped
from vetline.lsp.features.watched_files import FileWatch
from vetline.lsp.messages import RECORDED
from vetline.lsp.problems import ProblemReporter
from vetline.lsp.protocol import VetlineProtocol
from vetline.lsp.transport import over_stdio, over_tcp
from vetline.session.buffer import Buffer
from vetline.session.chronicle import Chronicle
from vetline.session.deep.tier import DeepTier
from vetline.session.rulebooks import EditorSettings
from vetline.session.session import Problems, Session
from vetline.session.verdicts import Verdict
from vetline.syntax.encoding import PositionEncoding

if TYPE_CHECKING:
    from pygls.server import ServerErrors

log = logging.getLogger(__name__)

_COLLECTION = 20_000, 20, 20
"""After how many objects the garbage collector looks: not in the midst of vetting a completion, which takes some ten
thousand."""


class VetlineServer(LanguageServer):
    """One server for one editor."""

    protocol: VetlineProtocol

    def __init__(self) -> None:
        super().__init__("vetline", __version__, protocol_cls=VetlineProtocol)
        self.session = Session(
            on_vetted=self._vetted,
            on_problems=self._configuration_read,
            deep=DeepTier(on_found=self._found_later),
            on_verdict=self._judged,
            chronicle=Chronicle(
                on_recorded=lambda acceptance: self.protocol.notify_wire(RECORDED, {"acceptance": acceptance}),
                on_trouble=lambda text: self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, text)),
                on_remembered=self._remembered,
            ),
        )
        self.acceptance_lists = AcceptanceLists(self)
        self._problems = ProblemReporter(self)
        self._watch = FileWatch(self)
        self.initial_settings = EditorSettings()
        """What the client said at the start; what it says later takes its place."""
        self._asking: set[asyncio.Task[None]] = set()
        """Questions to a person that are not answered yet."""
        self.settled = asyncio.Event()
        """Set once the client's settings are known, or were waited for long enough; nothing is shown before."""

    @property
    def encoding(self) -> PositionEncoding:
        """The units of columns that were agreed on with the client."""
        return PositionEncoding(self.workspace.position_encoding or PositionEncoding.UTF16)

    def settle(self) -> None:
        """Show what was found meanwhile."""
        if not self.settled.is_set():
            self.settled.set()
            for buffer in self.session.buffers.values():
                if buffer.is_vetted:
                    self._vetted(buffer)

    def _vetted(self, buffer: Buffer) -> None:
        announce(self, buffer)
        self.acceptance_lists.announce(buffer)

    def _found_later(self, buffer: Buffer) -> None:
        self._vetted(buffer)
        self.session.announced(buffer)
        refresh(self)

    def _remembered(self, buffer: Buffer) -> None:
        self.session.remembered(buffer)

    def _judged(self, buffer: Buffer, verdict: Verdict) -> None:
        announce_verdict(self, buffer, verdict)
        refresh_lenses(self)
        if is_stopped(buffer, verdict) and verdict.is_first:
            task = asyncio.get_running_loop().create_task(ask(self, buffer, verdict))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    def _configuration_read(self, problems: Problems) -> None:
        self._problems.report(problems)
        self._watch.update()

    def report_server_error(self, error: Exception, source: ServerErrors) -> None:
        """Write an unexpected error to the log, and nothing of it to the screen: it may quote code."""
        log.error("%s in the server (%s)", type(error).__name__, source.__name__, exc_info=error)


def create_server() -> VetlineServer:
    """Return a server with all its features."""
    server = VetlineServer()
    for register in FEATURES:
        register(server)
    return server


def serve_stdio() -> int:
    """Serve one client over standard input and output; return the exit code."""
    return over_stdio(_ready_server().protocol)


def serve_tcp(host: str, port: int, on_listening: Callable[[str, int], None] = lambda *_: None) -> int:
    """Wait for one client over TCP, and serve it; return the exit code.

    ``on_listening`` is told the address that is listened on, with the port that the system chose if ``port`` is 0.

    Raises:
        OSError: the address can't be listened on.
    """
    return over_tcp(_ready_server().protocol, host, port, on_listening)


def _ready_server() -> VetlineServer:
    """Return a server in a process that is now its own."""
    for category in (SyntaxWarning, DeprecationWarning):  # what Python has to say of the code under analysis
        warnings.simplefilter("ignore", category)
    keep_code_out_of_logs()
    server = create_server()
    gc.freeze()  # what was loaded stays for good; the collector needs not look at it again
    gc.set_threshold(*_COLLECTION)
    return server
