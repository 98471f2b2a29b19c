"""The workbench with the extension in it, each in a home of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.editors.installed import EXTENSION, missing, must_be_here
from tests.editors.vscode.workbench import HERE, Workbench, packed

Open = Callable[..., Workbench]
"""``open_workbench("orders.py")`` opens a copy of that sample; ``settings`` and ``env`` are the user's."""


@pytest.fixture
def open_workbench(tmp_path: Path) -> Iterator[Open]:
    """Open a sample in a fresh workbench that has the extension, and an assistant."""
    if command := missing("vscode"):
        if must_be_here():
            pytest.fail(f"VS Code is not installed: {command}")
        pytest.skip(f"VS Code is not installed: {command}")
    opened: list[Workbench] = []
    with tempfile.TemporaryDirectory(prefix="vl-", ignore_cleanup_errors=True) as scratch:  # sockets have short paths

        def open_it(
            sample: str,
            settings: Mapping[str, object] | None = None,
            env: Mapping[str, str] | None = None,
            *,
            dark: bool = False,
        ) -> Workbench:
            workspace = tmp_path / "shop"
            workspace.mkdir()
            (workspace / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
            shutil.copy(HERE / "samples" / sample, workspace / sample)
            workbench = Workbench(Path(scratch), workspace, env or {}, settings or {}, dark=dark)
            opened.append(workbench)
            workbench.install(EXTENSION)
            workbench.install(packed(HERE / "assistant", tmp_path / "assistant.vsix"))
            workbench.start(workspace / sample)
            return workbench

        yield open_it
        for workbench in opened:
            workbench.stop()
