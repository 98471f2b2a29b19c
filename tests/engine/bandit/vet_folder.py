"""Vets the Python files of a folder and prints what Bandit's checks find, as JSON: for tests that need a process of their own.

    python -m tests.engine.bandit.vet_folder FOLDER [EDITED]

With a second argument, each file's text is put together from its lines, in an order that makes for many edits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.engine.bandit.findings import of_document
from vetline.core.config import Config, Profile
from vetline.core.location import Position, Range
from vetline.engine.document import Document, Engine
from vetline.syntax.lines import split_lines


def main(folder: Path, *, edited: bool) -> None:
    """Print the findings by file name."""
    engine = Engine.of(Config(profile=Profile.BANDIT))
    found = {}
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        document = _assembled(text, engine, str(path)) if edited else Document(text, engine, str(path))
        assert document.text == text
        found[path.name] = of_document(document.vet())
    print(json.dumps(found))


def _assembled(text: str, engine: Engine, path: str) -> Document:
    """Insert first every third line, then those between them, and vet now and then."""
    lines = split_lines(text)
    document = Document("", engine, path)
    there: list[int] = []
    for number in [*range(0, len(lines), 3), *range(1, len(lines), 3), *range(2, len(lines), 3)]:
        row = sum(other < number for other in there)
        position = Position(row, 0)
        document.edit(Range(position, position), lines[number])
        there.append(number)
        if number % 7 == 0:
            document.vet()
    return document


if __name__ == "__main__":
    main(Path(sys.argv[1]), edited=len(sys.argv) > 2)
