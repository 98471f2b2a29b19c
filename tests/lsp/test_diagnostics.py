"""What a diagnostic says, and how loudly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import Editor, codes

pytestmark = pytest.mark.asyncio(loop_scope="session")

ERROR, WARNING, INFORMATION, HINT = lsp.DiagnosticSeverity

NOISE = """\
import subprocess

assert user.is_admin
subprocess.run(command, shell=True)
launch(command, shell=True)
eval(code)
"""
"""What Bandit finds here is of all severities, and something of low confidence."""

BANDITS = {"profile": "default", "select": ["B"]}
"""What Bandit finds, shown as it is by default."""


def levels(diagnostics: list[lsp.Diagnostic]) -> dict[str, lsp.DiagnosticSeverity]:
    found = {str(d.code): d.severity for d in diagnostics}
    assert len(found) == len(diagnostics)
    return {code: severity for code, severity in found.items() if severity is not None}


async def test_a_diagnostic_says_what_is_wrong_and_where_to_read_more(settable: Editor, uri: str) -> None:
    settable.set({"vetline": BANDITS})
    settable.open(uri, "\n\n\nfor command in commands:\n    launch(command, shell=True)\n")

    (diagnostic,) = await settable.diagnostics(uri)

    assert diagnostic.source == "vetline"
    assert diagnostic.code == "B604"
    assert diagnostic.code_description == lsp.CodeDescription("https://cwe.mitre.org/data/definitions/78.html")
    assert diagnostic.severity is INFORMATION
    assert diagnostic.message.startswith("If this runs a command, a shell interprets it")
    assert diagnostic.data is not None
    key = diagnostic.data["key"]
    assert diagnostic.data == {
        "key": key,
        "severity": "medium",
        "confidence": "low",
        "cwe": 78,
        "bandit": {"line": 5, "column": 4, "endColumn": 31},
    }


def keys(diagnostics: Sequence[lsp.Diagnostic]) -> set[object]:
    return {d.data["key"] for d in diagnostics if d.data}


async def test_the_key_stays_while_others_change(editor: Editor, uri: str) -> None:
    editor.open(uri, "eval(x)\n\n\ndef f():\n    exec(y)\n    exec(y)\n")
    before = keys(await editor.diagnostics(uri))

    editor.insert(uri, "eval", "import os\n\n\n")

    assert keys(await editor.diagnostics(uri)) == before
    assert len(before) == 3


async def test_by_default_noise_is_tamed(settable: Editor, uri: str) -> None:
    settable.set({"vetline": BANDITS})
    settable.open(uri, NOISE)

    assert levels(await settable.diagnostics(uri)) == {
        "B404": HINT,
        "B101": INFORMATION,
        "B602": ERROR,
        "B604": INFORMATION,
        "B307": WARNING,
    }


@pytest.mark.parametrize(
    "options, expected",
    [
        (
            {"profile": "bandit"},
            {"B404": INFORMATION, "B101": INFORMATION, "B602": ERROR, "B604": WARNING, "B307": WARNING},
        ),
        (
            {"severity": {"B4": "off", "B602": "hint", "B1": "error", "B604": "warning"}},
            {"B101": ERROR, "B602": HINT, "B604": WARNING, "B307": WARNING},
        ),
        ({"minSeverity": "high"}, {"B602": ERROR}),
        ({"minConfidence": "medium", "ignore": ["B1", "B4"]}, {"B602": ERROR, "B307": WARNING}),
        ({"select": ["B3"]}, {"B307": WARNING}),
    ],
    ids=["Bandit's profile", "levels", "severity", "confidence", "selection"],
)
async def test_settings_decide_what_is_shown_and_how_loudly(
    settable: Editor, uri: str, options: dict[str, Any], expected: dict[str, lsp.DiagnosticSeverity]
) -> None:
    settable.set({"vetline": {**BANDITS, **options}})
    settable.open(uri, NOISE)

    assert levels(await settable.diagnostics(uri)) == expected


async def test_test_code_and_excluded_code_are_known_by_their_paths(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()], options={**BANDITS, "exclude": ["generated/"]})
    found = {}
    for name in ("app.py", "tests/test_app.py", "generated/app.py"):
        uri = (tmp_path / name).as_uri()
        editor.open(uri, "assert user.is_admin\neval(code)\n")
        found[name] = codes(await editor.diagnostics(uri))
        assert bool(await editor.actions(uri, "eval(code)")) is bool(found[name])

    assert found == {"app.py": ["B101", "B307"], "tests/test_app.py": ["B307"], "generated/app.py": []}


SECRET = "hunter2-8f1c"

SECRETS = f"""\
import hashlib
import requests

password = "{SECRET}"
config["token"] = "{SECRET}"
connect(host, password="{SECRET}")
if secret == "{SECRET}":
    pass


def login(user, password="{SECRET}", *, token="{SECRET}"):
    hashlib.md5(b"{SECRET}")
    requests.get("https://user:{SECRET}@host", headers={{"Authorization": "{SECRET}"}})
    db.execute("SELECT * FROM users WHERE password = '%s'" % "{SECRET}")
    open("/tmp/{SECRET}")
    eval("{SECRET}")


class Settings:
    password: str = "{SECRET}"
    socket.bind(("0.0.0.0", 80))
"""


async def test_a_secret_is_in_no_message_hover_or_title(editor: Editor, uri: str) -> None:
    editor.open(uri, SECRETS)

    diagnostics = await editor.diagnostics(uri)

    assert {"B105", "B106", "B107", "B113", "B324", "B608", "B307"} <= set(codes(diagnostics))
    for diagnostic in diagnostics:
        assert SECRET not in str(diagnostic)
        hover = await editor.client.text_document_hover_async(
            lsp.HoverParams(lsp.TextDocumentIdentifier(uri), diagnostic.range.start)
        )
        assert hover is not None
        assert SECRET not in str(hover)
        for action in await editor.actions(uri, diagnostic.range):
            assert SECRET not in action.title
            assert SECRET not in str(action.diagnostics)
            assert SECRET not in str(action.command)
