"""What a change is, told from nothing but the change: one example of each kind."""

from __future__ import annotations

import pytest

from tests.provenance.corpus.clients import Edit, Mirror
from vetline.provenance.changes import Change
from vetline.provenance.inference import Guess, Inference
from vetline.provenance.kinds import Kind

TEXT = """\
import os


def load(path):
    with open(path) as source:
        return source.read()


def names(rows):
    return [row["name"] for row in rows if row["active"]]
"""


class Desk:
    """A buffer whose changes are judged as they are made."""

    def __init__(self, text: str = TEXT) -> None:
        self.mirror = Mirror(text)
        self.inference = Inference(text.split("\n"))
        self.at = 100.0

    @property
    def text(self) -> str:
        return self.mirror.text

    def type(self, text: str, behind: str) -> Guess:
        """Press a key for each character."""
        place = self.text.index(behind) + len(behind)
        for number, character in enumerate(text):
            guess = self.change(Edit(place + number, place + number, character), after=0.15)
        return guess

    def put(self, text: str, behind: str = "", over: str = "", after: float = 1.0) -> Guess:
        """Have a text inserted in one piece, behind or in place of another."""
        start = self.text.index(over or behind) + len(behind)
        return self.change(Edit(start, start + len(over), text), after=after)

    def change(self, *edits: Edit, after: float = 1.0) -> Guess:
        self.at += after
        return self.inference.classify(Change(self.at, tuple(map(self.mirror.replace, edits))))


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.type("\nimport re", behind="import os")
    return desk


def test_keys_are_typed(desk: Desk) -> None:
    assert desk.type("\nx = 1", behind="import re").kind is Kind.TYPED


@pytest.mark.parametrize("helped", ["()", "[]", '""""', "\n        ", "\n        \n    ", "    ", "é", "你好", "👩‍💻"])
def test_what_the_editor_adds_to_a_key_is_typed(desk: Desk, helped: str) -> None:
    assert desk.put(helped, behind="import re").kind is Kind.TYPED


def test_a_proposal_at_the_cursor_is_a_completion(desk: Desk) -> None:
    desk.type("\nnow = ", behind="import re")
    guess = desk.put("datetime.now(timezone.utc)", behind="now = ")
    assert (guess.kind, guess.joins, guess.foreign) == (Kind.COMPLETION, False, (0,))


def test_a_proposal_that_replaces_its_line_is_a_completion(desk: Desk) -> None:
    desk.type("\ndef save(", behind="import re")
    body = "def save(path, text):\n    with open(path, 'w') as target:\n        target.write(text)"
    assert desk.put(body, over="def save(").kind is Kind.COMPLETION


def test_an_item_of_a_list_takes_the_place_of_its_start(desk: Desk) -> None:
    desk.type("\nre.comp", behind="import re")
    assert desk.put("compile(pattern, flags)", over="comp").kind is Kind.COMPLETION


def test_words_of_one_proposal_are_one_acceptance(desk: Desk) -> None:
    desk.type("\nx = ", behind="import re")
    guesses = [
        desk.put(word, behind=before, after=0.5)
        for word, before in [("os.path", "x = "), (".join", "os.path"), ("(path", ".join")]
    ]
    assert [(guess.kind, guess.joins) for guess in guesses] == [(Kind.COMPLETION, n > 0) for n in range(3)]


def test_a_short_word_of_a_proposal_is_no_key(desk: Desk) -> None:
    desk.type("\nx = ", behind="import re")
    desk.put("path", behind="x = ")
    assert desk.put(" if", behind="x = path", after=0.4).joins


@pytest.mark.parametrize("import_first", [True, False])
def test_an_import_comes_along(desk: Desk, import_first: bool) -> None:
    desk.type("\nwhen = date", behind="import re")
    end = len(desk.text)
    item, extra = ("when = datetime.now()", "when = date"), "from datetime import datetime\n"
    for is_import in (import_first, not import_first):
        guess = desk.change(Edit(0, 0, extra), after=0.05) if is_import else desk.put(item[0], over=item[1], after=0.05)
        assert guess.is_foreign
    assert len(desk.text) > end
    assert (guess.kind, guess.joins) == (Kind.COMPLETION, True)


def test_lines_from_elsewhere_are_a_paste(desk: Desk) -> None:
    guess = desk.put("def slug(text):\n    return re.sub(r'\\W+', '-', text)\n\n\n", behind="source.read()\n\n\n", after=12)
    assert (guess.kind, guess.foreign) == (Kind.PASTE, (0,))


def test_its_new_indentation_belongs_to_a_paste(desk: Desk) -> None:
    desk.put("def slug(text):\n    return text.lower()\n\n\n", behind="source.read()\n\n\n", after=12)
    place = desk.text.index("def slug")
    guess = desk.change(Edit(place + 16, place + 16, "    "), Edit(place, place, "    "), after=0.05)
    assert (guess.is_foreign, guess.joins) == (False, True)


def test_many_places_at_once_are_the_work_of_a_program() -> None:
    desk = Desk(TEXT + "\n" * 20 + "def last():\n    pass\n")
    places = [
        (len(desk.text), "\n\nmain(sys.argv[1:])\n"),
        (desk.text.index("def load"), "LIMIT = int(os.environ['LIMIT'])\n\n\n"),
        (0, "import sys\n"),
    ]
    guess = desk.change(*(Edit(place, place, text) for place, text in places))
    assert (guess.kind, guess.foreign) == (Kind.AGENT, (0, 1, 2))


def test_undo_and_redo_of_a_completion(desk: Desk) -> None:
    desk.type("\nnow = ", behind="import re")
    place = desk.text.index("now = ") + 6
    new = "datetime.now(timezone.utc)"
    assert desk.change(Edit(place, place, new)).is_foreign
    assert desk.change(Edit(place, place + len(new), "")).kind is Kind.UNDO
    assert desk.change(Edit(place, place, new)).kind is Kind.UNDO


def test_undo_of_a_deletion_brings_no_foreign_code(desk: Desk) -> None:
    start = desk.text.index("def names")
    lost = desk.text[start:]
    desk.change(Edit(start, len(desk.text), ""))
    desk.type("\nx", behind="import re")
    desk.change(Edit(start + 1, start + 2, ""), Edit(start, start + 1, ""))
    assert not desk.change(Edit(len(desk.text), len(desk.text), lost)).is_foreign


def test_moved_and_copied_code_is_own_code(desk: Desk) -> None:
    start = desk.text.index("def load")
    block = desk.text[start : start + 75]
    desk.change(Edit(start, start + len(block), ""))
    assert desk.change(Edit(len(desk.text), len(desk.text), block), after=4).kind is Kind.REFACTORING
    copied = 'def names(rows):\n    return [row["name"] for row in rows if row["active"]]\n'
    assert desk.put(copied, behind="import re\n", after=4).kind is Kind.REFACTORING


def test_a_renamed_symbol_is_own_code(desk: Desk) -> None:
    edits = [Edit(at, at + 4, "filename") for at in range(len(TEXT) + 20, 0, -1) if desk.text[at : at + 4] == "path"]
    assert desk.change(*edits).kind is Kind.REFACTORING


def test_formatted_code_is_own_code() -> None:
    desk = Desk("def f( a,b ):\n    return {'a':a,\n       'b':b}\n")
    assert desk.change(Edit(0, len(desk.text), 'def f(a, b):\n    return {"a": a, "b": b}\n')).kind is Kind.REFACTORING


def test_a_snippet_is_typed(desk: Desk) -> None:
    desk.type("\nfor", behind="import re")
    assert desk.put("for item in iterable:\n    pass", over="for").kind is Kind.TYPED


def test_foreign_code_among_keys_of_one_message(desk: Desk) -> None:
    place = desk.text.index("import re") + len("import re")
    edits = [
        Edit(place, place, "\n"),
        Edit(place + 1, place + 1, "x"),
        Edit(place + 2, place + 2, " = eval(input())"),
        Edit(place + 18, place + 18, "\n"),
    ]
    guess = desk.change(*edits)
    assert (guess.is_foreign, guess.foreign) == (True, (2,))


def test_a_client_that_sends_lumps_is_learned() -> None:
    desk = Desk("")
    text = "def total(order):\n    return sum(line.price for line in order.lines)\n"
    lumps = [text[:9], text[9:14], text[14:24], text[24:33], text[33:47], text[47:60], text[60:]]
    guesses = [desk.change(Edit(len(desk.text), len(desk.text), lump), after=2.0) for lump in lumps]
    assert not any(guess.is_foreign for guess in guesses[2:])


def test_no_code_is_kept_but_what_was_lately_there(desk: Desk) -> None:
    """A buffer's lines are known by their hashes; what is kept of them in full is a few removed texts."""
    for _ in range(50):
        desk.put("secret = 'abc' * 10\n", behind="import re\n")
    assert "abc" not in repr(vars(desk.inference._timeline)) + repr(desk.inference._own._lines)
