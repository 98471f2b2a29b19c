"""Strings that are put together from known and unknown parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, product
from typing import Final

from vetline.flow.attributes import CLEAN_TYPES
from vetline.flow.taints import ALL, Taints, harmless, join_taints
from vetline.flow.values import CLEAN, UNKNOWN, Constant, Piece, Text, Value, blended, is_harmless, join_all, of_texts

_MOST = 4
_OWN = frozenset(
    "builtins.__name__ builtins.__file__ os.linesep os.name os.pathsep os.sep sys.byteorder sys.executable sys.platform"
    " sys.prefix".split()
)
"""Texts that are the interpreter's and the system's own."""
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(![rsa])?(:[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")
_PERCENT = re.compile(r"%(?:\((\w*)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])")
NUMBER_FORMATS: Final = frozenset("bcdeEfFgGnoxX%")
"""Presentation types of numbers: whatever is formatted so holds nothing but digits and the like."""


def pieces_of(value: Value) -> tuple[Text, ...]:
    """Return the texts that ``value`` may be when put into another one."""
    if value.constants is not None and not any(isinstance(c, bytes) for c in value.constants):
        return tuple((str(constant),) for constant in value.constants)
    return value.text or (_blurred(value),)


def _clean_kinds(value: Value) -> frozenset[str]:
    """Return the kinds of sinks that something unknown can't harm: all of them if it's a number or a constant."""
    if value.types and all(one in CLEAN_TYPES for one in value.types):
        return frozenset({ALL})
    for one in value.types:
        if one.startswith(CLEAN):
            return frozenset(one.split(" ")[1:]) or frozenset({ALL})
    is_constant = value.names and all(name.rpartition(".")[2].isupper() or name in _OWN for name in value.names)
    return frozenset({ALL}) if is_constant else frozenset()


def concatenated(parts: Sequence[Value]) -> Value:
    """Return the string that ``parts`` make one behind the other."""
    taints: Taints = ()
    for part in parts:
        taints = join_taints(taints, part.all_taints())
    alternatives = [pieces_of(part) for part in parts]
    count = 1
    for one in alternatives:
        count *= len(one)
    if count > _MOST:
        alternatives = [one if len(one) == 1 else (blended(one),) for one in alternatives]
    choices = islice(product(*alternatives), _MOST)
    texts = [_behind_hosts(tuple(piece for text in choice for piece in text)) for choice in choices]
    return of_texts(texts, _common(taints, texts))


_ADDRESS: Final = frozenset({"redirect", "host"})
_FIXED_HOST: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#\\]+[/?#]|/[^/\\]|[?#]")
"""What begins so is a URL whose host nothing behind it can change, or a path on the own one."""


def _behind_hosts(text: Text) -> Text:
    """Clear the parts of a text that come behind the host, if it is a URL: they can't lead elsewhere."""
    if len(text) < 2 or all(isinstance(piece, str) or not piece for piece in text):
        return text
    begin = ""
    pieces: list[Piece] = []
    for piece in text:
        if isinstance(piece, str):
            begin += piece
        else:
            # What stands in front is taken for the address of a server, what comes later for a part of one.
            begin, before = begin + ("x" if begin else "//x"), begin
            if before and _FIXED_HOST.match(before):
                pieces.append(tuple(taint.clear(_ADDRESS) for taint in piece))
                continue
        pieces.append(piece)
    return tuple(pieces)


def _common(taints: Taints, texts: Iterable[Text]) -> Taints:
    """Clear of ``taints`` what every part that they are in is cleared of."""
    if not taints:
        return taints
    cleared: dict[str, frozenset[str]] = {}
    for text in texts:
        for piece in text:
            for taint in piece if not isinstance(piece, str) else ():
                key = taint.origin.key
                cleared[key] = taint.cleared & cleared.get(key, taint.cleared)
    return tuple(taint.clear(cleared[taint.origin.key]) if taint.origin.key in cleared else taint for taint in taints)


def _blurred(value: Value) -> Text:
    taints = value.all_taints()
    kinds = frozenset() if taints else _clean_kinds(value)
    return (harmless(kinds) if kinds else taints,)


def formatted(template: Value, positional: Sequence[Value], keywords: Mapping[str, Value], rest: Value | None) -> Value:
    """Return what ``template.format(*positional, **keywords)`` gives; ``rest`` is what else may be in the arguments."""
    return _filled(
        template, lambda text: _format_parts(text, positional, keywords, rest), [*positional, *keywords.values()], rest
    )


def interpolated(template: Value, arguments: Value) -> Value:
    """Return what ``template % arguments`` gives."""
    everything = [arguments.any_element(), arguments] if arguments.items is not None else [arguments]
    return _filled(template, lambda text: _percent_parts(text, arguments), everything, None)


_NAME: Final = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")
"""What ``string.Template`` fills in."""


def substituted_names(template: Value, named: Mapping[str, Value], rest: Value | None) -> Value:
    """Return what ``string.Template(template).substitute(**named)`` gives."""

    def parts_of(text: str) -> list[Value]:
        parts: list[Value] = []
        end = 0
        for match in _NAME.finditer(text):
            parts.append(Value(constants=(text[end : match.start()],)))
            end = match.end()
            name = match[2] or match[3]
            parts.append(Value(constants=("$",)) if match[1] else named.get(name, UNKNOWN if rest is None else rest))
        return [*parts, Value(constants=(text[end:],))]

    return _filled(template, parts_of, list(named.values()), rest)


def exchanged(texts: Sequence[Text], old: str, new: Value) -> Value:
    """Return what ``text.replace(old, new)`` gives of one of ``texts``."""
    results = []
    for text in texts:
        parts: list[Value] = []
        for piece in text:
            if isinstance(piece, str):
                for index, part in enumerate(piece.split(old)):
                    parts += [new, Value(constants=(part,))] if index else [Value(constants=(part,))]
            else:
                parts.append(Value(types=(CLEAN,)) if is_harmless(piece) else Value(piece))
        results.append(concatenated(parts))
    return join_all(results)


def _filled(template: Value, parts_of: Callable[[str], list[Value]], everything: Sequence[Value], rest: Value | None) -> Value:
    results = []
    for text in template.text or ((template.all_taints(),),):
        if len(text) == 1 and isinstance(text[0], str):
            results.append(concatenated(parts_of(text[0])))
            continue
        # A template with unknown parts: everything may go anywhere behind its first known part.
        fillings = join_all([*everything, *(() if rest is None else (rest,))])
        parts: list[Value] = []
        for piece in text:
            if isinstance(piece, str):
                parts += parts_of(piece)
            else:
                parts.append(Value(types=(CLEAN,)) if is_harmless(piece) else Value(piece))
        parts.append(Value(fillings.all_taints()))
        results.append(concatenated(parts))
    return join_all(results)


def _format_parts(text: str, positional: Sequence[Value], keywords: Mapping[str, Value], rest: Value | None) -> list[Value]:
    parts: list[Value] = []
    end = count = 0
    for match in _FIELD.finditer(text):
        parts.append(Value(constants=(text[end : match.start()],)))
        end = match.end()
        if match.group() in ("{{", "}}"):
            parts.append(Value(constants=(match.group()[0],)))
            continue
        field, format_ = match.group(1), match.group(3) or ""
        name = re.split(r"[.\[]", field, maxsplit=1)[0]
        if not name:
            name, count = str(count), count + 1
        value = keywords.get(name, rest)
        if name.isdigit():
            value = positional[int(name)] if int(name) < len(positional) else rest
        if value is None:
            value = UNKNOWN
        elif name != field and (match.group(1) or name.isdigit()):
            value = Value(value.all_taints()) if len(field) > len(name) else value
        parts.append(as_formatted(value, format_[1:], (match.group(2) or "")[1:]))
    parts.append(Value(constants=(text[end:],)))
    return parts


def _percent_parts(text: str, arguments: Value) -> list[Value]:
    parts: list[Value] = []
    end = count = 0
    is_tuple = arguments.items is not None and "builtins.tuple" in arguments.types
    for match in _PERCENT.finditer(text):
        parts.append(Value(constants=(text[end : match.start()],)))
        end = match.end()
        name, kind = match.groups()
        if kind == "%":
            parts.append(Value(constants=("%",)))
            continue
        if name is not None:
            value = arguments.element(name)
        elif is_tuple:
            value, count = arguments.element(count), count + 1
        else:
            value = arguments
        parts.append(as_formatted(value, kind if kind in "diouxXeEfFgGc" else "", kind))
    parts.append(Value(constants=(text[end:],)))
    return parts


_ONE_LINE: Final = frozenset({"log", "header", "email"})


def as_formatted(value: Value, format_: str, conversion: str = "") -> Value:
    """Return what a value becomes in a text; as a number, it is harmless, and by its ``repr`` (``r``, ``a``) it stays on one
    line."""
    if conversion in ("r", "a"):
        return value.cleared_of(_ONE_LINE)
    if format_ and format_[-1] in NUMBER_FORMATS and not value.is_constant:
        return Value(types=(CLEAN,))
    return value


def joined(separator: Value, elements: Value) -> Value:
    """Return what ``separator.join(elements)`` gives."""
    items = elements.items
    if items and elements.rest is None and all(isinstance(key, int) for key in items):
        parts: list[Value] = []
        for index, item in enumerate(items.values()):
            parts += [separator, item] if index else [item]
        return concatenated(parts)
    element = elements.any_element()
    if element.is_constant and separator.is_constant:
        return Value(types=("builtins.str", CLEAN))
    if not element.all_taints() and not separator.all_taints():
        return concatenated([element]) if items else Value(types=("builtins.str",))
    return concatenated([element, separator, Value(element.all_taints())])


def holes(text: Text) -> Iterable[tuple[str, Piece, str]]:
    """Yield each unknown part of a text, with the known parts right before and behind it."""
    for index, piece in enumerate(text):
        if not isinstance(piece, str):
            before = text[index - 1] if index else ""
            behind = text[index + 1] if index + 1 < len(text) else ""
            yield before if isinstance(before, str) else "", piece, behind if isinstance(behind, str) else ""


def folded(constants: Iterable[Constant]) -> Value:
    """Return the value of some constants, if they aren't too many."""
    return join_all(Value(constants=(constant,)) for constant in constants)
