"""The ``match`` statement: which cases can be reached, and what their patterns bind."""

from __future__ import annotations

import ast

from vetline.flow.conditions import EVERYTHING, assume, origins, truth
from vetline.flow.evaluation import evaluate, execute
from vetline.flow.frame import Frame, State, join_states
from vetline.flow.values import UNKNOWN, Value, join


def follow_match(node: ast.Match, frame: Frame) -> None:
    """Follow the cases that the subject, as far as it is known, can match."""
    subject = evaluate(node.subject, frame)
    ends: State | None = None
    before = frame.state
    for case in node.cases:
        if before is None:
            break
        outcome = matches(case.pattern, subject, frame)
        if outcome is False:
            continue
        frame.state = dict(before)
        if outcome is None and _is_constant(case.pattern) and subject.all_taints():
            frame.prove(origins(subject, EVERYTHING))
        bind(case.pattern, subject, frame)
        if case.guard is not None:
            guarded = truth(evaluate(case.guard, frame))
            if guarded is False:
                continue
            assume(case.guard, True, frame)
            outcome = outcome if guarded else None
        execute(case.body, frame)
        ends = join_states(ends, frame.state)
        if outcome is True:
            before = None
    frame.state = join_states(ends, before)


def matches(pattern: ast.pattern, subject: Value, frame: Frame) -> bool | None:
    """Tell whether a pattern matches; None if it may or may not."""
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return matches(inner, subject, frame)
        case ast.MatchOr(patterns=patterns):
            outcomes = {matches(one, subject, frame) for one in patterns}
            return True if True in outcomes else False if outcomes == {False} else None
        case ast.MatchValue(value=value):
            wanted = evaluate(value, frame)
            if wanted.is_constant and subject.constants is not None and len(subject.constants) == 1:
                return bool(subject.constant == wanted.constant)
            if (
                wanted.constants is not None
                and subject.constants is not None
                and not set(wanted.constants) & set(subject.constants)
            ):
                return False
        case ast.MatchSingleton(value=value):
            if subject.constants is not None and len(subject.constants) == 1:
                return subject.constants[0] is value
    return None


def _is_constant(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchValue(value=ast.Constant()) | ast.MatchSingleton():
            return True
        case ast.MatchOr(patterns=patterns):
            return all(_is_constant(one) for one in patterns)
    return False


def bind(pattern: ast.pattern, subject: Value, frame: Frame) -> None:
    """Give the names in a pattern their values."""
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            if inner is not None:
                bind(inner, subject, frame)
            if name is not None:
                frame.store(name, subject)
        case ast.MatchStar(name=str() as name):
            frame.store(name, Value(types=("builtins.list",), items={}, rest=subject.any_element()))
        case ast.MatchSequence(patterns=patterns):
            for index, one in enumerate(patterns):
                bind(one, subject.element(index) if subject.items else subject.any_element(), frame)
        case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
            for key, one in zip(keys, patterns, strict=True):
                wanted = evaluate(key, frame)
                bind(one, subject.element(wanted.constant) if wanted.is_constant else subject.any_element(), frame)
            if rest is not None:
                frame.store(rest, subject)
        case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=by_name):
            for one in patterns:
                bind(one, _part(subject), frame)
            for name, one in zip(names, by_name, strict=True):
                bind(one, subject.element(f".{name}") if subject.items else _part(subject), frame)
        case ast.MatchOr(patterns=patterns):
            for one in patterns:
                bind(one, subject, frame)


def _part(subject: Value) -> Value:
    found = subject.any_element()
    return found if subject.items or subject.rest else Value(subject.taints) if subject.taints else join(UNKNOWN, found)
