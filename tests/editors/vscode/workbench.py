"""The workbench of VS Code, in code-server and a headless Chromium, driven by keyboard and mouse as a person does."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.editors.installed import CODE_SERVER, NODE_24, NODE_MODULES
from tests.editors.snippets import ROOT

HERE = Path(__file__).parent
PATIENCE = 60.0
"""Seconds for what must come, on a machine that is busy with other things."""

SETTINGS: Mapping[str, object] = {
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "editor.wordBasedSuggestions": "off",
}


class Workbench:
    """One window, with a folder open; ``settings`` are the user's."""

    def __init__(
        self, folder: Path, workspace: Path, env: Mapping[str, str], settings: Mapping[str, object], *, dark: bool = False
    ) -> None:
        self._folder, self.workspace = folder, workspace
        self._data = folder / "data"
        self.machine_settings = self._data / "Machine/settings.json"
        """Settings of the machine that the extension runs on: a remote one, as VS Code sees it."""
        user = self._data / "User"
        user.mkdir(parents=True, exist_ok=True)
        theme = {"workbench.colorTheme": "Default Dark Modern" if dark else "Default Light Modern"}
        (user / "settings.json").write_text(json.dumps({**SETTINGS, **theme, **settings}), encoding="utf-8")
        self.env = _environment(folder, env)
        self._port = _free_port()
        self.theme = "dark" if dark else "light"
        self._server: subprocess.Popen[bytes] | None = None
        self._browser: subprocess.Popen[str] | None = None

    def install(self, package: Path) -> None:
        """Install an extension."""
        command = [*self._command(), "--install-extension", str(package), "--force"]
        subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=300)

    def start(self, *files: Path) -> None:
        """Open the window, and files in it."""
        options = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", "--disable-proxy"]
        with (self._folder / "server.log").open("wb") as log:
            command = [*self._command(), *options]
            self._server = subprocess.Popen(
                command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        until(lambda: _answers(f"http://127.0.0.1:{self._port}/healthz"), "the server is up")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
        command = [str(NODE_24), str(HERE / "remote.mjs"), str(NODE_MODULES), str(self._folder / "profile")]
        env, pipe = {**self.env, "CHROMIUM": chromium}, subprocess.PIPE
        self._browser = subprocess.Popen(
            [*command, self.theme], env=env, stdin=pipe, stdout=pipe, text=True, start_new_session=True
        )
        authority = f"127.0.0.1:{self._port}"
        payload = json.dumps([["openFile", f"vscode-remote://{authority}{file}"] for file in files])
        self.do("goto", f"http://{authority}/?folder={quote(str(self.workspace))}&payload={quote(payload)}")
        self.wait(".monaco-workbench")
        for file in files:
            self.wait(f'.tab[data-resource-name="{file.name}"]')

    def stop(self) -> None:
        """Close everything, and see it gone."""
        if self._browser is not None:
            assert self._browser.stdin is not None
            self._browser.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._browser.wait(20)
            _end(self._browser)
        if self._server is not None:
            _end(self._server)

    def do(self, order: str, *args: object) -> Any:
        """Give the browser an order, and return what it answers."""
        assert self._browser is not None
        assert self._browser.stdin is not None
        assert self._browser.stdout is not None
        self._browser.stdin.write(json.dumps([order, *args]) + "\n")
        self._browser.stdin.flush()
        answer = json.loads(self._browser.stdout.readline())
        if "error" in answer and order != "screenshot":
            self.shot("error")
        assert "error" not in answer, f"{order} {args}: {answer['error']}"
        return answer["result"]

    def wait(self, selector: str, *, gone: bool = False) -> None:
        """Wait for an element to be seen, or to be gone."""
        self.do("wait", selector, PATIENCE * 1000, "hidden" if gone else "visible")

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all elements that there are now."""
        return [text.replace("\u00a0", " ") for text in self.do("texts", selector)]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.do("press", key)

    def type(self, text: str) -> None:
        """Type as a person does, key by key."""
        self.do("type", text, 40)

    def command(self, title: str, *, asks: bool = False) -> None:
        """Run a command by its title, from the palette; one that ``asks`` opens a list."""
        self.press("F1")
        self.wait(".quick-input-widget input")
        self.do("insert", title)
        self.wait(f'.quick-input-list .monaco-list-row:has-text("{title}")')
        self.do("sleep", 150)
        self.press("Enter")
        if not asks:
            self.wait(".quick-input-widget", gone=True)

    def show(self, name: str) -> None:
        """Go to the tab of a file that is open."""
        self.do("click", f'.tabs-container .tab[data-resource-name="{name}"]')

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor somewhere; both count from 1."""
        self.press("Control+g")
        self.wait(".quick-input-widget input")
        self.do("insert", f"{line}:{column}")
        self.press("Enter")
        self.wait(".quick-input-widget", gone=True)

    def status(self) -> str:
        """Return what Vetline's item in the status bar says."""
        return "".join(self.texts('.statusbar-item[id*="vetline"]')).strip()

    def shot(self, name: str) -> None:
        """Keep a screenshot in build/reports/."""
        folder = ROOT / "build/reports/vscode"
        folder.mkdir(parents=True, exist_ok=True)
        self.do("sleep", 400)
        self.do("screenshot", str(folder / f"{name}-{self.theme}.png"))

    def _command(self) -> list[str]:
        config = self._folder / "config.yaml"
        config.write_text(f"bind-addr: 127.0.0.1:{self._port}\nauth: none\ncert: false\n", encoding="utf-8")
        places = ["--user-data-dir", str(self._data), "--extensions-dir", str(self._folder / "extensions")]
        return [str(CODE_SERVER), "--config", str(config), *places]


def packed(source: Path, package: Path) -> Path:
    """Pack the folder of an extension as it is."""
    with zipfile.ZipFile(package, "w") as archive:
        for file in sorted(source.iterdir()):
            archive.write(file, f"extension/{file.name}")
    return package


def until(is_so: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it isn't, after ``patience`` seconds.
    """
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, f"not within {patience} s: {what}"
        time.sleep(0.1)


def _environment(folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    home, scratch = folder / "home", folder / "tmp"
    for each in (home, scratch):
        each.mkdir(parents=True, exist_ok=True)
    places = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(scratch),
        "TMPDIR": str(scratch),
    }
    path = f"{NODE_24.parent}{os.pathsep}{env.get('PATH', os.environ['PATH'])}"
    # Extensions get what a login shell makes of it.
    (home / ".bash_profile").write_text(f"export PATH={shlex.quote(path)}\n", encoding="utf-8")
    return {**os.environ, **env, **places, "PATH": path, "SHELL": "/bin/bash"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _end(process: subprocess.Popen[Any]) -> None:
    """End a process and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
