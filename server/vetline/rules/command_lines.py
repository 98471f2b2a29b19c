"""Command lines that a program runs, as far as they are known."""

from __future__ import annotations

import ast
import shlex
from typing import Final

from vetline.flow.values import Value
from vetline.rules.base import CheckContext

RUNNERS: Final = (
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "os.system",
    "os.popen",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "os.execvp",
    "os.execv",
    "pty.spawn",
)
UNKNOWN_WORD: Final = "\ufffd"
"""Stands for a word, or a part of one, that isn't known."""


def command_text(call: ast.Call, context: CheckContext) -> str:
    """Return the command line that ``call`` runs, with :data:`UNKNOWN_WORD` for what isn't known."""
    if not call.args:
        given = context.argument(call, 0, "args") or context.argument(call, 0, "cmd")
        return "" if given is None else _text(context.value(given))
    return " ".join(_text(context.value(argument)) for argument in call.args)


def words_of_command(call: ast.Call, context: CheckContext) -> list[str]:
    """Return the words of the command line that ``call`` runs."""
    text = command_text(call, context)
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _text(value: Value) -> str:
    """Return a text, or the elements of a list as one, with a mark for what isn't known."""
    if (texts := value.text) is not None and texts:
        return "".join(piece if isinstance(piece, str) else UNKNOWN_WORD for piece in texts[0])
    if value.items:
        parts = [_text(value.items[key]) for key in sorted(key for key in value.items if isinstance(key, int))]
        return " ".join(parts)
    if value.rest is not None:
        return _text(value.rest)
    return UNKNOWN_WORD
