"""The protocol's rules that pygls leaves to its users: who may speak when, and how a session ends.

LSP 3.17, "Server lifecycle": before ``initialize`` requests fail with -32002 and notifications are dropped, except
``exit``; after ``shutdown`` requests fail with -32600; ``exit`` ends the process with 0 after ``shutdown``, else with 1.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from typing import Any

from lsprotocol import types as lsp
from pygls.protocol import LanguageServerProtocol, lsp_method

from vetline.lsp.convert import Wire

log = logging.getLogger(__name__)


class VetlineProtocol(LanguageServerProtocol):
    """pygls's protocol, strict about the lifecycle, and without a second copy of every document.

    pygls keeps its own text of each document, split into lines anew at every change, and splits it at form feeds too.
    :mod:`vetline.session` keeps the text; the handlers here only pass the messages on.
    """

    exit_code = 1
    """What the process is to end with: 1 unless the client says ``shutdown`` and then ``exit``."""

    _initialized = False

    def handle_message(self, message: Any) -> None:
        """Deliver a message, if this is the time for it."""
        method = getattr(message, "method", None)
        request_id = getattr(message, "id", None)
        if method is None or method == lsp.EXIT:
            super().handle_message(message)  # a response, or the end
        elif not self._initialized and method != lsp.INITIALIZE:
            self._refuse(request_id, lsp.ErrorCodes.ServerNotInitialized, "the server is not initialized yet")
        elif self._shutdown:
            self._refuse(request_id, lsp.ErrorCodes.InvalidRequest, "the server is shutting down")
        elif self._initialized and method == lsp.INITIALIZE:
            self._refuse(request_id, lsp.ErrorCodes.InvalidRequest, "the server is initialized already")
        else:
            self._initialized = True
            super().handle_message(message)

    def _refuse(self, request_id: str | int | None, code: int, message: str) -> None:
        if request_id is not None:
            self._send_response(request_id, error=lsp.ResponseError(int(code), message))

    def notify_wire(self, method: str, params: Wire) -> None:
        """Send a notification whose ``params`` are JSON already."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    def _send_response(self, msg_id: str | int, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        """Send a response; a ``result`` that is a mapping is JSON already."""
        if error is None and isinstance(result, Mapping):
            self._result_types.pop(msg_id, None)
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        """Remember what to end with; pygls loses the exit code on its way."""
        self.exit_code = 0 if self._shutdown else 1
        yield from super().lsp_exit(*args)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass the message on."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass the message on."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass the message on."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None
