"""Positions in the units that were agreed on: what is found, changed and edited is exactly where the client sees it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start, environment
from tests.lsp.texts import apply, at, edits_of, offset_of, part_at, place, span
from tests.lsp.wire import SERVE, Server

ENCODINGS = ("utf-8", "utf-16", "utf-32")

CALL = "requests.get(url)"
FIXED = "requests.get(url, timeout=10)"
HEAD = "import requests\n\n"

BEFORE_THE_CALL = {
    "emoji": f'name = "😀😀"; {CALL}\n',
    "letters of two and three bytes": f'name = "é漢字"; {CALL}\n',
    "combining characters": f'name = "e\u0301 👩‍👩‍👧"; {CALL}\n',
    "a tab": f"if True:\n\t{CALL}\n",
    "a tab in the line": f'name = "é"\t;\t{CALL}\n',
    "a form feed": f"\x0c{CALL}\n",
    "a byte order mark": f"\ufeff{HEAD}{CALL}\n",
    "other line separators": f'name = "\u2028\u0085\x0b"; {CALL}\n',
    "an emoji in a longer statement": f'total = ["😀",\n    {CALL}, "😀"]\n',
    "an f-string": f'text = f"😀{{{CALL}}}é"\n',
    "a nul-free control character": f'name = "\x01\x7f"; {CALL}\n',
}


@pytest.fixture(scope="module", params=ENCODINGS)
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(home: Path, encoding: str) -> Iterator[Server]:
    """A session in which columns count units of ``encoding``."""
    server = Server(SERVE, environment(home))
    capabilities = server.initialize({"general": {"positionEncodings": [encoding]}})
    assert capabilities["positionEncoding"] == encoding
    yield server
    server.kill()


class TestNegotiation:
    @pytest.mark.parametrize(
        "offered, chosen",
        [
            (["utf-32", "utf-8", "utf-16"], "utf-32"),
            (["utf-7", "utf-8"], "utf-8"),
            (["utf-7"], "utf-16"),
            (None, "utf-16"),
        ],
    )
    def test_the_clients_favourite_of_what_we_know_is_chosen(
        self, start: Start, offered: list[str] | None, chosen: str
    ) -> None:
        server = start()

        capabilities = server.initialize({"general": {} if offered is None else {"positionEncodings": offered}})

        assert capabilities["positionEncoding"] == chosen
        text = f'{HEAD}name = "😀"; {CALL}\n'
        server.open("file:///workspace/app.py", text)
        (diagnostic,) = server.diagnostics("file:///workspace/app.py", 1)
        assert diagnostic["range"] == span(text, CALL, chosen)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("name", BEFORE_THE_CALL)
def test_findings_and_edits_are_exact(server: Server, encoding: str, uri: str, name: str, line_end: str) -> None:
    body = BEFORE_THE_CALL[name]
    text = (body if HEAD in body else HEAD + body).replace("\n", line_end)
    server.open(uri, text)

    (diagnostic,) = server.diagnostics(uri, 1)
    fix = code_actions(server, uri, diagnostic)[0]
    hover = server.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": at(text, CALL, encoding)["start"]})

    assert diagnostic["range"] == span(text, CALL, encoding)
    assert hover["range"] == diagnostic["range"]
    assert apply(text, edits_of(fix, uri), encoding) == text.replace(CALL, FIXED)


def test_a_suppression_behind_an_emoji_is_exact(server: Server, encoding: str, uri: str) -> None:
    text = f'{HEAD}name = "😀"; {CALL}  # 😀 why\r\nlast = 1\r\n'
    server.open(uri, text)
    (diagnostic,) = server.diagnostics(uri, 1)

    suppress = next(a for a in code_actions(server, uri, diagnostic) if a["title"].startswith("Suppress"))

    changed = apply(text, edits_of(suppress, uri), encoding)
    assert changed.splitlines()[2].startswith(f'name = "😀"; {CALL}  # 😀 why')
    assert "nosec B113" in changed
    assert changed.endswith("\r\nlast = 1\r\n")


class TestChanges:
    """The server's text must stay the client's, whatever is between two changes."""

    def test_positions_of_a_change_are_those_behind_the_one_before(self, server: Server, encoding: str, uri: str) -> None:
        text = f'{HEAD}name = "😀"; {CALL}\n'
        server.open(uri, text)
        server.diagnostics(uri, 1)
        changes = []
        for old, new in (('"😀"', '"😀😀é"'), ("; ", ";\r\n\t"), ("\t", ""), ("url", 'url + "😀" + url')):
            changes.append({"range": span(text, old, encoding), "text": new})
            text = text.replace(old, new)

        server.change(uri, 2, *changes)

        (diagnostic,) = server.diagnostics(uri, 2)
        assert part_at(text, diagnostic["range"], encoding) == 'requests.get(url + "😀" + url)'

    def test_a_change_of_everything_may_stand_between_others(self, server: Server, encoding: str, uri: str) -> None:
        server.open(uri, HEAD)
        text = f'# 😀\n{HEAD}name = "😀"; {CALL}\n'

        server.change(
            uri,
            2,
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}, "text": "gone\n"},
            {"text": text},
            {"range": at(text, "name", encoding), "text": "é = 1; "},
        )

        text = text.replace("name", "é = 1; name")
        (diagnostic,) = server.diagnostics(uri, 2)
        assert diagnostic["range"] == span(text, CALL, encoding)

    @pytest.mark.parametrize(
        "range_",
        [
            {"start": {"line": 2, "character": 5000}, "end": {"line": 2, "character": 5000}},
            {"start": {"line": 3, "character": 0}, "end": {"line": 700, "character": 9}},
            {"start": {"line": 90, "character": 0}, "end": {"line": 91, "character": 0}},
        ],
        ids=["behind the line", "from the last line on", "behind the text"],
    )
    def test_an_edit_behind_the_end_is_one_at_the_end(
        self, server: Server, uri: str, range_: dict[str, Any], encoding: str
    ) -> None:
        text = f'{HEAD}name = "😀"\n'
        server.open(uri, text)
        server.diagnostics(uri, 1)

        server.change(uri, 2, {"range": range_, "text": f";{CALL}" if range_["start"]["line"] == 2 else f"{CALL}\n"})

        (diagnostic,) = server.diagnostics(uri, 2)
        in_line = range_["start"]["line"] == 2
        now = f'{HEAD}name = "😀";{CALL}\n' if in_line else f'{HEAD}name = "😀"\n{CALL}\n'
        assert diagnostic["range"] == span(now, CALL, encoding)

    def test_line_ends_may_be_taken_apart_and_put_together(self, server: Server, encoding: str, uri: str) -> None:
        text = f"{HEAD}a = 1\r\n{CALL}\n"
        server.open(uri, text)
        server.diagnostics(uri, 1)
        version = 1
        for old, new in (
            ("a = 1\r\n", "a = 1\r"),
            ("a = 1", "é = 1\r"),
            ("\r\rrequests", "\r\nrequests"),
            ("é = 1\r\n", "\n\n"),
        ):
            version += 1
            change = {"range": span(text, old, encoding), "text": new}
            text = text.replace(old, new)
            server.change(uri, version, change)
            (diagnostic,) = server.diagnostics(uri, version)
            assert diagnostic["range"] == span(text, CALL, encoding)

    def test_random_changes_lead_to_what_a_fresh_look_at_the_text_finds(self, server: Server, encoding: str, uri: str) -> None:
        chance = random.Random(encoding)
        pieces = [
            f"{CALL}\n",
            "é = '😀'\r\n",
            "\r",
            "\n",
            "    ",
            "(",
            "if x:\n    ",
            "😀",
            "# nosec\n",
            "def f():\n    eval(x)\n",
        ]
        text = HEAD + "".join(chance.choices(pieces, k=40))
        server.open(uri, text)
        version = 1
        for _ in range(60):
            version += 1
            changes = []
            for _ in range(chance.randint(1, 3)):
                start, end = sorted(boundary(text, chance.randint(0, len(text))) for _ in range(2))
                end = min(end, start + chance.choice([0, 0, 5, 60]))
                end = max(start, boundary(text, end))
                new = "".join(chance.choices(pieces, k=chance.randint(0, 3)))
                range_ = {"start": place(text, start, encoding), "end": place(text, end, encoding)}
                assert (offset_of(text, range_["start"], encoding), offset_of(text, range_["end"], encoding)) == (start, end)
                changes.append({"range": range_, "text": new})
                text = text[:start] + new + text[end:]
            server.change(uri, version, *changes)
        fresh = uri.replace(".py", "_fresh.py")
        server.open(fresh, text)

        followed, anew = (
            server.request("textDocument/diagnostic", {"textDocument": {"uri": document}})["items"] for document in (uri, fresh)
        )

        assert followed == anew
        assert followed


def boundary(text: str, offset: int) -> int:
    """Return ``offset``, or the one before it if that splits a line end."""
    return offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset


def code_actions(server: Server, uri: str, diagnostic: dict[str, Any]) -> list[dict[str, Any]]:
    context = {"diagnostics": [diagnostic]}
    params = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": context}
    actions: list[dict[str, Any]] = server.request("textDocument/codeAction", params)
    return actions
