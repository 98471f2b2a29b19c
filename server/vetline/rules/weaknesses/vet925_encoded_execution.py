"""Code is hidden in an encoding, and run when it has been decoded.

## Why it matters
`exec(base64.b64decode(…))` is how malicious packages hide what they do from readers and scanners: a text of letters unpacks to
a downloader.  Nothing that a project needs has to be run like that.  It comes in with a dependency, a "helpful" snippet, or a
completion that repeats one.

## How to fix it
Decode it without running it, and read what it is:

    print(base64.b64decode(PAYLOAD).decode())

Then delete it, and find out how it got here.  Keep code that you need as a module, data as JSON.

## When it is fine
In tools that pack code on purpose, when the text is made at build time from sources that are there.

## References
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
- [MITRE ATT&CK: obfuscated files or information](https://attack.mitre.org/techniques/T1027/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.building import written
from vetline.rules.command_lines import command_text
from vetline.rules.surroundings import function_around
from vetline.semantics.scopes import own_nodes

_RUNNERS: Final = frozenset({"builtins.eval", "builtins.exec", "builtins.compile", "types.FunctionType", "builtins.__import__"})
_RUNNING: Final = frozenset(
    "eval exec compile FunctionType __import__ getattr system popen run Popen call check_output".split()
)
_SHELLS: Final = frozenset(
    {"os.system", "os.popen", "subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_output"}
)
_DECODERS: Final = frozenset(
    """
    base64.b64decode base64.b32decode base64.b16decode base64.b85decode base64.a85decode base64.urlsafe_b64decode
    base64.decodebytes base64.standard_b64decode base64.b32hexdecode binascii.unhexlify binascii.a2b_base64
    binascii.a2b_hex builtins.bytes.fromhex builtins.bytearray.fromhex zlib.decompress gzip.decompress bz2.decompress
    lzma.decompress codecs.decode marshal.loads
    """.split()
)
_OBFUSCATING: Final = frozenset({"rot13", "rot_13", "hex", "base64", "hex_codec", "base64_codec", "zip", "zlib", "uu", "bz2"})
_DEEP: Final = 4


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls() if context.mentions(_RUNNING) else ():
        callees = set(context.callees(call))
        is_code, is_command = not _RUNNERS.isdisjoint(callees) or _is_hidden(call, context), not _SHELLS.isdisjoint(callees)
        if not (is_code or is_command) or (program := _program_of(call, context)) is None:
            continue
        if is_command and _POWERSHELL.search(command_text(call, context)):
            yield Match(
                call, "PowerShell runs an encoded command here: decode it, and read it before anything else.", Severity.MEDIUM
            )
        decoder = _decoder_in(program, context, _DEEP)
        if decoder:
            what = "run as code" if is_code else "run as a command"
            severity = Severity.HIGH if is_code else Severity.MEDIUM
            message = f"What `{decoder}` unpacks is {what}: read it before anything else, without running it."
            yield Match(call, message, severity, None if is_code else Confidence.MEDIUM)


def _program_of(call: ast.Call, context: CheckContext) -> ast.expr | None:
    """Return what is run: the first argument, by whatever name it may be given."""
    found = (context.argument(call, 0, name) for name in ("source", "code", "args", "command", "cmd", "name"))
    return next((one for one in found if one is not None), None)


def _is_hidden(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call gets ``exec`` by its name as a text: ``getattr(builtins, "exec")``, ``globals()["eval"]``."""
    if isinstance(call.func, ast.Name) and context.callees(call):
        return False
    match written(call.func, context):
        case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]) | ast.Subscript(slice=name):
            return context.value(name).constant in ("exec", "eval", "compile")
    return False


_POWERSHELL: Final = re.compile(r"\b(?:powershell|pwsh)(?:\.exe)?\b.*\s-e(?:nc|ncodedcommand|c)?\s", re.IGNORECASE)


def _decoder_in(node: ast.AST, context: CheckContext, depth: int) -> str:
    """Return the name of the function that unpacks what ``node`` is, directly or through variables; empty if none does."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call() if (same := context.given_back(inner)) is not None and depth:
                if found := _decoder_in(same, context, depth - 1):
                    return found
            case ast.Call(func=callee):
                for name in context.callees(inner):
                    if name in _DECODERS and (name != "codecs.decode" or _obfuscates(inner, 1, context)):
                        return name.removeprefix("builtins.").rpartition(".")[2]
                if isinstance(callee, ast.Attribute) and callee.attr == "decode" and _obfuscates(inner, 0, context):
                    return "decode"
                if (
                    isinstance(callee, ast.Attribute)
                    and callee.attr == "join"
                    and inner.args
                    and _is_of_characters(written(inner.args[0], context))
                ):
                    return "chr"
                if isinstance(callee, ast.Attribute) and callee.attr == "fromhex":
                    return "fromhex"
            case ast.Name(id=name, ctx=ast.Load()) if depth:
                for value in _values_of(name, node, context):
                    if found := _decoder_in(value, context, depth - 1):
                        return found
    return ""


def _obfuscates(call: ast.Call, position: int, context: CheckContext) -> bool:
    encoding = context.argument(call, position, "encoding")
    return encoding is not None and context.value(encoding).constant in _OBFUSCATING


def _is_of_characters(node: ast.AST) -> bool:
    match node:
        case ast.GeneratorExp(elt=ast.Call(func=ast.Name(id="chr"))) | ast.ListComp(elt=ast.Call(func=ast.Name(id="chr"))):
            return True
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="chr"), _]):
            return True
    return False


def _values_of(name: str, at: ast.AST, context: CheckContext) -> Iterator[ast.expr]:
    """Yield what a variable is given in the function around ``at``, or in the statements of the block."""
    function = function_around(at, context)
    nodes = own_nodes(function.body) if function is not None else context.walk(ast.Assign, ast.AnnAssign, ast.NamedExpr)
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                    yield value
            case (
                ast.AnnAssign(target=ast.Name(id=one), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=one), value=value)
            ):
                if one == name:
                    yield value


RULE = Rule(
    id="VET925",
    name="encoded-execution",
    cwe=Cwe(506),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="What is unpacked here is run: read it before anything else, without running it.",
    bad=(
        Example("""\
import base64

getattr(__builtins__, 'exec')(base64.b64decode('cHJpbnQoMSk='))
"""),
        Example("""\
import subprocess

subprocess.Popen('powershell -enc SQBFAFgA', shell=True)
"""),
        Example("""\
import base64

exec(base64.b64decode('cHJpbnQoMSk='))
"""),
        Example("""\
import zlib


def start(blob):
    code = zlib.decompress(blob).decode()
    exec(compile(code, '<s>', 'exec'))
"""),
        Example("""\
import marshal
from types import FunctionType

FunctionType(marshal.loads(DATA), globals())()
"""),
        Example("""\
import codecs

eval(codecs.decode('cevag(1)', 'rot13'))
"""),
        Example("""\
from base64 import b64decode as d


class A:
    def b(self):
        x = d(self.c)
        y = x.decode()
        exec(y)
"""),
        Example("exec(bytes.fromhex('7072696e74283129').decode())\n"),
        Example("""\
import base64
import os

os.system(base64.b64decode(b'bHM=').decode())
"""),
        Example("exec(''.join(chr(c - 1) for c in [113, 115, 106]))\n"),
        Example("__import__('builtins').exec(__import__('base64').b64decode('cHJpbnQoMSk='))\n"),
    ),
    good=(
        """\
import base64

image = base64.b64decode(TEXT)
""",
        """\
import json
import zlib

settings = json.loads(zlib.decompress(blob))
""",
        "exec(open('conf.py').read())\n",
        """\
import marshal

cache = marshal.loads(data)
""",
        """\
import subprocess

subprocess.run(['openssl', 'base64', '-d'], input=TEXT)
""",
        """\
code = raw.decode('utf-8')
exec(code)
""",
    ),
    check=check,
    why_no_fix="What it is has to be read first; it can't be replaced without knowing.",
)
