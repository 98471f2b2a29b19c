"""Files of any length made of real code, and completions as assistants write them."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

_HEADER = """\
import base64
import hashlib
import logging
import pickle
import subprocess

import requests
import yaml

logger = logging.getLogger(__name__)
"""

_FUNCTION = """\
def completion_{number}(name, options=None):
    \"\"\"Look up the value for a name.\"\"\"
    options = dict(options or {{}})
    values = []
    for key in sorted(options):
        if key.startswith("_"):
            continue
        values.append((key, options[key]))
    {call}
    logger.debug("%s: %d options", name, len(values))
    result = {{"name": name, "values": values, "answer": answer}}
    return result
"""

_CALLS = (
    ("VET102", 'answer = subprocess.check_output("ls -l " + name, shell=True)'),
    ("VET301", "answer = yaml.load(name, Loader=yaml.Loader)"),
    ("VET501", 'answer = hashlib.md5(name.encode("utf-8")).hexdigest()'),
    ("VET301", "answer = pickle.loads(base64.b64decode(name))"),
    ("VET404", 'answer = requests.get("https://" + name)'),
)

COMPLETION_LINES = _FUNCTION.count("\n")


def completion(number: int) -> tuple[str, str]:
    """Return a function of :data:`COMPLETION_LINES` lines with one insecure call, and the id of the rule for that."""
    rule, call = _CALLS[number % len(_CALLS)]
    return _FUNCTION.format(number=number, call=call), rule


def source(lines: int, seed: int = 7) -> str:
    """Return a module of about ``lines`` lines: functions and classes of the standard library, of 5 to 200 lines each.

    It is the same for one ``seed`` and one Python; other releases of Python have other libraries.
    """
    parts, count = [_HEADER], _HEADER.count("\n")
    for part in _definitions(random.Random(seed)):
        length = part.count("\n") + 2
        if count + length > lines:
            break
        parts.append(f"\n\n{part}")
        count += length
    return "".join(parts)


def middle(text: str) -> int:
    """Return the line, counted from 0, behind the top-level statement that ends closest to the middle of ``text``."""
    half = text.count("\n") // 2
    ends = [statement.end_lineno or 0 for statement in ast.parse(text).body]
    return min(ends, key=lambda end: abs(end - half))


def _definitions(chance: random.Random) -> Iterator[str]:
    folder = Path(sysconfig.get_paths()["stdlib"])
    paths = sorted(path for path in folder.rglob("*.py") if not {"test", "tests", "site-packages"} & set(path.parts))
    chance.shuffle(paths)
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (OSError, ValueError, SyntaxError):
            continue
        if not text.isascii() or "\f" in text:
            continue
        rows = text.splitlines(keepends=True)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.end_lineno is not None:
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
                if 5 <= node.end_lineno - first <= 200:
                    yield "".join(rows[first : node.end_lineno]).rstrip("\n") + "\n"
