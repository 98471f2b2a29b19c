"""Messages that are not as they should be, and how the stream is cut into messages (LSP 3.17, "Base Protocol")."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lsp.conftest import Start
from tests.lsp.wire import Server
from vetline.lsp.transport import frames

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
CANCELLED = -32800

INSECURE = "import requests\n\nrequests.get(url)\n"


@pytest.fixture
def alive(wire: Server, uri: str) -> Iterator[Server]:
    """A server that must still work when the test is over."""
    yield wire
    wire.open(uri, INSECURE, version=77)
    assert [d["code"] for d in wire.diagnostics(uri, 77)] == ["B113"]
    wire.close(uri)


class TestFraming:
    def test_header_names_have_no_case_and_other_headers_are_passed_over(self, start: Start) -> None:
        server = start()
        body = b'{"jsonrpc":"2.0","id":1,"method":"shutdown"}'
        length = len(body)

        server.send_bytes(
            b"content-LENGTH:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" % length + body
        )

        assert server.answer_to(1)["error"]["code"] == -32002

    def test_a_message_may_come_in_pieces(self, alive: Server) -> None:
        body = b'{"jsonrpc":"2.0","id":"pieces","method":"no/such/method"}'
        for byte in b"Content-Length: %d\r\n\r\n%s" % (len(body), body):
            alive.send_bytes(bytes([byte]))

        assert alive.answer_to("pieces")["error"]["code"] == METHOD_NOT_FOUND

    def test_many_messages_may_come_in_one_piece(self, alive: Server) -> None:
        bodies = [b'{"jsonrpc":"2.0","id":"many-%d","method":"no/such/method"}' % n for n in range(50)]

        alive.send_bytes(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))

        for n in range(50):
            assert alive.answer_to(f"many-{n}")["error"]["code"] == METHOD_NOT_FOUND

    @pytest.mark.parametrize(
        "rubbish",
        [
            b"\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"Content-Length: minus one\r\n\r\n",
            b"Content-Length: 0\r\n\r\n",
        ],
    )
    def test_what_is_no_message_is_passed_over(self, alive: Server, rubbish: bytes) -> None:
        alive.send_bytes(rubbish)

    def test_lengths_count_bytes(self, alive: Server) -> None:
        alive.send_body('{"jsonrpc":"2.0","id":"é😀","method":"no/such/method"}'.encode())

        assert alive.answer_to("é😀")["error"]["code"] == METHOD_NOT_FOUND

    def test_an_unfinished_message_is_none(self) -> None:
        stream = iter([b"Content-Length: 2\r\n\r\n{}Content-Length: 7\r\n\r\n{}", b""])

        assert list(frames(lambda _: next(stream))) == [b"{}"]


class TestNonsense:
    @pytest.mark.parametrize("body", [b"{", b"no json", b"\xff\xfe", b'{"jsonrpc":"2.0",}', b"[" * 100_000])
    def test_what_is_no_json_is_a_parse_error(self, alive: Server, body: bytes) -> None:
        before = len(alive.received)

        alive.send_body(body)

        answer = alive.wait_for(lambda m: m in alive.received[before:] and "error" in m)
        assert (answer["id"], answer["error"]["code"]) == (None, PARSE_ERROR)

    @pytest.mark.parametrize(
        "message",
        [7, "text", [], None, {}, {"id": 1, "method": "shutdown"}, {"jsonrpc": "1.0", "id": 1, "method": "shutdown"}],
        ids=repr,
    )
    def test_what_is_no_message_of_json_rpc_2_is_an_invalid_request(self, alive: Server, message: Any) -> None:
        before = len(alive.received)

        alive.send_body(json.dumps(message).encode())

        answer = alive.wait_for(lambda m: m in alive.received[before:] and "error" in m)
        assert (answer["id"], answer["error"]["code"]) == (None, INVALID_REQUEST)

    @pytest.mark.parametrize("request_id", [{}, [1], 1.5])
    def test_an_id_is_a_number_or_a_string(self, alive: Server, request_id: Any) -> None:
        before = len(alive.received)

        alive.send({"id": request_id, "method": "textDocument/hover", "params": {}})

        answer = alive.wait_for(lambda m: m in alive.received[before:] and "error" in m)
        assert (answer["id"], answer["error"]["code"]) == (None, INVALID_REQUEST)

    @pytest.mark.parametrize("params", [None, {}, {"some": ["thing"]}, []], ids=repr)
    @pytest.mark.parametrize("method", ["no/such/method", "textDocument/rename", "$/optional", "vetline/unheard-of"])
    def test_an_unknown_method_is_not_found(self, alive: Server, method: str, params: Any) -> None:
        assert alive.error_of(method, params) == METHOD_NOT_FOUND

    @pytest.mark.parametrize("method", ["no/such/method", "$/optional", "telemetry/event", "textDocument/willSave"])
    def test_an_unknown_notification_is_ignored(self, alive: Server, method: str) -> None:
        alive.notify(method, {"some": ["thing"]})
        alive.notify(method)

    @pytest.mark.parametrize(
        "method",
        [
            "textDocument/hover",
            "textDocument/codeAction",
            "textDocument/diagnostic",
            "codeAction/resolve",
            "workspace/executeCommand",
        ],
    )
    @pytest.mark.parametrize(
        "params", [None, {}, {"textDocument": 5}, {"textDocument": {"uri": "file:///x"}, "position": -1}, [1]]
    )
    def test_wrong_parameters_are_answered(self, alive: Server, method: str, params: Any) -> None:
        if method == "textDocument/diagnostic" and isinstance(params, dict) and "position" in params:
            params = {"textDocument": "file:///x"}
        assert alive.error_of(method, params) == INVALID_PARAMS

    @pytest.mark.parametrize(
        "params",
        [
            None,
            {},
            {"textDocument": {"uri": "u", "version": 2}},
            {"textDocument": {"uri": "u", "version": 2}, "contentChanges": [{"range": {}}]},
            {"textDocument": {"uri": "u", "version": "two"}, "contentChanges": []},
        ],
    )
    def test_wrong_notifications_are_ignored(self, alive: Server, params: Any) -> None:
        for method in ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave"):
            alive.notify(method, params)
        alive.notify("workspace/didChangeConfiguration", params)
        alive.notify("workspace/didChangeWatchedFiles", params)
        alive.notify("workspace/didChangeWorkspaceFolders", params)

    def test_a_notification_is_no_request(self, alive: Server) -> None:
        document = {"uri": "file:///workspace/x.py", "languageId": "python", "version": 1, "text": ""}

        assert alive.error_of("textDocument/didOpen", {"textDocument": document}) == INVALID_REQUEST

    def test_a_request_is_no_notification(self, alive: Server, uri: str) -> None:
        alive.notify("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}})
        alive.notify("shutdown")

    @pytest.mark.parametrize(
        "answer",
        [
            {"id": "never-asked", "result": 1},
            {"id": 4711, "error": {"code": 1, "message": ""}},
            {"id": None, "error": {"code": -32700, "message": ""}},
            {"id": [], "result": None},
            {"result": None},
        ],
    )
    def test_an_answer_that_nobody_asked_for_is_ignored(self, alive: Server, answer: dict[str, Any]) -> None:
        alive.send(answer)

    def test_a_key_of_the_protocol_may_be_a_key_of_ones_own(self, alive: Server) -> None:
        alive.notify("workspace/didChangeConfiguration", {"settings": {"other": {"jsonrpc": "2.0", "id": 1, "method": "exit"}}})


class TestCancellation:
    def test_a_request_that_is_under_way_is_given_up(self, alive: Server, uri: str) -> None:
        whole = "".join(f"def f{n}(x):\n    return requests.get(x)\n\n\n" for n in range(2000))
        alive.open(uri, whole)
        request = alive.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})

        alive.notify("$/cancelRequest", {"id": request})

        answer = alive.answer_to(request)
        assert answer["error"]["code"] == CANCELLED

    @pytest.mark.parametrize("params", [{"id": 999_999}, {"id": "none"}, {"id": None}, {}, None])
    def test_a_request_that_is_not_under_way_is_none_of_its_business(self, alive: Server, params: Any) -> None:
        alive.notify("$/cancelRequest", params)


def test_a_client_may_write_much_before_it_reads(start: Start, uri: str) -> None:
    """The pipes hold less than what both have to say: if the server read nothing meanwhile, each would wait for the other."""
    server = start()
    server.initialize()

    with server.reading_stopped():
        server.open(uri, "import requests\n" + "requests.get(url)\n" * 300)
        asked = [
            server.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}, "padding": "x" * 10_000}) for _ in range(30)
        ]

    for request in asked:
        assert len(server.answer_to(request)["result"]["items"]) == 300
    server.end()
