"""Importing what a fix needs: once, in the right place, under the name that the file already gives it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.engine.document import Document
from vetline.semantics.scopes import names_bound_by, own_nodes
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import line_body
from vetline.syntax.logical import indent_text, is_trivia
from vetline.syntax.tree import NO_TREE, Tree

Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class _TopLevelImport:
    """An unconditional import statement, which takes the lines from ``line`` up to ``end`` (exclusive)."""

    node: Import
    tree: Tree
    block: int
    """The first line of its block."""
    line: int
    end: int

    def range_of(self, node: ast.AST) -> Range:
        return self.tree.range_of(node).shifted(self.block)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """How to refer to a module or one of its names, and the edit that makes it so (None: nothing to do)."""

    expression: str
    edit: TextEdit | None = None


class FileImports:
    """What the top level of one state of a vetted document imports and names; worked out once for many plans."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.known: dict[object, Any] = {}
        """What fixes have found out about the whole file, by what they asked."""

    @cached_property
    def _imports(self) -> list[_TopLevelImport]:
        return list(_top_level_imports(self._document))

    @cached_property
    def _taken(self) -> Mapping[str, Sequence[ast.AST]]:
        return _names_taken(self._document)

    def plan(
        self, module: str, name: str | None, before: int, *, hidden: frozenset[str] = frozenset(), is_deferred: bool = False
    ) -> ImportPlan:
        """Plan how code at line ``before`` can use ``module``, or ``module.name``.

        A top-level import that stands above is used as it is; if the code ``is_deferred``, as in a function, one below
        serves too.  A new import joins one from the same module, or is put among its like, or behind the docstring.  Where
        the name is taken, by the file or by one of the variables ``hidden`` that the code sees first, the import gets another.
        """
        for found in self._imports:
            if (found.line <= before or is_deferred) and (expression := expression_for(found.node, module, name)):
                bound = expression.partition(".")[0]
                if bound not in hidden and all(_is_same(node, found.node) for node in self._taken[bound]):
                    return ImportPlan(expression)
        alias = self._alias(module, name, hidden)
        above = [found for found in self._imports if found.end <= before]
        if name is None:
            statement = f"import {module}" + (f" as {alias}" if alias else "")
            return ImportPlan(alias or module, _insertion(self._document, above, statement, module, is_from=False))
        imported = f"{name} as {alias}" if alias else name
        for found in above:
            if isinstance(found.node, ast.ImportFrom) and (found.node.module, found.node.level) == (module, 0):
                return ImportPlan(alias or name, _extension(self._document, found, name, imported))
        statement = f"from {module} import {imported}"
        return ImportPlan(alias or name, _insertion(self._document, above, statement, module, is_from=True))

    def _alias(self, module: str, name: str | None, hidden: frozenset[str]) -> str | None:
        """Return another name for what is imported, if its own is taken."""
        bound = name or module.partition(".")[0]
        wanted = ast.ImportFrom(module, [ast.alias(name)], 0) if name else ast.Import([ast.alias(module)])
        if bound not in hidden and all(_is_same(node, wanted) for node in self._taken.get(bound, ())):
            return None
        alias = f"_{name or module.replace('.', '_')}"
        while alias in hidden or alias in self._taken:
            alias += "_"
        return alias


def merged(edits: Iterable[TextEdit]) -> list[TextEdit]:
    """Return edits that insert import statements with those for one place made one, in isort's order."""
    places: dict[Range, list[str]] = {}
    for edit in edits:
        places.setdefault(edit.range, []).append(edit.new_text)
    return [TextEdit(place, texts[0] if len(texts) == 1 else _joined(texts)) for place, texts in places.items()]


def _joined(texts: Sequence[str]) -> str:
    statements = [text.strip() for text in texts]
    if not all(_is_statement(text) for text in statements):
        return "".join(sorted(texts, key=lambda text: _name_key(text.strip(", "))))
    newline = "\r\n" if "\r\n" in texts[0] else "\n"
    leading = texts[0][: len(texts[0]) - len(texts[0].lstrip())]
    trailing = max((text[len(text.rstrip()) :] for text in texts), key=len)
    rows: list[str] = []
    previous: int | None = None
    for key, statement in sorted((_key_of(statement), statement) for statement in _one_of_each_module(statements)):
        if previous is not None and previous != key[0]:
            rows.append("")
        rows.append(statement)
        previous = key[0]
    indent = leading.rpartition("\n")[2]  # a fragment may be indented, all of it
    return leading + newline.join(f"{indent}{row}" if row and index else row for index, row in enumerate(rows)) + trailing


def _one_of_each_module(statements: Sequence[str]) -> Iterator[str]:
    """Yield import statements with those from one module made one."""
    names: dict[str, list[str]] = {}
    for statement in statements:
        module, separator, name = statement.partition(" import ")
        if separator:
            names.setdefault(module, []).append(name)
        else:
            yield statement
    for module, imported in names.items():
        yield f"{module} import {', '.join(sorted(imported, key=_name_key))}"


def _is_statement(text: str) -> bool:
    return text.startswith(("import ", "from ")) and not text.endswith(";")


def _key_of(statement: str) -> tuple[int, bool, str]:
    """Return the place of an import statement in isort's order, by its text."""
    word, module, *_ = statement.split()
    return _rank(module), word == "from", module


def expression_for(node: Import, module: str, name: str | None) -> str | None:
    """Return how to write ``module`` (or ``module.name``) after the import ``node``; None if it doesn't import that."""
    suffix = f".{name}" if name else ""
    for alias in node.names:
        if isinstance(node, ast.Import):
            if alias.name == module:
                return (alias.asname or alias.name) + suffix
        elif not node.level:
            if name is not None and (node.module, alias.name) == (module, name):
                return alias.asname or alias.name
            if f"{node.module}.{alias.name}" == module:
                return (alias.asname or alias.name) + suffix
    return None


def _top_level_imports(document: Document) -> Iterator[_TopLevelImport]:
    for block, kind, tree in document.trees():
        if kind is not BlockKind.STATEMENT:
            continue
        for node in tree.body:
            if isinstance(node, Import):
                range_ = tree.range_of(node).shifted(block)
                if not line_body(document.lines[range_.start.line])[: range_.start.column].strip("\ufeff"):
                    yield _TopLevelImport(node, tree, block, range_.start.line, range_.end.line + 1)


def _names_taken(document: Document) -> dict[str, list[ast.AST]]:
    """Return the names that the file's top level binds, and by what."""
    taken: dict[str, list[ast.AST]] = {}
    for _, kind, tree in document.trees():
        if kind is BlockKind.MEMBER:
            continue
        for node in own_nodes(tree.body):
            for name in names_bound_by(node):
                taken.setdefault(name, []).append(node)
    return taken


def _is_same(node: ast.AST, wanted: Import) -> bool:
    """Tell whether ``node`` gives the names of ``wanted`` the same meaning, as a second import does."""
    if node is wanted:
        return True
    if isinstance(node, ast.Import) and isinstance(wanted, ast.Import):
        # After "import os.path", "os" is what it is after "import os".
        return {_root(alias) for alias in wanted.names} <= {_root(alias) for alias in node.names}
    if isinstance(node, ast.ImportFrom) and isinstance(wanted, ast.ImportFrom):
        same_module = (node.module, node.level) == (wanted.module, wanted.level)
        return same_module and {(a.name, a.asname) for a in wanted.names} <= {(a.name, a.asname) for a in node.names}
    return False


def _root(alias: ast.alias) -> tuple[str, str | None]:
    return (alias.name, alias.asname) if alias.asname else (alias.name.partition(".")[0], None)


def _rank(module: str) -> int:
    """Return the section that an import belongs to: the future, the standard library, or all else."""
    top = module.partition(".")[0]
    if top == "__future__":
        return 0
    return 1 if top in sys.stdlib_module_names else 2


def _key(node: Import) -> tuple[int, bool, str]:
    if isinstance(node, ast.ImportFrom):
        return (3 if node.level else _rank(node.module or "")), True, node.module or ""
    return _rank(node.names[0].name), False, node.names[0].name


def _extension(document: Document, found: _TopLevelImport, name: str, imported: str) -> TextEdit:
    """Return the edit that adds ``name`` (written ``imported``) to a ``from`` import, in order if the import has one."""
    names = [alias.name for alias in found.node.names]
    keys = [_name_key(each) for each in names]
    index = sum(key < _name_key(name) for key in keys) if keys == sorted(keys) else len(keys)
    places = [found.range_of(alias) for alias in found.node.names]
    newline = document.lines.newline
    is_bracketed = "(" in document.lines.slice(Range(found.range_of(found.node).start, places[0].start))
    if index == len(places):
        last = places[-1]
        row = line_body(document.lines[last.end.line])
        if "#" not in row[last.end.column :]:
            on_own_line = is_bracketed and len(places) > 1 and not row[: last.start.column].strip()
            return TextEdit.insert(last.end, f",{newline}{indent_text(row)}{imported}" if on_own_line else f", {imported}")
        index -= 1  # so that the comment stays with its name
    start = places[index].start
    row = document.lines[start.line]
    on_own_line = is_bracketed and not row[: start.column].strip()
    return TextEdit.insert(start, f"{imported},{newline}{indent_text(row)}" if on_own_line else f"{imported}, ")


def _name_key(name: str) -> tuple[int, str]:
    """Return isort's order of imported names: constants, classes, all else."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _insertion(document: Document, above: Sequence[_TopLevelImport], statement: str, module: str, *, is_from: bool) -> TextEdit:
    """Return the edit that inserts ``statement`` in isort's order, as far as the imports ``above`` follow it."""
    newline = document.lines.newline
    wanted = (_rank(module), is_from, module)
    run = list(_leading_run(document, above))
    statement = (indent_text(document.lines[run[0].line]) if run else "") + statement
    same = [found for found in run if _key(found.node)[0] == wanted[0]]
    if same:
        smaller = [found for found in same if _key(found.node) <= wanted]
        if smaller:
            return _insert_line(document, smaller[-1].end, statement)
        return TextEdit.insert(_start_of_line(document, same[0].line), statement + newline)
    earlier = [found for found in run if _key(found.node)[0] < wanted[0]]
    if earlier:
        return _insert_line(document, earlier[-1].end, newline + statement)
    if run:
        return TextEdit.insert(_start_of_line(document, run[0].line), f"{statement}{newline}{newline}")
    return _first_import(document, statement)


def _insert_line(document: Document, line: int, text: str) -> TextEdit:
    """Insert ``text`` as a line of its own before line ``line``, which may be the end of the text."""
    newline = document.lines.newline
    if line < len(document.lines):
        return TextEdit.insert(Position(line, 0), text + newline)
    return TextEdit.insert(document.lines.end, newline + text)


def _start_of_line(document: Document, line: int) -> Position:
    """Return the start of a line, behind a byte order mark."""
    return Position(line, 1 if document.lines[line].startswith("\ufeff") else 0)


def _leading_run(document: Document, imports: Sequence[_TopLevelImport]) -> Iterator[_TopLevelImport]:
    """Yield the first of ``imports`` and those that follow it with nothing but comments between them."""
    previous: int | None = None
    for found in imports:
        if previous is not None and not all(is_trivia(line) for line in document.lines[previous : found.line]):
            return
        yield found
        previous = found.end


def _first_import(document: Document, statement: str) -> TextEdit:
    """Return the edit that inserts a file's first import: behind its docstring, or before its first statement."""
    lines, newline = document.lines, document.lines.newline
    if (code := _code_beside_docstring(document)) is not None:
        return TextEdit.insert(code, f"{statement}; ")
    line, behind_docstring = _head_of_code(document)
    if line >= len(lines):
        return TextEdit.insert(lines.end, f"{newline}{newline}{statement}{newline}")
    row = line_body(lines[line]).lstrip("\ufeff")
    indent = indent_text(row) if row.strip() else ""  # a fragment may be indented, all of it
    is_definition = row.startswith(("def ", "class ", "async ", "@"))
    blank_behind = 0 if not row.strip() else 2 if is_definition else 1
    text = f"{newline if behind_docstring else ''}{indent}{statement}{newline}{newline * blank_behind}"
    return TextEdit.insert(_start_of_line(document, line), text)


def _code_beside_docstring(document: Document) -> Position | None:
    """Return where the code begins that stands on a line with the end of the docstring; None if there is none."""
    tree, line = next(((tree, line) for line, _, tree in document.trees() if tree.body), (NO_TREE, 0))
    match tree.body:
        case [ast.Expr(value=ast.Constant(value=str())) as docstring, second, *_]:
            end, start = tree.range_of(docstring).shifted(line).end, tree.range_of(second).shifted(line).start
            return start if start.line == end.line else None
    return None


def _head_of_code(document: Document) -> tuple[int, bool]:
    """Return the line for a file's first import, and whether that follows a docstring."""
    for line, kind, tree in document.trees():
        if kind is BlockKind.TRIVIA or not tree.body:
            continue
        first = tree.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            return line + tree.range_of(first).end.line + 1, True
        return _above_own_comment(document, line), False
    return 0, False


def _above_own_comment(document: Document, line: int) -> int:
    """Move up from a statement over the comment that belongs to it; one that begins the file is the file's."""
    above = line
    while above and document.lines[above - 1].lstrip().startswith("#"):
        above -= 1
    return above or line
