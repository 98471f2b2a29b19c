"""The settings that the VS Code extension offers are those of the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vetline.config import KEYS, SEVERITY
from vetline.config.settings import kebab_case

MANIFEST = Path(__file__).parents[2] / "clients/vscode/package.json"
SECTION = "vetline."


def offered() -> dict[str, Any]:
    """Return what the extension says of the server's settings, by their names."""
    blocks = json.loads(MANIFEST.read_text(encoding="utf-8"))["contributes"]["configuration"]
    (block,) = (block for block in blocks if block["id"] == "vetline.findings")
    return {kebab_case(name.removeprefix(SECTION)): setting for name, setting in block["properties"].items()}


def test_each_setting_of_the_server_is_offered_and_no_other() -> None:
    assert offered().keys() == {SEVERITY, *KEYS}


def test_the_defaults_are_those_of_the_documentation() -> None:
    page = (MANIFEST.parents[2] / "docs/configuration.md").read_text(encoding="utf-8")
    for name, setting in offered().items():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        default = row.split(" | ")[2].strip("` ")
        if name != "bandit.config":  # none, which an editor can only write as an empty text
            assert json.loads(default) == setting["default"], name
