"""Servers and editors for the tests of the protocol; each has a home of its own, so that nobody's settings matter.

Most of these tests are about how findings travel, not about what is found: in the usual home Bandit's profile is chosen,
which no new rule of Vetline's changes.  Those that are about Vetline's own rules have a home without settings.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pytest_lsp import ClientServerConfig

from tests.lsp.editor import Editor, EditorClient, capabilities
from tests.lsp.wire import SERVE, Server

Start = Callable[..., Server]
StartEditor = Callable[..., Awaitable[Editor]]


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a server whose user's files are below ``home``."""
    folders = {name: str(home / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    return {**os.environ, **folders, "HOME": str(home)}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's home with nothing in it but the choice of Bandit's profile."""
    home = tmp_path_factory.mktemp("home")
    settings = home / "xdg_config_home" / "vetline" / "vetline.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('profile = "bandit"\n')
    return home


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's home in which there is nothing."""
    return tmp_path_factory.mktemp("bare-home")


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start servers: ``start()``, with arguments or an environment other than the usual."""
    servers: list[Server] = []

    def start_one(*arguments: str, env: Mapping[str, str] | None = None, **options: Any) -> Server:
        servers.append(Server((*SERVE, *arguments), {**environment(home), **(env or {})}, **options))
        return servers[-1]

    yield start_one
    for server in servers:
        server.kill()


@pytest.fixture(scope="module")
def wire(home: Path) -> Iterator[Server]:
    """A session that the tests of one module share, each with documents of its own; the client can do nothing special."""
    server = Server(SERVE, environment(home))
    server.initialize()
    yield server
    server.kill()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def editor(home: Path) -> AsyncIterator[Editor]:
    """An editor of today that waits for diagnostics; the tests of a run share it, each with documents of its own."""
    client = await _client(home)
    editor = Editor(client)
    await editor.initialize()
    yield editor
    await _leave(client)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def settable(home: Path) -> AsyncIterator[Editor]:
    """An editor for tests that set what they need with :meth:`Editor.set` first."""
    client = await _client(home)
    editor = Editor(client)
    await editor.initialize()
    yield editor
    await _leave(client)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def puller(home: Path) -> AsyncIterator[Editor]:
    """An editor that asks for diagnostics; the tests of a run share it."""
    client = await _client(home)
    editor = Editor(client)
    await editor.initialize(capabilities(pulls=True))
    yield editor
    await _leave(client)


@pytest_asyncio.fixture(loop_scope="session")
async def start_editor(home: Path) -> AsyncIterator[StartEditor]:
    """Start editors that haven't initialized their session yet; ``home`` may be another one."""
    clients: list[EditorClient] = []

    async def start_one(home: Path = home) -> Editor:
        clients.append(await _client(home))
        return Editor(clients[-1])

    yield start_one
    for client in clients:
        await _leave(client)


@pytest.fixture
def uri(request: pytest.FixtureRequest) -> str:
    """A document that no other test has."""
    name = "".join(c if c.isalnum() else "_" for c in f"{request.module.__name__}_{request.node.name}")
    return f"file:///workspace/{name}.py"


async def _client(home: Path) -> EditorClient:
    client = await ClientServerConfig([*SERVE], client_factory=EditorClient, server_env=environment(home)).start()
    assert isinstance(client, EditorClient)
    return client


async def _leave(client: EditorClient) -> None:
    """End the session as the specification has it, if it was begun."""
    await client.shutdown_session()
    await client.stop()  # type: ignore[no-untyped-call]
