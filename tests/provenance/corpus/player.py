"""A person at an editor: scripts of moves, played on a text with the timing of people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random

from tests.provenance.corpus.clients import Edit, Event
from tests.provenance.corpus.edits import applied, hunks, inverse, minimal, narrow
from vetline.provenance.kinds import Kind

_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}
_CLOSERS = frozenset(")]}\"'")


class Player:
    """Plays moves on ``text`` and keeps what the editor would do as ``events``.

    ``cps`` is how many characters per second are typed.  The cursor is where the last edit ended, or where ``go`` put it.
    """

    def __init__(self, text: str, seed: int, cps: float = 6.0, closes: bool = True, name: str = "") -> None:
        self.start = text
        self.text = text
        self.random = Random(seed)
        self.cps = cps
        self.closes = closes
        self.name = name
        self.at = 100.0
        self.cursor = len(text)
        self.events: list[Event] = []
        self._undo: list[list[tuple[Edit, ...]]] = []  # for each step, the edits that take it back
        self._redo: list[list[tuple[Edit, ...]]] = []
        self._clipboard = ""
        self._is_open = False  # whether typing goes on with the last step of undo

    # Moves of the cursor, and time

    def go(self, needle: str, behind: bool = True) -> Player:
        """Put the cursor behind (or in front of) the first ``needle``."""
        index = self.text.index(needle)
        self.cursor = index + len(needle) if behind else index
        self._is_open = False
        return self.wait(0.5, 3)

    def go_to_end(self) -> Player:
        self.cursor = len(self.text)
        self._is_open = False
        return self.wait(0.5, 2)

    def wait(self, least: float, most: float) -> Player:
        self.at += self.random.uniform(least, most)
        return self

    # Keys

    def type(self, text: str, cps: float | None = None) -> Player:
        """Press keys; a line end is Enter, after which the editor indents, and the person corrects that to what is wanted."""
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if number:
                indent = re.match(" *", line).group()  # type: ignore[union-attr]
                self._enter(len(indent), stays_blank=not line.strip())
            for character in line.lstrip(" ") if number else line:
                self._press(character, cps)
        return self

    def _press(self, character: str, cps: float | None = None) -> None:
        self._tick(cps)
        following = self.text[self.cursor : self.cursor + 1]
        if self.closes and character in _CLOSERS and following == character:
            self.cursor += 1
            return
        closer = _PAIRS.get(character, "") if self.closes and (not following or following in " \n)]}") else ""
        if closer == character and self.text[self.cursor - 1 : self.cursor].isalnum():
            closer = ""
        self._do(Kind.TYPED, [Edit(self.cursor, self.cursor, character + closer)], typing=True)
        self.cursor -= len(closer)

    def _enter(self, wanted: int, stays_blank: bool) -> None:
        self._tick()
        line = self.text[self.text.rfind("\n", 0, self.cursor) + 1 : self.cursor]
        indent = len(line) - len(line.lstrip()) + (4 if line.rstrip().endswith((":", "(", "[", "{")) else 0)
        self._do(Kind.TYPED, [Edit(self.cursor, self.cursor, "\n" + " " * indent)], typing=True)
        while not stays_blank and indent > wanted:
            self._tick()
            step = min(4, indent - wanted)
            self._do(Kind.TYPED, [Edit(self.cursor - step, self.cursor, "")], typing=True)
            indent -= step
        if not stays_blank and indent < wanted:
            self._tick()
            self._do(Kind.TYPED, [Edit(self.cursor, self.cursor, " " * (wanted - indent))], typing=True)

    def backspace(self, times: int, hold: bool = False) -> Player:
        for _ in range(times):
            self.at += 0.033 if hold else self.random.uniform(0.08, 0.2)
            self._do(Kind.TYPED, [Edit(self.cursor - 1, self.cursor, "")], typing=True)
        return self

    def delete(self, text: str) -> Player:
        """Select ``text`` and press Delete; also what deletes a word or a line does."""
        index = self.text.index(text)
        self.wait(0.5, 2)
        return self._do(Kind.TYPED, [Edit(index, index + len(text), "")])

    def delete_typed(self, count: int) -> Player:
        self.wait(0.3, 1)
        return self._do(Kind.TYPED, [Edit(self.cursor - count, self.cursor, "")])

    def overtype(self, selected: str, text: str) -> Player:
        """Select something and type over it."""
        index = self.text.index(selected)
        self.wait(0.6, 2)
        self._do(Kind.TYPED, [Edit(index, index + len(selected), text[0])])
        return self.type(text[1:])

    def type_at(self, needle: str, text: str) -> Player:
        """Type with a cursor behind each ``needle``."""
        self.wait(0.5, 2)
        places = [found.end() for found in re.finditer(re.escape(needle), self.text)]
        for number, character in enumerate(text):
            self._tick()
            self._do(Kind.TYPED, [Edit(at + number * (i + 1), at + number * (i + 1), character) for i, at in enumerate(places)])
        return self

    def input_method(self, steps: Sequence[str]) -> Player:
        """Compose a word: each of ``steps`` takes the place of the one before."""
        start = self.cursor
        for step in steps:
            self._tick()
            self._do(Kind.TYPED, [Edit(start, self.cursor, step)], typing=True)
        return self

    def surround(self, selected: str, left: str, right: str) -> Player:
        index = self.text.index(selected)
        self.wait(0.5, 2)
        end = index + len(selected)
        return self._do(Kind.TYPED, [Edit(index, index, left), Edit(end, end, right)])

    def comment(self, first: str, count: int, whole: bool = False) -> Player:
        return self._lines(first, count, lambda line: "# " + line if line.strip() else line, whole)

    def uncomment(self, first: str, count: int, whole: bool = False) -> Player:
        return self._lines(first, count, lambda line: line.replace("# ", "", 1), whole)

    def indent(self, first: str, count: int, whole: bool = False) -> Player:
        return self._lines(first, count, lambda line: "    " + line if line.strip() else line, whole)

    def dedent(self, first: str, count: int, whole: bool = False) -> Player:
        return self._lines(first, count, lambda line: line.removeprefix("    "), whole)

    def _lines(self, first: str, count: int, change: object, whole: bool) -> Player:
        assert callable(change)
        self.wait(0.5, 2)
        at = self.text.rfind("\n", 0, self.text.index(first)) + 1
        old = self.text[at:].split("\n")[:count]
        new = [change(line) for line in old]
        if whole:
            return self._do(Kind.TYPED, [Edit(at, at + len("\n".join(old)), "\n".join(new))])
        return self._do(Kind.TYPED, minimal(self.text, self.text[:at] + "\n".join(new) + self.text[at + len("\n".join(old)) :]))

    def move_line(self, line: str, by: int) -> Player:
        """Move a line up or down."""
        rows = self.text.split("\n")
        number = rows.index(line)
        self.wait(0.5, 2)
        neighbour = rows[number + by]
        at = sum(len(row) + 1 for row in rows[: min(number, number + by)])
        first, second = (line, neighbour) if by > 0 else (neighbour, line)
        edits = [
            Edit(at, at + len(first) + 1, ""),
            Edit(at + len(first) + 1 + len(second), at + len(first) + 1 + len(second), "\n" + first),
        ]
        return self._do(Kind.REFACTORING, edits)

    def duplicate(self, text: str) -> Player:
        """Copy whole lines down."""
        index = self.text.index(text)
        self.wait(0.3, 1.5)
        return self._do(Kind.REFACTORING, [Edit(index, index, text + "\n")])

    def snippet(self, prefix: str, body: str, fills: Sequence[tuple[str, str]]) -> Player:
        """Type a prefix, have a snippet put in its place, and fill in what it leaves open."""
        self.type(prefix).wait(0.2, 0.6)
        self._do(Kind.TYPED, [Edit(self.cursor - len(prefix), self.cursor, body)])
        end = self.cursor
        for old, new in fills:
            start = self.text.index(old, end - len(body) - 2)
            self._tick()
            self._do(Kind.TYPED, [Edit(start, start + len(old), new[0])])
            self.type(new[1:])
        return self

    # Proposals

    def accept(self, text: str, how: str = "insert", pause: tuple[float, float] = (0.4, 2.5)) -> Player:
        """Take a proposal at the cursor; with ``how`` "line" it replaces the line so far, with "swap" that in two steps."""
        self.wait(*pause)
        start = self.text.rfind("\n", 0, self.cursor) + 1
        line = self.text[start : self.cursor]
        rest = self.text[self.cursor : self.text.find("\n", self.cursor) % (len(self.text) + 1)]
        edits = {
            "insert": [Edit(self.cursor, self.cursor, text)],
            "line": [Edit(start, self.cursor, line + text)],
            "rest": [Edit(self.cursor, self.cursor + len(rest), text + ("" if text.endswith(rest) else rest))],
        }
        if how == "swap":
            self._do(Kind.TYPED, [Edit(start, self.cursor, "")])
            return self._do(Kind.COMPLETION, [Edit(start, start, line + text)])
        return self._do(Kind.COMPLETION, edits[how])

    def accept_parts(self, parts: Sequence[str]) -> Player:
        """Take a proposal word by word or line by line."""
        self.wait(0.4, 2)
        for number, part in enumerate(parts):
            self._do(Kind.COMPLETION, [Edit(self.cursor, self.cursor, part)], joins=number > 0)
            self.wait(0.25, 0.9)
        return self

    def choose(self, typed: str, item: str, extra: str = "", late: bool = False) -> Player:
        """Type the start of a name and choose an item of the list; ``extra`` is an import that comes along, maybe later."""
        self.type(typed).wait(0.3, 1.2)
        main = Edit(self.cursor - len(typed), self.cursor, item)
        at = self._place_of_imports()
        if extra and not late:
            return self._do(Kind.COMPLETION, [Edit(at, at, extra + "\n"), main])
        self._do(Kind.COMPLETION, [main])
        if extra:
            self.wait(0.05, 0.4)
            cursor = self.cursor + len(extra) + 1
            self._do(Kind.COMPLETION, [Edit(at, at, extra + "\n")], joins=True)
            self.cursor = cursor
        return self

    def _place_of_imports(self) -> int:
        found = re.search(r"^(import|from) ", self.text, re.MULTILINE)
        return found.start() if found else 0

    def next_edit(self, pairs: Sequence[tuple[str, str]]) -> Player:
        """Take a suggested edit near the cursor: each old text gives way to a new one."""
        self.wait(0.6, 3)
        edits = [Edit(index := self.text.index(old), index + len(old), new) for old, new in pairs]
        return self._do(Kind.COMPLETION, edits)

    # The clipboard

    def paste(self, text: str, over: str = "", pause: tuple[float, float] = (3, 25)) -> Player:
        """Come back from elsewhere and paste, over a selection if one is named."""
        self.wait(*pause)
        if over:
            index = self.text.index(over)
            return self._do(Kind.PASTE, [Edit(index, index + len(over), text)])
        return self._do(Kind.PASTE, [Edit(self.cursor, self.cursor, text)])

    def reindent_pasted(self, text: str) -> Player:
        """Have the editor indent what was just pasted."""
        start = self.text.index(text)
        self.at += self.random.uniform(0.005, 0.08)
        new = "".join("    " + line if line.strip() else line for line in text.splitlines(keepends=True))
        changed = self.text[:start] + new + self.text[start + len(text) :]
        return self._do(Kind.REFACTORING, minimal(self.text, changed), joins=True)

    def cut(self, text: str) -> Player:
        self._clipboard = text
        return self.delete(text)

    def copy(self, text: str) -> Player:
        assert text in self.text
        self._clipboard = text
        return self.wait(0.5, 2)

    def put(self) -> Player:
        """Paste what was cut or copied here."""
        self.wait(0.5, 3)
        return self._do(Kind.REFACTORING, [Edit(self.cursor, self.cursor, self._clipboard)])

    # Undo

    def undo(self, times: int = 1, pause: tuple[float, float] = (0.4, 2)) -> Player:
        self.wait(*pause)
        for _ in range(times):
            self._back(self._undo, self._redo)
            self.wait(0.15, 0.6)
        return self

    def redo(self, times: int = 1) -> Player:
        self.wait(0.3, 1.5)
        for _ in range(times):
            self._back(self._redo, self._undo)
            self.wait(0.15, 0.6)
        return self

    def _back(self, source: list[list[tuple[Edit, ...]]], target: list[list[tuple[Edit, ...]]]) -> None:
        self._is_open = False
        before = self.text
        steps: list[tuple[Edit, ...]] = []
        for edits in reversed(source.pop()):
            steps.append(inverse(self.text, edits))
            self.text = applied(self.text, edits)
        target.append(steps)
        after, self.text = self.text, before
        in_many_places = len(steps) == 1 and len(steps[0]) > 1
        edits = tuple(minimal(before, after)) if in_many_places else (narrow(before, after),)
        self._apply(Event(self.at, Kind.UNDO, edits, self.name))

    # Other changes of the same code

    def format(self, new: str, whole: bool = False) -> Player:
        """Have a formatter or an organiser of imports make ``new`` of the text."""
        self.wait(0.5, 3)
        edits = [Edit(0, len(self.text), new)] if whole else minimal(self.text, new)
        return self._do(Kind.REFACTORING, edits)

    def rename(self, old: str, new: str) -> Player:
        self.wait(1, 4)
        places = re.finditer(rf"\b{re.escape(old)}\b", self.text)
        return self._do(Kind.REFACTORING, [Edit(found.start(), found.end(), new) for found in places])

    def refactor(self, pairs: Sequence[tuple[str, str]]) -> Player:
        """Extract or inline: each old text gives way to a new one."""
        self.wait(1, 4)
        edits = [Edit(index := self.text.index(old), index + len(old), new) for old, new in pairs]
        return self._do(Kind.REFACTORING, edits)

    # Programs

    def agent(self, pairs: Sequence[tuple[str, str]], at_once: bool = True) -> Player:
        """Have a program put new texts in the place of old ones, in one change or one after the other."""
        self.wait(1, 20)
        if at_once:
            edits = [Edit(index := self.text.index(old), index + len(old), new) for old, new in pairs]
            return self._do(Kind.AGENT, edits)
        for number, (old, new) in enumerate(pairs):
            index = self.text.index(old)
            self._do(Kind.AGENT, [Edit(index, index + len(old), new)], joins=number > 0)
            self.wait(0.02, 0.5)
        return self

    def reload(self, new: str, whole: bool = False) -> Player:
        """Have the file changed on disk by a program."""
        self.wait(1, 20)
        return self._do(Kind.AGENT, [Edit(0, len(self.text), new)] if whole else hunks(self.text, new))

    # What it comes down to

    def _tick(self, cps: float | None = None) -> None:
        mean = 1 / (cps or self.cps)
        pause = self.random.lognormvariate(0, 0.45) * mean
        self.at += min(max(pause, 0.015), 1.8) if self.random.random() > 0.03 else self.random.uniform(0.5, 2.5)

    def _do(self, kind: Kind, edits: Iterable[Edit], typing: bool = False, joins: bool = False) -> Player:
        edits = tuple(edits)
        if not edits:
            return self
        back = inverse(self.text, edits)
        if typing and self._is_open and self._undo and not self.text[self.cursor - 1 : self.cursor].isspace():
            self._undo[-1].append(back)
        else:
            self._undo.append([back])
        self._is_open = typing
        self._redo.clear()
        return self._apply(Event(self.at, kind, edits, self.name, joins))

    def _apply(self, event: Event) -> Player:
        self.events.append(event)
        self.text = applied(self.text, event.edits)
        ordered = sorted(event.edits, key=lambda edit: edit.start)
        shift = sum(len(edit.text) - (edit.end - edit.start) for edit in ordered[:-1])
        self.cursor = ordered[-1].start + shift + len(ordered[-1].text)
        return self
