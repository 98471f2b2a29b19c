"""Calls that give a program more rights, or take them from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.rules.base import CheckContext, Source
from vetline.rules.surroundings import name_of
from vetline.semantics.scopes import own_nodes

_RAISE: Final = re.compile(
    r"(?:raise|elevate|gain|acquire|escalate|enable|become|obtain|grant|switch_to|enter)_?(?:the_)?(?:\w+_)?(?:privilege|priv(?:s|$)|root|admin|superuser|sudo)",
    re.IGNORECASE,
)
_LOWER: Final = re.compile(
    r"(?:lower|drop|restore|release|disable|revoke|reset|relinquish|abandon|leave|reduce|remove)_?(?:the_)?(?:\w+_)?"
    r"(?:privilege|priv(?:s|$)|root|admin|superuser|sudo|user)",
    re.IGNORECASE,
)
USER_CALLS: Final = frozenset({"os.setuid", "os.seteuid", "os.setreuid", "os.setresuid"})
GROUP_CALLS: Final = frozenset({"os.setgid", "os.setegid", "os.setregid", "os.setresgid"})
_TEMPORARY: Final = frozenset({"os.seteuid", "os.setreuid", "os.setresuid"})


def raises(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call gives the program more rights, for a while."""
    if _RAISE.search(name_of(call.func)):
        return True
    return not _TEMPORARY.isdisjoint(context.callees(call)) and any(context.value(one).constant == 0 for one in call.args)


def lowers(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call takes rights from the program again."""
    if _LOWER.search(name_of(call.func)):
        return True
    return not USER_CALLS.isdisjoint(context.callees(call)) and not any(context.value(one).constant == 0 for one in call.args)


def names_lowering(call: ast.Call, source: Source) -> bool:
    """The same by what is written only, without what is known of values."""
    return _LOWER.search(name_of(call.func)) is not None or (source.qualified_name(call.func) or "") in USER_CALLS


def calls_in(statements: Sequence[ast.stmt]) -> Iterator[ast.Call]:
    """Yield the calls in ``statements``, functions in them not entered, in text order."""
    found = [node for node in own_nodes(statements) if isinstance(node, ast.Call)]
    yield from sorted(found, key=lambda call: (call.lineno, call.col_offset))
