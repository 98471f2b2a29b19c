"""Expressions that have a secret in them as it is, rather than a part or a digest of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from vetline.flow.taints import Taint
from vetline.rules.base import CheckContext
from vetline.rules.building import written
from vetline.rules.purpose import names_from, split_words
from vetline.rules.secrets.names import Kind, kind_of

_KEEPING = frozenset(
    "bytes decode dict dumps encode format get join list ljust lower pformat repr rjust str strip title tuple upper".split()
)
"""Functions that give back what they are given, as far as a secret goes."""
_SHORT = frozenset("tok tokens token".split())
_NUMBERS = frozenset("cvc cvv cvv2 ssn creditcard cardnumber".split())
_NUMBER_PAIRS = (frozenset({"card", "number"}), frozenset({"credit", "card"}), frozenset({"social", "security"}))
_QUALIFIERS = frozenset(
    "access admin api app auth authorization bearer bot client csrf deploy device hook id invite jwt login oauth personal"
    " private push refresh reset secret security service session user verification webhook".split()
)
"""What makes a credential of a token."""
_SAFE = frozenset(
    "hash hashed digest encrypted masked redacted hidden fingerprint count length len attempt attempts window interval"
    " timeout retries file filename path folder dir directory expiration expires expiry".split()
)


class Leak(NamedTuple):
    """A place where a secret is read; ``is_sure`` unless only the name says so."""

    node: ast.expr
    kind: Kind | None
    """None for the number of a card and the like."""
    taint: Taint | None
    is_sure: bool


def leaks_in(node: ast.expr, context: CheckContext) -> Iterator[Leak]:
    """Yield the secrets that a text made of ``node`` has in it; of a variable that isn't named so, what it was given."""
    found = list(_leaks_in(node, context))
    yield from found
    if not found and (other := written(node, context)) is not node:
        yield from leaks_in(other, context)


def _leaks_in(node: ast.expr, context: CheckContext) -> Iterator[Leak]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield from _named(node, name, context)
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            yield from _named(node, name, context)
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str() as name), *_]):
            yield from _named(node, name, context)
        case ast.Call(func=callee, args=args, keywords=keywords):
            last = callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""
            if last in _KEEPING:
                # The arguments of ``text.encode(…)`` say how; those of ``jwt.encode(…)`` don't come out either.
                is_coded = last in ("encode", "decode")
                for argument in () if is_coded else (*args, *(keyword.value for keyword in keywords)):
                    yield from leaks_in(argument, context)
                if isinstance(callee, ast.Attribute):
                    yield from leaks_in(callee.value, context)
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from leaks_in(value.value, context)
        case ast.BinOp(left=ast.Constant(value=int() | float())) | ast.BinOp(right=ast.Constant(value=int() | float())):
            return  # a number
        case ast.BinOp(left=left, right=right):
            yield from leaks_in(left, context)
            yield from leaks_in(right, context)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            for element in elts:
                yield from leaks_in(element, context)
        case ast.Dict(values=values):
            for value in values:
                yield from leaks_in(value, context)
        case ast.IfExp(body=body, orelse=orelse):
            yield from leaks_in(body, context)
            yield from leaks_in(orelse, context)
        case ast.Await(value=value) | ast.Starred(value=value):
            yield from leaks_in(value, context)


def _named(node: ast.expr, name: str, context: CheckContext) -> Iterator[Leak]:
    value = context.value(node)
    if value.constants is not None or any(one.endswith((".int", ".bool", ".float")) for one in value.types):
        return
    if split_words([name]) & _SAFE:
        return
    words = split_words([name])
    if words & _NUMBERS or any(pair <= words for pair in _NUMBER_PAIRS):
        yield Leak(node, None, next(iter(value.taints), None), is_sure=True)
        return
    kind = kind_of(name)
    secret = next((taint for taint in value.taints if _is_secret(taint)), None)
    if kind is None and secret is None:
        return
    if (
        kind is Kind.KEY
        and name.lower() in _SHORT
        and secret is None
        and not any(t.origin.label == "remote" for t in value.taints)
    ):
        return  # a token of a text, as like as not
    yield Leak(node, kind or Kind.PASSWORD, secret, is_sure=secret is not None)


def _is_secret(taint: Taint) -> bool:
    """Tell whether a value was called a secret where it came in: a field of a form, a variable of the environment."""
    if not taint.is_certain:
        return False
    if taint.origin.label == "secret":
        return True
    return any(kind_of(name) is not None and name.lower() not in _SHORT for name in names_from(taint))
