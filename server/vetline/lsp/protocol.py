"""The protocol's rules that pygls leaves to its users: who may speak when, what nonsense is answered with, how a session ends.

LSP 3.17, "Server lifecycle": before ``initialize`` requests fail with -32002 and notifications are dropped, except
``exit``; after ``shutdown`` requests fail with -32600; ``exit`` ends the process with 0 after ``shutdown``, else with 1.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextvars import copy_context
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.protocol import JsonRPCResponseMessage, LanguageServerProtocol, lsp_method

from vetline.lsp.convert import Wire

log = logging.getLogger(__name__)

_KEPT_BY_SESSION = (lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE, lsp.TEXT_DOCUMENT_DID_CLOSE)

RequestId = int | str


class VetlineProtocol(LanguageServerProtocol):
    """pygls's protocol, strict about the lifecycle, and without a second copy of every document.

    pygls keeps its own text of each document, split into lines anew at every change, and splits it at form feeds too.
    Here :mod:`vetline.session` keeps the text, and the messages about it go straight to our handlers.
    """

    exit_code = 1
    """What the process is to end with: 1 unless the client says ``shutdown`` and then ``exit``."""
    has_ended = False
    """Whether the client said ``exit``, or is gone."""

    _initialized = False
    _write: Callable[[bytes], None] | None = None
    _on_end: Callable[[], None] | None = None

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for method in _KEPT_BY_SESSION:
            del self.fm.builtin_features[method]

    def connect(self, write: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Send messages to ``write`` from now on, and call ``on_end`` when the session is over."""
        self._write, self._on_end = write, on_end

    def receive(self, body: bytes) -> None:
        """Handle a message as it came over the wire; what is wrong with it is answered, and never raised."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._send_error(None, lsp.ErrorCodes.ParseError, "this is no JSON")
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            self._send_error(None, lsp.ErrorCodes.InvalidRequest, "this is no message of JSON-RPC 2.0")
            return
        method, request_id = message.get("method"), message.get("id")
        if method is None:
            self._handle_answer(message, request_id)
        elif not isinstance(method, str) or not isinstance(request_id, RequestId | None):
            self._send_error(None, lsp.ErrorCodes.InvalidRequest, "the method or the id is of a wrong type")
        elif method == lsp.EXIT:
            self.exit_code = 0 if self._shutdown else 1
            self._end()
        elif self._is_time_for(method, request_id):
            log.debug("%s %s", method, "" if request_id is None else request_id)
            self._handle(method, request_id, message)

    def notify_wire(self, method: str, params: Wire) -> None:
        """Send a notification whose ``params`` are JSON already."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    def _is_time_for(self, method: str, request_id: RequestId | None) -> bool:
        """Tell whether a message may be handled now; a request that may not is refused."""
        if self._shutdown:
            self._refuse(request_id, lsp.ErrorCodes.InvalidRequest, "the server is shutting down")
        elif not self._initialized and method != lsp.INITIALIZE:
            self._refuse(request_id, lsp.ErrorCodes.ServerNotInitialized, "the server is not initialized yet")
        elif self._initialized and method == lsp.INITIALIZE:
            self._refuse(request_id, lsp.ErrorCodes.InvalidRequest, "the server is initialized already")
        else:
            return True
        return False

    def _handle(self, method: str, request_id: RequestId | None, message: dict[str, Any]) -> None:
        message_type = self.get_message_type(method)
        try:
            if method != lsp.CANCEL_REQUEST:
                self._get_handler(method)
            structured = self._converter.structure(message, message_type) if message_type else None
        except JsonRpcMethodNotFound:
            self._refuse(request_id, lsp.ErrorCodes.MethodNotFound, f"this server has no method {method}")
            return
        except Exception:  # noqa: BLE001 - cattrs raises many
            log.warning("A message %s is not as the specification has it", method)
            self._refuse(request_id, lsp.ErrorCodes.InvalidParams, f"the parameters are not those of {method}")
            return
        if request_id is not None and structured is not None and not hasattr(structured, "id"):
            self._refuse(request_id, lsp.ErrorCodes.InvalidRequest, f"{method} is a notification")
            return
        params = message.get("params") if structured is None else structured.params
        if request_id is None:
            copy_context().run(self._handle_notification, method, params)
        else:
            copy_context().run(self._handle_request, request_id, method, params)

    def _handle_answer(self, message: dict[str, Any], request_id: Any) -> None:
        """Deliver the client's answer to a request of ours; one that can't be understood counts as an error."""
        if not isinstance(request_id, RequestId) or request_id not in self._request_futures:
            return
        answer_type = self._result_types.pop(request_id, None) or JsonRPCResponseMessage
        try:
            if "error" in message:
                error = self._converter.structure(message["error"], lsp.ResponseError)
                self._handle_response(request_id, error=error)
            else:
                self._handle_response(request_id, self._converter.structure(message, answer_type).result)
        except Exception:  # noqa: BLE001 - cattrs raises many
            error = lsp.ResponseError(lsp.ErrorCodes.InvalidParams, "the answer is not as the specification has it")
            self._handle_response(request_id, error=error)

    def _execute_handler(self, msg_id: RequestId, handler: Any, callback: Any, args: Any = None, kwargs: Any = None) -> None:
        """Run a handler; pygls would keep what it knows of each notification for ever."""

        def finished(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, finished, args, kwargs)

    def _run_generator(self, future: Future[Any] | None, *, gen: Any, result_future: Future[Any]) -> None:
        """Go on with a handler of pygls's own; one whose own handler was cancelled is cancelled with it."""
        if future is not None and future.cancelled():
            result_future.cancel()
        else:
            super()._run_generator(future, gen=gen, result_future=result_future)

    def _send_handler_result(self, future: Future[Any], *, msg_id: RequestId) -> None:
        """Answer a request.  An unexpected error isn't quoted: what it says may be code."""
        if future.cancelled():
            self._refuse(msg_id, lsp.LSPErrorCodes.RequestCancelled, "the request was cancelled")
        elif isinstance(error := future.exception(), JsonRpcException):
            self._refuse(msg_id, error.code, error.message)
        elif error is not None:
            log.error("A request failed", exc_info=error)
            self._refuse(msg_id, lsp.ErrorCodes.InternalError, f"{type(error).__name__} in the server; its log says where")
        else:
            self._send_response(msg_id, future.result())

    def _check_handler_result(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            log.error("A notification could not be handled", exc_info=error)

    def _send_response(self, msg_id: RequestId, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        """Send a response; ``result`` may hold lsprotocol's objects, or be JSON already."""
        if error is not None:
            self._refuse(msg_id, error.code, error.message)
        else:
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})

    def _refuse(self, request_id: RequestId | None, code: int, message: str) -> None:
        """Answer a request with an error; a notification has no answer."""
        if request_id is not None:
            self._send_error(request_id, code, message)

    def _send_error(self, request_id: RequestId | None, code: int, message: str) -> None:
        error = {"code": int(code), "message": message}
        self._send_data({"jsonrpc": self.VERSION, "id": request_id, "error": error})

    def _send_data(self, data: Any) -> None:
        if self._write is None or self.has_ended:
            return
        body = json.dumps(data, default=self._serialize_message, separators=(",", ":")).encode()
        try:
            self._write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        except OSError:
            log.info("The client is gone")
            self._end()

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Initialize; after an error, the client may try again."""
        result = yield from super().lsp_initialize(params)
        self._initialized = True
        return result

    @lsp_method(lsp.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Give up what is under way, and take no more orders."""
        if (handler := self.fm.features.get(lsp.SHUTDOWN)) is not None:
            yield handler, args, None
        for request_id in self._request_futures.keys() - {self.msg_id}:
            self._request_futures.pop(request_id).cancel()
        self._shutdown = True

    def _end(self) -> None:
        self.has_ended = True
        if self._on_end is not None:
            self._on_end()
