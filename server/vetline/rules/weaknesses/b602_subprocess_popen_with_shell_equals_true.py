"""With `shell=True`, everything in the command string is for the shell to interpret.

## Why it matters
A `;`, `|`, `$(...)` or line break in a file name, host name or form field starts another command, with the rights of
your process: that is how one upload becomes a takeover.  Assistants write the command as one would type it, and
`shell=True` is what makes such a string run.

## How to fix it
Pass a list and leave `shell` out; each item reaches the program as it is:

    subprocess.run(["convert", source, target], check=True)

Replace a pipe by passing the output on, and a wildcard by `glob`:

    log = subprocess.run(["git", "log", "--oneline"], capture_output=True, text=True, check=True).stdout
    count = len(log.splitlines())

If a shell can't be avoided, quote each variable part with `shlex.quote` (POSIX shells only).

## When it is fine
For a constant command that needs the shell.  Bandit rates constant strings low.

## References
- [Python: subprocess, security considerations](https://docs.python.org/3/library/subprocess.html#security-considerations)
- [Python: shlex.quote](https://docs.python.org/3/library/shlex.html#shlex.quote)
- [Bandit: B602](https://bandit.readthedocs.io/en/latest/plugins/b602_subprocess_popen_with_shell_equals_true.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.location import Position
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.commands import matters_for_shell
from vetline.rules.locals import definition_of, loads_of
from vetline.rules.shell import BUILTINS, WINDOWS_BUILTINS, WINDOWS_SCRIPTS, Word, split_command
from vetline.rules.values import type_name
from vetline.syntax.calls import has_unpacking, keyword_of
from vetline.syntax.lines import split_lines
from vetline.syntax.logical import indent_text
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import Hole, Template, fstring_source, literal_source

TITLE = "Pass a list of arguments, without a shell"
_SPLIT = "A value with spaces in it is one argument now, and wildcards in it are no longer expanded."
_MISSING = "If the program isn't installed, this raises FileNotFoundError instead of ending with exit code 127."
_WINDOWS = "On Windows, this command needs the shell."

_SEVERAL_WORDS = re.compile(r"(?:args|arguments|argv|cmd|command|flags|options|opts|params|parts)$", re.IGNORECASE)
"""Names of values that hold several words, which the shell is there to split."""
_UNMOVABLE = (ast.Tuple, ast.Starred, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda)
"""Values that can't be an argument of a call as they are written."""
_VERSION = frozenset({"--version", "-version", "-V"})


def fix(site: FixSite) -> Iterator[Fix]:
    yield from without_shell(site.node, site)


def without_shell(call: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Propose to run the command of ``call`` without a shell, where its words are certain."""
    if not isinstance(call, ast.Call) or has_unpacking(call) or len(call.args) > 2 or keyword_of(call, "executable"):
        return
    shell = keyword_of(call, "shell")
    if shell is None or not isinstance(shell.value, ast.Constant):
        return
    command = _command(call.args[0], site)
    template = None if command is None else read_template(command, site)
    words = None if template is None else split_command(template.text)
    if template is None or words is None or "#" in _between_literals(template):
        return
    program = words[0].literal or _sole_source(words[0], template)
    if program != "sys.executable" and (words[0].literal is None or program in BUILTINS):
        return
    items = [_item(word, template, site) for word in words]
    if any(item is None for item in items):
        return
    notes = [_SPLIT] if any(_is_split(word, template, site) for word in words) else []
    notes += [_MISSING] if _VERSION & {word.literal for word in words} or _expects_exit_code(call, site) else []
    notes += [_WINDOWS] if program in WINDOWS_BUILTINS | WINDOWS_SCRIPTS else []
    edits = (
        site.replace(template.node, f"[{_laid_out(list(filter(None, items)), words, template, site)}]"),
        site.remove_argument(call, shell),
    )
    yield Fix(TITLE, edits, Applicability.REVIEW if notes else Applicability.SAFE, " ".join(notes))


def _command(argument: ast.expr, site: FixSite) -> ast.expr | None:
    """Return the command: the argument, or what the variable holds that is the argument and used for nothing else."""
    if not isinstance(argument, ast.Name):
        return argument
    definition = definition_of(argument.id, argument, site)
    if definition is None or loads_of(definition, argument.id, site) != [argument]:
        return None
    return definition.value


def _between_literals(template: Template) -> str:
    """Return the source of a template without its literals; what is in there, such as a comment, a fix would lose."""
    source = template.source
    for literal in reversed(template.literals):
        source = source[: literal.start] + source[literal.end :]
    return source


def _sole_source(word: Word, template: Template) -> str | None:
    """Return the source of the value that a word consists of, if it does."""
    match word.pieces:
        case [int() as index]:
            return template.holes[index].source
    return None


def _item(word: Word, template: Template, site: FixSite) -> str | None:
    """Return the source of one argument; None if a value may be several, or can't be moved."""
    quote = template.literals[0].quote[0]
    if word.literal is not None:
        return literal_source(word.literal, quote)
    pieces: list[str | Hole] = []
    for piece in word.pieces:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        hole = template.holes[piece]
        value = hole.expression()
        if value is None or isinstance(value, _UNMOVABLE):
            return None
        if hole.is_plain and (inner := _unquoted(value, site)) is not None:
            hole = Hole(hole.text_of(inner), is_text=True)
        elif word.is_open and _SEVERAL_WORDS.search(hole.source) and hole.is_plain:
            return None
        pieces.append(hole)
    match pieces:
        case [Hole() as hole] if hole.is_plain:
            value = hole.expression()
            is_text = hole.is_text or (value is not None and type_name(value, site) == "str")
            return hole.source if is_text else f"str({hole.source})"
    return fstring_source(pieces, quote)


def _unquoted(value: ast.expr, site: FixSite) -> ast.expr | None:
    """Return what ``shlex.quote`` is called on; a list needs no quotes."""
    match value:
        case ast.Call(func=callee, args=[inner], keywords=[]) if site.qualified_name(callee) in ("shlex.quote", "pipes.quote"):
            return inner
    return None


def _is_split(word: Word, template: Template, site: FixSite) -> bool:
    """Tell whether the shell might have made several arguments of a word's values."""
    for piece in word.pieces:
        if word.is_open and isinstance(piece, int):
            hole = template.holes[piece]
            value = hole.expression()
            if value is None or not (
                hole.spec[-1:] in tuple("dxXofeg")
                or _unquoted(value, site) is not None
                or type_name(value, site) in ("int", "float")
                or site.qualified_name(value) == "sys.executable"
            ):
                return True
    return False


def _expects_exit_code(call: ast.Call, site: FixSite) -> bool:
    """Tell whether the call stands in a ``try`` that catches a failing command, but no missing one."""
    child: ast.AST = call
    parent = site.parent_of(call)
    while parent is not None:
        if isinstance(parent, ast.Try) and child in parent.body:
            caught = {name.rpartition(".")[2] for handler in parent.handlers for name in _caught(handler.type, site)}
            return "CalledProcessError" in caught and not caught & {
                "OSError",
                "FileNotFoundError",
                "Exception",
                "BaseException",
                "",
            }
        child, parent = parent, site.parent_of(parent)
    return False


def _caught(kind: ast.expr | None, site: FixSite) -> Iterator[str]:
    for each in kind.elts if isinstance(kind, ast.Tuple) else [kind]:
        yield "" if each is None else site.qualified_name(each) or ""


def _laid_out(items: list[str], words: list[Word], template: Template, site: FixSite) -> str:
    """Join ``items``, with line breaks where the command had them."""
    start = site.range_of(template.node).start
    made = items[0]
    rows = [len(split_lines(template.source[: template.spans[word.start][0]])) - 1 for word in words]
    for item, row, above in zip(items[1:], rows[1:], rows, strict=False):
        line = site.rest_of_line(Position(start.line + row, 0))
        made += f",{site.newline}{indent_text(line)} {item}" if row > above else f", {item}"
    return made


RULE = Rule(
    id="B602",
    name="subprocess-popen-with-shell-equals-true",
    cwe=Cwe(78),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="A shell interprets this whole command: pass a list of arguments and drop `shell=True`.",
    bad=(
        Example(
            'import subprocess\n\nsubprocess.run(f"convert {source} {target}", shell=True, check=True)\n',
            'import subprocess\n\nsubprocess.run(["convert", str(source), str(target)], check=True)\n',
        ),
        Example(
            'from subprocess import check_output\n\nlog = check_output("git log " + branch, shell=True, text=True)\n',
            'from subprocess import check_output\n\nlog = check_output(["git", "log", branch], text=True)\n',
        ),
        Example(
            'import subprocess\n\nsubprocess.call("ls -l /srv", shell=True)\n',
            'import subprocess\n\nsubprocess.call(["ls", "-l", "/srv"])\n',
        ),
        Example(
            "import subprocess\n\n\ndef scale(name: str, width: int) -> None:\n"
            "    command = f'convert \"{name}\" -resize {width}x out/{name}'\n"
            "    subprocess.run(\n        command,\n        shell=True,\n        check=True,  # it may fail\n    )\n",
            "import subprocess\n\n\ndef scale(name: str, width: int) -> None:\n"
            "    command = ['convert', name, '-resize', f'{width}x', f'out/{name}']\n"
            "    subprocess.run(\n        command,\n        check=True,  # it may fail\n    )\n",
        ),
        # The shell is needed for the pipe.
        Example('import subprocess\n\nsubprocess.run(f"git log --oneline {branch} | wc -l", shell=True)\n'),
    ),
    good=(
        'import subprocess\n\nsubprocess.run(["convert", source, target], check=True)\n',
        'from subprocess import check_output\n\nlog = check_output(["git", "log", branch, "--"], text=True)\n',
    ),
    fix=fix,
    leaves=frozenset({"B603", "B607"}),
    matters=matters_for_shell,
)
