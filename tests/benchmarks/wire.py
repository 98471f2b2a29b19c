"""A client that does nothing but measure: it writes a message, and notes when the answer has arrived."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

Message = dict[str, Any]

PATIENCE = 60.0
"""Seconds until a server that owes an answer is killed."""


class ServerEnded(Exception):
    """The server's output ended while an answer was due, be it that it crashed or that it was killed for its silence."""


class Wire:
    """One server process, and one document that is open in it.

    Times are seconds of :func:`time.perf_counter`; they end when the last byte of an answer has been read.
    """

    def __init__(self, command: Sequence[str], path: Path) -> None:
        self.uri = path.as_uri()
        self.version = 0
        self._ids = 0
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=path.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def initialize(self, options: Message) -> float:
        """Introduce the client, with ``options`` for the server; return the seconds since the process was started."""
        self._ids += 1
        root = self.uri.rpartition("/")[0]
        document = {"publishDiagnostics": {"versionSupport": True}, "codeAction": {}}
        params = {
            "processId": os.getpid(),
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "workspace"}],
            "initializationOptions": options,
            "capabilities": {"textDocument": document, "general": {"positionEncodings": ["utf-16"]}},
        }
        self._send({"id": self._ids, "method": "initialize", "params": params})
        while self._receive().get("id") != self._ids:
            pass
        took = time.perf_counter() - self.started
        self.notify("initialized", {})
        return took

    def open(self, text: str) -> tuple[float, list[Message]]:
        """Open the document; return the seconds until its diagnostics have come, and these."""
        self.version += 1
        item = {"uri": self.uri, "languageId": "python", "version": self.version, "text": text}
        return self._answered(time.perf_counter(), "textDocument/didOpen", {"textDocument": item})

    def replace(self, start: tuple[int, int], end: tuple[int, int], text: str) -> tuple[float, list[Message]]:
        """Replace what is between two places (line and column from 0); return seconds and diagnostics as :meth:`open` does."""
        self.version += 1
        places = [{"line": line, "character": column} for line, column in (start, end)]
        params = {
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"range": dict(zip(("start", "end"), places, strict=True)), "text": text}],
        }
        return self._answered(time.perf_counter(), "textDocument/didChange", params)

    def notify(self, method: str, params: Message | None) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def memory(self) -> float:
        """Return the resident memory of the server and the processes that it started, in MB."""
        process = psutil.Process(self._process.pid)
        return float(sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))) / 1e6

    def stop(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()

    def _answered(self, began: float, method: str, params: Message) -> tuple[float, list[Message]]:
        self.notify(method, params)
        while True:
            message = self._receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"].get("version") == self.version:
                return time.perf_counter() - began, message["params"]["diagnostics"]

    def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> Message:
        """Return the next message, and answer it if it is a request."""
        assert self._process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self._process.kill)
        watchdog.start()
        try:
            length = 0
            while (line := self._process.stdout.readline()) != b"\r\n":
                if not line:
                    raise ServerEnded
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            message: Message = json.loads(self._process.stdout.read(length))
        finally:
            watchdog.cancel()
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message
