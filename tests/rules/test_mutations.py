"""Whatever shape the same code has, the verdict on it is the same."""

from __future__ import annotations

from pathlib import Path

from tests.fixes.snippets import engine
from tests.rules.mutations import Mutant
from tests.rules.mutations.mutation import BESIDE
from vetline.engine.document import Document
from vetline.engine.project import Project


def found_in(mutant: Mutant, root: Path) -> set[str]:
    """Return the ids of what is found in a mutant, in both of its files, as ``vetline check`` looks at them."""
    texts = {"module.py": mutant.code}
    if mutant.code_beside is not None:
        texts[f"{BESIDE}.py"] = mutant.code_beside
    if len(texts) == 1:
        return ids_in(mutant.code, root, None)
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    models = engine().checks.models
    assert models is not None
    project = Project(root, models)
    return set().union(*(ids_in(text, root / name, project) for name, text in texts.items()))


def ids_in(text: str, path: Path, project: Project | None) -> set[str]:
    document = Document(text, engine(), "project/module.py", project=None if project is None else project.seen_from(path))
    document.vet()
    return {finding.rule_id for finding in document.findings()}
