"""Permissions for everybody let every account of the machine change the file.

## Why it matters
With mode `0o777` or `0o666`, any other account, such as that of a web server that was broken into, rewrites your
program, its settings or its data, and waits for you to run or read them. A folder of mode `0o777` lets it put files
there and take yours away. `os.umask(0)` does the same to every file that the program makes from then on. Assistants
write `chmod 777` to make a "permission denied" go away.

## How to fix it
Give rights to those who need them: `0o600` for a file of one account, `0o640` with its group, `0o700` for a folder or a
program.

    os.chmod(path, 0o600)

If another account must write, too, put both into one group, and use `0o660`.

## When it is fine
For a folder that is meant for all, as `/tmp` is; it then has the sticky bit: `0o1777`.

## References
- [Python: os.chmod](https://docs.python.org/3/library/os.html#os.chmod)
- [Bandit: B103](https://bandit.readthedocs.io/en/latest/plugins/b103_set_bad_file_permissions.html)
"""

from __future__ import annotations

import ast
import re
import stat
from collections.abc import Iterator
from functools import reduce
from operator import or_

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule

_SETTERS = {
    "os.chmod": 1,
    "os.fchmod": 1,
    "os.lchmod": 1,
    "pathlib.Path.chmod": 0,
    "pathlib.Path.lchmod": 0,
    "paramiko.SFTPClient.chmod": 1,
    "?.chmod": 0,
}
"""Functions that set a mode, and where it stands among their arguments."""
_MAKERS = {"os.open": 2, "os.mkfifo": 1, "os.mknod": 1}
"""Functions that make a file with a mode, from which the umask still takes away."""
_SECRET = re.compile(
    r"(?:^|[/_.\-])(?:id_[rd]sa|secrets?|credentials?|passw(?:or)?ds?|shadow|private)(?:$|[/_.\-])|\.(?:pem|key|p12|pfx)$",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"\bchmod\s+(?:-\w+\s+)*(?:0?777|0?666|a\+\w*w\w*|o\+\w*w\w*|\+w|ugo\+\w*w\w*)\b")
_NUMBERS = re.compile(r"0?[0-7]?[0-7][0-7][2367]|[ao]\+\w*w\w*")


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_SETTERS):
        name = next(one for one in context.callees(call) if one in _SETTERS)
        position = _SETTERS[name]
        if name == "?.chmod":
            position = max(len(call.args) - 1, 0)
        mode = context.argument(call, position, "mode")
        bits = _bits(mode, context) if mode is not None else None
        if bits is None:
            continue
        if bits & stat.S_IWOTH and not bits & stat.S_ISVTX:
            yield Match(call)
        elif bits & stat.S_IROTH and position == 1 and _is_secret(context.argument(call, 0), context):
            yield Match(call, "Every account of the machine can read this secret: 0o600 is usually enough.")
    for call in context.calls(*_MAKERS):
        name = next(one for one in context.callees(call) if one in _MAKERS)
        mode = context.argument(call, _MAKERS[name], "mode")
        bits = _bits(mode, context) if mode is not None else None
        if bits is not None and bits & stat.S_IWOTH and bits & stat.S_IXOTH:
            yield Match(call, severity=Severity.LOW, confidence=Confidence.MEDIUM)
    for call in context.calls("os.umask"):
        mask = context.argument(call, 0)
        bits = _bits(mask, context) if mask is not None else None
        is_kept = not isinstance(context.parent_of(call), ast.Expr)  # the old one, to set it again
        if bits is not None and not bits & stat.S_IWOTH and not is_kept:
            yield Match(
                call,
                "From here on, every account may change the files that this makes: 0o077 or 0o027 is usual.",
                Severity.MEDIUM,
            )
    for hit in context.sinks("shell", "command"):
        if hit.inner is None and _opens_up(hit.argument, context):
            yield Match(hit.node)


def _bits(mode: ast.expr, context: CheckContext) -> int | None:
    """Return the bits that ``mode`` has at least; None if nothing is known of it."""
    value = context.value(mode)
    if value.constants is not None:
        return value.constant if isinstance(value.constant, int) and not isinstance(value.constant, bool) else None
    if isinstance(mode, ast.BinOp) and isinstance(mode.op, ast.BitOr):
        left, right = _bits(mode.left, context), _bits(mode.right, context)
        return right if left is None else left if right is None else left | right
    found = [getattr(stat, name.rpartition(".")[2], None) for name in value.names if name.startswith("stat.S_I")]
    bits = [one for one in found if isinstance(one, int)]
    return reduce(or_, bits) if bits else None


def _is_secret(path: ast.expr | None, context: CheckContext) -> bool:
    constants = context.value(path).constants if path is not None else None
    return constants is not None and any(isinstance(one, str) and _SECRET.search(one) for one in constants)


def _opens_up(command: ast.AST, context: CheckContext) -> bool:
    """Tell whether a command is ``chmod 777`` and the like."""
    value = context.value(command)
    if value.text is not None:
        return any(isinstance(piece, str) and _COMMAND.search(piece) for text in value.text for piece in text)
    words = [item.constant for key, item in (value.items or {}).items() if isinstance(key, int)]
    if not words or words[0] != "chmod":
        return False
    return any(isinstance(word, str) and _NUMBERS.fullmatch(word) for word in words[1:])


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    modes = [node for node in given if isinstance(node, ast.Constant) and _is_mode(node, site)]
    if len(modes) == 1:
        if "umask" in ast.unparse(call.func):
            yield Fix("Keep others out of new files", (site.replace(modes[0], "0o077"),), Applicability.REVIEW, _NOTE)
            return
        tight = "0o700" if int(str(modes[0].value)) & 0o111 else "0o600"
        yield Fix(f"Keep others out with {tight}", (site.replace(modes[0], tight),), Applicability.REVIEW, _NOTE)


_NOTE = "Programs that run under another account can't reach the file any more."


def _is_mode(node: ast.Constant, site: FixSite) -> bool:
    return type(node.value) is int and site.text_of(node).lower().startswith(("0o", "0"))


RULE = Rule(
    id="VET205",
    name="loose-permissions",
    cwe=Cwe(732),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Every account of the machine can change this: 0o600 or 0o640 is usually enough.",
    bad=(
        Example(
            """\
import os

os.chmod("/srv/app/deploy.sh", 0o777)
""",
            """\
import os

os.chmod("/srv/app/deploy.sh", 0o700)
""",
        ),
        Example(
            """\
from pathlib import Path


def publish(path: Path):
    path.chmod(0o666)
""",
            """\
from pathlib import Path


def publish(path: Path):
    path.chmod(0o600)
""",
        ),
        Example(
            """\
import os
import stat

EVERYBODY = stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO


class Store:
    def open_up(self, path):
        os.chmod(path, stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)
"""
        ),
        Example(
            """\
import os


def become_daemon():
    if os.fork():
        os._exit(0)
    os.setsid()
    os.umask(0)
""",
            """\
import os


def become_daemon():
    if os.fork():
        os._exit(0)
    os.setsid()
    os.umask(0o077)
""",
        ),
        Example(
            """\
import subprocess


def prepare(folder):
    subprocess.run(["chmod", "-R", "777", folder], check=True)
"""
        ),
        Example(
            """\
import os

MODE = 0o644


def write_key(text):
    with open("server.key", "w") as file:
        file.write(text)
    os.chmod("server.key", MODE)
"""
        ),
    ),
    good=(
        """\
import os

os.chmod("/srv/app/secrets.toml", 0o600)
""",
        """\
import os

os.chmod("/srv/app/deploy.sh", 0o755)
""",
        """\
import os
import stat


def make_executable(path):
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
""",
        """\
from pathlib import Path


def share(path: Path):
    path.chmod(0o660)
""",
        """\
import os

old = os.umask(0o027)
os.makedirs("/srv/app/data", exist_ok=True)
""",
        """\
import os

os.mkdir("drop")
os.chmod("drop", 0o1777)
""",
        """\
import subprocess


def prepare(folder):
    subprocess.run(["chmod", "-R", "750", folder], check=True)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B103"}),
)
