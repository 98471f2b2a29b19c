"""A client that sends and reads messages as they are, for what a well-behaved one never does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

SERVE = (sys.executable, "-m", "vetline", "serve")
PATIENCE = 20.0
"""Seconds to wait for what must come; many times what it takes."""

Message = dict[str, Any]


class Wire:
    """The two ends of a connection to a server."""

    def __init__(self, read_from: IO[bytes], write_to: IO[bytes]) -> None:
        self.received: list[Message] = []
        self.broken: list[str] = []
        """What came and was no message."""
        self.has_ended = False
        self._write_to = write_to
        self._news = threading.Condition()
        self._reading = threading.Lock()
        self._is_leaving = False
        self._ids = 0
        self._listener = threading.Thread(target=self._listen, args=(read_from,), daemon=True)
        self._listener.start()

    def send_bytes(self, data: bytes) -> None:
        self._write_to.write(data)
        self._write_to.flush()

    def send_body(self, body: bytes) -> None:
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def send(self, message: Mapping[str, Any]) -> None:
        self.send_body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method} if params is None else {"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request and return its id."""
        self._ids += 1
        request = {"id": self._ids, "method": method}
        self.send(request if params is None else {**request, "params": params})
        return self._ids

    def answer_to(self, request_id: int | str | None, patience: float = PATIENCE) -> Message:
        """Return the response to a request, whole."""
        return self.wait_for(lambda m: "method" not in m and m["id"] == request_id, patience)

    def request(self, method: str, params: Any = None) -> Any:
        """Send a request and return its result."""
        answer = self.answer_to(self.ask(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def error_of(self, method: str, params: Any = None) -> int:
        """Send a request that must fail, and return the error's code."""
        answer = self.answer_to(self.ask(method, params))
        assert "error" in answer, answer
        return int(answer["error"]["code"])

    def wait_for(self, is_meant: Callable[[Message], bool], patience: float = PATIENCE) -> Message:
        """Return the first message, of those that came already too, for which ``is_meant`` is true."""
        seen = 0
        end = time.monotonic() + patience
        with self._news:
            while True:
                for message in self.received[seen:]:
                    if is_meant(message):
                        return message
                seen = len(self.received)
                assert not self.has_ended, f"the server closed the connection; it had sent {self.received}"
                left = end - time.monotonic()
                assert left > 0, f"nothing came in {patience} s but {self.received}"
                self._news.wait(left)

    def published(self, uri: str) -> list[Message]:
        """Return the parameters of what was published for a document so far."""
        publications = [m["params"] for m in list(self.received) if m.get("method") == "textDocument/publishDiagnostics"]
        return [params for params in publications if params["uri"] == uri]

    def diagnostics(self, uri: str, version: int) -> list[Message]:
        """Return the diagnostics of a version, once they are there."""

        def is_meant(message: Message) -> bool:
            params = message.get("params") or {}
            is_published = message.get("method") == "textDocument/publishDiagnostics"
            return is_published and params["uri"] == uri and params.get("version") == version

        diagnostics: list[Message] = self.wait_for(is_meant)["params"]["diagnostics"]
        return diagnostics

    def answer(self, method: str, result: Any, after: int = 0) -> Message:
        """Wait for a request of the server's, answer it, and return it; ``after`` leaves out the first messages."""
        request = self.wait_for(lambda m: m.get("method") == method and "id" in m and m in self.received[after:])
        self.send({"id": request["id"], "result": result})
        return request

    def initialize(self, capabilities: Mapping[str, Any] | None = None, **params: Any) -> Message:
        """Open the session as the specification has it, and return the server's capabilities."""
        result = self.request("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params})
        self.notify("initialized", {})
        found: Message = result["capabilities"]
        return found

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: Message) -> None:
        identifier = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": list(changes)})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    @contextmanager
    def reading_stopped(self) -> Iterator[None]:
        """Read nothing for a while (but for the message that is waited for already)."""
        with self._reading:
            yield

    def stop_reading(self, last_request: str, params: Any = None) -> None:
        """Send a request, and close the reading end once it is answered: what the server writes next comes nowhere.

        The end is closed by the thread that reads; closing it under a call that waits for data would keep it open until some
        comes, however much that is.
        """
        self._is_leaving = True
        self.ask(last_request, params)
        self._listener.join(PATIENCE)
        assert self.has_ended

    def _listen(self, read_from: IO[bytes]) -> None:
        try:
            while (body := self._next_body(read_from)) is not None:
                with self._news:
                    self.received.append(json.loads(body))
                    self._news.notify_all()
                if self._is_leaving:
                    read_from.close()
                    break
        finally:
            with self._news:
                self.has_ended = True
                self._news.notify_all()

    def _next_body(self, read_from: IO[bytes]) -> bytes | None:
        length = None
        with suppress(OSError, ValueError):  # closed on our side
            while (header := read_from.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                elif name.lower() != b"content-type":
                    self.broken.append(repr(header))
            body = None if length is None else read_from.read(length)
            with self._reading:
                return body
        return None


class Server(Wire):
    """A server process, and the connection to it over standard input and output."""

    def __init__(self, command: Sequence[str] = SERVE, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env, cwd=cwd)
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self._log: list[bytes] = []
        self._stderr = threading.Thread(target=lambda: self._log.extend(self.process.stderr or ()), daemon=True)
        self._stderr.start()
        super().__init__(self.process.stdout, self.process.stdin)

    def exit_code(self, patience: float = PATIENCE) -> int:
        """Wait until the process has ended, and return its exit code."""
        return self.process.wait(patience)

    def hang_up(self) -> None:
        """Close the server's input."""
        assert self.process.stdin
        self.process.stdin.close()

    @property
    def log_so_far(self) -> str:
        """What a server that still runs has written to standard error."""
        return b"".join(self._log).decode()

    def log(self) -> str:
        """Return what a server that has ended wrote to standard error."""
        self.exit_code()
        self._stderr.join(PATIENCE)
        return self.log_so_far

    def end(self) -> None:
        """End the session as the specification has it."""
        self.request("shutdown")
        self.notify("exit")
        assert self.exit_code() == 0

    def kill(self) -> None:
        """End the process, whatever state it is in."""
        self.process.kill()
        self.process.wait()
