"""Foreign code through the protocol: what the client says of it, what it is told, what it is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import environment
from tests.lsp.wire import SERVE, Message, Server

BASE = "import subprocess\n\n\ndef listing(name):\n    pass\n"
COMPLETION = '    subprocess.run("ls " + name, shell=True)\n    return eval(name)\n'
AT = (4, 0)


@pytest.fixture(scope="module")
def server(bare_home: Path) -> Iterator[Server]:
    """A session in which Vetline's own rules are on, too."""
    server = Server(SERVE, environment(bare_home))
    server.initialize()
    yield server
    server.kill()


def replaced(start: tuple[int, int], end: tuple[int, int], text: str) -> Message:
    return {"range": range_(start, end), "text": text}


def range_(start: tuple[int, int], end: tuple[int, int]) -> Message:
    return {name: dict(zip(("line", "character"), place, strict=True)) for name, place in (("start", start), ("end", end))}


def inserted(text: str = COMPLETION, at: tuple[int, int] = AT) -> Message:
    return replaced(at, at, text)


def accepted(server: Server, uri: str, version: int | None = 2, **more: Any) -> None:
    server.notify("vetline/accepted", {"textDocument": {"uri": uri, "version": version}, **more})


def verdict(server: Server, uri: str, tool: str | None = None, version: int | None = None) -> Message:
    """Return the next verdict on a document, the one on code of ``tool`` if that is given."""

    def is_meant(message: Message) -> bool:
        params = message.get("params", {})
        return (
            message.get("method") == "vetline/verdict"
            and params["uri"] == uri
            and params["acceptance"].get("tool") == tool
            and version in (None, params["version"])
        )

    return dict(server.wait_for(is_meant)["params"])


def actions(server: Server, uri: str, line: int, column: int = 4) -> list[Message]:
    place = (line, column)
    asked = {"textDocument": {"uri": uri}, "range": range_(place, place), "context": {"diagnostics": []}}
    return list(server.request("textDocument/codeAction", asked))


def titled(offered: list[Message], beginning: str) -> Message:
    return next(action for action in offered if action["title"].startswith(beginning))


def edited(text: str, action: Message, uri: str) -> str:
    rows = [*text.splitlines(keepends=True), ""]
    edits = action["edit"]["changes"][uri]
    for edit in sorted(edits, key=lambda one: tuple(one["range"]["start"].values()), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        text = "".join(rows)
        begin = sum(map(len, rows[: start["line"]])) + start["character"]
        stop = sum(map(len, rows[: end["line"]])) + end["character"]
        rows = [*(text[:begin] + edit["newText"] + text[stop:]).splitlines(keepends=True), ""]
    return "".join(rows)


class TestWhatIsShown:
    def test_findings_in_foreign_code_come_first_and_are_marked(self, server: Server, uri: str) -> None:
        server.open(uri, "eval(input())\n" + BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted(at=(5, 0)))

        found = server.diagnostics(uri, 2)
        lines = [one["range"]["start"]["line"] for one in found]

        assert {5, 6} <= set(lines[:2]), "those in the completion come first"
        assert 0 in lines[2:]
        assert [one["message"].endswith("(accepted just now from Copilot)") for one in found[:2]] == [True, True]
        assert not any("accepted" in one["message"] for one in found if one["range"]["start"]["line"] == 0)
        assert found[0]["data"]["acceptance"]["tool"] == "Copilot"

    def test_what_nobody_has_spoken_of_is_called_inserted(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        server.change(uri, 2, inserted())

        found = server.diagnostics(uri, 2)

        assert all("(inserted just now)" in one["message"] for one in found if one["range"]["start"]["line"] >= 4)
        assert found[0]["data"]["acceptance"]["exact"] is False

    def test_a_verdict_says_how_many_findings_of_which_severity(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Cursor")
        server.change(uri, 2, inserted())

        said = verdict(server, uri, "Cursor")

        assert said["version"] == 2
        assert said["ranges"] == [range_((4, 0), (6, 0))]
        assert sum(said["findings"].values()) == 2
        assert said["milliseconds"] > 0
        assert (said["acceptance"]["kind"], said["acceptance"]["exact"], said["acceptance"]["lines"]) == ("completion", True, 2)

    def test_clean_code_has_a_verdict_as_well(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Cursor")
        server.change(uri, 2, inserted("    return sorted(name)\n"))

        assert verdict(server, uri, "Cursor")["findings"] == {}


class TestSignals:
    def test_the_client_may_speak_after_the_change(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        server.change(uri, 2, inserted())
        accepted(server, uri, tool="Continue", ranges=[range_((4, 0), (6, 0))])

        assert verdict(server, uri, "Continue")["acceptance"]["exact"]

    def test_the_client_may_leave_the_version_out(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, None, tool="Windsurf")
        server.change(uri, 2, inserted())

        assert verdict(server, uri, "Windsurf")["version"] == 2

    def test_words_that_are_accepted_one_by_one_are_one_acceptance(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        column, ids = 0, set()
        for version, word in enumerate(["    return ", "eval(", "name)"], start=2):
            accepted(server, uri, version, tool="Copilot")
            server.change(uri, version, inserted(word, (4, column)))
            column += len(word)
            ids.add(verdict(server, uri, "Copilot")["acceptance"]["id"]) if version == 2 else None
        last = verdict(server, uri, "Copilot", version=4)

        assert {last["acceptance"]["id"]} == ids
        assert last["ranges"] == [range_((4, 0), (4, column))]

    def test_what_the_client_calls_typed_is_nobodys(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, kind="typed")
        server.change(uri, 2, inserted())

        assert not any("acceptance" in one["data"] for one in server.diagnostics(uri, 2))

    def test_a_request_is_answered_with_the_acceptance(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        server.change(uri, 2, inserted())

        answer = server.request("vetline/accepted", {"textDocument": {"uri": uri, "version": 2}, "tool": "Copilot"})

        assert (answer["tool"], answer["exact"]) == ("Copilot", True)

    @pytest.mark.parametrize(
        "params",
        [
            None,
            {},
            {"textDocument": {}},
            {"textDocument": {"uri": "file:///a.py", "version": "2"}},
            {"textDocument": {"uri": "file:///a.py", "version": 2}, "kind": "magic"},
            {"textDocument": {"uri": "file:///a.py", "version": 2}, "ranges": [1]},
            {"textDocument": {"uri": "file:///a.py", "version": 2}, "ranges": [{"start": {"line": "x"}}]},
            {"textDocument": {"uri": "file:///a.py", "version": 2}, "tool": 3},
        ],
    )
    def test_nonsense_is_refused(self, server: Server, params: Mapping[str, Any] | None) -> None:
        assert server.error_of("vetline/accepted", params) == -32602
        server.notify("vetline/accepted", params)

    def test_a_document_that_is_not_open_is_nobodys(self, server: Server, uri: str) -> None:
        assert server.request("vetline/accepted", {"textDocument": {"uri": uri, "version": 1}}) is None


class TestDisk:
    """A file that is written behind the editor's back, which then loads it anew."""

    @pytest.mark.parametrize("is_told_first", [True, False])
    def test_such_a_change_is_an_agents(self, server: Server, uri: str, is_told_first: bool) -> None:
        told = ("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
        server.open(uri, BASE)
        if is_told_first:
            server.notify(*told)
        server.change(uri, 2, inserted())
        if not is_told_first:
            server.notify(*told)

        server.wait_for(lambda m: "acceptance" in m.get("params", {}) and kind_in(m, uri) == "agent")

    def test_the_editors_own_saving_says_nothing(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        server.change(uri, 2, inserted())
        before = verdict(server, uri)["acceptance"]["kind"]
        server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
        server.request("textDocument/codeLens", {"textDocument": {"uri": uri}})

        assert before != "agent"
        assert {kind_in(message, uri) for message in server.received} == {before, None}


def kind_in(message: Message, uri: str) -> str | None:
    """Return what a verdict on a document says that the code is; None if it is no such message."""
    params = message.get("params") or {}
    is_verdict = message.get("method") == "vetline/verdict" and params["uri"] == uri
    return str(params["acceptance"]["kind"]) if is_verdict else None


class TestWhatCanBeDone:
    def test_all_findings_in_it_are_fixed_at_once(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted())

        action = titled(actions(server, uri, 4), "Fix both findings in this completion")

        text = edited(BASE.replace("    pass\n", COMPLETION + "    pass\n"), action, uri)
        assert "shell=True" not in text
        assert "literal_eval" in text

    def test_rejecting_it_restores_what_was_there(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, replaced((4, 0), (5, 0), COMPLETION))
        server.change(uri, 3, inserted("import os\n", (0, 0)))

        action = titled(actions(server, uri, 5), "Reject this completion")

        assert edited("import os\n" + BASE.replace("    pass\n", COMPLETION), action, uri) == "import os\n" + BASE

    def test_what_was_edited_since_can_be_taken_back_in_two_ways(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, replaced((4, 0), (5, 0), COMPLETION))
        server.change(uri, 3, inserted("    # mine\n", (5, 0)))
        text = BASE.replace("    pass\n", COMPLETION.replace("    return", "    # mine\n    return"))

        offered = actions(server, uri, 4)

        keep = titled(offered, "Remove what is left of this completion, keep your edits in it")
        drop = titled(offered, "Put back what was there before this completion, drop your edits in it")
        assert edited(text, keep, uri) == BASE.replace("    pass\n", "    # mine\n")
        assert edited(text, drop, uri) == BASE

    def test_what_is_reviewed_is_no_longer_marked(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted())
        before = len(server.published(uri)) if server.diagnostics(uri, 2) else 0
        command = titled(actions(server, uri, 4), "Mark this completion as reviewed")["command"]

        assert server.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})

        server.wait_for(lambda _: len(server.published(uri)) > before)
        assert not any("accepted" in one["message"] for one in server.published(uri)[-1]["diagnostics"])
        assert not any(action["title"].startswith("Mark") for action in actions(server, uri, 4))

    def test_code_of_ones_own_has_no_such_actions(self, server: Server, uri: str) -> None:
        server.open(uri, BASE.replace("    pass\n", COMPLETION))

        assert not any("completion" in action["title"] for action in actions(server, uri, 4))


class TestLenses:
    def lenses(self, server: Server, uri: str) -> list[Message]:
        return list(server.request("textDocument/codeLens", {"textDocument": {"uri": uri}}))

    def test_foreign_code_with_findings_has_lenses_until_it_is_reviewed(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted())

        first, second, third = self.lenses(server, uri)

        assert first["command"]["title"] == "2 findings in this completion, accepted just now from Copilot · Fix"
        assert [second["command"]["title"], third["command"]["title"]] == ["Reject", "Mark as reviewed"]
        assert {lens["range"]["start"]["line"] for lens in (first, second, third)} == {4}
        assert server.request("workspace/executeCommand", third["command"] | {"title": None}) is True
        assert self.lenses(server, uri) == []

    def test_clean_code_and_ones_own_has_none(self, server: Server, uri: str) -> None:
        server.open(uri, "eval(x)\n" + BASE)
        accepted(server, uri)
        server.change(uri, 2, inserted("    return sorted(name)\n", (5, 0)))

        assert self.lenses(server, uri) == []

    def test_unknown_acceptances_and_wrong_arguments(self, server: Server, uri: str) -> None:
        for command in ("vetline.fixAcceptance", "vetline.rejectAcceptance", "vetline.reviewed"):
            asked = {"command": command, "arguments": [uri, "nobody"]}
            assert server.request("workspace/executeCommand", asked) is False
            assert server.error_of("workspace/executeCommand", {"command": command, "arguments": [uri]}) == -32602


CAN = {"workspace": {"applyEdit": True}}


class TestGate:
    def asked(self, home: Path, uri: str, gate: str, completion: str = COMPLETION) -> Server:
        server = Server(SERVE, environment(home))
        server.initialize(CAN, initializationOptions={"foreign": {"gate": gate}})
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted(completion))
        return server

    @pytest.mark.parametrize("answer, left", [("Fix", 2), ("Reject", 0)])
    def test_a_person_decides(self, bare_home: Path, uri: str, answer: str, left: int) -> None:
        server = self.asked(bare_home, uri, "medium")
        try:
            question = server.answer("window/showMessageRequest", {"title": answer})["params"]
            assert question["message"].startswith("This completion brings in ")
            assert [action["title"] for action in question["actions"]] == ["Fix", "Keep", "Reject"]
            edit = server.answer("workspace/applyEdit", {"applied": True})["params"]
            assert len([line for line in edit_of(edit, uri)["newText"].splitlines() if line.strip()]) >= left
        finally:
            server.kill()

    def test_nobody_is_asked_where_nothing_is_grave_enough(self, bare_home: Path, uri: str) -> None:
        for gate, completion in (("high", COMPLETION), ("off", COMPLETION), ("low", "    return sorted(name)\n")):
            server = self.asked(bare_home, uri, gate, completion)
            verdict(server, uri, "Copilot")
            server.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
            assert not any(message.get("method") == "window/showMessageRequest" for message in server.received)
            server.kill()


def edit_of(params: Message, uri: str) -> Message:
    (edit, *_) = params["edit"]["changes"][uri]
    return dict(edit)


class TestSuppressions:
    COMPLETION = '    subprocess.run("ls " + name, shell=True)  # nosec\n    return eval(name)  # noqa: S307\n'

    def test_one_that_came_in_silences_nothing_until_it_is_reviewed(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted(self.COMPLETION))

        found = [(one["code"], one["range"]["start"]["line"]) for one in server.diagnostics(uri, 2)]

        assert {("VET102", 4), ("VET002", 4), ("B307", 5), ("VET002", 5)} <= set(found)
        owner = verdict(server, uri, "Copilot")["acceptance"]["id"]
        before = len(server.published(uri))
        assert server.request("workspace/executeCommand", {"command": "vetline.reviewed", "arguments": [uri, owner]})
        server.wait_for(lambda _: len(server.published(uri)) > before)
        left = {one["code"] for one in server.published(uri)[-1]["diagnostics"]}
        assert left.isdisjoint({"VET102", "VET002"})
        assert "B307" in left, "noqa is for other tools"

    def test_one_of_ones_own_counts_at_once(self, server: Server, uri: str) -> None:
        server.open(uri, BASE.replace("    pass\n", self.COMPLETION))

        assert {"VET102", "VET002"}.isdisjoint({one["code"] for one in server.diagnostics(uri, 1)})

    def test_a_comment_that_silences_nothing_is_no_matter(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri)
        server.change(uri, 2, inserted("    # sorted by name\n    return sorted(name)  # type: ignore\n"))

        assert not any(one["code"] == "VET002" for one in server.diagnostics(uri, 2))
