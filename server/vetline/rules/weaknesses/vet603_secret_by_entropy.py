"""A text that looks random is handed to something that wants a key.

## Why it matters
Letters and digits without sense, as long as a key, and a parameter for a key: that is a key. In the code it is open
to everyone who can read the repository or what is built from it. Assistants write one to show how a client is made,
and developers put theirs in its place.

## How to fix it
Read it when the program starts:

    client = Canvas(url, os.environ["CANVAS_TOKEN"])

If it was real, replace it: taking it out of the file isn't enough.

## When it is fine
Where it is public on purpose, such as the id of an application, or a checksum.

## References
- [CWE-798: Use of Hard-coded Credentials](https://cwe.mitre.org/data/definitions/798.html)
- [OWASP: Secrets management](https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.purpose import split_words
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.formats import provider_of
from vetline.rules.secrets.names import kind_of
from vetline.rules.secrets.texts import looks_random

_WORDS = frozenset("apikey auth bearer credential credentials key license licence oauth pin sas signature token".split())
_PUBLIC = frozenset(
    "checksum class commit cursor digest etag fingerprint guid hash id ids integrity md5 node nonce object primary public rev"
    " revision sha sha1 sha256 site sitekey sort test uuid vector version".split()
)
_CLIENTS = frozenset("api auth client connection connector gateway provider sdk service session".split())
_MESSAGE = "This looks like a key, and stands in the code. Read it from the environment or a secret store."


def check(context: CheckContext) -> Iterator[Match]:
    strings = [node for node in context.walk(ast.Constant) if _is_random(node)]
    reported: set[int] = set()
    for node in strings:
        name = _name_for(node, context)
        words = split_words([name])
        if name and kind_of(name) is None and words & _WORDS and not words & _PUBLIC:
            reported.add(id(node))
            yield Match(node, _MESSAGE)
    for call in context.walk(ast.Call):
        if (
            isinstance(call, ast.Call)
            and (argument := _key_of_client(call, context)) is not None
            and id(argument) not in reported
        ):
            yield Match(argument, _MESSAGE)


def _is_random(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str() as text):
            return looks_random(text) and provider_of(text) is None
    return False


def _name_for(node: ast.AST, context: CheckContext) -> str:
    """Return the name that a literal is given."""
    match context.parent_of(node):
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]) | ast.keyword(arg=str() as name):
            return name
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str() as name))]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if value is node and isinstance(key, ast.Constant) and isinstance(key.value, str):
                    return key.value
    return ""


def _key_of_client(call: ast.Call, context: CheckContext) -> ast.expr | None:
    """Return the argument that is a key, where a client of some service is made."""
    for argument in call.args[:4]:
        text = context.value(argument).constant
        if not isinstance(text, str) or not looks_random(text) or provider_of(text) is not None:
            continue
        if isinstance(argument, ast.Name | ast.Attribute) and _is_named_already(argument):
            continue  # reported where it is defined
        if any(_is_client(name, context) for name in context.callees(call) or (_spelling(call.func),)):
            return argument
    return None


def _is_named_already(node: ast.Name | ast.Attribute) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr
    words = split_words([name])
    return kind_of(name) is not None or bool(words & _WORDS and not words & _PUBLIC)


def _is_client(name: str, context: CheckContext) -> bool:
    """Tell whether a dotted name is that of a class of another package, or is called a client."""
    last = name.rpartition(".")[2]
    if not last[:1].isupper() and not split_words([last]) & _CLIENTS:
        return False
    root = name.partition(".")[0]
    is_foreign = (
        root != name and root not in ("builtins", "?") and any(one.partition(".")[0] == root for one in context.imports())
    )
    return is_foreign or bool(split_words([last]) & _CLIENTS)


def _spelling(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.expr):
        yield from read_from_environment(site, site.node, "API_KEY")


RULE = Rule(
    id="VET603",
    name="secret-by-entropy",
    cwe=Cwe(798),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message=_MESSAGE,
    bad=(
        Example(
            "from canvasapi import Canvas\n\n\ndef courses():\n"
            '    key = "vQF6J15Kuh3Y6ut1Vh247dlVEIpTEbMnWq7lRKjDBaWuWll3VHtEHosToRrelB"\n'
            '    return Canvas("https://canvas.example.org", key).get_courses()\n',
            (
                'import os\n\nfrom canvasapi import Canvas\n\n\ndef courses():\n    key = os.environ["KEY"]\n'
                '    return Canvas("https://canvas.example.org", key).get_courses()\n'
            ),
        ),
        Example(
            'from weather import Client\n\nclient = Client("8f4b2c9d1e7a3f6b5c0d9e8f7a6b5c4d")\n',
            'import os\n\nfrom weather import Client\n\nclient = Client(os.environ["API_KEY"])\n',
        ),
        Example(
            'settings = {\n    "map_auth": "Zk4vQ9rT2mXw7LpB8nYcD3sHf6JgA1eU",\n    "zoom": 4,\n}\n',
            'import os\n\nsettings = {\n    "map_auth": os.environ["MAP_AUTH"],\n    "zoom": 4,\n}\n',
        ),
        Example(
            'from telegrambot import Bot\n\nID = "q8Zr4vT1mXw7LpB9nYcD3sHf6JgA1eUo5"\n\n\nclass Robot:\n'
            "    def __init__(self):\n        self.bot = Bot(ID)\n",
            (
                'import os\n\nfrom telegrambot import Bot\n\nID = os.environ["ID"]\n\n\nclass Robot:\n'
                "    def __init__(self):\n        self.bot = Bot(ID)\n"
            ),
        ),
        Example('license = "A7F3-9K2M-X8Q1-Z5T6-B4N0-C2D9"\n', 'import os\n\nlicense = os.environ["LICENSE"]\n'),
    ),
    good=(
        (
            "import os\nfrom canvasapi import Canvas\n\n"
            'canvas = Canvas("https://canvas.example.org", os.environ["CANVAS_TOKEN"])\n'
        ),
        (
            'CHECKSUMS = {\n    "numpy.whl": "8f4b2c9d1e7a3f6b5c0d9e8f7a6b5c4d8f4b2c9d1e7a3f6b5c0d9e8f7a6b5c4d",\n}\n'
            'commit_key = "a3f6b5c0d9e8f7a6b5c4d8f4b2c9d1e7a3f6b5c0"\n'
        ),
        (
            'import uuid\n\nNAMESPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")\n'
            'node_key = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"\n'
        ),
        (
            'ALPHABET_KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"\n'
            'sort_key = "created_at_descending_2"\n'
        ),
        ("import secrets\n\n\ndef new_key(size=32):\n    session_key = secrets.token_urlsafe(size)\n    return session_key\n"),
        (
            'ICON = "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4"\n'
            'path_key = "assets/images/logo-2024-01-15.png"\n'
        ),
    ),
    check=check,
    fix=fix,
)
