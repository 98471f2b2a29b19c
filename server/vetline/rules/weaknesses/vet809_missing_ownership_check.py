"""A process is ended, or a file given to somebody, without a look at whose it is.

## Why it matters
Process numbers are reused, and may come from a file or a request: `os.kill(pid, …)` with the rights of a service ends whatever
has that number.  `chown` follows symbolic links: a link that a user has put in place of the file makes him the owner of
another.  Assistants write the one call that does it.

## How to fix it
Look before: compare the owner and the start time of a process with those that you expect, and keep the `Popen` object instead
of a number.

    process = psutil.Process(pid)
    if process.username() != expected_user:
        raise PermissionError("not yours")
    process.terminate()

For files, `os.chown(path, uid, gid, follow_symlinks=False)`, or `os.fchown` on the open file.

## When it is fine
For processes that the program has started itself, and not yet waited for.

## References
- [CWE-283: Unverified Ownership](https://cwe.mitre.org/data/definitions/283.html)
- [Python: os.chown](https://docs.python.org/3/library/os.html#os.chown)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import PARAMETER
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of
from vetline.rules.purpose import names_in
from vetline.rules.statements import add_before, indentation, step
from vetline.rules.surroundings import function_around

_OUTSIDE: Final = frozenset({PARAMETER, "remote", "local", "file", "stored", "response"})
_LOOKING: Final = frozenset(
    "getuid geteuid getpgid getsid owner owns uids username st_uid lstat children ppid poll is_running".split()
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls("os.kill", "os.killpg", "os.chown", "shutil.chown", "psutil.Process"):
        target = context.argument(call, 0)
        if target is None or _is_question(call, context) or _looks(call, context):
            continue
        if "psutil.Process" in context.callees(call) and not _is_ended(call, context):
            continue
        if any(keyword.arg == "follow_symlinks" for keyword in call.keywords) or _is_the_purpose(call, context):
            continue
        taints = [t for t in context.value(target).taints if t.origin.label in _OUTSIDE and t.is_certain]
        if not taints:
            continue
        remote = [t for t in taints if t.origin.label == "remote"]
        what = "process" if {"os.kill", "os.killpg", "psutil.Process"} & set(context.callees(call)) else "file"
        message = f"Nothing here looks whose {what} this is: compare its owner with the one that you expect."
        severity = Severity.MEDIUM if remote else None
        confidence = Confidence.MEDIUM if remote else None
        yield Match(call, message, severity, confidence, evidence_of((remote or taints)[0]))


def _is_the_purpose(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a function is there to do this alone, for callers who know what they do it to.

    It is called like what it calls, or takes the signal from them, too.
    """
    function = function_around(call, context)
    if function is None:
        return False
    called = {name.rpartition(".")[2] for name in context.callees(call)}
    signal = context.argument(call, 1)
    given = {one.arg for one in function.args.args}
    is_handed_on = called <= {"kill", "killpg"} and isinstance(signal, ast.Name) and signal.id in given
    return is_handed_on or function.name in called


def _is_question(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether ``kill`` only asks whether a process is alive, by the signal 0."""
    signal = context.argument(call, 1)
    return signal is not None and context.value(signal).constants == (0,)


def _is_ended(call: ast.Call, context: CheckContext) -> bool:
    ending = (node for node in context.walk(ast.Attribute) if isinstance(node, ast.Attribute) and node.attr in _ENDING)
    return any(written(node.value, context) is call for node in ending)


_ENDING: Final = frozenset({"kill", "terminate", "send_signal", "suspend"})


def _looks(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the function around looks at owners, or knows the process as its own."""
    function = function_around(call, context)
    return function is not None and bool({*names_in(function), *words(*names_in(function))} & _LOOKING)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or not call.args:
        return
    os, given = site.use("os"), call.args[0]
    is_process = "whose process" in site.finding.message
    target = site.text_of(given)
    edits, lines = [], []
    if not isinstance(given, ast.Name | ast.Attribute):
        name = "pid" if is_process else "path"
        lines.append(f"{name} = {target}")
        edits.append(site.replace(given, name))
        target = name
    if is_process:
        owner = f'{os}.stat(f"/proc/{{{target}}}").st_uid'
        note = "Processes of other users are refused; /proc is there on Linux only."
    else:
        owner = f"{os}.lstat({target}).st_uid"
        note = "Files of other users are refused, unless root is to give them away."
    statement = site.enclosing_statement(call)
    lines += [f"if {owner} != {os}.getuid():", f"{step(statement, site)}raise PermissionError"]
    before = add_before(site, call, *lines)
    if before is not None and indentation(statement, site) is not None:
        yield Fix("Refuse what belongs to others", (before, *edits), Applicability.REVIEW, note)


RULE = Rule(
    id="VET809",
    name="missing-ownership-check",
    cwe=Cwe(283),
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    message="Nothing here looks whose this is: compare its owner with the one that you expect.",
    bad=(
        Example(
            """\
import os
import signal


def end(process_id):
    os.kill(process_id, signal.SIGKILL)
""",
            """\
import os
import signal


def end(process_id):
    if os.stat(f"/proc/{process_id}").st_uid != os.getuid():
        raise PermissionError
    os.kill(process_id, signal.SIGKILL)
""",
        ),
        Example(
            """\
import os

from flask import request


def stop():
    os.kill(int(request.form['pid']), 15)
    return 'stopped'
""",
            """\
import os

from flask import request


def stop():
    pid = int(request.form['pid'])
    if os.stat(f"/proc/{pid}").st_uid != os.getuid():
        raise PermissionError
    os.kill(pid, 15)
    return 'stopped'
""",
        ),
        Example(
            """\
import os


class Files:
    def give(self, path, uid_new, gid_new):
        os.chown(path, uid_new, gid_new)
""",
            """\
import os


class Files:
    def give(self, path, uid_new, gid_new):
        if os.lstat(path).st_uid != os.getuid():
            raise PermissionError
        os.chown(path, uid_new, gid_new)
""",
        ),
        Example("""\
import os
import sys

pid = int(sys.argv[1])
os.kill(pid, 9)
"""),
        Example(
            """\
import psutil


def stop(pid):
    psutil.Process(pid).terminate()
""",
            """\
import os

import psutil


def stop(pid):
    if os.stat(f"/proc/{pid}").st_uid != os.getuid():
        raise PermissionError
    psutil.Process(pid).terminate()
""",
        ),
        Example(
            """\
import shutil


def hand_over(folder, user):
    shutil.chown(folder, user)
""",
            """\
import os
import shutil


def hand_over(folder, user):
    if os.lstat(folder).st_uid != os.getuid():
        raise PermissionError
    shutil.chown(folder, user)
""",
        ),
    ),
    good=(
        """\
import os


def tell(process_id, signal):
    os.kill(process_id, signal)
""",
        """\
import os


def is_alive(pid):
    os.kill(pid, 0)
""",
        """\
import psutil


def stop(pid, user):
    process = psutil.Process(pid)
    if process.username() != user:
        raise PermissionError('not yours')
    process.terminate()
""",
        """\
import subprocess

worker = subprocess.Popen(['worker'])
worker.terminate()
""",
        """\
import os


def give(path, user_id):
    os.chown(path, user_id, -1, follow_symlinks=False)
""",
        """\
import os
import signal


def stop_self():
    os.kill(os.getpid(), signal.SIGTERM)
""",
    ),
    check=check,
    fix=fix,
)
