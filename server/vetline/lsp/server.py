"""The server: its state, and the ways to run it.  What it can do is in :mod:`vetline.lsp.features`."""

from __future__ import annotations

import gc
import logging
import warnings
from typing import TYPE_CHECKING

from pygls.lsp.server import LanguageServer

from vetline import __version__
from vetline.lsp.features import FEATURES
from vetline.lsp.features.configuration import report_problems
from vetline.lsp.features.diagnostics import announce
from vetline.lsp.lifetime import watch_parent
from vetline.lsp.protocol import VetlineProtocol
from vetline.session.session import Session
from vetline.syntax.encoding import PositionEncoding

if TYPE_CHECKING:
    from pygls.server import ServerErrors

log = logging.getLogger(__name__)


class VetlineServer(LanguageServer):
    """One server for one editor."""

    protocol: VetlineProtocol

    def __init__(self) -> None:
        super().__init__("vetline", __version__, protocol_cls=VetlineProtocol)
        self.session = Session(
            on_vetted=lambda buffer: announce(self, buffer),
            on_problems=lambda problems: report_problems(self, problems),
        )
        self.problem_files: set[str] = set()
        """The URIs of the configuration files that diagnostics were published for."""
        self.last_warning = ""
        """What the user was last told about the editor's settings."""

    @property
    def encoding(self) -> PositionEncoding:
        """The units of columns that were agreed on with the client."""
        return PositionEncoding(self.workspace.position_encoding or PositionEncoding.UTF16)

    def on_initialized(self) -> None:
        """Begin what needs a client that is there."""
        if self.process_id is not None:
            watch_parent(self.process_id)

    def report_server_error(self, error: Exception, source: ServerErrors) -> None:
        """Write an unexpected error to the log, and nothing of it to the screen: it may quote code."""
        log.error("%s in the server (%s)", type(error).__name__, source.__name__, exc_info=error)


def create_server() -> VetlineServer:
    """Return a server with all its features."""
    warnings.simplefilter("ignore", SyntaxWarning)
    server = VetlineServer()
    for register in FEATURES:
        register(server)
    return server


def serve_stdio() -> int:
    """Serve one client over standard input and output; return the exit code."""
    server = create_server()
    gc.freeze()  # what was loaded stays for good; the collector needs not look at it again
    server.start_io()
    return server.protocol.exit_code


def serve_tcp(host: str, port: int) -> int:
    """Serve one client over TCP; return the exit code.

    Raises:
        OSError: the address can't be listened on.
    """
    server = create_server()
    server.start_tcp(host, port)
    return server.protocol.exit_code
