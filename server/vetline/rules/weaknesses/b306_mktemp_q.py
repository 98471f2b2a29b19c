"""`tempfile.mktemp` returns a name that someone else can take before you use it.

## Why it matters
Between the call and the moment when your program opens the file, another account on the machine can put a file or a link
of that name there.  Your program then writes into a file of the attacker's choice, or reads what the attacker wrote.
The function has been deprecated since Python 2.3; assistants still find it in old code, and its name is the shortest.

## How to fix it
Let the file be made together with its name:

    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as report:
        report.write(text)

For the path alone, `NamedTemporaryFile(delete=False).name`; the file then exists, and is yours to remove.
`TemporaryDirectory` gives a private directory in which any name is safe.

## When it is fine
Hardly ever.  Where only a unique name is needed, as for a socket, put it into a `TemporaryDirectory`.

## References
- [Python: tempfile.mktemp](https://docs.python.org/3/library/tempfile.html#tempfile.mktemp)
- [Bandit: B306](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b306-mktemp-q)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.semantics.scopes import uses_of
from vetline.syntax.calls import has_unpacking

PARAMETERS = ("suffix", "prefix", "dir")
"""What ``mktemp`` takes, in its order; ``NamedTemporaryFile`` takes them by name."""

_OPTIONS = frozenset({"encoding", "errors", "newline", "buffering"})
"""What ``open`` and ``NamedTemporaryFile`` both take by name."""

_NEED_ABSENCE = ("mkdir", "makedirs", "mkfifo", "mknod", "symlink", "link", "copytree", "bind")
"""Functions that fail if the name is taken."""


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call) or len(call.args) > len(PARAMETERS):
        return
    arguments = [f"{name}={site.text_of(value)}" for name, value in zip(PARAMETERS, call.args, strict=False)]
    arguments = [*arguments, *map(site.text_of, call.keywords), "delete=False"]
    match site.parent_of(call):
        case ast.Call(args=[path, mode]) as opening if path is call and _creates(opening, mode):
            gap = Range(site.range_of(call).start, site.range_of(mode).start)
            if "#" not in site.text_in(gap):
                edits = (
                    site.replace(opening.func, _maker(call, site)),
                    TextEdit(gap, ""),
                    site.append_argument(opening, ", ".join(arguments)),
                )
                note = "The file object is a wrapper; its path is its `name`."
                yield Fix("Create and open the file in one step", edits, Applicability.REVIEW, note)
        case parent if not _needs_absence(parent, call, site):
            yield Fix(
                "Create the file together with its name",
                (
                    site.call_instead(call.func, "tempfile", "NamedTemporaryFile"),
                    *_new_arguments(call, arguments, site),
                ),
                Applicability.REVIEW,
                "The file exists from the start, empty: making a directory, link or socket of that name fails.",
            )


def _maker(call: ast.Call, site: FixSite) -> str:
    if isinstance(call.func, ast.Attribute):
        return f"{site.text_of(call.func.value)}.NamedTemporaryFile"
    return site.use("tempfile", "NamedTemporaryFile")


def _new_arguments(call: ast.Call, arguments: list[str], site: FixSite) -> Iterator[TextEdit]:
    """Yield the edits that name the positional arguments and add what is missing."""
    for name, value in zip(PARAMETERS, call.args, strict=False):
        yield site.insert(site.range_of(value).start, f"{name}=")
    yield site.append_argument(call, arguments[-1])
    yield site.insert(site.range_of(call).end, ".name")


def _creates(opening: ast.Call, mode: ast.expr) -> bool:
    """Tell whether ``opening`` is an ``open`` that creates the file."""
    is_open = isinstance(opening.func, ast.Name) and opening.func.id == "open"
    is_for_writing = isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "a")
    return is_open and is_for_writing and {keyword.arg for keyword in opening.keywords} <= _OPTIONS


def _needs_absence(parent: ast.AST | None, call: ast.Call, site: FixSite) -> bool:
    """Tell whether the name is used, there or through a variable, for something that fails if the file exists."""
    users = [parent]
    if isinstance(parent, ast.Assign) and isinstance(target := parent.targets[0], ast.Name):
        users += [site.parent_of(load) for load in uses_of(target.id, site.scope_of(call)).loads]
    return any(isinstance(user, ast.Call) and _name(user.func) in _NEED_ABSENCE for user in users)


def _name(callee: ast.expr) -> str:
    return callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""


RULE = Rule(
    id="B306",
    name="mktemp-q",
    cwe=Cwe(377),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Someone else can create this file before you do; use `NamedTemporaryFile` or `mkstemp`.",
    bad=(
        Example(
            "import tempfile\n\npath = tempfile.mktemp()\n",
            "import tempfile\n\npath = tempfile.NamedTemporaryFile(delete=False).name\n",
        ),
        Example(
            "import tempfile\n\npath = tempfile.mktemp('.csv', dir=folder)  # scratch\n",
            "import tempfile\n\npath = tempfile.NamedTemporaryFile(suffix='.csv', dir=folder, delete=False).name  # scratch\n",
        ),
        Example(
            "from tempfile import mktemp\n\nwith open(mktemp(suffix='.csv'), 'w') as report:  # scratch\n"
            "    report.write(text)\n",
            "from tempfile import NamedTemporaryFile, mktemp\n\n"
            "with NamedTemporaryFile('w', suffix='.csv', delete=False) as report:  # scratch\n"
            "    report.write(text)\n",
        ),
        # The directory must not exist yet.
        Example("import os\nimport tempfile\n\nfolder = tempfile.mktemp()\nos.mkdir(folder)\n"),
    ),
    good=(
        "import tempfile\n\nwith tempfile.NamedTemporaryFile('w', suffix='.csv') as report:\n    report.write(text)\n",
        "import tempfile\n\ndescriptor, path = tempfile.mkstemp()\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
