"""``vetline serve``"""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

import click

from vetline.cli.group import Failure

_LOOPBACK = "127.0.0.1"
_ADDRESS = re.compile(r"(?:(?P<host>[^:\[\]]+|\[(?P<host6>[0-9a-fA-F:.]+)\]):)?(?P<port>\d{1,5})", re.ASCII)
_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def _address(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """Read ``[HOST:]PORT``; without a host it is this machine only."""
    if value is None:
        return None
    found = _ADDRESS.fullmatch(value)
    if found is None or int(found["port"]) > 65535:
        raise click.BadParameter(f"{value!r} is no address; write PORT or HOST:PORT, such as 8713 or [::1]:8713.", ctx, param)
    return found["host6"] or found["host"] or _LOOPBACK, int(found["port"])


@click.command(short_help="Run the language server for an editor.")
@click.option("--tcp", metavar="[HOST:]PORT", callback=_address, help="Listen here for one editor; without HOST, on loopback.")
@click.option("--log-file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Append the log to a file.")
@click.option(
    "--log-level",
    type=click.Choice(["error", "warning", "info", "debug"]),
    default="warning",
    show_default=True,
    help="What to log; from debug on, that includes what the editor sends.",
)
@click.pass_context
def serve(ctx: click.Context, tcp: tuple[str, int] | None, log_file: Path | None, log_level: str) -> None:
    """Run the language server: over standard input and output, as editors start it, or over TCP.

    The protocol knows no password. On an address that others can reach, whoever connects can use the server.
    """
    _set_up_log(log_file, log_level)
    from vetline.lsp.server import serve_stdio, serve_tcp

    if tcp is None:
        if sys.stdin.isatty():
            click.echo("Vetline waits for an editor on standard input; Ctrl+C ends it.", err=True)
        ctx.exit(serve_stdio())
    host, port = tcp
    try:
        ctx.exit(serve_tcp(host, port))
    except OSError as error:
        raise Failure(f"can't listen on {host}:{port}: {error.strerror or error}") from None


def _set_up_log(log_file: Path | None, log_level: str) -> None:
    """Log to a file, or to standard error, which editors show: standard output belongs to the protocol."""
    try:
        handler = logging.StreamHandler() if log_file is None else logging.FileHandler(log_file, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{log_file} can't be written: {error.strerror or error}") from None
    handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    logging.basicConfig(handlers=[handler], level=log_level.upper())
