"""What is special about Emacs: its settings."""

from __future__ import annotations

import pytest

from tests.editors.conftest import Edit
from tests.editors.snippets import snippet
from tests.editors.test_session import SHELL

pytestmark = pytest.mark.editor


@pytest.mark.parametrize(
    "client, section",
    [("emacs-eglot", "## Emacs with eglot"), ("emacs-lsp-mode", "## Emacs with lsp-mode")],
    indirect=["client"],
)
def test_settings_of_the_editor_count(edit: Edit, section: str) -> None:
    text = snippet("docs/editors.md", section, "elisp", number=2)
    assert '"medium"' in text

    editor = edit("orders.py", text.replace('"medium"', '"high"'))

    editor.await_findings(SHELL.at_level("warning"))
