"""Settings of web applications, wherever they are written: Django's modules, Flask's configuration, classes of settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from vetline.rules.base import CheckContext
from vetline.rules.building import written
from vetline.rules.surroundings import ancestors, called_name

_FOR_DEVELOPMENT: Final = re.compile(r"dev|test|local|debug|mock|example|demo", re.IGNORECASE)
_CONFIGURING: Final = frozenset({"update", "from_mapping", "configure", "setdefault", "from_object"})


class Setting(NamedTuple):
    """A setting that is given a value in ``statement``: ``node`` is the place to point at, ``value`` the expression."""

    name: str
    value: ast.expr
    node: ast.AST
    statement: ast.AST


def settings(context: CheckContext, names: Collection[str]) -> Iterator[Setting]:
    """Yield the settings of some names, but for those that are in force during development only."""
    if not context.mentions(frozenset(names)):
        return
    for setting in context.once(_all_settings):
        if setting.name in names and not is_for_development(setting.statement, context):
            yield setting


def _all_settings(context: CheckContext) -> list[Setting]:
    nodes = context.walk(ast.Assign, ast.AnnAssign, ast.Call)
    return [setting for node in nodes for setting in _settings_in(node, context)]


def _settings_in(node: ast.AST, context: CheckContext) -> Iterator[Setting]:
    match node:
        case ast.Assign(targets=[*targets], value=value):
            for target in targets:
                yield from _assigned(target, value, node, context)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value, node, context)
        case ast.Call(func=ast.Attribute(attr=method, value=owner), args=args, keywords=keywords) if method in _CONFIGURING:
            if not _is_configuration(owner, context):
                return
            for keyword in keywords:
                if keyword.arg is not None:
                    yield Setting(keyword.arg, keyword.value, keyword.value, node)
            match args:
                case [ast.Dict(keys=keys, values=values)]:
                    for key, value in zip(keys, values, strict=True):
                        name = context.value(key).constant if key is not None else None
                        if isinstance(name, str):
                            yield Setting(name, value, value, node)
                case [ast.Constant(value=str() as name), value] if method == "setdefault":
                    yield Setting(name, value, node, node)


def _assigned(target: ast.expr, value: ast.expr, node: ast.AST, context: CheckContext) -> Iterator[Setting]:
    match target:
        case ast.Name(id=name) if name.isupper() and not _is_in_function(node, context):
            yield Setting(name, value, node, node)
        case ast.Subscript(value=owner, slice=key) if _is_configuration(owner, context):
            known = context.value(key).constant
            if isinstance(known, str):
                yield Setting(known, value, node, node)
        case ast.Attribute(value=owner, attr=name) if name.isupper() and _is_configuration(owner, context):
            yield Setting(name, value, node, node)


def _is_configuration(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether ``node`` is named as what holds settings is: ``app.config``, ``settings``."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            names = [name, *(one.rpartition(".")[2] for one in context.names_of(node))]
            return any(one.lower() in _CONFIGURATIONS for one in names)
    return False


_CONFIGURATIONS: Final = frozenset({"config", "conf", "settings", "cfg", "app_config", "configuration"})


def _is_in_function(node: ast.AST, context: CheckContext) -> bool:
    return any(isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) for outer in ancestors(node, context))


def value_in(node: ast.AST) -> ast.expr | None:
    """Return the value that a setting is given, where ``node`` is what is pointed at: a statement, a call, the value itself."""
    match node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return value
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[_, value]):
            return value
        case ast.expr():
            return node
    return None


def is_for_development(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether ``node`` is in force only during development: in a class named so, or under a condition."""
    if _FOR_DEVELOPMENT.search(context.class_name):
        return True
    child = node
    for outer in ancestors(node, context):
        match outer:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                if _FOR_DEVELOPMENT.search(name):
                    return True
            case ast.If(test=ast.Constant(value=value)) if value:
                pass
            case ast.If(test=test) if child is not test and not _asks_for_main(test):
                return True
        child = outer
    return False


def _asks_for_main(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def fallback(node: ast.expr, context: CheckContext) -> ast.expr | None:
    """Return what a setting is if the environment doesn't say: the default in ``os.environ.get("DEBUG", "1")``."""
    match written(node, context):
        case ast.Call(func=ast.Name(id="bool" | "str" | "int"), args=[inner]):
            return fallback(inner, context)
        case ast.Call(func=callee, args=args) as call:
            name = called_name(call, context)
            is_method = isinstance(callee, ast.Attribute)
            if len(args) == 2 and name in (_READERS if is_method or context.callees(call) else _SETTING_READERS):
                return args[1]
            if is_method or name in _SETTING_READERS:
                return next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return last
    return None


_SETTING_READERS: Final = frozenset({"config", "env", "getenv"})
_READERS: Final = frozenset({"bool", "config", "env", "get", "getenv", "list", "str"})
