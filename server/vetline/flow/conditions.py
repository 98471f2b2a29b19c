"""What a condition proves about the values in it, on the way where it is true, and on the way where it is false."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from vetline.flow.frame import Frame, join_states
from vetline.flow.paths import SHARED, proved_by_equality, proved_by_membership, refuted_by_call, refuted_for_any
from vetline.flow.taints import ALL, NORMALISED
from vetline.flow.values import Constant, Value, constant

EVERYTHING: Final = frozenset({ALL})
_URL: Final = frozenset({"url", "host", "redirect"})
_PATH: Final = frozenset({"path", "unpack"})
SIZE: Final = frozenset({"allocation"})
"""What a number can do no more once it is known to be small."""

_CLEAN_TYPES = frozenset(f"builtins.{name}" for name in "int float bool complex NoneType".split()) | frozenset(
    {"uuid.UUID", "datetime.date", "datetime.datetime", "decimal.Decimal", "enum.Enum", "ipaddress.ip_address"}
)
_ALNUM_METHODS = frozenset("isalnum isalpha isdecimal isdigit isnumeric isidentifier".split())
_WHOLE_MATCH = frozenset({"re.fullmatch", "re.Pattern.fullmatch"})
_MATCH = frozenset({"re.match", "re.Pattern.match", "re.search", "re.Pattern.search"}) | _WHOLE_MATCH
_ANYTHING = re.compile(r"(?<!\\)\.(?:[*+]|\{)|\[\^|\\S|\\D|\\W")
"""In a pattern: what lets nearly everything through."""
_VALIDATOR = re.compile(
    r"(?:^|_)(?:is_?(?:valid|safe|allowed|local|trusted)|valid(?:ate)?|safe|allowed|whitelist|check|verify|permitted|trusted)(?:_|$)",
    re.IGNORECASE,
)
_PARTIAL_VALIDATOR = re.compile(r"file|extension|ext\b|image|mime", re.IGNORECASE)
"""Names of checks that look at a file's extension, which says nothing of where it is."""
_ALLOWED = re.compile(
    r"allow|white_?list|permit|valid|known|safe|trusted|supported|choices|accepted|options|available", re.IGNORECASE
)
_CONTAINERS = frozenset(f"builtins.{name}" for name in "list tuple set frozenset dict".split())


def truth(value: Value) -> bool | None:
    """Tell whether a value is true; None if it may be either."""
    if value.constants is not None:
        found = {bool(one) for one in value.constants}
        return found.pop() if len(found) == 1 else None
    if value.items and value.types and value.types[0] in _CONTAINERS and len(value.types) == 1:
        return True
    return None


def assume(condition: ast.expr, outcome: bool, frame: Frame) -> None:
    """Take ``condition``, which has been evaluated, to be true (or false) from here on."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            assume(operand, not outcome, frame)
        case ast.BoolOp(op=op, values=values):
            if isinstance(op, ast.And) is outcome:
                for value in values:
                    assume(value, outcome, frame)
            else:
                _assume_one_of(values, outcome, frame)
        case ast.NamedExpr(value=value):
            assume(value, outcome, frame)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            _assume_comparison(left, op, right, outcome, frame)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            links = [ast.Compare(a, [op], [b]) for a, op, b in zip((left, *rights), ops, rights, strict=False)]
            if outcome:
                for link in links:
                    assume(link, outcome, frame)
            else:
                _assume_one_of(links, outcome, frame)
        case ast.Call():
            _assume_call(condition, outcome, frame)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            if outcome:
                frame.prove(proofs_in(_known(condition, frame)))
            elif isinstance(condition, ast.Name):
                _is_empty(condition, frame)


def _assume_one_of(conditions: Iterable[ast.expr], outcome: bool, frame: Frame) -> None:
    """Take one of ``conditions``, no one knows which, to be true (or false): only what each of them proves is proved."""
    before, joined = frame.state, None
    for condition in conditions:
        if before is None:
            return
        frame.state = dict(before)
        assume(condition, outcome, frame)
        joined = join_states(joined, frame.state)
    frame.state = joined


def _known(node: ast.AST, frame: Frame) -> Value:
    """Return what the condition's part ``node`` was, as evaluated last."""
    return constant(node.value) if isinstance(node, ast.Constant) else frame.run.values.get(id(node), Value())


def proofs_in(value: Value) -> Mapping[str, frozenset[str]]:
    """Return what is proved if ``value``, the result of a check, is true."""
    proofs = value.items.get(PROOFS) if value.items else None
    found = proofs.constant if proofs is not None else None
    return dict(found) if isinstance(found, tuple) else {}


PROOFS: Final = "?proofs"
"""The key under which the result of a check carries what it proves."""


def checked(proved: Mapping[str, frozenset[str]]) -> Value:
    """Return the value of a check that, if true, proves something of the origins in ``proved``."""
    if not proved:
        return Value(types=("builtins.bool",))
    return Value(types=("builtins.bool",), items={PROOFS: Value(constants=(tuple(proved.items()),))})


def origins(value: Value, kinds: frozenset[str] = EVERYTHING) -> dict[str, frozenset[str]]:
    """Return the keys of all origins that taint ``value``, each with ``kinds``."""
    return {taint.origin.key: kinds for taint in value.all_taints()}


def _is_empty(name: ast.Name, frame: Frame) -> None:
    """Take a variable to be empty, zero or None."""
    value = _known(name, frame)
    if value.all_taints() and frame.state is not None and name.id in frame.state:
        frame.state[name.id] = Value(types=value.types)


def _assume_comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, outcome: bool, frame: Frame) -> None:
    mine, theirs = _known(left, frame), _known(right, frame)
    match op:
        case ast.Eq() | ast.NotEq():
            if isinstance(op, ast.Eq) is outcome:
                _assume_equal(left, mine, theirs, frame)
                _assume_equal(right, theirs, mine, frame)
                frame.prove(proved_by_equality(mine, theirs))
        case ast.Is() | ast.IsNot() if isinstance(right, ast.Constant):
            if isinstance(op, ast.Is) is outcome and isinstance(left, ast.Name):
                _is_empty(left, frame)
            elif isinstance(op, ast.Is) is not outcome and right.value is None and "re.Match" in mine.types:
                frame.prove(proofs_in(mine))
        case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
            small, large = (mine, theirs) if isinstance(op, ast.Lt | ast.LtE) is outcome else (theirs, mine)
            if is_limit(large):
                frame.prove(origins(small, SIZE))
        case ast.In() | ast.NotIn():
            if isinstance(op, ast.In) is outcome and is_allow_list(right, theirs):
                frame.prove(origins(mine, _kinds_of_part(left, frame)))
            frame.prove(proved_by_membership(right, mine, theirs, isinstance(op, ast.In) is outcome))
            if isinstance(op, ast.In) is not outcome and mine.constants and _QUOTES.issuperset(mine.constants):
                frame.prove(origins(theirs, _QUOTED))


_QUOTES: Final = frozenset("'\"")
_QUOTED: Final = frozenset({"xpath"})
"""What needs a quote to get out of the string that a value is put into: XPath knows no other way to write one."""


def is_limit(value: Value) -> bool:
    """Tell whether what is smaller than ``value`` is small: one's own number."""
    return not value.all_taints()


def _assume_equal(node: ast.expr, value: Value, other: Value, frame: Frame) -> None:
    """Take ``value`` to equal ``other``: what is known of one is then known of both."""
    if value.items and SHARED in value.items:
        return
    if other.constants is not None and value.all_taints():
        frame.prove(origins(value, _kinds_of_part(node, frame)))
        if isinstance(node, ast.Name) and frame.state is not None and node.id in frame.state:
            frame.state[node.id] = Value(constants=other.constants)
    elif _is_own_address(other):
        frame.prove(origins(value, _kinds_of_part(node, frame)))


def _kinds_of_part(node: ast.AST, frame: Frame) -> frozenset[str]:
    """Return what is proved of a whole when its part ``node`` is one that is allowed: a URL's host says where it leads."""
    match node:
        case ast.Attribute(attr="netloc" | "hostname" | "host"):
            return _URL
        case ast.Attribute(attr="scheme"):
            return frozenset()
        case ast.Attribute(attr="suffix" | "ext" | "extension" | "content_type" | "mimetype"):
            return frozenset()
        case ast.Name():
            value = _known(node, frame)
            part = value.items.get(PART) if value.items else None
            if part is not None and isinstance(part.constant, frozenset):
                return part.constant
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "upper" | "strip" | "casefold")):
            return _kinds_of_part(inner, frame)
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(attr="split" | "rsplit" | "splitext" | "rpartition" | "partition"))
        ):
            return frozenset()
        case ast.Subscript(slice=ast.Constant() | ast.UnaryOp() | ast.Slice()):
            return EVERYTHING if not isinstance(node.slice, ast.Slice) else frozenset()
    return EVERYTHING


PART: Final = "?part"
"""The key under which a part of a value (the host of a URL, the extension of a file name) says what is proved by its being
allowed."""


def is_allow_list(node: ast.AST, value: Value) -> bool:
    """Tell whether ``value`` holds what is allowed: constants, or something named so."""
    # The names of files in a folder are a fine list, and so is what the application is configured with.
    if any(taint.origin.label not in ("file", "secret") for taint in value.all_taints()):
        return False
    if value.taints:
        return True
    if value.constants is not None:
        return not any(isinstance(one, str) for one in value.constants)
    if (
        value.items
        and value.rest is None
        and all(item.is_constant for key, item in value.items.items() if isinstance(key, int))
    ):
        return True
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name.isupper() or _ALLOWED.search(name) is not None or bool(set(value.types) & _CONTAINERS)
        case ast.Subscript(value=inner):
            return is_allow_list(inner, value)
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return True
    return False


def _is_own_address(value: Value) -> bool:
    """Tell whether a value is the server's own address, as ``request.host`` is."""
    return any(name.rpartition(".")[2] in ("host", "netloc", "get_host()") and "equest" in name for name in value.names)


def _assume_call(call: ast.Call, outcome: bool, frame: Frame) -> None:
    if outcome:
        frame.prove(proofs_in(_known(call, frame)))
        if call.args and "builtins.bool" in frame.run.callees.get(id(call), ()):
            assume(call.args[0], outcome, frame)
        return
    match call:
        case ast.Call(func=ast.Attribute(value=owner, attr="startswith"), args=[ast.Constant(value="-")]):
            frame.prove(origins(_known(owner, frame), frozenset({"argument"})))  # no option
            return
    names = frame.run.callees.get(id(call), ())
    if "builtins.bool" in names and call.args:
        assume(call.args[0], outcome, frame)
    if "builtins.any" in names:
        frame.prove(refuted_for_any(call, frame))
        return
    receiver = _known(call.func.value, frame) if isinstance(call.func, ast.Attribute) else Value()
    frame.prove(refuted_by_call(call, names, receiver, tuple(_known(argument, frame) for argument in call.args)))


def proved_by_call(
    call: ast.Call, names: tuple[str, ...], receiver: Value, arguments: tuple[Value, ...]
) -> dict[str, frozenset[str]]:
    """Return what the outcome "true" of a call proves, as far as that is common knowledge.

    ``names`` are the dotted names of what is called, ``receiver`` is what it is a method of.
    """
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    first = arguments[0] if arguments else Value()
    if "builtins.isinstance" in names and len(arguments) == 2:
        wanted = {name for item in (arguments[1], *(arguments[1].items or {}).values()) for name in item.names}
        return origins(first) if wanted and wanted <= _CLEAN_TYPES else {}
    if "builtins.all" in names:
        return _proved_of_all(call, first)
    if any(name in _MATCH for name in names):
        return _proved_by_pattern(names, receiver, arguments)
    if method in _ALNUM_METHODS and not arguments:
        return origins(receiver)
    if method == "is_relative_to":
        return origins(receiver, _PATH)
    if method == "startswith" and arguments:
        return _proved_by_prefix(receiver, first)
    if method == "issubset" and is_allow_list(call.args[0], first):
        return origins(receiver)
    last = names[0].rpartition(".")[2] if names else method or (call.func.id if isinstance(call.func, ast.Name) else "")
    if _VALIDATOR.search(_snake(last)) and not _PARTIAL_VALIDATOR.search(last):
        return {key: kinds for value in arguments for key, kinds in origins(value).items()}
    return {}


_INSISTING = re.compile(r"(?:^|_)(?:validate|check|verify|ensure|assert|require|enforce)(?:_|$)")
_OF_MUCH = re.compile(
    r"(?:^|_)(?:data|body|json|form|payload|request|schema|config|args|params|input|permissions?|auth|login|user|token|csrf)(?:_|$)"
)
"""Words in the name of a check that looks at something else than the one value, or at something made of many."""
_OF_STATE = re.compile(
    r"(?:^|_)(?:called|connected|connection|exists?|index|installed|loaded|locked|mappings?|no|present|quota|ready|running|state|status"
    r"|table|unique)(?:_|$)"
)
"""Words in the name of a check that asks for a state of affairs, whatever characters the value is made of."""


def assume_validated(call: ast.Call, frame: Frame) -> None:
    """Note what is proved by a call that stands alone, such as ``validate_name(name)``: if nobody looks at its result, it
    raises.

    Only for functions that we know nothing of: the summaries of the project's own ones say what they ensure.
    """
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            last = _snake(name).lower()
        case _:
            return
    if not _INSISTING.search(last) or _PARTIAL_VALIDATOR.search(last) or _OF_STATE.search(last):
        return
    names = frame.run.callees.get(id(call), ())
    if any(":" in one and frame.run.outside.summary(one) is not None for one in names) or _known(call.func, frame).closures:
        return
    covers_all = not _OF_MUCH.search(last)
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        for taint in _known(argument, frame).taints:
            if covers_all or not taint.origin.is_whole:
                frame.prove({taint.origin.key: EVERYTHING})


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def _proved_of_all(call: ast.Call, elements: Value) -> dict[str, frozenset[str]]:
    """Return what ``all(c in ALLOWED for c in value)`` proves."""
    match call.args:
        case [ast.GeneratorExp(elt=ast.Compare(ops=[ast.In()]) | ast.Call(func=ast.Attribute()))]:
            return proofs_of_elements(elements)
    return {}


def proofs_of_elements(elements: Value) -> dict[str, frozenset[str]]:
    """Return what is proved if each of a comprehension's elements is true."""
    found: dict[str, frozenset[str]] = {}
    for item in (elements.rest, *(elements.items or {}).values()):
        if item is not None:
            found.update(proofs_in(item))
    return found


def _proved_by_pattern(names: tuple[str, ...], receiver: Value, arguments: tuple[Value, ...]) -> dict[str, frozenset[str]]:
    """Return what a match with a regular expression proves of the text: that it has nothing but what the pattern allows."""
    is_method = any(name.startswith("re.Pattern.") for name in names)
    pattern, text = (
        (receiver.element(PATTERN), arguments[:1]) if is_method else (arguments[0] if arguments else Value(), arguments[1:2])
    )
    if not text or pattern.constants is None:
        return {}
    is_whole = all(name in _WHOLE_MATCH for name in names)
    is_anchored = all(name.endswith(("match",)) for name in names)
    for one in pattern.constants:
        if not isinstance(one, str) or not is_strict(one, is_whole=is_whole, is_anchored=is_anchored):
            return {}
    return origins(text[0])


PATTERN: Final = "?pattern"
"""The key under which a compiled regular expression has its pattern."""

FLAGS: Final = "?flags"
"""The same for its flags: their names, such as ``re.IGNORECASE``."""


def is_strict(pattern: str, *, is_whole: bool, is_anchored: bool) -> bool:
    """Tell whether a text that matches ``pattern`` can hold nothing dangerous: all of it is matched, and not by a wildcard."""
    begins = is_anchored or is_whole or pattern.startswith(("^", r"\A"))
    ends = is_whole or pattern.endswith((r"\Z", r"\z")) or (pattern.endswith("$") and not pattern.endswith(r"\$"))
    return begins and ends and not _ANYTHING.search(pattern)


def _proved_by_prefix(receiver: Value, prefix: Value) -> dict[str, frozenset[str]]:
    """Return what ``value.startswith(prefix)`` proves: where a path without ``..`` leads, or to which host a URL goes."""
    found: dict[str, set[str]] = {}
    if prefix.all_taints():
        return {}
    addresses = prefix.constants is not None and all(_fixes_host(one) for one in _flat(prefix.constants))
    is_no_option = prefix.constants is not None and not any(_is_dash(one) for one in _flat(prefix.constants))
    for taint in receiver.all_taints():
        kinds: set[str] = {"argument"} if is_no_option else set()
        if NORMALISED in taint.cleared and not addresses:
            kinds |= _PATH
        if addresses:
            kinds |= _URL
        if kinds:
            found[taint.origin.key] = kinds
    return {key: frozenset(kinds) for key, kinds in found.items()}


def _is_dash(prefix: Constant) -> bool:
    return not isinstance(prefix, str) or prefix[:1] in ("", "-")


def _flat(constants: Iterable[Constant]) -> Iterable[Any]:
    for one in constants:
        if isinstance(one, tuple):
            yield from one
        else:
            yield one


def _fixes_host(prefix: Constant) -> bool:
    """Tell whether whatever begins with ``prefix`` is a URL of one host: the slash behind the host is what ends it."""
    return isinstance(prefix, str) and re.match(r"(?:https?:)?//[^/?#@\\]+[/?#]", prefix) is not None
