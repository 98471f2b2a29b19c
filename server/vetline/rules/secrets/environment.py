"""Taking a secret out of the code: what it is called in the environment, and how the file reads that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.locals import origin_of
from vetline.rules.surroundings import name_of

_NOTE = "The variable has to be set wherever the program runs; and the secret, if it was real, has to be replaced."
_READERS = frozenset({"decouple.config", "starlette.config.Config", "environ.Env", "environs.Env", "environs.EnvRecorder"})
_MAKERS = _READERS - {"decouple.config"}
_NO_NAME = re.compile(r"\W+")
_SCHEME = re.compile(r"(Bearer |token |Token |Basic |ApiKey )\S+$")
"""What stands before a token in the header that carries it."""
_OPTIONS = frozenset("add_argument add_option option define".split())
_PAIRS = frozenset("set setdefault __setitem__".split())
_VAGUE = frozenset({"AUTH", "DEFAULT", "KEY", "PASS", "PASSWD", "PASSWORD", "PWD", "SECRET", "TOKEN", "VALUE"})
"""Names that need another before them to be told apart."""


def read_from_environment(site: FixSite, secret: ast.expr, fallback: str = "SECRET") -> Iterator[Fix]:
    """Yield the fix that reads ``secret``, a literal or a variable that holds one, from where the file reads its settings.

    ``fallback`` is the variable's name where nothing near the secret tells one.
    """
    literal = _literal_of(secret, site)
    if literal is None:
        return
    name = _variable_for(literal, site) or (_variable_for(secret, site) if literal is not secret else "") or fallback
    read = _read(name, site)
    if _is_bytes(literal):
        read += ".encode()"
    elif isinstance(literal, ast.Constant) and (scheme := _SCHEME.match(str(literal.value))):
        read = f'"{scheme[1]}" + {read}'
    edits = _compared_in_constant_time(literal, read, site) or [site.replace(literal, read)]
    yield Fix("Read it from the environment", tuple(edits), Applicability.REVIEW, _NOTE)


def _literal_of(secret: ast.expr, site: FixSite) -> ast.expr | None:
    """Return the expression that the secret is written as."""
    literal = origin_of(secret, site)
    if isinstance(site.parent_of(literal), ast.JoinedStr | ast.FormattedValue | ast.MatchValue | ast.pattern):
        return None
    return literal if any(isinstance(node, ast.Constant) for node in ast.walk(literal)) else None


def _read(name: str, site: FixSite) -> str:
    """Return the expression that reads the variable ``name``, by what the file reads others with."""
    for statement in site.top_level:
        match statement:
            case ast.Assign(targets=[ast.Name(id=reader)], value=ast.Call(func=maker)):
                if site.qualified_name(maker) in _MAKERS:
                    return f'{reader}("{name}")'
            case ast.ImportFrom(module="decouple", names=aliases):
                for alias in aliases:
                    if alias.name == "config":
                        return f'{alias.asname or alias.name}("{name}")'
            case ast.ImportFrom(module="os", names=aliases):
                for alias in aliases:
                    if alias.name == "environ":
                        return f'{alias.asname or alias.name}["{name}"]'
    return f'{site.use("os")}.environ["{name}"]'


def _is_bytes(literal: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and isinstance(node.value, bytes) for node in ast.walk(literal))


def _variable_for(node: ast.expr, site: FixSite) -> str:
    """Return the name of the environment variable for a secret, by the name that the code gives it; empty without one."""
    name = _name_for(node, site)
    spelling = _spelled(name)
    if not spelling or spelling[0].isdigit():
        return ""
    return f"{owner}_{spelling}" if spelling in _VAGUE and (owner := _owner_of(node, site)) else spelling


def _spelled(name: str) -> str:
    spelling = _NO_NAME.sub("_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").upper()
    return "PASSWORD" if spelling in ("PASS", "PASSWD", "PWD") else spelling


def _name_for(node: ast.AST, site: FixSite) -> str:
    parent = site.parent_of(node)
    match parent:
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            return _name_of_target(target)
        case ast.keyword(arg=str() as name) if name != "default":
            return name
        case ast.keyword(arg="default"):
            return _option_of(site.parent_of(parent))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if value is node and isinstance(key, ast.Constant) and isinstance(key.value, str):
                    account = _name_for(parent, site).lower() in ("accounts", "credentials", "logins", "passwords", "users")
                    return f"{key.value}_password" if account else key.value
        case ast.arguments():
            return _parameter_of(node, parent)
        case ast.Compare(left=left, comparators=[right]):
            return _name_of_operand(right if left is node else left)
        case ast.Compare() | ast.List() | ast.Set():
            return ""
        case ast.Tuple(elts=elts):
            match site.parent_of(parent):
                case ast.Assign(targets=[ast.Tuple(elts=targets)]) if len(targets) == len(elts):
                    return _name_of_target(targets[elts.index(node)]) if isinstance(node, ast.expr) else ""
            return "password" if len(elts) == 2 else ""
        case ast.Call(func=callee, args=args):
            if name_of(callee) in _PAIRS and len(args) > 1 and args[-1] is node and isinstance(args[-2], ast.Constant):
                return str(args[-2].value)
            if name_of(callee) in ("str", "bytes", "SecretStr", "encode", "decode", "strip", "b64decode", "fromhex"):
                return _name_for(parent, site)
            return "password" if "login" in name_of(callee) or "password" in name_of(callee) else ""
        case ast.Attribute(attr="encode" | "decode" | "strip") | ast.BinOp():
            return _name_for(parent, site)
    return ""


def _name_of_target(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
    return ""


def _name_of_operand(node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str() as name), *_]):
            return name
        case ast.Call(func=ast.Attribute(value=owner, attr="strip" | "lower" | "encode" | "decode")):
            return _name_of_operand(owner)
    return _name_of_target(node)


def _option_of(call: ast.AST | None) -> str:
    """Return the name of the option of a command line that ``call`` adds."""
    if isinstance(call, ast.Call) and name_of(call.func) in _OPTIONS:
        for argument in call.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and len(argument.value.lstrip("-")) > 1:
                return argument.value.lstrip("-")
    return ""


def _parameter_of(default: ast.AST, arguments: ast.arguments) -> str:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((argument.arg for argument, value in pairs if value is default), "")


_DATABASES = re.compile(r"sql|psycopg|postgres|oracle|mariadb|mongo|redis|database", re.IGNORECASE)


def _owner_of(node: ast.AST, site: FixSite) -> str:
    """Return what a secret belongs to: the kind of service that it opens."""
    parent = site.parent_of(node)
    call = site.parent_of(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call):
        return ""
    callee = site.qualified_name(call.func) or ""
    if _DATABASES.search(callee):
        return "DB"
    return "MAIL" if callee.partition(".")[0] in ("smtplib", "imaplib", "poplib") else ""


def _compared_in_constant_time(literal: ast.expr, read: str, site: FixSite) -> list[TextEdit]:
    """Return the edit that compares a secret so that its time tells nothing, where it is compared with ``==``."""
    match site.parent_of(literal):
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]) as comparison:
            given = right if left is literal else left
            other = site.text_of(given)
            if _may_be_missing(given, site):
                other = f'({other} or "")'
            elif not isinstance(given, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
                other = f"({other})"
            if not _is_bytes(literal):
                other, read = f"{other}.encode()", f"{read}.encode()"
            negation = "not " if isinstance(op, ast.NotEq) else ""
            call = f"{negation}{site.use('hmac')}.compare_digest({other}, {read})"
            if negation and isinstance(site.parent_of(comparison), ast.UnaryOp | ast.Compare | ast.BinOp):
                call = f"({call})"
            return [site.replace(comparison, call)]
    return []


def _may_be_missing(given: ast.expr, site: FixSite) -> bool:
    """Tell whether a value is None where nobody gives one: what ``get`` finds."""
    match origin_of(given, site):
        case ast.Call(func=ast.Attribute(attr="get"), args=[_], keywords=[]):
            return True
    return False
