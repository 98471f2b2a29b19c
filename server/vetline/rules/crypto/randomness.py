"""Random numbers that can be predicted, and where nobody may predict them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import Taint
from vetline.rules.base import CheckContext
from vetline.rules.constants import function_around
from vetline.rules.purpose import is_secret, split_words, words_for

_METHODS = (
    "random randint randrange getrandbits randbytes choice choices sample shuffle uniform triangular betavariate expovariate"
    " gammavariate gauss lognormvariate normalvariate vonmisesvariate paretovariate weibullvariate binomialvariate"
).split()
GENERATORS = frozenset(
    [f"{owner}.{method}" for owner in ("random", "random.Random") for method in _METHODS]
    + [f"numpy.random.{method}" for method in "rand randint random choice bytes random_sample".split()]
)
"""Functions whose numbers can be computed by who knows some of them."""
_GUESSABLE = frozenset("uuid.uuid1 time.time time.time_ns datetime.datetime.now datetime.datetime.utcnow os.getpid".split())
"""Functions whose result can be guessed closely enough."""
_PICKING = frozenset({"choice", "choices", "sample"})

_HOLDERS = re.compile(r"session|cookie|remember_?me", re.IGNORECASE)
_IDLE = frozenset(
    "color colour demo dummy example fake faker fixture jitter lorem mock noise player sample seed shuffle simulate"
    " simulation test tests tmp temp tempfile filename file word words".split()
)
"""Words that say that nobody gains by guessing."""
_CODES = frozenset("code otp passcode pin".split())


class Prediction(NamedTuple):
    """A number that can be predicted, and what it is for; ``node`` is the place to point at."""

    node: ast.AST
    purpose: str
    severity: Severity
    confidence: Confidence


def predictions(context: CheckContext) -> Iterator[Prediction]:
    """Yield the places where nobody may predict a random number of the block, each once."""
    seen: set[int] = set()
    for found in _predictions(context):
        line = context.range_of(found.node).start.line
        if line not in seen:
            seen.add(line)
            yield found


def _predictions(context: CheckContext) -> Iterator[Prediction]:
    calls = list(context.calls(*GENERATORS))
    by_place = {context.range_of(call): call for call in calls}
    for call in calls:
        if _is_secret(words_for(call, context), call, context):
            yield Prediction(call, "a secret", Severity.MEDIUM, Confidence.HIGH)
    yield from _of_sinks(context, by_place)
    if calls or _comes_in(context):
        yield from _of_assignments(context, by_place)
    for call in calls:
        if _makes_text(call, context):
            yield Prediction(call, "a random text", Severity.LOW, Confidence.MEDIUM)
    yield from _of_guesses(context)


def _comes_in(context: CheckContext) -> bool:
    return any((taints := context.value(call).taints) and _random(taints) for call in context.calls())


def _random(taints: tuple[Taint, ...]) -> Taint | None:
    return next((taint for taint in taints if taint.origin.label == "random" and taint.is_certain), None)


def _of_sinks(context: CheckContext, by_place: dict[Range, ast.Call]) -> Iterator[Prediction]:
    for hit in context.sinks("cookie", "session", "key", "hash"):
        taint = _random(hit.taints)
        if taint is None:
            continue
        if hit.kind == "hash":
            if isinstance(hit.node, ast.Call) and _is_secret(words_for(hit.node, context), hit.node, context):
                yield Prediction(_place(taint, hit.argument, by_place), "a secret", Severity.MEDIUM, Confidence.HIGH)
            continue
        purpose = {"cookie": "a cookie", "session": "a session", "key": "a key"}[hit.kind]
        yield Prediction(_place(taint, hit.argument, by_place), purpose, Severity.MEDIUM, Confidence.HIGH)


def _of_assignments(context: CheckContext, by_place: dict[Range, ast.Call]) -> Iterator[Prediction]:
    """Yield random numbers that go into something with a telling name, on whatever way."""
    for node, names in _named(context):
        taint = _random(context.value(node).all_taints())
        if taint is None:
            continue
        words = split_words(names)
        if any(_HOLDERS.search(name) for name in names):
            yield Prediction(_place(taint, node, by_place), "a session or cookie", Severity.MEDIUM, Confidence.HIGH)
        elif _is_secret(words, node, context):
            yield Prediction(_place(taint, node, by_place), "a secret", Severity.MEDIUM, Confidence.HIGH)


def _named(context: CheckContext) -> Iterator[tuple[ast.expr, list[str]]]:
    """Yield the values that get a name, and the names."""
    for node in context.walk(ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.Return):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield value, [name for target in targets for name in _names(target, context)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield value, _names(target, context)
            case ast.keyword(arg=str() as name, value=value):
                yield value, [name]
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield value, [key.value]
            case ast.Return(value=ast.expr() as value):
                function = function_around(node, context)
                if function is not None:
                    yield value, [function.name]


def _names(target: ast.expr, context: CheckContext) -> list[str]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.Subscript(value=owner, slice=key):
            known = [str(one) for one in context.value(key).constants or () if isinstance(one, str)]
            return [*_names(owner, context), *known]
    return []


def _is_secret(words: frozenset[str], node: ast.AST, context: CheckContext) -> bool:
    if words & _IDLE:
        return False
    if is_secret(words):
        return True
    if "token" in words or "sid" in words:
        return not _picks_any(node, context)
    return bool(words & _CODES) and isinstance(node, ast.Call) and _is_code(node, context)


def _picks_any(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether a call picks one of a list: a token of a text, as like as not."""
    if not isinstance(node, ast.Call) or not any(name.rpartition(".")[2] in _PICKING for name in context.callees(node)):
        return False
    picked = context.argument(node, 0)
    return picked is None or not _is_alphabet(picked, context)


def _is_code(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call makes a number of four to eight digits: 1000 to 9999."""
    if not any(name.rpartition(".")[2] in ("randint", "randrange") for name in context.callees(call)):
        return False
    bounds = [context.value(argument).constant for argument in call.args]
    return len(bounds) == 2 and all(isinstance(one, int) for one in bounds) and 10**3 <= bounds[1] <= 10**8 and bounds[0] >= 0


def _makes_text(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call picks one of the letters that a text is put together of, for anything that may matter."""
    picked = context.argument(call, 0)
    if picked is None or not any(name.rpartition(".")[2] in _PICKING for name in context.callees(call)):
        return False
    if not _is_alphabet(picked, context) or words_for(call, context) & _IDLE:
        return False
    parent: ast.AST | None = call
    while parent is not None and not isinstance(parent, ast.stmt):
        match parent:
            case ast.Call(func=ast.Attribute(attr="join")):
                return True
        parent = context.parent_of(parent)
    return isinstance(parent, ast.AugAssign)


def _is_alphabet(node: ast.expr, context: CheckContext) -> bool:
    value = context.value(node)
    if any(name.startswith("string.") for name in value.names):
        return True
    if value.constants:
        return all(isinstance(one, str) and len(one) >= 10 for one in value.constants)
    return any(name.startswith("string.") for inner in ast.walk(node) for name in context.names_of(inner))


def _of_guesses(context: CheckContext) -> Iterator[Prediction]:
    """Yield secrets that are made of the time, or of a UUID that holds it."""
    for call in context.calls(*_GUESSABLE):
        words = words_for(call, context)
        if words & _TIMES or not (is_secret(words) or "token" in words):
            continue
        if "uuid.uuid1" in context.callees(call) or _is_hashed(call, context):
            yield Prediction(call, "a secret", Severity.MEDIUM, Confidence.MEDIUM)


_TIMES = frozenset(
    "age at created date delta elapsed exp expires expire expired expiry iat issued last now start time timeout timestamp"
    " ttl".split()
)


def _is_hashed(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the result of ``call`` is all that is hashed."""
    parent: ast.AST | None = context.parent_of(call)
    while parent is not None and not isinstance(parent, ast.stmt):
        match parent:
            case ast.Call() if any(name.startswith(("hashlib.", "base64.")) for name in context.callees(parent)):
                others = {name for inner in ast.walk(parent) if isinstance(inner, ast.Call) for name in context.callees(inner)}
                return not any(name.startswith(("secrets.", "os.urandom", "hmac.")) for name in others)
        parent = context.parent_of(parent)
    return False


def _place(taint: Taint, node: ast.AST, by_place: dict[Range, ast.Call]) -> ast.AST:
    return by_place.get(taint.origin.step.range, node)
