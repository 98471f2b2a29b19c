"""Neovim as an :class:`~tests.editors.editor.Editor`: headless, steered from outside, with keys pressed as by a person."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.editors.editor import PATIENCE, Editor, EditorFailed, Seen, as_seen, asked, awaited, eventually
from tests.editors.snippets import snippet

_REMOTE = Path(__file__).with_name("neovim") / "remote.lua"
_HARMLESS = re.compile(r'^$|^".*" .*(\d+L|\[New\])|^\d+ (change|line)s?( less|; (before|after) #\d+)|^-- INSERT --$|^/\\V')
"""Messages about reading, writing, undoing and searching."""


def set_up(program: Path) -> str:
    """Return what our documentation tells the user of this Neovim to put into init.lua."""
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"NVIM v(\d+)\.(\d+)", shown)
    assert version is not None, shown
    if (int(version[1]), int(version[2])) < (0, 11):
        return snippet("docs/editors.md", "## Neovim 0.7 to 0.10", "lua")
    key = snippet("docs/editors.md", "A key that applies all safe fixes:", "lua")
    return snippet("docs/editors.md", "## Neovim 0.11 or newer", "lua") + key


class Neovim(Editor):
    """One Neovim, with the keys that ``docs/editors.md`` names.

    ``program`` is the executable, ``init`` the text of its init.lua; ``sockets`` a folder with a short path.
    """

    def __init__(self, program: Path, init: str, home: Path, path: Path, env: Mapping[str, str], sockets: Path) -> None:
        super().__init__(home, path)
        self._program = str(program)
        self._env = env
        self._socket = str(sockets / "nvim")
        init_file = home / "init.lua"
        init_file.write_text(init, encoding="utf-8")
        command = [self._program, "--headless", "-n", "-i", "NONE", "--listen", self._socket]
        command += ["--cmd", f"luafile {_REMOTE}", "-u", str(init_file), str(path)]
        self._output = (home / "output.txt").open("wb")
        self.process = subprocess.Popen(
            command, cwd=path.parent, env=env, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output
        )
        self.version = (0, 0)

    def start(self) -> None:
        awaited(lambda: Path(self._socket).exists() or None, "socket of Neovim")
        major, minor = self._ask("version")
        self.version = (major, minor)

    def findings(self) -> list[Seen]:
        return as_seen(self._ask("findings"))

    def go_to(self, text: str) -> None:
        if not self._ask("go_to", text):
            raise EditorFailed(f"{text!r} isn't in the buffer")

    def actions(self) -> list[str]:
        return self._choose("", self._action_keys())

    def apply(self, title: str) -> None:
        titles = self._choose(title, self._action_keys())
        if title not in titles:
            raise EditorFailed(f"{title!r} isn't offered, only {titles}")

    def fix_all(self) -> None:
        if self.version >= (0, 11):
            self._press("grf")
        else:
            self._choose(
                "Fix all that Vetline can fix safely", _lua("vim.lsp.buf.code_action({only={'source.fixAll.vetline'}})")
            )

    def hover(self) -> str:
        self._press("K" if self.version >= (0, 11) else r"\k")
        text: str = awaited(lambda: self._ask("float"), "hover")
        return text

    def add_line(self, text: str) -> None:
        self._press("Go<Esc>0D")  # no indentation, and no comment sign either
        self.add_to_line(text)

    def undo(self) -> None:
        self._press("u")

    def save(self) -> bytes:
        self._press(":write<CR>")
        eventually(lambda: self._ask("state")["modified"], False)
        return self.path.read_bytes()

    def complaints(self) -> list[str]:
        shown = [line for line in self._ask("messages").splitlines() if not _HARMLESS.search(line)]
        logged = [
            line
            for log in self.home.rglob("lsp.log")
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if line.startswith(("[WARN]", "[ERROR]"))
        ]
        return shown + logged

    def stop_server(self) -> None:
        if self.version >= (0, 11):
            self._press(_lua("vim.lsp.enable('vetline', false)"))
        else:
            self._press(_lua("vim.lsp.stop_client(vim.lsp.get_active_clients())"))
        eventually(lambda: self._ask("state")["servers"], 0)

    def quit(self) -> None:
        with suppress(EditorFailed):  # it may be gone before it has answered
            self._press(":qall!<CR>")
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self._output.close()

    def add_to_line(self, text: str) -> None:
        """Type ``text`` at the end of the line that the cursor is in."""
        self._press("A")
        for key in text:
            self._press("<lt>" if key == "<" else key)
        self._press("<Esc>")
        eventually(lambda: self._ask("state")["mode"], "n")

    def encodings(self) -> list[str]:
        """Return the position encoding that was agreed on with each server."""
        encodings: list[str] = self._ask("encodings")
        return encodings

    def in_sight(self) -> str:
        """Return the text of all windows, and all messages."""
        text: str = self._ask("in_sight")
        return text

    def history(self) -> list[list[int]]:
        """Return the lines of all findings as they were shown one after the other since :meth:`forget_history`."""
        history: list[list[int]] = self._ask("history")
        return history

    def forget_history(self) -> None:
        """Begin the history anew."""
        self._ask("forget_history")

    def press(self, keys: str) -> None:
        """Press keys, written as in a mapping: ``Go<Esc>``."""
        self._press(keys)

    def choose(self, title: str) -> None:
        """Choose ``title`` in the next menu."""
        self._ask("expect_menu", title)

    def value(self, expression: str) -> Any:
        """Return what a Lua expression is."""
        return self._ask("value", expression)

    def _action_keys(self) -> str:
        return "gra" if self.version >= (0, 11) else r"\a"

    def _choose(self, title: str, keys: str) -> list[str]:
        self._ask("expect_menu", title)
        self._press(keys)
        titles: list[str] = awaited(lambda: self._ask("offered"), "menu of code actions")
        return titles

    def _press(self, keys: str) -> None:
        self._ask("press", keys)

    def _ask(self, name: str, *arguments: object) -> Any:
        packed = json.dumps(arguments).replace("'", "''")
        command = [
            self._program,
            "--headless",
            "--server",
            self._socket,
            "--remote-expr",
            f"v:lua.Vetline('{name}', '{packed}')",
        ]
        return json.loads(asked(command, self._env))


def _lua(code: str) -> str:
    return f":lua {code}<CR>"
