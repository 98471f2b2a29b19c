"""An editor without a screen, made of Microsoft's protocol library for Node, as an :class:`~tests.editors.editor.Editor`."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.editors.editor import PATIENCE, Editor, EditorFailed, Seen, as_seen

_CLIENT = Path(__file__).with_name("node") / "client.js"


class ProtocolClient(Editor):
    """One client; ``pulls`` if it asks for diagnostics, as VS Code does, instead of waiting for them."""

    def __init__(self, modules: Path, home: Path, path: Path, env: Mapping[str, str], *, pulls: bool) -> None:
        super().__init__(home, path)
        self._output = (home / "output.txt").open("wb")
        self.process = subprocess.Popen(
            ["node", str(_CLIENT), "pull" if pulls else "push"],
            cwd=path.parent,
            env={**env, "NODE_PATH": str(modules)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
        )

    def start(self) -> None:
        self.capabilities: Mapping[str, Any] = self._ask("open", str(self.path))

    def findings(self) -> list[Seen]:
        return as_seen(self._ask("findings"))

    def go_to(self, text: str) -> None:
        if not self._ask("go_to", text):
            raise EditorFailed(f"{text!r} isn't in the buffer")

    def actions(self) -> list[str]:
        titles: list[str] = self._ask("actions")
        return titles

    def apply(self, title: str) -> None:
        titles = self._ask("apply", title)
        if title not in titles:
            raise EditorFailed(f"{title!r} isn't offered, only {titles}")

    def fix_all(self) -> None:
        self._ask("fix_all")

    def hover(self) -> str:
        text: str = self._ask("hover")
        return text

    def add_line(self, text: str) -> None:
        self._ask("insert", text + "\n", "end")

    def undo(self) -> None:
        self._ask("undo")

    def save(self) -> bytes:
        self._ask("save", str(self.path))
        return self.path.read_bytes()

    def complaints(self) -> list[str]:
        complaints: list[str] = self._ask("complaints")
        return complaints

    def stop_server(self) -> None:
        self._ask("stop")

    def quit(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self._output.close()

    def _ask(self, name: str, *arguments: object) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"name": name, "arguments": arguments}).encode() + b"\n")
        self.process.stdin.flush()
        answers, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        if not answers:
            raise EditorFailed(f"no answer within {PATIENCE:g} s to {name!r}")
        reply = json.loads(self.process.stdout.readline() or '{"error": "the client ended"}')
        if "error" in reply:
            raise EditorFailed(f"{name}: {reply['error']}")
        return reply["answer"]
