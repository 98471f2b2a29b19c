"""What is found after edits is what Bandit finds in the text as it then is."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import Edit, dependent_texts, edits, examples, import_edits, valid_texts
from tests.corpus.python_files import examples_by_rule, sample_lines
from tests.engine.bandit.findings import of_document, of_manager
from vetline.core.config import Config, Profile
from vetline.core.location import Position, Range
from vetline.engine.document import Document, Engine

ENGINE = Engine.of(Config(profile=Profile.BANDIT))
EXAMPLES = [code for _, code in examples_by_rule()]

code = (
    valid_texts
    | dependent_texts
    | st.lists(st.sampled_from(EXAMPLES), max_size=4).map("".join)
    | st.lists(st.sampled_from(sample_lines()), max_size=9).map("\n".join)
)


def is_read_alike(text: str) -> bool:
    """Tell whether Bandit numbers lines as Python does: it doesn't see the comments behind lone carriage returns."""
    return "nosec" not in text or "\r" not in text.replace("\r\n", "\n")


@examples(60)
@given(code, st.lists(edits | import_edits, max_size=6))
def test_after_random_edits(text: str, changes: list[Edit]) -> None:
    document = Document(text, ENGINE, "./a.py")
    for edit in [None, *changes]:
        if edit is not None:
            document.edit(edit.range_in(document.lines), edit.new_text)
        theirs = of_manager(document.text.encode("utf-8", "surrogatepass"))
        if theirs is not None and is_read_alike(document.text):
            assert of_document(document.vet()) == theirs
            assert document.set_aside() == []


def test_while_the_sample_files_are_taken_apart() -> None:
    """Line by line from the end, so that every prefix that is valid is seen."""
    for path in sorted((Path(__file__).parents[2] / "corpus" / "samples").glob("[dis]*.py")):
        document = Document(path.read_text(encoding="utf-8"), ENGINE, "./a.py")
        compared = 0
        while len(document.lines) > 1:
            last = len(document.lines) - 2
            document.edit(Range(Position(last, 0), document.lines.end), "")
            theirs = of_manager(document.text.encode())
            if theirs is not None:
                compared += 1
                assert of_document(document.vet()) == theirs, f"{path.name} up to line {last}"
        assert compared > 20
