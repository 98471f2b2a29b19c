"""``docs/protocol.md`` says what the server does."""

from __future__ import annotations

import re
from pathlib import Path

from vetline.core.cwe import Cwe
from vetline.core.finding import BanditCoordinates, Finding
from vetline.core.location import Range
from vetline.core.severity import Confidence, Level, Severity
from vetline.engine.policy import Shown
from vetline.lsp.convert import acceptance_wire, to_wire
from vetline.lsp.features.code_actions import FIX_ALL, QUICK_FIX
from vetline.lsp.features.explain import EXPLAIN
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.kinds import Kind
from vetline.provenance.tracking import Tracked
from vetline.syntax.encoding import PositionEncoding
from vetline.syntax.lines import Lines

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def first_column(heading: str) -> set[str]:
    """Return what stands in backquotes in the first column of the table below the line that begins with ``heading``."""
    table = PAGE.split(f"\n{heading}", 1)[1].split("\n\n", 2)[1]
    return set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))


def test_each_field_of_the_data_of_a_diagnostic_is_explained() -> None:
    place = BanditCoordinates(1, 0, 7, (1, 1))
    finding = Finding(
        "VET001",
        Range.of(0, 0, 0, 7),
        "",
        Severity.LOW,
        Confidence.LOW,
        Cwe(94),
        "key",
        bandit=place,
        basis="B307",
        also=("B102",),
    )

    shown, lines = Shown(finding, Level.ERROR), Lines("eval(x)\n")
    data = to_wire(shown, "file:///app.py", lines, PositionEncoding.UTF16, Tracked(Acceptance(0, Kind.PASTE)))["data"]

    assert isinstance(data, dict)
    assert first_column("Fields of `data`") == data.keys()


def test_each_field_of_an_acceptance_is_explained() -> None:
    told = acceptance_wire(Tracked(Acceptance(0, Kind.COMPLETION, "Copilot", is_exact=True)))
    guessed = acceptance_wire(Tracked(Acceptance(0, Kind.PASTE, confidence=0.8)))

    assert first_column("Fields of an acceptance") == told.keys() | guessed.keys()


def test_kinds_and_commands_are_named() -> None:
    for name in (FIX_ALL, QUICK_FIX, EXPLAIN):
        assert f"`{name}`" in PAGE
