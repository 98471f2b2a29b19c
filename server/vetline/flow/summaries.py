"""What a function that has been followed to its end does for those who call it: what its summary says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from vetline.flow.conditions import assume, proofs_in, truth
from vetline.flow.frame import Frame, Run, State, proofs_between
from vetline.flow.functions import ParameterSink
from vetline.flow.models.kinds import FIXED
from vetline.flow.taints import ALL
from vetline.flow.values import SELF, Value, join_all


def returns(frame: Frame) -> Value:
    """Return what a function gives back, or one element of what it yields."""
    if frame.yielded is not None:
        return Value(types=("builtins.list",), items=MappingProxyType({}), rest=_bounded(frame.yielded))
    found = _bounded(join_all(returned.value for returned in frame.returned))
    return found._replace(closures=()) if found.closures else found


def _bounded(value: Value) -> Value:
    """Return an object with what it holds, but not with all that is in that: objects may lead to ever more of them."""
    if not value.is_own or not value.items:
        return value
    items = {key: item if key == SELF else item.flattened(int(item.is_own)) for key, item in value.items.items()}
    return value._replace(items=MappingProxyType(items))


def parameter_sinks(run: Run, prefix: str) -> Iterable[ParameterSink]:
    """Yield the sinks that are reached from parameters, the origins of which have keys that begin with ``prefix``."""
    for hit in run.sinks.values():
        if hit.kind in FIXED and hit.value.texts is not None:
            continue  # only a part of it comes from the parameter: with a constant, the whole is none yet
        for taint in hit.taints:
            if taint.origin.parameter is not None and taint.origin.key.startswith(prefix):
                is_here = hit.inner is None
                passed = taint.via(run.step(hit.argument, _reaching(hit.callee))) if is_here else taint
                yield ParameterSink(passed, hit.kind, hit.what, hit.callee)


def _reaching(callee: str) -> str:
    """Return what the step says that leads to a sink; what is called may be ``?.execute``, ``return``, an operator."""
    name = callee.removeprefix("?.").removesuffix("[]")
    is_named = "." in name and not name.startswith("operator.")
    return f"reaches `{name}`" if is_named or callee.startswith("?.") else "is used here"


def _keys_of_parameters(before: State, ways: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, str]:
    """Return the key of each parameter's origin, by its name, and of those of the object's attributes that something is proved
    of: ``self.path``."""
    found = {}
    for value in before.values():
        for taint in value.taints:
            if taint.origin.parameter is not None:
                found[taint.origin.parameter] = taint.origin.key
        if (origin := value.self_origin) is not None:
            found |= {
                f"{origin.parameter}{key.removeprefix(origin.key)}": key
                for key in next(iter(ways), {})
                if key.startswith(f"{origin.key}.")
            }
    return found


def ensured(frame: Frame, before: State) -> dict[str, frozenset[str]]:
    """Return what is proved of each parameter on every way out."""
    return _common([proofs_between(before, returned.state) for returned in frame.returned], before)


def validated(frame: Frame, before: State) -> dict[str, frozenset[str]]:
    """Return what is proved of each parameter on every way out with something true."""
    found = []
    for returned in frame.returned:
        outcome = truth(returned.value)
        if outcome is False or returned.value.constants == (None,):
            continue
        proved = proofs_between(before, returned.state)
        if outcome is None and returned.expression is not None:
            frame.state = dict(returned.state)
            assume(returned.expression, True, frame)
            proved |= proofs_between(before, frame.state)
            for key, kinds in proofs_in(returned.value).items():
                proved[key] = proved.get(key, frozenset()) | kinds
        found.append(proved)
    return _common(found, before)


def _common(ways: list[dict[str, frozenset[str]]], before: State) -> dict[str, frozenset[str]]:
    if not ways:
        return {}
    common: dict[str, frozenset[str]] = {}
    for name, key in _keys_of_parameters(before, ways).items():
        kinds: frozenset[str] | None = None
        for proved in ways:
            here = proved.get(key, frozenset())
            kinds = here if kinds is None or ALL in kinds else kinds if ALL in here else kinds & here
        if kinds:
            common[name] = kinds
    return common


def mutated(frame: Frame, end: State, before: State) -> dict[str, Value]:
    """Return what was put into the objects and containers that were handed in, as they are at the ``end``."""
    found: dict[str, Value] = {}
    for name, value in before.items():
        if name not in frame.rebound and name in end and (changed := _additions(end[name], value)) is not None:
            found[name] = changed
    return found


def _additions(value: Value, before: Value) -> Value | None:
    """Return what was put into a value since ``before``."""
    if value is before:
        return None
    if value.items == before.items and value.rest == before.rest:
        return None
    items = {key: item for key, item in (value.items or {}).items() if (before.items or {}).get(key) != item}
    items = {
        key: item.flattened(int(item.is_own)) if str(key)[:1] == "." else item
        for key, item in items.items()
        if str(key)[:1] != "?"
    }
    if not items and value.rest == before.rest:
        return None
    return Value(items=MappingProxyType(items), rest=value.rest)
