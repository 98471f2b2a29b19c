"""Functions that answer requests: where, to whom, and whether they look who is asking."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from vetline.rules.access import PERMISSION, is_check_name, words
from vetline.rules.base import CheckContext, FixSite
from vetline.rules.purpose import names_in
from vetline.rules.surroundings import name_of, text_of_constant
from vetline.rules.web import WEB_MODULES
from vetline.semantics.scopes import Function, parameters

_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_CHANGING: Final = frozenset({"post", "put", "patch", "delete"})
_PUBLIC: Final = frozenset(
    """
    about callback contact forgot health healthz heartbeat home hello index login logout metrics oauth ping public ready readyz
    recover register registration reset robots search share signin signout signup sitemap static status subscribe token verify
    version webhook webhooks welcome feedback newsletter authenticate authorize auth captcha confirm activate track
    """.split()
)
_GUARDS: Final = PERMISSION | frozenset({"protected", "secured", "authed", "signed"})
_GUARD_NAMES: Final = frozenset(
    "require required requires ensure needs only check protect protected must authenticated".split()
)
_WHO: Final = re.compile(
    r"(?:^|_)(?:current_user|get_current|get_user|user_from|logged_in|verify_|require_|get_jwt|api_key|credentials|authori[sz]|authenticat)"
)
_NAMED_OBJECT: Final = re.compile(
    r"<(?:\w+(?:\([^)]*\))?:)?\w*(?:id|pk|uuid|slug|key|name)\w*>|\{\w*(?:id|pk|uuid|slug|key|name)\w*[:}]"
)


@dataclass(frozen=True, slots=True)
class Route:
    """A function that answers requests.  ``path`` may be empty: it is told elsewhere."""

    name: str
    path: str
    verbs: frozenset[str]
    is_guarded: bool

    @property
    def changes(self) -> bool:
        return bool(self.verbs & _CHANGING)

    @property
    def names_an_object(self) -> bool:
        return _NAMED_OBJECT.search(self.path) is not None

    @property
    def is_public(self) -> bool:
        """Whether it is made for people that nobody knows yet."""
        return bool(words(self.name, self.path.replace("-", "_")) & _PUBLIC)


def route_of(function: Function, context: CheckContext) -> Route | None:
    """Return how a decorated function answers requests; None if it doesn't."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr=attribute), args=arguments, keywords=keywords):
                path = text_of_constant(arguments[0]) if arguments else _path_in(keywords)
                if attribute in _VERBS and (path or not arguments) and _is_router(decorator):
                    return Route(function.name, path, frozenset({attribute}), is_guarded(function))
                if attribute in ("route", "api_route"):
                    return Route(function.name, path, _verbs_in(keywords, context), is_guarded(function))
            case ast.Call(func=ast.Name(id="api_view"), args=arguments):
                verbs = context.value(arguments[0]) if arguments else None
                found = (
                    frozenset(str(one.constant).lower() for one in (verbs.items or {}).values())
                    if verbs
                    else frozenset({"get"})
                )
                return Route(function.name, "", found, is_guarded(function))
    return None


def _path_in(keywords: Iterable[ast.keyword]) -> str:
    return next((text_of_constant(keyword.value) for keyword in keywords if keyword.arg in ("path", "rule")), "")


def _is_router(decorator: ast.Call) -> bool:
    """Tell whether ``@something.get(...)`` is a route: its path is one, or a framework's class is known."""
    path = text_of_constant(decorator.args[0]) if decorator.args else _path_in(decorator.keywords)
    return path.startswith("/") or path == ""


def _verbs_in(keywords: Iterable[ast.keyword], context: CheckContext) -> frozenset[str]:
    for keyword in keywords:
        if keyword.arg == "methods":
            value = context.value(keyword.value)
            found = frozenset(str(item.constant).lower() for item in (value.items or {}).values() if item.constant)
            return found or frozenset({"get"})
    return frozenset({"get"})


def is_guarded(function: Function) -> bool:
    """Tell whether a function looks who is asking, or has it looked at: by a decorator, a dependency, a check in its body."""
    if any(is_guard(decorator) for decorator in function.decorator_list):
        return True
    for parameter in parameters(function):
        if parameter.annotation is not None and asks_who(parameter.annotation):
            return True
        if _WHO.search(parameter.arg):
            return True
    defaults = (*function.args.defaults, *function.args.kw_defaults)
    if any(default is not None and asks_who(default) for default in defaults):
        return True
    return any(_looks(node) for statement in function.body for node in ast.walk(statement))


def is_guard(decorator: ast.expr) -> bool:
    """Tell whether a decorator lets only some people through."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = name_of(called)
    found = words(last, *names_in(called))
    if found & _GUARDS and not found & {"exempt", "optional", "route"}:
        return True
    if found & {"roles", "user", "session", "key", "token", "authenticated"} and found & _GUARD_NAMES:
        return True
    return isinstance(decorator, ast.Call) and any(
        keyword.arg in ("dependencies", "permission_classes", "auth") and asks_who(keyword.value)
        for keyword in decorator.keywords
    )


def asks_who(node: ast.expr) -> bool:
    """Tell whether a dependency, ``Depends(get_current_user)``, finds out who is asking."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=callee, args=arguments) if name_of(callee) in ("Depends", "Security"):
                if name_of(callee) == "Security":
                    return True
                names = [name for argument in arguments for name in names_in(argument)]
                if any(_WHO.search(name) for name in names) or words(*names) & (
                    _GUARDS | {"user", "token", "key", "session"} - {"scope"}
                ):
                    return True
            case ast.Name(id=name) if words(name) & {"permission", "authenticated", "currentuser"} or name.endswith(
                ("CurrentUser", "UserDep")
            ):
                return True
    return False


def _looks(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name == "identity" or name.endswith(
            ("current_user", "is_authenticated", "jwt_identity")
        ):
            return True
        case ast.Attribute(value=ast.Name(id="g" | "request" | "self" | "info"), attr="user"):
            return True
        case ast.Subscript(value=ast.Name(id="session") | ast.Attribute(attr="session")):
            return isinstance(node.ctx, ast.Load)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id="session") | ast.Attribute(attr="session")]):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="session") | ast.Attribute(attr="session"), attr="get")):
            return True
        case ast.Constant(value=401 | 403):
            return True
        case ast.Call(func=callee):
            return is_check_name(name_of(callee)) or _WHO.search(name_of(callee)) is not None
        case ast.Attribute(attr="authorization" | "Authorization"):
            return True
        case ast.Constant(value=str() as text):
            return text in ("Authorization", "authorization", "X-API-Key", "X-Api-Key")
    return False


def decorated(context: CheckContext) -> Iterator[Function]:
    """Yield the functions of a block, methods of classes not counted."""
    for node in context.walk(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield node


def is_flask(site: FixSite) -> bool:
    """Tell whether the code is a Flask application's: it imports Flask, or, without any import, looks like it."""
    imported = {name.partition(".")[0] for name in site.imports()}
    if imported & {"flask", "quart"}:
        return True
    return not imported & WEB_MODULES and site.mentions(r"@\w+\.route\(|\brequest\.(?:form|args|values)\b")


def session_key(site: FixSite) -> str:
    """Return what the file keeps in the session of people who are logged in."""
    return next((key for key in _KEYS if site.mentions(rf"session\[[\"']{key}[\"']\]")), "user_id")


_KEYS: Final = ("user_id", "username", "user", "email", "userid", "logged_in", "uid", "account")
