"""A tool server for language models (MCP) runs commands or opens files for whoever asks, or listens to everybody.

## Why it matters
A model calls the tool with arguments that any text in its context may have put into it.  A tool that hands them to a shell, or
opens whatever path it is given, is remote control of the machine.  Bound to `0.0.0.0` it needs not even a model: MCP has no
authentication unless you add it, and a page in the user's browser may reach it, too (DNS rebinding).  Assistants write both in
quick starts.

## How to fix it
Let a tool do one thing, and check its arguments like those of a request: a list of commands, a folder that paths must stay in.
Talk over standard input, or bind to `127.0.0.1`, and ask for a token where it has to be reached from elsewhere.

## When it is fine
In a container made for it, on a network of its own.

## References
- [MCP: security best practices](https://modelcontextprotocol.io/specification/draft/basic/security_best_practices)
- [OWASP LLM06: excessive agency](https://genai.owasp.org/llmrisk/llm062025-excessive-agency/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import PARAMETER
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.guards import other_hosts_refused
from vetline.rules.library_calls import is_of
from vetline.rules.path_guards import contained
from vetline.rules.weaknesses import vet709_bind_all_interfaces

_PACKAGES: Final = ("mcp", "fastmcp")
_NAMES: Final = frozenset(_PACKAGES)
_HARMS: Final[Mapping[str, tuple[str, int, Severity]]] = {
    "shell": ("runs any command that it is given", 78, Severity.HIGH),
    "command": ("runs any program that it is given", 78, Severity.HIGH),
    "code": ("runs any code that it is given", 94, Severity.HIGH),
    "sql": ("runs any SQL that it is given", 89, Severity.MEDIUM),
    "path": ("opens any file that it is asked for", 22, Severity.MEDIUM),
    "url": ("requests any URL that it is given", 918, Severity.MEDIUM),
}
_ANYWHERE: Final = frozenset({"0.0.0.0", "::", ""})


def check(context: CheckContext) -> Iterator[Match]:
    tools = [node for node in context.walk(ast.FunctionDef, ast.AsyncFunctionDef) if _is_tool(node, context)]
    if tools:
        inside = {id(inner) for tool in tools for inner in ast.walk(tool)}
        for hit in context.sinks(*_HARMS):
            if id(hit.node) in inside:
                taints = [t for t in hit.taints if t.origin.label in (PARAMETER, "remote", "model")]
                if taints:
                    what, cwe, severity = _HARMS[hit.kind]
                    message = f"This tool {what}, whoever gets a text before the model: check it against what is allowed."
                    confidence = Confidence.HIGH if taints[0].is_certain else Confidence.MEDIUM
                    place = hit.argument if hit.inner is None else hit.node
                    yield Match(place, message, severity, confidence, evidence_of(taints[0]), Cwe(cwe))
    for call in context.calls() if context.mentions(_NAMES) else ():
        if any(is_of(name, _PACKAGES) for name in context.callees(call)):
            host = context.argument(call, -1, "host")
            if host is not None and _ANYWHERE & set(context.value(host).constants or ()):
                yield Match(host)


def _is_tool(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether a function is offered to models: ``@mcp.tool()``, ``@server.call_tool()``."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        names = context.names_of(called)
        if any(name.rpartition(".")[2] in ("tool", "call_tool", "resource") and is_of(name, _PACKAGES) for name in names):
            return True
        if isinstance(called, ast.Attribute) and called.attr in ("tool", "call_tool"):
            return isinstance(called.value, ast.Name) and "mcp" in called.value.id.lower()
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    node, message = site.node, site.finding.message
    if not isinstance(node, ast.expr):
        return
    if "this machine can call" in message:
        yield from vet709_bind_all_interfaces.listen_locally(site, node)
    elif "opens any file" in message:
        yield from contained(node, site)
    elif "requests any URL" in message:
        yield from other_hosts_refused(node, "tool", site)


RULE = Rule(
    id="VET907",
    name="mcp-server-exposed",
    cwe=Cwe(668),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.EXCESSIVE_AGENCY,
    message="Everybody who reaches this machine can call these tools: bind to 127.0.0.1, or ask for a token.",
    bad=(
        Example(
            """\
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("shell")


@mcp.tool()
def run(command: str) -> str:
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout
"""
        ),
        Example(
            """\
from fastmcp import FastMCP

server = FastMCP("files")


@server.tool
def read(path: str) -> str:
    with open(path) as file:
        return file.read()
""",
            """\
from pathlib import Path

from fastmcp import FastMCP

server = FastMCP("files")


@server.tool
def read(path: str) -> str:
    if not Path(path).resolve().is_relative_to(Path.cwd().resolve()):
        raise ValueError("the path leads out of its folder")
    with open(path) as file:
        return file.read()
""",
        ),
        Example(
            """\
from fastmcp import FastMCP

mcp = FastMCP('notes')
mcp.run(transport='http', host='0.0.0.0', port=8000)
""",
            """\
from fastmcp import FastMCP

mcp = FastMCP('notes')
mcp.run(transport='http', host='127.0.0.1', port=8000)
""",
        ),
        Example(
            """\
import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("web", host="0.0.0.0")


@mcp.tool(name="fetch")
async def fetch(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text
""",
            """\
import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("web", host="127.0.0.1")


@mcp.tool(name="fetch")
async def fetch(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text
""",
        ),
        Example(
            """\
from mcp.server import Server

server = Server("python")


@server.call_tool()
async def call(name: str, arguments: dict):
    code = arguments["code"]
    return str(eval(code))
"""
        ),
    ),
    good=(
        """\
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("git")
COMMANDS = {"status", "log", "diff"}


@mcp.tool()
def git(command: str) -> str:
    if command not in COMMANDS:
        raise ValueError("not allowed")
    return subprocess.run(["git", command], capture_output=True, text=True).stdout
""",
        """\
from pathlib import Path

from fastmcp import FastMCP

server = FastMCP("files")
ROOT = Path("/srv/notes").resolve()


@server.tool
def read(path: str) -> str:
    wanted = (ROOT / path).resolve()
    if not wanted.is_relative_to(ROOT):
        raise ValueError("outside")
    return wanted.read_text()
""",
        """\
from fastmcp import FastMCP

mcp = FastMCP('notes')
mcp.run(transport='http', host='127.0.0.1', port=8000)
""",
        """\
from mcp.server.fastmcp import FastMCP

mcp = FastMCP('sum')


@mcp.tool()
def add(a: int, b: int) -> int:
    return a + b
""",
        """\
import subprocess


def run(command):
    return subprocess.run(['echo', command])
""",
    ),
    check=check,
    fix=fix,
)
