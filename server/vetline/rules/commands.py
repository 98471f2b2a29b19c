"""Where values become part of a command line: at a shell, at the program that is run, at functions that pass commands on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER, Taint
from vetline.flow.texts import pieces_of
from vetline.flow.values import Text, Value
from vetline.rules.base import CheckContext, Match
from vetline.rules.building import built_from
from vetline.rules.flows import STRANGERS, evidence_of, flow_into
from vetline.rules.sql.holes import is_statement, written
from vetline.rules.surroundings import function_around

_INPUT: Final = "{source} becomes part of a command: its sender can run commands of their own. Pass a list of arguments."
_PROGRAM: Final = "{source} says which program is run: its sender can run any. Choose it from a fixed set."
_VALUE: Final = "A value is put into this command as text, and a shell interprets it: pass a list of arguments, or quote it."
_WHOLE: Final = (
    "A shell interprets whatever callers pass as this command: take a list of arguments, and run it without a shell."
)
_HANDED: Final = "A value is put into this command as text, and can change it: pass a list of arguments, or quote it."

_SHELLS: Final = frozenset(
    "sh bash dash zsh ksh ash fish csh tcsh cmd cmd.exe powershell powershell.exe pwsh su busybox".split()
)
_REMOTE_SHELLS: Final = frozenset("ssh rsh plink sshpass".split())
_COMMAND_FOLLOWS: Final = re.compile(r"-[a-zA-Z]*c|/[ck]|-(?:Command|EncodedCommand|command)")

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_STRONG: Final = frozenset("adb bash cli cmd cmds command commands popen powershell sh shell ssh subprocess sudo".split())
"""Words in the names of functions that run a command."""
_WEAK: Final = frozenset("call exec execute forward interactive invoke local remote run runner spawn system".split())
"""The same for those that run something: a command only if what they are handed looks very much like one."""
_HARMLESS: Final = frozenset(
    "add assert build debug describe display doc error expect fake find format get help info is join list load log make message"
    " mock on parse print quote raise read register render sanitize save show split str test validate verify warn write".split()
)
"""Words in the names of functions that do something else with a command."""
_COMMAND: Final = re.compile(r"\s*(?:\0\s*)?(?:sudo\s+)?[a-z][\w./+-]*(?:\s|\0)")
_ONE_WORD: Final = re.compile(r"\w+[_:.]\0")
"""The name of a command of the project's own, as in ``run_command(f"install_{part}")``."""
_MARKER: Final = re.compile(r"(?:^|\s)--?[a-zA-Z][\w-]*|[|;&>]|(?:^|\s)[~.]?/\w|2>&1")
_PROSE: Final = re.compile(
    r"\b(?:the|is|are|was|to the|failed|error|not|please|cannot|can't|with id|has|have)\b|\w[.!?:]\s*$|: \0"
)


@dataclass(frozen=True, slots=True)
class Injection:
    """One place where values become part of a command: what to report, and the call that runs it."""

    match: Match
    call: ast.AST


def injections(context: CheckContext) -> Iterator[Injection]:
    """Yield the places in a block where a command is run, or handed over to be, that values are part of."""
    running: set[int] = set()
    reported: set[tuple[int, int]] = set()
    for hit in context.sinks("shell", "command"):
        running.add(id(hit.node))
        match = _at_shell(hit, context) if hit.kind == "shell" else _at_program(hit, context)
        if match is not None and (id(hit.node), id(match.node)) not in reported:
            reported.add((id(hit.node), id(match.node)))
            yield Injection(match, hit.node)
    for call in context.calls():
        if id(call) not in running and (match := _handed_over(call, context)) is not None:
            yield Injection(match, call)


def harmful_hole(texts: Sequence[Text]) -> tuple[Taint, ...] | None:
    """Return the taints of an unknown part of ``texts`` that a shell may take for more than a value; None if there is none."""
    found: tuple[Taint, ...] | None = None
    for text in texts:
        for piece in text:
            if isinstance(piece, str) or (piece and not any(taint.harms("shell") for taint in piece)):
                continue
            if found is None or (piece and not found):
                found = tuple(taint for taint in piece if taint.harms("shell"))
    return found


def is_harmless(value: Value) -> bool:
    """Tell whether a command, or a list of arguments, is all constants, numbers and quoted values."""
    if value.is_constant:
        return True
    if value.items is None:
        return harmful_hole(pieces_of(value)) is None
    items = [item for key, item in (value.items or {}).items() if isinstance(key, int)]
    return bool(items) and value.rest is None and not value.taints and all(map(is_harmless, items))


def _at_shell(hit: SinkHit, context: CheckContext) -> Match | None:
    command = hit if not _is_vector(hit.value) else _with(hit, _program(hit.value))
    flow = flow_into(command, STRANGERS)
    if flow is not None:
        return flow.match(_INPUT)
    texts = _texts(command, context)
    taints = harmful_hole(texts)
    if taints is None:
        return None
    if any(any(isinstance(piece, str) and piece.strip() for piece in text) for text in texts):
        return _of_value(hit, taints, _VALUE, Confidence.MEDIUM)
    # All of it is unknown.  That is a finding where it is a caller's; where nothing is known of it, Bandit's is enough.
    if not taints or hit.inner is not None or _is_there_to_run(hit.node, context):
        return None
    return _of_value(hit, taints, _WHOLE, Confidence.LOW)


def _is_there_to_run(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether a function is another name for a shell: its own says so, or that others needn't know of it."""
    function = function_around(node, context)
    return function is not None and (
        function.name.startswith("_") or bool(_SHELL_NAMES & {word.lower() for word in _WORD.findall(function.name)})
    )


_SHELL_NAMES: Final = frozenset("getoutput popen getstatusoutput shell sh system".split())


def _at_program(hit: SinkHit, context: CheckContext) -> Match | None:
    program = _with(hit, _program(hit.value)) if hit.inner is None else hit
    command = hit.argument
    if hit.inner is None and is_split(command, context):
        program = _with(hit, _first_word(command, context))
    if hit.inner is None or not _is_vector(hit.value):
        flow = flow_into(program, STRANGERS)
        if flow is not None:
            return flow.match(_PROGRAM)
    nested = _nested(hit.value)
    if nested is None:
        return None
    if (flow := flow_into(_with(hit, nested, "shell"), STRANGERS)) is not None:
        return flow.match(_INPUT)
    taints = None if nested.text is None else harmful_hole(nested.text)
    return None if taints is None else _of_value(hit, taints, _VALUE, Confidence.MEDIUM)


def _with(hit: SinkHit, value: Value, kind: str | None = None) -> SinkHit:
    """Return ``hit`` as if only ``value``, a part of what it gets, had reached it."""
    return SinkHit(hit.node, hit.argument, kind or hit.kind, value, hit.callee, hit.what, hit.inner)


def _is_vector(value: Value) -> bool:
    return value.items is not None and 0 in value.items


def _program(value: Value) -> Value:
    """Return what the first element of an argument vector may be, or the command itself if it is none."""
    if value.items is not None and 0 in value.items:
        return value.items[0]
    if value.items is None and value.rest is None:
        return value
    return Value(value.taints) if value.items else value.any_element()


def is_split(argument: ast.AST, context: CheckContext) -> ast.expr | None:
    """Return the text that ``argument`` splits at its spaces to make an argument vector of it, if it does."""
    for expression in built_from(argument, context):
        match expression:
            case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[]):
                return text
            case ast.Call() if "shlex.split" in context.callees(expression):
                return context.argument(expression, 0)
    return None


def _first_word(argument: ast.AST, context: CheckContext) -> Value:
    text = is_split(argument, context)
    assert text is not None
    value = context.value(text)
    if value.text is not None and all(isinstance(one[0], str) and re.match(r"\s*\S+\s", one[0]) for one in value.text):
        return Value()
    return value


def _nested(value: Value) -> Value | None:
    """Return the command that an argument vector hands to a shell: what follows ``sh -c``, or the host of ``ssh``."""
    items = value.items or {}
    words = [items[key] for key in sorted(key for key in items if isinstance(key, int))]
    names = [_programs(word) for word in words]
    for index, word in enumerate(words[:-1]):
        options = [option for option in word.constants or () if isinstance(option, str)]
        follows = any(_COMMAND_FOLLOWS.fullmatch(option) for option in options)
        if follows and any(_SHELLS & before for before in names[:index]):
            return words[index + 1]
    if names and names[0] & _REMOTE_SHELLS and len(words) > 2:
        last = words[-1]
        is_built = last.text is not None and any(
            isinstance(piece, str) and " " in piece for text in last.text for piece in text
        )
        return last if is_built else None
    return None


def _programs(word: Value) -> frozenset[str]:
    """Return the names, without folders, of the programs that a word may be."""
    known = (constant for constant in word.constants or () if isinstance(constant, str))
    return frozenset(constant.replace("\\", "/").rpartition("/")[2] for constant in known)


def _texts(hit: SinkHit, context: CheckContext) -> list[Text]:
    """Return the texts that reach a shell; where they are too many, the pieces that they are made of."""
    if hit.value.text is not None:
        return list(hit.value.text)
    if hit.inner is not None:
        return []
    if not hit.value.taints:
        return []
    return [text for text in _pieces(hit.argument, context) if len(text) > 1] or [(hit.value.taints,)]


def _pieces(argument: ast.AST, context: CheckContext) -> list[Text]:
    return [text for expression in built_from(argument, context) for text in context.value(expression).text or ()]


def _of_value(hit: SinkHit, taints: tuple[Taint, ...], message: str, confidence: Confidence) -> Match:
    is_local = bool(taints) and all(taint.origin.label == "local" for taint in taints)
    severity = Severity.LOW if is_local else Severity.MEDIUM
    place = hit.argument if hit.inner is None else hit.node
    if not taints:
        return Match(place, message, severity, confidence)
    worst = max(taints, key=lambda taint: taint.is_certain)
    return Match(place, message, severity, confidence if worst.is_certain else Confidence.LOW, evidence_of(worst))


def _handed_over(call: ast.Call, context: CheckContext) -> Match | None:
    """Return a match if a function that runs commands, by its name, is handed one that is put together from values."""
    for argument in (*call.args[:2], *(keyword.value for keyword in call.keywords if keyword.arg in _KEYWORDS)):
        if isinstance(argument, ast.Constant):
            continue  # nothing is put into it
        value = context.value(argument)
        if value.texts is None and "builtins.str" not in value.types:
            continue
        texts = list(value.texts or _pieces(argument, context))
        commands = [written(text) for text in texts if not _ONE_WORD.fullmatch(written(text))]
        if not any(map(_COMMAND.match, commands)) or not _may_run(call, texts, context):
            continue
        if any(is_statement(text) or _PROSE.search(written(text)) for text in texts):
            continue
        hit = SinkHit(call, argument, "shell", value, "", "")
        if (flow := flow_into(hit, STRANGERS)) is not None:
            return flow.match(_INPUT, confidence=min(flow.confidence, Confidence.MEDIUM))
        taints = harmful_hole(texts)
        if taints is not None:
            return _of_value(hit, taints, _HANDED, Confidence.MEDIUM if taints else Confidence.LOW)
    return None


_KEYWORDS: Final = frozenset("cmd command commands args line script".split())


def _may_run(call: ast.Call, texts: Sequence[Text], context: CheckContext) -> bool:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            words = frozenset(word.lower() for word in _WORD.findall(name))
        case _:
            return False
    if words & _HARMLESS or context.value(call.func).closures or any(map(_is_of_library, context.callees(call))):
        return False
    is_clear = any(_MARKER.search(written(text)) for text in texts)
    return bool(words & _STRONG) or (bool(words & _WEAK) and is_clear)


def _is_of_library(callee: str) -> bool:
    return callee.partition(".")[0] in ("builtins", "re", "logging", "json", "textwrap", "string", "argparse", "click", "redis")


def matters_for_shell(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether Bandit's finding of a command that a shell interprets says anything: not if all of it is the code's own."""
    return not isinstance(node, ast.Call) or not node.args or not is_harmless(context.value(node.args[0]))


def matters_for_program(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether Bandit's finding of a program that is run without a shell says anything.

    Each argument reaches the program as it is, so that it doesn't matter what they are; which program it is does, if that is
    known to come from outside, other than from who starts this one.
    """
    if not isinstance(node, ast.Call):
        return False
    taints = [taint for argument in node.args[:2] for taint in _program(context.value(argument)).all_taints()]
    return any(taint.origin.label not in (PARAMETER, "local") and taint.harms("command") for taint in taints)
