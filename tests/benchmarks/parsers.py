"""Which parser should follow a buffer?  Measures what each takes after the insertion of a completion, as a Markdown table.

Run by hand, from the root of the repository, in an environment that has Vetline (parso comes with jedi); the figures in
``docs/architecture.md`` come from here:

    python -m pip install --no-deps --target build/parsers tree-sitter==0.26.1 tree-sitter-python==0.25.0
    PYTHONPATH=build/parsers python -m tests.benchmarks.parsers

tree-sitter is no dependency of Vetline; without it, its rows stay empty.

Each figure is the median time of one insertion of 12 lines in the middle of the file, in milliseconds of CPU time: from the
new text, which is at hand, to a complete and current tree.  The tree of the text before the insertion is at hand, too,
for those that can use it.  "Per block" counts the splicing of the text, and the search for the blocks that changed.
"""

from __future__ import annotations

import argparse
import ast
import gc
import io
import math
import platform
import time
import tokenize
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

from tests.benchmarks.corpus import completion, middle, source
from vetline.core.location import Position, Range
from vetline.syntax.blocks import BlockList
from vetline.syntax.lines import Lines
from vetline.syntax.tree import parse_block

Timed = Callable[[], object]
"""What is measured; it is called once."""

Prepare = Callable[["Case", str], Timed]
"""Gets everything ready for the insertion of a piece of code, and returns what is to be measured."""

BUDGET_SECONDS = 10.0
"""About how long one figure may take, with what has to be made ready for it."""

_AT_LEAST = 5  # insertions, however long they take


class Case:
    """A file of ``lines`` lines, into the middle of which code is inserted."""

    def __init__(self, lines: int) -> None:
        self.text = source(lines)
        self.row = middle(self.text)
        self.offset = sum(map(len, self.text.splitlines(keepends=True)[: self.row]))

    def with_code(self, code: str) -> str:
        """Return the text after the insertion of ``code``."""
        return self.text[: self.offset] + code + self.text[self.offset :]


def ast_whole(case: Case, code: str) -> Timed:
    """CPython's parser on the whole text."""
    new = case.with_code(code)
    return lambda: ast.parse(new)


def ast_per_block(case: Case, code: str) -> Timed:
    """Vetline's: find the blocks that the edit touches, and parse those with CPython's parser."""
    lines = Lines(case.text)
    blocks = BlockList(lines)
    place = Position(case.row, 0)

    def follow() -> object:
        first, removed, added = lines.replace(Range(place, place), code)
        change = blocks.update(lines, first, removed, added)
        line = sum(span.lines for span in blocks.spans[: change.first])
        trees = []
        for span in change.spans:
            trees.append(parse_block(span.kind, span.indent, "".join(lines[line : line + span.code_lines])))
            line += span.lines
        return trees

    return follow


def tokens(case: Case, code: str) -> Timed:
    """The standard library's tokenizer on the whole text; it gives no tree."""
    new = case.with_code(code)
    return lambda: list(tokenize.generate_tokens(io.StringIO(new).readline))


def parso_whole(case: Case, code: str) -> Timed:
    """Parso on the whole text."""
    grammar = import_module("parso").load_grammar()
    new = case.with_code(code)
    return lambda: grammar.parse(new)


def parso_diff(case: Case, code: str) -> Timed:
    """Parso's diff parser, which takes over what it can from the tree of the text before."""
    grammar = import_module("parso").load_grammar()
    path = "benchmark.py"
    grammar.parse(case.text, path=path, diff_cache=True)
    new = case.with_code(code)
    return lambda: grammar.parse(new, path=path, diff_cache=True)


def tree_sitter_whole(case: Case, code: str) -> Timed:
    """tree-sitter on the whole text."""
    parser = _tree_sitter_parser()
    new = case.with_code(code).encode()
    return lambda: parser.parse(new)


def tree_sitter_incremental(case: Case, code: str) -> Timed:
    """tree-sitter, given the tree of the text before, and where it changed."""
    parser = _tree_sitter_parser()
    tree = parser.parse(case.text.encode())
    new = case.with_code(code).encode()

    def follow() -> object:
        tree.edit(
            start_byte=case.offset,  # the text is ASCII
            old_end_byte=case.offset,
            new_end_byte=case.offset + len(code),
            start_point=(case.row, 0),
            old_end_point=(case.row, 0),
            new_end_point=(case.row + code.count("\n"), 0),
        )
        return parser.parse(new, tree)

    return follow


CANDIDATES: dict[str, Prepare] = {
    "CPython `ast`, whole file": ast_whole,
    "CPython `ast`, per block (ours)": ast_per_block,
    "tree-sitter, whole file": tree_sitter_whole,
    "tree-sitter, incremental": tree_sitter_incremental,
    "parso, whole file": parso_whole,
    "parso, diff parser": parso_diff,
    "`tokenize`, whole file (no tree)": tokens,
}


def _tree_sitter_parser() -> Any:
    tree_sitter = import_module("tree_sitter")
    return tree_sitter.Parser(tree_sitter.Language(import_module("tree_sitter_python").language()))


def measure(case: Case, rounds: int) -> dict[str, float | None]:
    """Return the median milliseconds of each candidate; None where a parser isn't installed.

    The candidates take turns, so that a busy machine slows them all alike.  Each has up to ``rounds`` insertions, as many
    as there is time for.
    """
    times: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    spent = dict.fromkeys(CANDIDATES, 0.0)
    for number in range(rounds + 1):
        for name, prepare in CANDIDATES.items():
            if number > _AT_LEAST and spent[name] > BUDGET_SECONDS:
                continue
            began = time.perf_counter()
            try:
                times[name].append(1000 * _seconds(prepare(case, completion(number)[0])))
            except ImportError:
                spent[name] = math.inf
            spent[name] += time.perf_counter() - began
    return {name: median(each[1:]) if each else None for name, each in times.items()}  # the first warms up


def _seconds(follow: Timed) -> float:
    gc.collect()
    gc.freeze()  # what the other candidates hold is none of this one's business
    began = time.process_time()
    result = follow()
    took = time.process_time() - began
    gc.unfreeze()
    del result  # not before: to take a tree apart is no part of making it
    return took


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="1000,5000,20000", help="lengths of the files, in lines")
    options.add_argument("--rounds", type=int, default=25, help="insertions for each figure")
    chosen = options.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    results = [measure(Case(size), chosen.rounds) for size in sizes]
    print(f"CPython {platform.python_version()}, {', '.join(map(_release, ('parso', 'tree-sitter', 'tree-sitter-python')))}\n")
    print("| after an insertion of 12 lines, ms | " + " | ".join(f"{size:,} lines" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    for name in CANDIDATES:
        print(f"| {name} | {' | '.join(_figure(result[name]) for result in results)} |")


def _figure(milliseconds: float | None) -> str:
    """Write a time with two digits, which is as many as are true of it."""
    if milliseconds is None:
        return ""
    digits = 1 - math.floor(math.log10(milliseconds))
    return f"{round(milliseconds, digits):,.{max(digits, 0)}f}"


def _release(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


if __name__ == "__main__":
    main()
