"""What is special about Emacs: its settings, and what eglot takes for the place that is meant."""

from __future__ import annotations

import pytest

from tests.editors.conftest import Edit
from tests.editors.snippets import snippet
from tests.editors.test_session import ORDERS, RANDOM, SHELL, YAML

pytestmark = pytest.mark.editor


@pytest.mark.parametrize(
    "client, section",
    [("emacs-eglot", "## Emacs with eglot"), ("emacs-lsp-mode", "## Emacs with lsp-mode")],
    indirect=["client"],
)
def test_settings_of_the_editor_count(edit: Edit, section: str) -> None:
    text = snippet("docs/editors.md", section, "elisp", number=2)
    assert '"medium"' in text

    editor = edit("orders.py", text)

    editor.await_findings(SHELL.at_level("error"), RANDOM, YAML)


@pytest.mark.parametrize("client", ["emacs-eglot"], indirect=True)
def test_at_a_statement_only_its_own_findings_are_dealt_with(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    # At the first word of an expression statement, eglot 1.9 sends the place of point with all findings of the buffer.
    editor.go_to('f"lp')

    assert {title for title in editor.actions() if title.startswith("Explain")} == {"Explain VET102"}
