"""Serving over TCP: on loopback unless told otherwise, one client, and the exit codes of standard input and output."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lsp.conftest import environment
from tests.lsp.wire import PATIENCE, SERVE, Wire

LISTEN = (
    "import sys\n"
    "from vetline.lsp.server import serve_tcp\n"
    "raise SystemExit(serve_tcp(sys.argv[1], 0, lambda host, port: print(host, port, flush=True)))\n"
)
URI = "file:///workspace/app.py"


@contextmanager
def listening(home: Path, host: str = "127.0.0.1") -> Iterator[tuple[subprocess.Popen[bytes], str, int]]:
    """Start a server, and yield it with the address that it listens on."""
    process = subprocess.Popen(
        [sys.executable, "-c", LISTEN, host], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment(home)
    )
    assert process.stdout
    try:
        address, port = process.stdout.readline().split()
        yield process, address.decode(), int(port)
    finally:
        process.kill()
        process.wait()


def connected(host: str, port: int) -> tuple[socket.socket, Wire]:
    connection = socket.create_connection((host, port), PATIENCE)
    connection.settimeout(None)
    return connection, Wire(connection.makefile("rb"), connection.makefile("wb"))


def test_a_session_is_as_over_standard_input_and_output(home: Path) -> None:
    with listening(home) as (process, host, port):
        connection, wire = connected(host, port)
        with connection:
            wire.initialize()
            wire.open(URI, "eval(x)\n")
            assert [d["code"] for d in wire.diagnostics(URI, 1)] == ["B307"]
            wire.request("shutdown")
            wire.notify("exit")

            assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("moment", ["before initialize", "after initialize", "after shutdown"])
def test_a_client_that_hangs_up_ends_the_server(home: Path, moment: str) -> None:
    with listening(home) as (process, host, port):
        connection, wire = connected(host, port)
        with connection:
            if moment != "before initialize":
                wire.initialize()
            if moment == "after shutdown":
                wire.request("shutdown")
            connection.shutdown(socket.SHUT_RDWR)

            assert process.wait(PATIENCE) == 1


def test_a_session_is_one_clients(home: Path) -> None:
    with listening(home) as (_, host, port):
        connection, wire = connected(host, port)
        with connection:
            wire.initialize()

            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((host, port), PATIENCE)

            wire.open(URI, "eval(x)\n")
            assert [d["code"] for d in wire.diagnostics(URI, 1)] == ["B307"]


def test_what_it_listens_on_is_this_machines(home: Path) -> None:
    import psutil

    with listening(home) as (process, host, port):
        listeners = [c.laddr for c in psutil.Process(process.pid).net_connections() if c.status == psutil.CONN_LISTEN]

    assert host == "127.0.0.1"
    assert listeners == [("127.0.0.1", port)]


@pytest.mark.skipif(not socket.has_ipv6, reason="IPv6 isn't there")
def test_the_loopback_of_ipv6_will_do(home: Path) -> None:
    with listening(home, "::1") as (_, host, port):
        assert host == "::1"
        connection, wire = connected(host, port)
        with connection:
            wire.initialize()


class TestCommandLine:
    def test_a_port_without_a_host_is_on_loopback(self, home: Path) -> None:
        port = free_port()
        process = subprocess.Popen([*SERVE, "--tcp", str(port)], stderr=subprocess.PIPE, env=environment(home))
        try:
            wire = when_it_listens(process, port)
            wire.initialize()
            wire.request("shutdown")
            wire.notify("exit")
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()

    def test_an_address_that_is_taken_is_an_error(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            command = [*SERVE, "--tcp", str(taken.getsockname()[1])]
            run = subprocess.run(command, capture_output=True, env=environment(home), timeout=PATIENCE, check=False)

        assert run.returncode == 2
        assert b"can't listen on 127.0.0.1:" in run.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def when_it_listens(process: subprocess.Popen[bytes], port: int) -> Wire:
    import time

    end = time.monotonic() + PATIENCE
    while True:
        try:
            _, wire = connected("127.0.0.1", port)
            return wire
        except ConnectionRefusedError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
