"""``docs/models.md`` says what the code does, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vetline.config import FileKind, check_text
from vetline.core.config import Config, ModelFile
from vetline.engine.document import Document, Engine
from vetline.flow.models import KINDS, LABELS
from vetline.flow.models.tables import ARRAYS, NAMES, TOP_LEVEL

PAGE = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
MODEL_FILES = [text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "modules =" in text]
(PYTHON,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def section(heading: str) -> str:
    """Return the part of the page under a heading, up to the next one of the same level or above."""
    level = heading.partition(" ")[0]
    behind = PAGE.partition(f"\n{heading}")[2]
    return re.split(rf"\n#{{1,{len(level)}}} ", behind)[0]


def rows(text: str) -> dict[str, str]:
    """Return the first two cells of a table's rows."""
    found = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            first, second = line.strip("|").split("|")[:2]
            found[first.strip()] = second.strip()
    return found


def test_all_labels_and_kinds_are_there() -> None:
    assert rows(section("## Labels")) == {f"`{label}`": meaning for label, meaning in LABELS.items()}
    assert rows(section("## Kinds")) == {f"`{kind}`": meaning for kind, meaning in KINDS.items()}


@pytest.mark.parametrize("table", ARRAYS)
def test_all_keys_are_there(table: str) -> None:
    (text,) = (part for part in re.split(r"\n### ", PAGE) if f"`[[{table}]]`" in part.partition("\n")[0])
    text = text.partition("\n## ")[0]
    named = {key for cell in rows(text) for key in re.findall(r"`(\w+)`", cell)}
    assert named >= set(ARRAYS[table].keys)
    assert named <= {key for name in ARRAYS if f"`[[{name}]]`" in text.partition("\n")[0] for key in ARRAYS[name].keys}


def test_all_tables_are_there() -> None:
    for table in (*NAMES, *ARRAYS, *TOP_LEVEL):
        assert f"[{table}]" in PAGE or f"`{table}`" in PAGE


@pytest.mark.parametrize("text", MODEL_FILES)
def test_nothing_is_wrong_with_the_examples(text: str) -> None:
    assert check_text(Path("x.toml"), text, FileKind.MODELS) == ()


def rule_ids(code: str, *models: str) -> set[str]:
    files = tuple(ModelFile(Path(f"{number}.toml"), text) for number, text in enumerate(models))
    document = Document(code, Engine.of(Config(models=files)))
    return {finding.rule_id for finding in document.vet()}


def test_the_worked_example_works() -> None:
    assert rule_ids(PYTHON) == set()
    assert rule_ids(PYTHON, MODEL_FILES[0]) == {"VET102"}
    as_word = PYTHON.replace("job.fields['number']", "shopkit.as_word(job.fields['number'])")
    assert as_word != PYTHON
    assert rule_ids(as_word, MODEL_FILES[0]) == set()
    assert rule_ids(as_word, MODEL_FILES[0].replace("as_word", "as_words")) == {"VET102"}
