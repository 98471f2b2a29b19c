"""Where values become part of an SQL statement, as text: at the call that executes it, or that is handed it to do so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.values import Text
from vetline.rules.base import CheckContext, Match
from vetline.rules.building import built_from
from vetline.rules.flows import STRANGERS, Flow, evidence_of, flow_into
from vetline.rules.sql.holes import Place, SqlHole, is_statement, worst_place, written

_INPUT: Final = (
    "{source} becomes part of this SQL statement: its sender can read and change other data. Pass it as a parameter."
)
_VALUE: Final = "A value is put into this SQL statement as text, and can rewrite it: pass it as a parameter."

_SHOWING: Final = re.compile(
    r"^(?:print|pprint|log|logger|debug|info|warn|warning|error|exception|critical|echo|display|show|trace|message|msg|notify"
    r"|assert\w*|fail|skip|gettext|ngettext|_|len|str|repr|format|join|replace|split|strip|lower|upper|encode|md5|sha\d+|hash|dedent|dumps"
    r"|sub|match|search|findall|compile|isinstance|type|id|getattr|setattr|partial|Text|parse|parse_one|format_sql|mogrify|emit|send|reply"
    r"|startswith|endswith|indent|fill|shorten|unquote|quote|highlight|secho|abort|render_template|jsonify|sqlparse|tokenize|count)$",
    re.IGNORECASE,
)
"""Functions that show a text, compare it or change it, and run nothing."""
_STORING: Final = re.compile(
    r"^(?:add|append|appendleft|extend|insert|put|push|write|writelines|set|setdefault|update|yield_)$"
)
"""Methods that keep a text, unless what they are methods of is a database."""
_DATABASE: Final = re.compile(
    r"(?:^|_|\b)(?:db|database|sql|cursor|cur|conn|connection|engine|session|dao|mysql|sqlite|pg|postgres)", re.IGNORECASE
)
_KEYWORD: Final = re.compile(
    r"\b(?:select|insert|update|delete|where|from|set|values|and|or|join|call|exec|execute|pragma|show|like|order|having)\b",
    re.IGNORECASE,
)
_EXCEPTION: Final = re.compile(r"(?:Error|Exception|Warning|Exists|NotFound)$")


@dataclass(frozen=True, slots=True)
class Injection:
    """One place where values become part of a statement: what to report, and the statement's expression."""

    match: Match
    statement: ast.AST


def injections(context: CheckContext) -> Iterator[Injection]:
    """Yield the places in a block where SQL with values in it is executed, or handed over to be."""
    hits = context.sinks("sql")
    seen: set[int] = set()
    executing = {id(hit.node) for hit in hits}
    for hit in hits:
        if id(hit.argument) in executing or id(hit.argument) in seen:
            continue  # `text(…)` in `execute(text(…))`: reported there
        if (found := _at_sink(hit, context)) is not None:
            seen.add(id(hit.argument))
            yield found
    for call in context.calls():
        if id(call) not in executing:
            yield from _handed_over(call, context)


def _at_sink(hit: SinkHit, context: CheckContext) -> Injection | None:
    flow = flow_into(hit, STRANGERS)
    if flow is not None:
        return Injection(flow.match(_INPUT), hit.argument)
    texts = _texts(hit, context)
    hole = worst_place(texts)
    if hole is None or not (any(is_statement(text) for text in texts) or _is_sure(hit, texts)):
        return None
    return Injection(_of_value(hit.argument, hole, hit), hit.argument)


def _texts(hit: SinkHit, context: CheckContext) -> list[Text]:
    """Return the texts that reach a sink; where they are too many, the pieces that they are made of."""
    found = list(hit.value.text or ())
    if hit.inner is not None or not hit.value.all_taints() or worst_place(found) is not None:
        return found
    found += (text for item in (hit.value.items or {}).values() for text in item.text or ())
    for expression in built_from(hit.argument, context):
        found += context.value(expression).text or ()
    return found


def _is_sure(hit: SinkHit, texts: list[Text]) -> bool:
    """Tell whether it is a piece of SQL, which a database gets."""
    return hit.inner is None and not hit.callee.startswith("?.") and any(_KEYWORD.search(written(text)) for text in texts)


def _of_value(node: ast.AST, hole: SqlHole, hit: SinkHit | None = None) -> Match:
    worst = next((taint for taint in hole.taints if taint.harms("sql")), None)
    is_clear = hole.place is Place.QUOTED or (hole.place is Place.VALUE and worst is not None and worst.is_certain)
    confidence = Confidence.MEDIUM if is_clear else Confidence.LOW
    place = node if hit is None or worst is None else Flow(hit, (worst,), Severity.MEDIUM).place
    return Match(place, _VALUE, Severity.MEDIUM, confidence, () if worst is None else evidence_of(worst))


def _handed_over(call: ast.Call, context: CheckContext) -> Iterator[Injection]:
    """Yield the statements that a call of a function that we don't know is handed: what else would it do than execute them?"""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        if isinstance(argument, ast.Constant):
            continue  # nothing is put into it
        texts = context.value(argument).texts
        if texts is None or not any(is_statement(text) for text in texts) or not may_execute(call, context):
            continue
        statements = [text for text in texts if is_statement(text)]
        taints = context.value(argument).all_taints()
        hit = SinkHit(call, argument, "sql", context.value(argument), "", "")
        if taints and (flow := flow_into(hit, STRANGERS)) is not None:
            yield Injection(flow.match(_INPUT, confidence=min(flow.confidence, Confidence.MEDIUM)), argument)
        elif (hole := worst_place(statements)) is not None:
            yield Injection(_of_value(argument, hole), argument)


def may_execute(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call may execute the statement that it is handed.

    That is, what it calls is the project's own, or unknown, isn't followed anyway, and isn't named otherwise.
    """
    if context.value(call.func).closures or context.given_back(call) is not None:
        return False
    match call.func:
        case ast.Name(id=name):
            owner = ""
        case ast.Attribute(attr=name, value=receiver):
            owner = ast.unparse(receiver)
        case _:
            return True
    if (
        _SHOWING.match(name)
        or _EXCEPTION.search(name)
        or re.search(r"\b(?:log|logger|logging|re|console|warnings|json)$", owner, re.IGNORECASE)
    ):
        return False
    if _STORING.match(name) and not _DATABASE.search(owner):
        return False
    return not any(_is_of_library(callee) for callee in context.callees(call))


def _is_of_library(callee: str) -> bool:
    """Tell whether a function is Python's own, or one of its text's methods."""
    return callee.partition(".")[0] in _PYTHON and ":" not in callee


_PYTHON: Final = frozenset(
    "builtins re logging json textwrap string os sys io pathlib typing functools itertools collections hashlib".split()
)
