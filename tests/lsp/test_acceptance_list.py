"""The list of foreign code in a document: asked for, and followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.conftest import environment
from tests.lsp.test_acceptances import BASE, accepted, inserted, range_
from tests.lsp.wire import SERVE, Message, Server

FOLLOWS = {"experimental": {"vetline": {"acceptances": True}}}


@pytest.fixture(scope="module")
def server(bare_home: Path) -> Iterator[Server]:
    """A session with a client that asks."""
    server = Server(SERVE, environment(bare_home))
    server.initialize()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def following(bare_home: Path) -> Iterator[Server]:
    """A session with a client that wants to be told."""
    server = Server(SERVE, environment(bare_home))
    server.initialize(FOLLOWS)
    yield server
    server.kill()


def asked(server: Server, uri: str) -> Message:
    return dict(server.request("vetline/acceptances", {"textDocument": {"uri": uri}}))


def told(server: Server, uri: str, version: int, *, reviewed: bool = False) -> Message:
    """Return the first list of a version that the server sends; one in which all is ``reviewed`` if that is asked for."""

    def is_meant(message: Message) -> bool:
        params = message.get("params") or {}
        return (
            message.get("method") == "vetline/acceptances"
            and (params["uri"], params["version"]) == (uri, version)
            and all(one["acceptance"]["reviewed"] == reviewed for one in params["acceptances"])
        )

    return dict(server.wait_for(is_meant)["params"])


class TestAsked:
    def test_the_answer_says_where_foreign_code_is_and_what_was_found_in_it(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted())

        listed = asked(server, uri)

        (only,) = listed["acceptances"]
        assert listed["version"] == 2
        assert only["ranges"] == [range_((4, 0), (6, 0))]
        assert sum(only["findings"].values()) == 2
        assert (only["acceptance"]["tool"], only["acceptance"]["reviewed"]) == ("Copilot", False)

    def test_the_answer_is_about_the_newest_text(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted())
        server.change(uri, 3, inserted("# ours\n", at=(0, 0)))

        assert asked(server, uri)["acceptances"][0]["ranges"] == [range_((5, 0), (7, 0))]

    def test_clean_code_is_listed_as_well_and_code_of_ones_own_is_not(self, server: Server, uri: str) -> None:
        server.open(uri, "eval(input())\n" + BASE)
        assert asked(server, uri)["acceptances"] == []

        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted("    return sorted(name)\n", at=(5, 0)))

        assert [one["findings"] for one in asked(server, uri)["acceptances"]] == [{}]

    def test_of_a_document_that_is_not_open_there_is_nothing_to_say(self, server: Server, uri: str) -> None:
        assert server.request("vetline/acceptances", {"textDocument": {"uri": uri}}) is None

    @pytest.mark.parametrize("params", [None, {}, {"textDocument": 1}, {"textDocument": {"uri": 1}}])
    def test_wrong_parameters_are_refused(self, server: Server, params: object) -> None:
        assert server.error_of("vetline/acceptances", params) == -32602


class TestFollowed:
    def test_a_client_that_follows_is_told_what_came_where_it_went_and_that_it_is_gone(
        self, following: Server, uri: str
    ) -> None:
        following.open(uri, BASE)
        accepted(following, uri, tool="Copilot")
        following.change(uri, 2, inserted())
        assert told(following, uri, 2)["acceptances"][0]["ranges"] == [range_((4, 0), (6, 0))]

        accepted(following, uri, 3, kind="typed")
        following.change(uri, 3, inserted("# ours\n# too\n", at=(0, 0)))
        assert told(following, uri, 3)["acceptances"][0]["ranges"] == [range_((6, 0), (8, 0))]

        following.change(uri, 4, {"range": range_((6, 0), (8, 0)), "text": ""})
        assert told(following, uri, 4)["acceptances"] == []

    def test_it_is_told_of_a_review(self, following: Server, uri: str) -> None:
        following.open(uri, BASE)
        accepted(following, uri, tool="Copilot")
        following.change(uri, 2, inserted())
        owner = told(following, uri, 2)["acceptances"][0]["acceptance"]["id"]

        following.request("workspace/executeCommand", {"command": "vetline.reviewed", "arguments": [uri, owner]})

        assert [one["acceptance"]["id"] for one in told(following, uri, 2, reviewed=True)["acceptances"]] == [owner]

    def test_a_client_that_does_not_follow_is_told_nothing(self, server: Server, uri: str) -> None:
        server.open(uri, BASE)
        accepted(server, uri, tool="Copilot")
        server.change(uri, 2, inserted())
        server.diagnostics(uri, 2)

        assert not [one for one in server.received if one.get("method") == "vetline/acceptances"]
