"""What is special about Neovim: two position encodings, settings of its own, and a history of what it showed."""

from __future__ import annotations

import re

import pytest

from tests.editors.conftest import Edit
from tests.editors.editor import eventually
from tests.editors.neovim_editor import Neovim
from tests.editors.snippets import snippet
from tests.editors.test_session import ORDERS, RANDOM, SHELL, YAML

pytestmark = pytest.mark.editor

both = pytest.mark.parametrize("client", ["neovim", "neovim-0.11"], indirect=True)
newest = pytest.mark.parametrize("client", ["neovim-0.11"], indirect=True)


def in_neovim(edit: Edit, sample: str, settings: str = "") -> Neovim:
    editor = edit(sample, settings)
    assert isinstance(editor, Neovim)
    return editor


@newest
def test_neovim_0_11_and_the_server_count_columns_in_utf_8(edit: Edit) -> None:
    editor = in_neovim(edit, "windows.py")

    eventually(editor.encodings, ["utf-8"])


@both
def test_older_findings_stay_in_sight_while_a_line_is_half_written(edit: Edit) -> None:
    editor = in_neovim(edit, "orders.py")
    editor.await_findings(*ORDERS)
    editor.forget_history()

    editor.add_line("if requests.get('https://warehouse.example', verify=False")
    eventually(lambda: len(editor.history()) > 0, True)
    editor.add_to_line("): pass")

    eventually(lambda: any(25 in lines for lines in editor.history()), True)
    assert all({finding.line for finding in ORDERS} <= set(lines) for lines in editor.history())


@both
def test_a_comment_that_is_typed_changes_nothing_that_is_shown(edit: Edit) -> None:
    editor = in_neovim(edit, "orders.py")
    editor.await_findings(*ORDERS)
    editor.forget_history()

    editor.add_line("# eval(input()) would be wrong here")
    editor.add_line("eval(input())")

    eventually(lambda: any(26 in lines for lines in editor.history()), True)
    unchanged = [finding.line for finding in ORDERS]
    assert {tuple(lines) for lines in editor.history()} <= {tuple(unchanged), (*unchanged, 26)}


@newest
def test_settings_of_the_editor_count(edit: Edit) -> None:
    settings = snippet("docs/editors.md", "Settings of your own, before `vim.lsp.enable`:", "lua")
    assert re.search(r"severity = \{ VET102 = 'error' \}", settings)

    editor = in_neovim(edit, "orders.py", settings)

    editor.await_findings(SHELL.at_level("error"), RANDOM, YAML)


@both
def test_explaining_a_rule_shows_its_page(edit: Edit) -> None:
    editor = in_neovim(edit, "orders.py")
    editor.await_findings(*ORDERS)

    editor.go_to('f"lp')
    editor.apply("Explain VET102")

    eventually(lambda: "Hand over a list, without a shell" in editor.in_sight(), True)
