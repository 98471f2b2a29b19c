"""A program takes more rights than it needs, or doesn't surely give them back.

It reports rights that are raised without a `finally` that lowers them, `setuid` before `setgid`, supplementary groups that
stay, and programs that are started as root.

## Why it matters
When what is done with raised rights fails, the exception leads past the line that lowers them, and all that follows runs as
root: the next mistake anywhere in the program is then one with root's rights.  After `setuid` the program may no longer change
its group, so it keeps root's.  Assistants write the happy path.

## How to fix it
Lower in a `finally`, or with a context manager; drop groups first:

    raise_privileges()
    try:
        os.mkdir(path)
    finally:
        lower_privileges()

    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)

## When it is fine
When the process ends right after it.

## References
- [CWE-250: Execution with Unnecessary Privileges](https://cwe.mitre.org/data/definitions/250.html)
- [CWE-271: Privilege Dropping / Lowering Errors](https://cwe.mitre.org/data/definitions/271.html)
- [SEI CERT POS36-C: observe correct revocation order](https://wiki.sei.cmu.edu/confluence/display/c/POS36-C.+Observe+correct+revocation+order+while+relinquishing+privileges)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.privileges import GROUP_CALLS, USER_CALLS, calls_in, lowers, names_lowering, raises
from vetline.rules.statements import add_before, finally_around, indentation, lines_of
from vetline.rules.surroundings import function_around, parents


def check(context: CheckContext) -> Iterator[Match]:
    raising = [call for call in context.calls() if isinstance(call.func, ast.Name | ast.Attribute) and raises(call, context)]
    for call in raising:
        if _is_left_raised(call, context):
            yield Match(call)
    yield from _wrong_order(context)
    for call in context.calls(
        "subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call", "subprocess.check_output"
    ):
        user = context.argument(call, -1, "user")
        if user is not None and _ROOT & set(context.value(user).constants or ()):
            yield Match(user, "This program is started as root: give it a user of its own.", Severity.LOW)
    for call in context.calls("os.setuid"):
        if call.args and context.value(call.args[0]).constant == 0 and context.value(call.args[0]).is_constant:
            yield Match(call, "From here on the program runs as root: do as little as possible there, in a process of its own.")


def _is_left_raised(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether rights that ``call`` raises stay raised when something behind it fails; not if it isn't lowered here at
    all."""
    function = function_around(call, context)
    if function is None:
        return False
    later = [other for other in calls_in(function.body) if other.lineno > call.lineno and lowers(other, context)]
    if not later:
        return False
    between = (one for one in calls_in(function.body) if call.lineno < one.lineno < later[0].lineno)
    if next(between, None) is None:
        return False
    return not any(_is_in_final(other, context) for other in later)


def _is_in_final(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call is in a ``finally``."""
    child: ast.AST = call
    for parent in parents(call, context):
        if isinstance(parent, ast.Try | ast.TryStar) and any(child is statement for statement in parent.finalbody):
            return True
        child = parent
    return False


def _wrong_order(context: CheckContext) -> Iterator[Match]:
    users = list(context.calls(*USER_CALLS))
    if not users:
        return
    groups = list(context.calls(*GROUP_CALLS))
    for user in users:
        after = [group for group in groups if _follows(user, group, context)]
        if after and "os.setuid" in context.callees(user):
            message = "The group is to be given up first: once the user has changed, this fails, or leaves root's group."
            yield Match(after[0], message, cwe=Cwe(271))
    first = users[0]
    before = [group for group in groups if _follows(group, first, context)]
    named = list(context.calls("os.setgroups", "os.initgroups"))
    if before and not named and "os.setuid" in context.callees(first):
        message = "The supplementary groups of root stay: call `os.setgroups([])` or `os.initgroups` before."
        yield Match(before[0], message, Severity.LOW, cwe=Cwe(271))


def _follows(one: ast.Call, other: ast.Call, context: CheckContext) -> bool:
    """Tell whether ``other`` stands below ``one`` in the same function, not in another branch."""
    if function_around(one, context) is not function_around(other, context) or other.lineno <= one.lineno:
        return False
    branches = [parent for parent in parents(one, context) if isinstance(parent, ast.If)]
    return all(not _is_within(other, parent.orelse) for parent in branches)


def _is_within(node: ast.AST, statements: Sequence[ast.stmt]) -> bool:
    return any(inner is node for statement in statements for inner in ast.walk(statement))


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.Call):
        return
    statement = site.parent_of(node)
    message = site.finding.message
    if message.startswith("When something fails") and isinstance(statement, ast.Expr):
        yield from _given_back(statement, site)
    elif message.startswith("The group") and isinstance(statement, ast.Expr):
        yield from _in_order(statement, site)
    elif message.startswith("The supplementary"):
        edit = add_before(site, node, f"{site.use('os')}.setgroups([])")
        if edit is not None:
            note = "Files that only a group of root's may read can't be opened from there on."
            yield Fix("Give up the other groups first", (edit,), Applicability.REVIEW, note)


def _suite_of(statement: ast.stmt, site: FixSite) -> list[ast.stmt]:
    parent = site.parent_of(statement)
    for name in ("body", "orelse", "finalbody"):
        suite = getattr(parent, name, None)
        if isinstance(suite, list) and statement in suite:
            return suite
    return []


def _given_back(statement: ast.stmt, site: FixSite) -> Iterator[Fix]:
    suite = _suite_of(statement, site)
    behind = suite[suite.index(statement) + 1 :] if statement in suite else []
    for index, other in enumerate(behind):
        if index and isinstance(other, ast.Expr) and isinstance(other.value, ast.Call) and names_lowering(other.value, site):
            edits = finally_around(site, behind[0], behind[index - 1], other)
            if edits is not None:
                yield Fix("Give the rights back in a finally", tuple(edits), Applicability.SAFE)
            return


def _in_order(statement: ast.stmt, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that gives up the group before the user."""
    suite = _suite_of(statement, site)
    before = suite[: suite.index(statement)] if statement in suite else []
    for other in before:
        match other:
            case ast.Expr(value=ast.Call(func=callee)) if (site.qualified_name(callee) or "") in USER_CALLS:
                group = site.text_of(statement)
                indent = indentation(other, site)
                if not site.mentions(r"\b(?:setgroups|initgroups)\b") and indent is not None:
                    group = lines_of(site, indent, f"{site.use('os')}.setgroups([])", group)
                edits = (site.replace(other, group), site.replace(statement, site.text_of(other)))
                note = "It raised, or left root's groups, before: see that nothing needs them."
                yield Fix("Give up the groups first", edits, Applicability.REVIEW, note)
                return


_ROOT = frozenset({"root", "0", 0})


RULE = Rule(
    id="VET806",
    name="privileges-not-dropped",
    cwe=Cwe(250),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="When something fails before the rights are given back, they stay: give them back in a `finally`.",
    bad=(
        Example(
            """\
import os


def make_home(name):
    try:
        raise_privileges()
        os.mkdir('/home/' + name)
        lower_privileges()
    except OSError:
        return False
    return True
""",
            """\
import os


def make_home(name):
    try:
        raise_privileges()
        try:
            os.mkdir('/home/' + name)
        finally:
            lower_privileges()
    except OSError:
        return False
    return True
""",
        ),
        Example(
            """\
import os


def read_shadow(uid):
    os.seteuid(0)
    with open('/etc/shadow') as file:
        text = file.read()
    os.seteuid(uid)
    return text
""",
            """\
import os


def read_shadow(uid):
    os.seteuid(0)
    try:
        with open('/etc/shadow') as file:
            text = file.read()
    finally:
        os.seteuid(uid)
    return text
""",
        ),
        Example(
            """\
import os


def demote(uid, gid):
    os.setuid(uid)
    os.setgid(gid)
""",
            """\
import os


def demote(uid, gid):
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
""",
        ),
        Example(
            """\
from os import setgid, setuid


class Daemon:
    def drop(self):
        setgid(self.gid)
        setuid(self.uid)
""",
            """\
import os
from os import setgid, setuid


class Daemon:
    def drop(self):
        os.setgroups([])
        setgid(self.gid)
        setuid(self.uid)
""",
        ),
        Example("""\
import subprocess

subprocess.run(['/usr/bin/backup'], user='root', check=True)
"""),
        Example(
            """\
class Installer:
    def install(self, package):
        self.elevatePrivileges()
        self.copy(package)
        self.dropPrivileges()
""",
            """\
class Installer:
    def install(self, package):
        self.elevatePrivileges()
        try:
            self.copy(package)
        finally:
            self.dropPrivileges()
""",
        ),
    ),
    good=(
        """\
import os


def make_home(name):
    raise_privileges()
    try:
        os.mkdir('/home/' + name)
    finally:
        lower_privileges()
""",
        """\
import os


def demote(uid, gid):
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
""",
        """\
import os


def read_shadow(uid):
    os.seteuid(0)
    try:
        with open('/etc/shadow') as file:
            return file.read()
    finally:
        os.seteuid(uid)
""",
        """\
import subprocess

subprocess.run(['/usr/bin/backup'], user='backup', check=True)
""",
        """\
def make_home(name):
    with raised_privileges():
        create(name)
""",
        """\
def enable_root_logger(logging):
    logging.enable()
    logging.write()
    logging.flush()
""",
    ),
    check=check,
    fix=fix,
)
