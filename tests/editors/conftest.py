"""Editors with the server in them, each in a home and a workspace of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.editors.editor import Editor, environment
from tests.editors.emacs_editor import Emacs
from tests.editors.installed import CLIENTS, NEOVIM_0_11, NODE_MODULES, missing, must_be_here
from tests.editors.neovim_editor import Neovim, set_up
from tests.editors.protocol_editor import ProtocolClient
from tests.editors.server import Servers
from tests.editors.snippets import snippet

SAMPLES = Path(__file__).with_name("samples")

Edit = Callable[..., Editor]
"""``edit("orders.py")`` opens a copy of that sample; ``settings`` is text for the editor's init file."""


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    """The name of an editor that is there; a test without one is skipped, or fails in CI."""
    name: str = request.param
    if command := missing(name):
        if must_be_here():
            pytest.fail(f"{name} is not installed: {command}")
        pytest.skip(f"{name} is not installed: {command}")
    return name


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """What the editor starts as ``vetline``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    servers = Servers(folder)
    yield servers
    servers.kill()


@pytest.fixture
def edit(client: str, servers: Servers, tmp_path: Path) -> Iterator[Edit]:
    """Open a sample in the editor, as set up by our documentation."""
    home, workspace = tmp_path / "home", tmp_path / "workspace"
    home.mkdir()
    workspace.mkdir()
    (workspace / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
    opened: list[Editor] = []
    with tempfile.TemporaryDirectory(prefix="vetline-") as sockets:  # the path of a socket has to be short

        def edit(sample: str, settings: str = "") -> Editor:
            path = workspace / sample
            shutil.copy(SAMPLES / sample, path)
            editor = _editor(client, settings, home, path, environment(home, servers.folder), Path(sockets))
            opened.append(editor)
            editor.start()
            return editor

        yield edit
        for editor in opened:
            editor.kill()


def _editor(client: str, settings: str, home: Path, path: Path, env: Mapping[str, str], sockets: Path) -> Editor:
    match client:
        case "neovim" | "neovim-0.11":
            program = NEOVIM_0_11 if client == "neovim-0.11" else Path(shutil.which("nvim") or "nvim")
            return Neovim(program, set_up(program) + settings, home, path, env, sockets)
        case "emacs-eglot":
            return Emacs(
                "eglot", snippet("docs/editors.md", "## Emacs with eglot", "elisp") + settings, home, path, env, sockets
            )
        case "emacs-lsp-mode":
            return Emacs(
                "lsp-mode", snippet("docs/editors.md", "## Emacs with lsp-mode", "elisp") + settings, home, path, env, sockets
            )
        case _:
            return ProtocolClient(NODE_MODULES, home, path, env, pulls=client == "protocol-pull")
