"""What a value is for, as far as the names around it tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from vetline.flow.taints import Taint, Taints
from vetline.rules.base import Source
from vetline.syntax.nodes import walk

_PASSWORDS = frozenset("passcode passphrase passwd password passwords passwort pswd pw pwd".split())
_SECRETS = _PASSWORDS | frozenset(
    "apikey captcha coupon credential credentials csrf nonce otp salt secret secrets totp voucher".split()
)
_SENSITIVE = frozenset("code cookie id key link pin sid token url".split())
_QUALIFIERS = frozenset(
    "access activation api auth bearer confirmation generate invite login refresh reset security session verification".split()
)
"""What makes a secret of a sensitive thing: not every code is one, but a reset code is."""
_SIGNATURES = frozenset("cert certificate hmac mac sign signature signed signing verify".split())
_CHECKSUMS = frozenset("bucket cache cached checksum checksums dedup dedupe duplicate etag gravatar partition shard".split())
_CONTENTS = frozenset(
    "asset assets blob buf buffer chunk color colour commit dataset dir directory download file filename filepath files folder"
    " fp image img lock manifest media path paths revision slug template version".split()
)
"""What is hashed to tell one from the other, usually of one's own."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_KEY_OF_ORIGIN = re.compile(r"\['([^']{1,60})'\]\Z")


def is_password(words: frozenset[str]) -> bool:
    """Tell whether ``words`` speak of a password."""
    return bool(words & _PASSWORDS)


def is_secret(words: frozenset[str]) -> bool:
    """Tell whether ``words`` speak of something that nobody may guess."""
    return bool(words & _SECRETS or (words & _SENSITIVE and words & _QUALIFIERS))


def is_evidence(words: frozenset[str]) -> bool:
    """Tell whether ``words`` speak of something that nobody may forge."""
    return bool(words & _SIGNATURES) or is_secret(words)


def is_checksum(words: frozenset[str]) -> bool:
    """Tell whether ``words`` speak of something that only tells one thing from another, and of nothing secret."""
    return bool(words & _CHECKSUMS) and not is_evidence(words)


def is_content(words: frozenset[str]) -> bool:
    """Tell whether ``words`` speak of files and the like, and of nothing secret."""
    return bool(words & _CONTENTS) and not is_evidence(words)


def words_of(node: ast.AST) -> frozenset[str]:
    """Return the words, in lower case, of the names in ``node``."""
    return split_words(names_in(node))


def words_for(node: ast.expr, source: Source) -> frozenset[str]:
    """Return the words, in lower case, of the names that the value of ``node`` goes to: variables, arguments, functions."""
    names: list[str] = []
    child: ast.AST = node
    parent = source.parent_of(node)
    while parent is not None:
        names += _destinations(parent, child)
        child, parent = parent, source.parent_of(parent)
    return split_words(names)


def words_from(taints: Taints) -> frozenset[str]:
    """Return the words, in lower case, of what tainted values were called where they came in."""
    return split_words(name for taint in taints for name in names_from(taint))


def names_from(taint: Taint) -> Iterator[str]:
    """Yield what a tainted value was called where it came in: a parameter, a field of a form, a variable of the environment."""
    if taint.origin.parameter:
        yield taint.origin.parameter
    if match := _KEY_OF_ORIGIN.search(taint.origin.key):
        yield match.group(1)


def split_words(names: Iterable[str]) -> frozenset[str]:
    """Return the words, in lower case, of names such as ``reset_token`` and ``resetToken``."""
    return frozenset().union(*map(_words_in, names))


@lru_cache(maxsize=4096)
def _words_in(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in (name, *_WORD.findall(name)))


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names in an expression, and the keys that it reads."""
    for inner in walk(node):
        match inner:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case ast.Subscript(slice=ast.Constant(value=str() as name)):
                yield name
            case ast.Call(
                func=ast.Attribute(attr="get" | "getlist" | "get_argument" | "pop"),
                args=[ast.Constant(value=str() as name), *_],
            ):
                yield name


def _destinations(parent: ast.AST, child: ast.AST) -> Iterator[str]:
    """Yield the names that ``parent`` gives the value of its ``child``."""
    match parent:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from names_in(target)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.NamedExpr(target=target):
            yield from names_in(target)
        case ast.keyword(arg=str() as name):
            yield name
        case ast.Call(func=callee) if child is not callee:
            yield from names_in(callee)
        case ast.Dict(keys=keys, values=values):
            yield from (k.value for k, v in zip(keys, values, strict=True) if v is child and _is_text(k))  # type: ignore[union-attr]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
