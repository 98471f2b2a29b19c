"""What must not break a session, and what must not be left behind by one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.lsp.conftest import Start, environment
from tests.lsp.texts import span
from tests.lsp.wire import Server

URI = "file:///workspace/app.py"
INSECURE = "import requests\n\nrequests.get(url)\neval(x)\n"

SABOTAGED = """\
import sys
from vetline.lsp.server import create_server, serve_stdio

SECRET = "hunter2-8f1c"

class Faulty(Exception):
    pass

def fail(*arguments, **more):
    raise Faulty("a message that quotes " + SECRET)

{sabotage}
raise SystemExit(serve_stdio())
"""

Sabotage = Callable[..., Server]


@pytest.fixture
def sabotaged(home: Path) -> Iterator[Sabotage]:
    """Start a server in which something fails: the argument is Python code, in which ``fail`` is a function that does.

    Settings may follow.
    """
    servers = []

    def start_one(sabotage: str, **settings: object) -> Server:
        servers.append(Server([sys.executable, "-c", SABOTAGED.format(sabotage=sabotage)], environment(home)))
        servers[-1].initialize(initializationOptions=settings)
        return servers[-1]

    yield start_one
    for server in servers:
        server.kill()


def actions(server: Server, place: str) -> Any:
    params = {"textDocument": {"uri": URI}, "range": span(INSECURE, place), "context": {"diagnostics": []}}
    return server.request("textDocument/codeAction", params)


def end_without_a_secret(server: Server, *, traces: bool) -> None:
    """End a session that must have gone well but for one thing, which is in the log, without what it said."""
    server.end()
    log = server.log()
    assert "hunter2" not in log
    assert ("Faulty" in log) is traces
    assert ("Traceback" in log) is traces


def test_a_check_that_fails_takes_no_other_with_it(sabotaged: Sabotage) -> None:
    server = sabotaged(
        "from dataclasses import replace\n"
        "from vetline.rules.catalogue import find_rule\n"
        "import vetline.engine.document as document\n"
        "document.own_rules = lambda: (replace(find_rule('B113'), id='VET000', check=fail),)\n",
        profile="default",
    )
    server.open(URI, "eval(x)\nexec(x)\n")

    assert [d["code"] for d in server.diagnostics(URI, 1)] == ["B307", "B102"]
    end_without_a_secret(server, traces=True)


def test_a_check_of_bandits_that_fails_takes_no_other_with_it(sabotaged: Sabotage) -> None:
    server = sabotaged(
        "import bandit.plugins.request_without_timeout as p\np.request_without_timeout.__code__ = fail.__code__\n"
    )
    server.open(URI, INSECURE)

    assert [d["code"] for d in server.diagnostics(URI, 1)] == ["B307"]
    server.end()
    assert "hunter2" not in server.log()


def test_a_fix_that_fails_leaves_the_other_actions(sabotaged: Sabotage) -> None:
    server = sabotaged(
        "from dataclasses import replace\n"
        "import vetline.fixes.offer as offer\n"
        "find = offer.find_rule\n"
        "offer.find_rule = lambda id: replace(find(id), fix=fail)\n"
    )
    server.open(URI, INSECURE)

    titles = [action["title"] for action in actions(server, "requests.get(url)")]

    assert titles[0].startswith("Suppress B113")
    assert titles[-1] == "Explain B113"
    end_without_a_secret(server, traces=True)


def test_a_request_that_fails_is_answered_and_the_next_one_works(sabotaged: Sabotage) -> None:
    server = sabotaged("import vetline.lsp.features.hover as hover\nhover.explanation = fail\n")
    server.open(URI, INSECURE)
    place = {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 0}}

    answer = server.answer_to(server.ask("textDocument/hover", place))

    assert answer["error"]["code"] == -32603
    assert "hunter2" not in str(answer)
    assert actions(server, "requests.get(url)")
    end_without_a_secret(server, traces=True)


@pytest.mark.parametrize("size", ["small", "large"])
def test_an_analysis_that_fails_is_tried_again_with_the_next_change(sabotaged: Sabotage, size: str) -> None:
    server = sabotaged(
        "import vetline.engine.document as document\n"
        "analyse = document.analyse_block\n"
        "def analyse_block(kind, indent, text, *more):\n"
        "    return fail() if 'FAIL' in text else analyse(kind, indent, text, *more)\n"
        "document.analyse_block = analyse_block\n"
    )
    head = "def f():\n    eval(x)\n\n\n" * (2000 if size == "large" else 1)
    text = head + "FAIL = 1\n"
    server.open(URI, text)
    pull = server.answer_to(server.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}}))
    assert pull["error"]["code"] == -32603

    server.change(URI, 2, {"range": span(text, "FAIL"), "text": "PASS"})

    assert len(server.diagnostics(URI, 2)) == head.count("eval")
    assert server.published(URI)[0]["version"] == 2
    end_without_a_secret(server, traces=True)


def test_a_notification_that_fails_is_logged_and_the_next_one_works(sabotaged: Sabotage) -> None:
    server = sabotaged(
        "import vetline.lsp.features.text_sync as text_sync\n"
        "path_of = text_sync.path_of\n"
        "text_sync.path_of = lambda uri: fail() if 'faulty' in uri else path_of(uri)\n"
    )
    server.open("file:///faulty.py", INSECURE)
    server.open(URI, INSECURE)

    assert [d["code"] for d in server.diagnostics(URI, 1)] == ["B113", "B307"]
    end_without_a_secret(server, traces=True)


def test_a_task_that_nobody_waits_for_says_nothing_of_the_code(sabotaged: Sabotage) -> None:
    """asyncio's own log would show the exception, as it is and as an object."""
    server = sabotaged(
        "import asyncio\n"
        "import vetline.lsp.features.text_sync as text_sync\n"
        "retract = text_sync.retract\n"
        "async def task():\n"
        "    fail()\n"
        "def start_and_forget(*arguments):\n"
        "    asyncio.get_running_loop().create_task(task())\n"
        "    asyncio.get_running_loop().call_soon(fail)\n"
        "    retract(*arguments)\n"
        "text_sync.retract = start_and_forget\n"
    )
    server.open(URI, INSECURE)
    server.close(URI)

    end_without_a_secret(server, traces=True)


class TestLog:
    @pytest.mark.parametrize("level", ["debug", "info"])
    def test_it_never_holds_code(self, start: Start, tmp_path: Path, level: str) -> None:
        log_file = tmp_path / "vetline.log"
        server = start("--log-level", level, "--log-file", str(log_file))
        text = 'import requests\n\npassword = "hunter2-8f1c"\nrequests.get("http://me:hunter2-8f1c@host")  # hunter2-8f1c\n'
        server.initialize(initializationOptions={"hunter2-8f1c": True})
        server.open(URI, text)
        server.diagnostics(URI, 1)
        for only in (["quickfix"], ["source.fixAll"]):
            context = {"diagnostics": [], "only": only}
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
            params = {"textDocument": {"uri": URI}, "range": whole, "context": context}
            assert "hunter2" in str(server.request("textDocument/codeAction", params)) or only == ["source.fixAll"]
        server.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 0}})
        server.change(URI, 2, {"text": text + "hunter2-8f1c ("})
        server.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": URI, "version": "hunter2-8f1c"}, "contentChanges": "hunter2-8f1c"},
        )
        server.ask("textDocument/codeAction", {"textDocument": "hunter2-8f1c"})
        server.notify("vetline/unknown", {"text": "hunter2-8f1c"})
        server.send_body(b'"hunter2-8f1c')
        server.close(URI)
        server.end()

        log = log_file.read_text()
        assert server.log() == ""
        assert "hunter2" not in log
        if level == "debug":
            assert "textDocument/didOpen" in log


class TestLeavingNothing:
    def test_a_server_that_is_killed_leaves_nothing_behind(self, start: Start, tmp_path: Path) -> None:
        places = {
            name: str(tmp_path / name) for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        }
        for place in places.values():
            Path(place).mkdir()
        workspace = tmp_path / "workspace"
        workspace.mkdir()
        uri = (workspace / "app.py").as_uri()
        server = start(env=places, cwd=workspace)
        server.initialize(rootUri=workspace.as_uri(), initializationOptions={"select": ["B307"]})
        server.open(uri, "eval(x)\n")
        server.diagnostics(uri, 1)
        children = psutil.Process(server.process.pid).children(recursive=True)

        server.process.kill()
        server.process.wait()

        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []

        again = start(env=places, cwd=workspace)
        again.initialize(rootUri=workspace.as_uri(), initializationOptions={"select": ["B307"]})
        again.open(uri, "eval(x)\n")
        assert [d["code"] for d in again.diagnostics(uri, 1)] == ["B307"]
        again.end()


def test_a_long_session_does_not_grow(start: Start, bare_home: Path) -> None:
    """Every message leaves a little behind where a future or a handler is kept for each, or the data-flow of each text."""
    server = start(env=environment(bare_home))
    server.initialize()
    text = "x = 1\n" * 50
    server.open(URI, text)
    server.diagnostics(URI, 1)
    process = psutil.Process(server.process.pid)

    def type_keys(first: int, count: int) -> int:
        place = {"line": 25, "character": 0}
        for version in range(first, first + count, 2):
            server.change(URI, version, {"range": {"start": place, "end": place}, "text": "y"})
            server.change(URI, version + 1, {"range": {"start": place, "end": {"line": 25, "character": 1}}, "text": ""})
        server.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})
        return int(process.memory_info().rss)

    sizes = [type_keys(version, 2500) for version in range(2, 10_002, 2500)]

    # What is left behind adds up in each stretch; what the interpreter takes for itself doesn't.
    assert min(after - before for before, after in pairwise(sizes)) / 2500 < 100, "bytes that each message leaves behind"
    server.end()
