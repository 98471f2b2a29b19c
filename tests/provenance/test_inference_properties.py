"""What holds for the classing of any change."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.provenance.corpus.clients import Edit, Mirror
from vetline.core.location import Position
from vetline.provenance.changes import Change, Replacement
from vetline.provenance.inference import Inference
from vetline.provenance.kinds import FOREIGN, Kind

TEXTS = st.text(st.sampled_from("ab _1(),:='\"#\n\t\ré😀") | st.characters(codec="utf-8"), max_size=40)
REPLACEMENTS = st.builds(Replacement, st.builds(Position, st.integers(0, 50), st.integers(0, 50)), TEXTS, TEXTS, TEXTS, TEXTS)
CODE = st.lists(
    st.sampled_from(
        [
            "x = compute(a, b)",
            "    return values[0]",
            "for row in rows:",
            "",
            "    if not name:",
            "import os",
            "# note",
            "y = {'k': 1}",
        ]
    ),
    max_size=12,
).map("\n".join)


@given(st.lists(st.tuples(st.floats(0, 5), st.lists(REPLACEMENTS, max_size=4)), max_size=12), st.lists(TEXTS, max_size=3))
def test_any_change_is_classed(changes: list[tuple[float, list[Replacement]]], lines: list[str]) -> None:
    """Whatever comes, whether it fits the text or not, a sound answer comes out."""
    inference, at = Inference(lines), 0.0
    for pause, replacements in changes:
        at += pause
        guess = inference.classify(Change(at, tuple(replacements)))
        assert 0 <= guess.confidence <= 1
        assert (guess.kind in FOREIGN) == bool(guess.foreign)
        assert set(guess.foreign) <= set(range(len(replacements)))
        assert list(guess.foreign) == sorted(set(guess.foreign))


@given(CODE, st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60), st.data())
def test_single_keys_are_never_foreign(code: str, keys: str, data: st.DataObject) -> None:
    mirror, inference, at = Mirror(code), Inference(code.split("\n")), 10.0
    cursor = data.draw(st.integers(0, len(code)))
    for key in keys:
        at += data.draw(st.floats(0.03, 1.5))
        guess = inference.classify(Change(at, (mirror.replace(Edit(cursor, cursor, key)),)))
        assert not guess.is_foreign
        cursor += 1


@given(CODE, st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 30), CODE, st.floats(0.01, 20)), max_size=6))
@settings(max_examples=200)
def test_undo_right_after_foreign_code_is_undo(code: str, edits: list[tuple[int, int, str, float]]) -> None:
    mirror, inference, at = Mirror(code), Inference(code.split("\n")), 10.0
    for place, length, new, pause in edits:
        at += pause
        start = place % (len(mirror.text) + 1)
        end = min(start + length, len(mirror.text))
        old = mirror.text[start:end]
        if not inference.classify(Change(at, (mirror.replace(Edit(start, end, new)),))).is_foreign:
            continue
        at += pause
        assert inference.classify(Change(at, (mirror.replace(Edit(start, start + len(new), old)),))).kind is Kind.UNDO
