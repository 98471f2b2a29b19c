"""Findings of Vetline's own rules through the protocol: evidence, Bandit's word on the same place, and what is done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp

from tests.lsp.conftest import _client, _leave
from tests.lsp.editor import Editor, capabilities, codes

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOSEN = ["VET101", "VET102", "VET401", "B50", "B60"]
"""The rules that these tests are about, and the checks that they stand for."""

FLOW = """\
import os
from flask import request


def run(name):
    os.system("convert " + name)


def handle():
    wanted = request.args["file"]
    run(wanted)
"""

SQL = """\
import sqlite3


def find(name):
    connection = sqlite3.connect("users.db")
    return connection.execute(f"SELECT id FROM users WHERE name = '{name}'").fetchone()
"""
SQL_FIXED = SQL.replace(
    """(f"SELECT id FROM users WHERE name = '{name}'")""", """("SELECT id FROM users WHERE name = ?", (name,))"""
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain(bare_home: Path) -> AsyncIterator[Editor]:
    """An editor in a home without settings, in which Vetline's own rules count."""
    client = await _client(bare_home)
    editor = Editor(client)
    await editor.initialize(capabilities(), options={"select": CHOSEN, "deep": False})
    yield editor
    await _leave(client)


def titles(actions: list[lsp.CodeAction]) -> list[str]:
    return [action.title for action in actions]


async def test_the_evidence_is_told_step_by_step(plain: Editor, uri: str) -> None:
    plain.open(uri, FLOW)

    _, diagnostic = await plain.diagnostics(uri)

    assert diagnostic.code == "VET102"
    assert plain.marked(uri, diagnostic) == "run(wanted)"
    steps = [
        (step.location.uri, plain.marked(uri, step.location), step.message) for step in diagnostic.related_information or ()
    ]
    assert steps == [
        (uri, "request.args", "The query string comes in here"),
        (uri, "wanted", "Goes into `wanted`"),
        (uri, "run(wanted)", "Is passed to `run`"),
        (uri, '"convert " + name', "Reaches `os.system`"),
    ]


async def test_the_evidence_moves_with_the_code_that_it_is_in(plain: Editor, uri: str) -> None:
    plain.open(uri, FLOW)
    before = [step.location.range.start.line for step in (await plain.diagnostics(uri))[1].related_information or ()]

    plain.insert(uri, "def handle", "# Called by the web server.\n")

    after = [step.location.range.start.line for step in (await plain.diagnostics(uri))[1].related_information or ()]
    assert before == [9, 9, 10, 5]
    assert after == [10, 10, 11, 5]


async def test_an_edit_elsewhere_changes_what_flows_here(plain: Editor, uri: str) -> None:
    plain.open(uri, FLOW)
    assert len(await plain.diagnostics(uri)) == 2

    plain.replace(uri, '"convert " + name', '"convert " + shlex.quote(name)')

    assert await plain.diagnostics(uri) == []


async def test_columns_of_the_evidence_are_in_the_clients_units(plain: Editor, uri: str) -> None:
    plain.open(uri, FLOW.replace('    wanted = request.args["file"]', "    '😀'; wanted = request.args['😀']"))

    _, diagnostic = await plain.diagnostics(uri)

    first, second, _, _ = diagnostic.related_information or ()
    assert (first.location.range.start.character, first.location.range.end.character) == (19, 31)
    assert (second.location.range.start.character, second.location.range.end.character) == (10, 16)


async def test_one_diagnostic_stands_for_both(plain: Editor, uri: str) -> None:
    plain.open(uri, SQL)

    (diagnostic,) = await plain.diagnostics(uri)

    assert diagnostic.code == "VET101"
    assert diagnostic.message.endswith(" (B608)")
    assert diagnostic.data is not None
    assert diagnostic.data["also"] == ["B608"]
    assert "bandit" not in diagnostic.data


async def test_hover_explains_it_once_and_says_how_to_silence_both(plain: Editor, uri: str) -> None:
    plain.open(uri, SQL)

    hover = await plain.hover(uri, "'{name}'")

    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    text = hover.contents.value
    assert text.startswith("**VET101**: ")
    assert "\n---\n" not in text
    assert "**How to fix it**" in text
    assert "`# vetline: ignore[VET101] reason`" in text
    assert '`ignore = ["VET101", "B608"]`' in text


async def test_it_has_the_fix_and_nothing_is_left(plain: Editor, uri: str) -> None:
    plain.open(uri, SQL)
    (diagnostic,) = await plain.diagnostics(uri)

    actions = await plain.actions(uri, diagnostic.range, only=["quickfix"])

    assert titles(actions)[1:] == [
        "Suppress VET101 here: false positive",
        "Suppress VET101 here: risk accepted",
        "Suppress VET101 here: test data only",
        "Explain VET101",
    ]
    assert plain.applied(uri, actions[0]) == SQL_FIXED
    plain.set_text(uri, SQL_FIXED)
    assert await plain.diagnostics(uri) == []


async def test_fix_all_fixes_it(plain: Editor, uri: str) -> None:
    plain.open(uri, SQL)
    (action,) = await plain.actions(uri, plain.whole(uri), only=["source.fixAll"])

    resolved = await plain.client.code_action_resolve_async(action)

    assert plain.applied(uri, resolved) == SQL_FIXED


@pytest.mark.parametrize(
    "text",
    [
        SQL,
        "import requests\n\nrequests.get(url, timeout=9, verify=False)\n",
        "import subprocess\n\n\ndef f(name):\n    subprocess.run(\n        f'ls {name}',\n        shell=True,\n    )\n",
    ],
    ids=["VET101", "VET401", "VET102, over several lines"],
)
async def test_a_suppression_silences_both(plain: Editor, uri: str, text: str) -> None:
    plain.open(uri, text)
    (diagnostic,) = await plain.diagnostics(uri)
    assert len(diagnostic.data["also"] if diagnostic.data else ()) == 1

    actions = await plain.actions(uri, diagnostic.range, only=["quickfix"])
    action = next(action for action in actions if action.title == f"Suppress {diagnostic.code} here: risk accepted")

    silenced = plain.applied(uri, action)
    assert f"# vetline: ignore[{diagnostic.code}] risk accepted\n" in silenced
    plain.set_text(uri, silenced)
    assert await plain.diagnostics(uri) == []


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"select": ["B60"]}, ["B608"]),
        ({"ignore": ["VET1"]}, ["B608"]),
        ({"select": ["VET101"]}, ["VET101"]),
        ({"ignore": ["VET101", "B608"]}, []),
        ({"profile": "bandit"}, ["B608"]),
    ],
)
async def test_settings_choose_whose_finding_is_shown(
    settable: Editor, uri: str, options: dict[str, Any], expected: list[str]
) -> None:
    settable.set({"vetline": {"profile": "default", "select": CHOSEN, **options}})
    settable.open(uri, SQL)

    assert codes(await settable.diagnostics(uri)) == expected
