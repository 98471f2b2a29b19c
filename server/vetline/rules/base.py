"""What a rule is.

A rule lives in one module of :mod:`vetline.rules.weaknesses`: its docstring is its documentation, and ``RULE`` holds the
rest.  Nothing else has to be touched to add one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding, Origin
from vetline.core.location import Position, Range
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import Step
from vetline.flow.values import Value

T = TypeVar("T")

WHY = "Why it matters"
HOW = "How to fix it"
FINE = "When it is fine"
REFERENCES = "References"
SECTIONS = (WHY, HOW, FINE, REFERENCES)
"""The headings that a rule's docstring may have, in their order; the first two are required."""

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's explanation: Markdown, taken from its module's docstring.

    ``summary`` is the first line: one sentence that says what the weakness is.  ``body`` is what follows before the first
    heading (may be empty); ``sections`` maps the headings of :data:`SECTIONS` to their text.
    """

    summary: str
    body: str
    sections: Mapping[str, str]

    @classmethod
    def parse(cls, docstring: str) -> Documentation:
        """Split a docstring at its ``## `` headings.

        Raises:
            ValueError: a heading is unknown, or a required one is missing.
        """
        head, *rest = _HEADING.split(docstring.strip())
        summary, _, body = head.strip().partition("\n")
        sections = {heading.strip(): text.strip() for heading, text in zip(rest[::2], rest[1::2], strict=True)}
        if unknown := sections.keys() - set(SECTIONS):
            raise ValueError(f"unknown heading(s) {', '.join(sorted(unknown))}; use {', '.join(SECTIONS)}")
        if missing := {WHY, HOW} - sections.keys():
            raise ValueError(f"missing heading(s) {', '.join(sorted(missing))}")
        return cls(summary.strip(), body.strip(), sections)


@dataclass(frozen=True, slots=True)
class Example:
    """Code that a rule must report, and what its first fix must make of it (None: no fix is offered).

    ``beside`` holds the other files of the project that it takes, by name, for a rule that looks into them.
    """

    code: str
    fixed: str | None = None
    beside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


class Source(Protocol):
    """The text and names around a finding, as rules see them.

    Nodes come from the text as it is; all ranges are absolute in it.
    """

    def range_of(self, node: ast.AST) -> Range:
        """Return where ``node`` stands."""
        ...

    def text_of(self, node: ast.AST) -> str:
        """Return the source text of ``node``, as written."""
        ...

    def text_in(self, range_: Range) -> str:
        """Return the text in ``range_``."""
        ...

    def qualified_name(self, node: ast.AST) -> str | None:
        """Return what the name or dotted name ``node`` stands for through imports, such as ``requests.get``.

        None if ``node`` isn't a (dotted) name.
        """
        ...

    def parent_of(self, node: ast.AST) -> ast.AST | None:
        """Return the node that ``node`` is a child of, or None for a top-level statement."""
        ...

    def imports(self) -> frozenset[str]:
        """Return the dotted names that the file imports, anywhere in it."""
        ...


class FixSite(Source, Protocol):
    """What a fix is made with: the place of one finding, and builders for edits that keep comments and layout."""

    @property
    def finding(self) -> Finding: ...

    @property
    def node(self) -> ast.AST:
        """The node that the check was run on."""
        ...

    @property
    def newline(self) -> str:
        """The line ending that the text uses."""
        ...

    @property
    def top_level(self) -> Sequence[ast.stmt]:
        """The statements of the file's top level."""
        ...

    @property
    def statements(self) -> Sequence[ast.stmt]:
        """The statements of the file's blocks: those of the top level, and those of its classes' bodies."""
        ...

    def known(self, key: object, find: Callable[[], T]) -> T:
        """Return what ``find`` finds in the whole file, whatever the finding is; for each ``key`` it is asked only once."""
        ...

    def has_line(self, line: int) -> bool:
        """Tell whether the text has a line of that number, from 0."""
        ...

    def rest_of_line(self, position: Position) -> str:
        """Return the text from ``position`` to the end of its line, without the line ending."""
        ...

    def enclosing_statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that ``node`` is part of."""
        ...

    def enclosing_function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the innermost function around ``node``."""
        ...

    @property
    def block(self) -> CheckContext | None:
        """The block that the finding is in, as checks see it, with ranges relative to it; None if no data-flow is known."""
        ...

    def mentions(self, pattern: str) -> bool:
        """Tell whether the regular expression ``pattern`` is found anywhere in the file, comments included."""
        ...

    def scope_of(self, node: ast.AST) -> Sequence[ast.stmt]:
        """Return the statements that make up the scope of a variable at ``node``: a function's body, or the whole file.

        Empty where a variable can't be followed: in a class body or a lambda.
        """
        ...

    def use(self, module: str, name: str | None = None) -> str:
        """Return an expression for ``module`` (or ``module.name``), importing it where the file doesn't yet.

        An import that the file already has is used under the name that it gives: after ``import secrets as s``,
        ``use("secrets")`` is ``"s"``.  The import statement becomes part of each fix whose edits contain the expression.
        """
        ...

    def replace(self, node: ast.AST, new_text: str) -> TextEdit:
        """Replace the text of ``node``."""
        ...

    def insert(self, at: Position, new_text: str) -> TextEdit: ...

    def part_of(self, node: ast.AST, start: int, end: int) -> Range:
        """Return where the characters from ``start`` to ``end`` (exclusive) of the text of ``node`` stand."""
        ...

    def call_instead(self, callee: ast.expr, module: str, name: str) -> TextEdit:
        """Call ``module.name`` instead of ``callee``.

        A prefix that stands for the module stays, a bare name gives way to one; what is missing is imported.
        """
        ...

    def set_keyword(self, call: ast.Call, name: str, value: str) -> TextEdit:
        """Give ``call`` the keyword argument ``name=value``: in place of its value if there is one, else appended."""
        ...

    def append_argument(self, call: ast.Call, text: str) -> TextEdit:
        """Write ``text`` behind the last argument of ``call``: one argument, or several separated by commas."""
        ...

    def add_positional(self, call: ast.Call, text: str) -> TextEdit:
        """The same for positional arguments: they go before the keywords."""
        ...

    def remove_argument(self, call: ast.Call, argument: ast.expr | ast.keyword) -> TextEdit:
        """Take an argument out of ``call``, with its comma."""
        ...


def is_same(rule: Rule, finding: Finding, other: Finding) -> bool:
    """Tell whether ``other`` is Bandit's finding of what ``rule`` says with ``finding``, on the same lines.

    Of a call over several lines, each may point at another argument; Bandit's coordinates have all of its lines.
    """
    if other.rule_id not in rule.supersedes and other.basis not in rule.supersedes:
        return False
    mine, theirs = finding.range, other.range
    first, last = theirs.start.line, theirs.end.line
    if other.bandit is not None:
        first, last = min(first, other.bandit.line_range[0] - 1), max(last, other.bandit.line_range[1] - 1)
    return mine.start.line <= last and first <= mine.end.line


Fixer = Callable[[FixSite], Iterable[Fix]]
"""Proposes fixes for one finding, best first; yields nothing where it can't help.  Each is verified before it is shown."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a check found: the node to point at, and a message if the rule's own isn't precise enough.

    ``severity``, ``confidence`` and ``cwe`` are the finding's own, where the rule's don't fit.  ``evidence`` is the way from
    where something comes in to where it does harm.
    """

    node: ast.AST
    message: str | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    evidence: tuple[Step, ...] = ()
    cwe: Cwe | None = None


class CheckContext(Source, Protocol):
    """What a check sees: one block's tree, with what data-flow analysis knows of the expressions in it."""

    def walk(self, *types: type[ast.AST]) -> Sequence[ast.AST]:
        """Return the block's nodes of the given types."""
        ...

    def calls(self, *names: str) -> Sequence[ast.Call]:
        """Return the block's calls of functions of the given dotted names (``builtins.open``); all calls without any."""
        ...

    def callees(self, call: ast.AST) -> tuple[str, ...]:
        """Return the dotted names of what a call may call; methods by class: ``sqlite3.Cursor.execute``, or ``?.execute``."""
        ...

    def names_of(self, node: ast.AST) -> tuple[str, ...]:
        """Return the dotted names of what an expression may stand for: modules, functions, classes."""
        ...

    def value(self, node: ast.AST) -> Value:
        """Return what an expression may be: its constants, texts, types, elements, taints."""
        ...

    def argument(self, call: ast.Call, position: int, keyword: str = "") -> ast.expr | None:
        """Return an argument of a call, given by position or by keyword; None if it isn't there.

        ``keyword`` may be left out for functions of which :mod:`vetline.flow.signatures` knows the parameters' names.
        """
        ...

    def once(self, find: Callable[[CheckContext], T]) -> T:
        """Return what ``find`` finds in the block, which is asked only once, however many rules want to know."""
        ...

    def given_back(self, call: ast.Call) -> ast.expr | None:
        """Return the argument that a call of a function of the project's own gives back as it is, if it does."""
        ...

    @property
    def class_name(self) -> str:
        """The dotted name of the class that the block is a member of; empty if it's none."""
        ...

    def sinks(self, *kinds: str) -> Sequence[SinkHit]:
        """Return the values that reach a sink of these kinds somewhere in the block, or in a function that it calls; tainted
        or not."""
        ...

    def mentions(self, words: frozenset[str]) -> bool:
        """Tell whether one of ``words`` stands anywhere in the block, or in the dotted name of what something there stands for.

        A check that looks for names, as they are written, asks this first: the answer is known without a look at the code.
        """
        ...


class Note(NamedTuple):
    """What a comparison keeps of a place in one block: the node to point at, and facts, of whatever type the rule likes."""

    node: ast.AST
    facts: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """A check that holds the blocks of a file against each other: one route against the others.

    ``note`` is asked once for each block, and again when the block's data-flow changes.  ``compare`` gets the notes of the
    whole file, in text order, at each change anywhere in it, so it has to be quick; it yields matches on nodes that were noted.
    """

    note: Callable[[CheckContext], Iterable[Note]]
    compare: Callable[[Sequence[Note]], Iterable[Match]]


@dataclass(frozen=True, slots=True)
class TextMatch:
    """What a check of the text found, at a place that may be in a comment or a string."""

    range: Range
    message: str | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A check that looks at a text as such: its characters, wherever they stand, in comments and strings too.

    ``concerns`` tells at a glance whether a text has anything for it to look at.  It must be true of a text if it is true of
    any part of it, and a text of which it is false must have no findings.  ``find`` is given the lines, with their ends.
    """

    concerns: Callable[[str], bool]
    find: Callable[[Sequence[str]], Iterable[TextMatch]]


Check = Callable[[CheckContext], Iterable[Match]]
Matters = Callable[[CheckContext, ast.AST], bool]
"""Tells whether a finding of Bandit's check, made on that node, is worth a look, given all that is known of the code."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One weakness.

    ``id`` is what configuration and suppressions name; ``name`` a readable, hyphenated form.  A rule with no ``check`` is
    reported by Bandit's check of the same id, or, if it ``looks_around``, by who knows more than a text: the deep tier, which
    has the project's other files, or an editor's session, which knows what has come in.  ``message`` is what the diagnostic
    says; None shows Bandit's text, which is right only where that names something particular, or, of a rule that looks around,
    a text for each finding.  ``severity`` and ``confidence`` are the usual ones: a finding carries its own.
    ``why_no_fix`` says why there is no ``fix``.  ``llm_risk`` is what a weakness of AI applications counts as besides.
    ``leaves`` names the milder findings that code corrected by the fix is bound to have: a command without a shell is still
    a command.  ``supersedes`` names Bandit's checks that speak of the same thing: where both report a place, the user sees
    one finding, which names both.  ``matters`` is for the rules of Bandit's checks: findings for which it is false are
    shown in Bandit's profile only.  ``comparison`` and ``text`` are checks of another kind, in place of ``check`` or beside
    it.
    """

    id: str
    name: str
    cwe: Cwe
    severity: Severity
    confidence: Confidence
    message: str | None
    bad: tuple[Example, ...]
    good: tuple[str, ...]
    check: Check | None = field(default=None, repr=False)
    fix: Fixer | None = field(default=None, repr=False)
    why_no_fix: str = ""
    llm_risk: LlmRisk | None = None
    leaves: frozenset[str] = frozenset()
    looks_around: bool = False
    supersedes: frozenset[str] = frozenset()
    matters: Matters | None = field(default=None, repr=False)
    comparison: Comparison | None = field(default=None, repr=False)
    text: TextCheck | None = field(default=None, repr=False)

    @property
    def has_check(self) -> bool:
        """Whether the rule finds something itself, of one file alone."""
        return self.check is not None or self.comparison is not None or self.text is not None

    @property
    def origin(self) -> Origin:
        """Whose findings the rule's are."""
        return Origin.VETLINE if self.has_check or self.looks_around else Origin.BANDIT
