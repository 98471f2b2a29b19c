"""Where in code a literal gets a name that says that it is a secret."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from vetline.rules.base import CheckContext
from vetline.rules.building import written
from vetline.rules.purpose import split_words
from vetline.rules.secrets.formats import provider_of
from vetline.rules.secrets.names import Kind, kind_of
from vetline.rules.secrets.texts import Verdict, judge


class Candidate(NamedTuple):
    """A literal where a secret might stand.

    ``node`` is the literal, ``owner`` what Bandit points at: the literal, the call, the function.  ``is_exact`` says that it
    surely serves as a password, ``is_empty`` that there is nothing in it.
    """

    node: ast.expr
    owner: ast.AST
    name: str
    kind: Kind
    verdict: Verdict
    is_exact: bool = False
    is_empty: bool = False


_LOGINS: dict[str, int] = {
    "MySQLdb.connect": 2,
    "pymysql.connect": 2,
    "mysql.connector.connect": -1,
    "psycopg2.connect": -1,
    "psycopg.connect": -1,
    "pymssql.connect": 2,
    "pyodbc.connect": -1,
    "cx_Oracle.connect": 1,
    "oracledb.connect": 1,
    "asyncpg.connect": -1,
    "asyncpg.create_pool": -1,
    "aiomysql.connect": -1,
    "redis.Redis": -1,
    "redis.StrictRedis": -1,
    "pymongo.MongoClient": -1,
    "ldap3.Connection": 2,
    "ftplib.FTP": 2,
    "ftplib.FTP.login": 1,
    "smtplib.SMTP.login": 1,
    "smtplib.SMTP_SSL.login": 1,
    "imaplib.IMAP4.login": 1,
    "imaplib.IMAP4_SSL.login": 1,
    "poplib.POP3.pass_": 0,
    "requests.auth.HTTPBasicAuth": 1,
    "requests.auth.HTTPDigestAuth": 1,
    "httpx.BasicAuth": 1,
    "aiohttp.BasicAuth": 1,
    "paramiko.SSHClient.connect": 3,
    "paramiko.Transport.connect": -1,
    "paramiko.Transport.auth_password": 1,
    "telnetlib.Telnet.login": 1,
    "imaplib.IMAP4.login_cram_md5": 1,
    "neo4j.basic_auth": 1,
    "pika.PlainCredentials": 1,
    "pyzipper.AESZipFile.setpassword": 0,
}
"""Functions that take a password: its position, -1 for keywords only."""
_BY_METHOD = {"set_password": 0, "simple_bind_s": 1, "create_superuser": 2, "create_user": 2, "login": 1}
_DATABASES = (
    "MySQLdb.",
    "pymysql.",
    "mysql.",
    "psycopg",
    "pymssql.",
    "cx_Oracle.",
    "oracledb.",
    "asyncpg.",
    "aiomysql.",
    "mariadb.",
)
_ACCOUNTS = frozenset("accounts credentials creds logins passwords users".split())


def candidates(context: CheckContext) -> Iterator[Candidate]:
    """Yield the literals of a block that are given the name of a secret, or used as one; each once."""
    seen: set[int] = set()
    for found in _candidates(context):
        if id(found.node) not in seen:
            seen.add(id(found.node))
            yield found


def is_secret_there(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether a literal that Bandit takes for a password is one, or a placeholder for one."""
    found = [one for one in candidates(context) if one.verdict is not Verdict.OTHER]
    return any(node in (one.node, one.owner) or _is_key_of(node, one.node, context) for one in found)


def _is_key_of(node: ast.AST, literal: ast.expr, context: CheckContext) -> bool:
    """Tell whether ``node`` is the key in ``config["password"] = literal``, which Bandit points at."""
    match context.parent_of(literal):
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Subscript) and target.slice is node for target in targets)
    return False


def _candidates(context: CheckContext) -> Iterator[Candidate]:
    yield from _of_calls(context)
    for node in context.walk(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(target, value, context)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                yield from _assigned(target, value, context)
    for node in context.walk(ast.Dict):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from _named(key.value, value, value, context)
    for node in context.walk(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        yield from _defaults(node, context)
    for node in context.walk(ast.Compare):
        if isinstance(node, ast.Compare):
            yield from _compared(node, context)


def _assigned(target: ast.expr, value: ast.expr, context: CheckContext) -> Iterator[Candidate]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield from _named(name, value, value, context)
            if split_words([name]) & _ACCOUNTS and isinstance(value, ast.Dict):
                yield from _accounts(value)
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            yield from _named(name, value, value, context)
        case ast.Tuple(elts=targets) if isinstance(value, ast.Tuple) and len(value.elts) == len(targets):
            for one, part in zip(targets, value.elts, strict=True):
                yield from _assigned(one, part, context)


def _accounts(node: ast.Dict) -> Iterator[Candidate]:
    """Yield the passwords of ``users = {"admin": "hunter2"}``."""
    pairs = list(zip(node.keys, node.values, strict=True))
    if not pairs or not all(_is_text(key) and _is_text(value) for key, value in pairs):
        return
    for key, value in pairs:
        text = _text_of(value)
        if text and text != _text_of(key) and "@" not in text and " " not in text and not text.startswith(("/", "http")):
            verdict = judge(text, "password", Kind.PASSWORD)
            if verdict is Verdict.SECRET and any(c.isdigit() or not c.isalnum() for c in text):
                yield Candidate(value, value, "users", Kind.PASSWORD, verdict)


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _text_of(node: ast.expr | None) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=bytes() as data):
            return data.decode("latin-1")
    return None


def _literal(node: ast.expr, context: CheckContext) -> str | None:
    """Return the text that stands in the code at ``node``, however it is put together; None for what a variable holds."""
    if (text := _text_of(node)) is not None:
        return text
    match node:
        case ast.BinOp() | ast.JoinedStr():
            known = context.value(node).constant
        case ast.Call(func=ast.Attribute(attr="encode" | "decode" | "strip" | "join" | "b64decode" | "fromhex")):
            known = context.value(node).constant
        case ast.Call(func=ast.Name(id="str" | "bytes" | "SecretStr") | ast.Attribute(attr="SecretStr"), args=[inner, *_]):
            return _text_of(inner)
        case _:
            return None
    if isinstance(known, bytes):
        known = known.decode("latin-1")
    return known if isinstance(known, str) else None


def _named(name: str, value: ast.expr, owner: ast.AST, context: CheckContext) -> Iterator[Candidate]:
    kind = kind_of(name)
    if kind is not None and (text := _literal(value, context)) is not None and provider_of(text) is None:
        yield Candidate(value, owner, name, kind, judge(text, name, kind))


def _defaults(node: ast.AST, context: CheckContext) -> Iterator[Candidate]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if default is not None:
            yield from _named(argument.arg, default, node, context)


def _compared(node: ast.Compare, context: CheckContext) -> Iterator[Candidate]:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            sides = [(left, right), (right, left)]
        case ast.Compare(
            left=left,
            ops=[ast.In() | ast.NotIn()],
            comparators=[ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts)],
        ):
            sides = [(left, element) for element in elts]
        case _:
            return
    for named, literal in sides:
        name = next((one for other in (named, written(named, context)) if kind_of(one := _name_of(other)) is not None), "")
        kind = kind_of(name) if name else None
        if kind is None or not _is_text(literal):
            continue
        text = _text_of(literal) or ""
        verdict = judge(text, name, kind)
        if verdict is not Verdict.OTHER:
            yield Candidate(literal, literal, name, kind, verdict)


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str() as name), *_]):
            return name
        case ast.Call(func=ast.Attribute(value=owner, attr="strip" | "lower" | "encode" | "decode")):
            return _name_of(owner)
    return ""


def _of_calls(context: CheckContext) -> Iterator[Candidate]:
    for call in context.walk(ast.Call):
        if not isinstance(call, ast.Call):
            continue
        names = context.callees(call)
        login = next((name for name in names if name in _LOGINS), None)
        position = _LOGINS[login] if login is not None else _BY_METHOD.get(_method(call), -1)
        if 0 <= position < len(call.args):
            yield from _given("password", call.args[position], call, context, is_database=_is_database(login))
        for keyword in call.keywords:
            if keyword.arg is None:
                continue
            if login is not None and kind_of(keyword.arg) is Kind.PASSWORD:
                yield from _given(keyword.arg, keyword.value, call, context, is_database=_is_database(login))
            elif keyword.arg == "auth":
                yield from _pair(keyword.value, call, context)
            else:
                yield from _named(keyword.arg, keyword.value, call, context)
        yield from _option(call, context)


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _is_database(name: str | None) -> bool:
    return name is not None and name.startswith(_DATABASES)


def _given(name: str, value: ast.expr, call: ast.Call, context: CheckContext, *, is_database: bool) -> Iterator[Candidate]:
    """Yield what is handed over as a password, if it stands in the code, also through a variable without a telling name."""
    text = _literal(value, context)
    if text is None:
        if isinstance(value, ast.Name | ast.Attribute) and kind_of(_name_of(value)) is not None:
            return  # reported where it is defined
        known = context.value(value).constants
        if known is None or len(known) != 1 or not isinstance(known[0], str):
            return
        text = known[0]
    if not text:
        if is_database:
            yield Candidate(value, call, name, Kind.PASSWORD, Verdict.SECRET, is_exact=True, is_empty=True)
        return
    verdict = judge(text, name, Kind.PASSWORD, is_exact=True)
    yield Candidate(value, call, name, Kind.PASSWORD, verdict, is_exact=True)


def _pair(value: ast.expr, call: ast.Call, context: CheckContext) -> Iterator[Candidate]:
    """Yield the password of ``auth=("user", "password")``."""
    match written(value, context):
        case ast.Tuple(elts=[_, second]):
            yield from _given("password", second, call, context, is_database=False)


_TAKING_OPTIONS = frozenset("add_argument option add_option define set setdefault __setitem__".split())


def _option(call: ast.Call, context: CheckContext) -> Iterator[Candidate]:
    """Yield the default of ``add_argument("--password", default=…)``, and the value of ``config.set("db", "password", …)``."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _TAKING_OPTIONS:
        return
    texts = [text for argument in call.args if (text := _text_of(argument)) is not None]
    if call.func.attr in ("add_argument", "option", "add_option", "define"):
        option = next(
            (text.lstrip("-").replace("-", "_") for text in texts if text.startswith("--") or call.func.attr == "define"), ""
        )
        for keyword in call.keywords:
            if keyword.arg == "default" and option:
                yield from _named(option, keyword.value, keyword.value, context)
    elif len(call.args) >= 2 and len(texts) >= 2:
        yield from _named(texts[-2], call.args[-1], call.args[-1], context)
