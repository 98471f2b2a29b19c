"""Emacs, with eglot or lsp-mode, as an :class:`~tests.editors.editor.Editor`: a daemon, steered through emacsclient."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.editors.editor import PATIENCE, Editor, EditorFailed, Seen, as_seen, asked, awaited, eventually

_REMOTE = Path(__file__).with_name("emacs")
_TROUBLE = re.compile(r"error|warning|fail|exited|unexpected", re.IGNORECASE)
_HARMLESS = re.compile(r"^Loading |^Warning: due to a long standing Gtk")


class Emacs(Editor):
    """One Emacs.

    ``client`` is ``eglot`` or ``lsp-mode``, ``init`` the text of the user's init file, ``sockets`` a folder with a short path.
    """

    def __init__(self, client: str, init: str, home: Path, path: Path, env: Mapping[str, str], sockets: Path) -> None:
        super().__init__(home, path)
        self._start_keys = f"M-x {'lsp' if client == 'lsp-mode' else client} RET"
        self._env = {**env, "XDG_RUNTIME_DIR": str(sockets)}
        init_file = home / ".emacs.d" / "init.el"
        init_file.parent.mkdir()
        init_file.write_text(init, encoding="utf-8")
        # Compiling its own libraries to machine code would keep this new Emacs busy for a minute.
        no_compilation = "(setq native-comp-deferred-compilation nil native-comp-jit-compilation nil)"
        init_file.with_name("early-init.el").write_text(no_compilation, encoding="utf-8")
        self._output = (home / "output.txt").open("wb")
        command = [
            "emacs",
            "--fg-daemon=vetline",
            "--load",
            str(_REMOTE / "remote.el"),
            "--load",
            str(_REMOTE / f"{client}.el"),
        ]
        self.process = subprocess.Popen(
            command, cwd=path.parent, env=self._env, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output
        )
        self._socket = sockets / "emacs" / "vetline"

    def start(self) -> None:
        awaited(lambda: self._socket.exists() or None, "socket of Emacs")
        self._ask("open", str(self.path))
        self._type("press", self._start_keys)
        eventually(lambda: self._ask("connected"), True)

    def findings(self) -> list[Seen]:
        return as_seen(self._ask("findings"))

    def go_to(self, text: str) -> None:
        if not self._ask("go-to", text):
            raise EditorFailed(f"{text!r} isn't in the buffer")

    def actions(self) -> list[str]:
        titles: list[str] = self._ask("choose", "")
        return titles

    def apply(self, title: str) -> None:
        titles = self._ask("choose", title)
        if title not in titles:
            raise EditorFailed(f"{title!r} isn't offered, only {titles}")

    def fix_all(self) -> None:
        self._ask("fix-all")

    def hover(self) -> str:
        text: str = self._ask("hover")
        return text

    def add_line(self, text: str) -> None:
        self._type("press", "M->")
        self._type("insert", text + "\r")

    def undo(self) -> None:
        self._type("press", "C-/")

    def save(self) -> bytes:
        self._ask("save")
        return self.path.read_bytes()

    def complaints(self) -> list[str]:
        shown = [line for line in self._ask("messages").splitlines() if _TROUBLE.search(line) and not _HARMLESS.search(line)]
        logged: str = self._ask("log")
        return shown + logged.splitlines()

    def stop_server(self) -> None:
        self._ask("stop")

    def quit(self) -> None:
        # Emacs ends before it could answer.
        command = ["emacsclient", "--socket-name", str(self._socket), "--eval", "(kill-emacs)"]
        subprocess.run(command, env=self._env, stdout=self._output, stderr=self._output, timeout=PATIENCE, check=False)
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self._output.close()

    def _type(self, how: str, keys: str) -> None:
        self._ask(how, keys)
        eventually(lambda: self._ask("keys-left"), 0)

    def _ask(self, name: str, *arguments: object) -> Any:
        packed = " ".join(map(_as_lisp, arguments))
        form = f'(vetline-test "{name}" {packed})'
        answer = asked(["emacsclient", "--socket-name", str(self._socket), "--eval", form], self._env)
        return json.loads(base64.b64decode(answer.strip().strip('"')))


def _as_lisp(text: object) -> str:
    """Return ``text`` as a string of Lisp; emacsclient passes everything else on as it is."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
