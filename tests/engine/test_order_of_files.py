"""What is found in a file doesn't depend on which others were looked at before, by the same process or another."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fixes.snippets import engine
from tests.semantics.workspace import write
from vetline.cli.main import vetline
from vetline.engine.document import Document
from vetline.engine.project import Project

Found = dict[str, list[tuple[str, int]]]
"""The findings by file: their rules and lines."""

CHAIN = {
    **{
        f"step{number}.py": f"from step{number + 1} import run as after\n\n\ndef run(command):\n    after(command)\n"
        for number in range(12)
    },
    "step12.py": "import os\n\n\ndef run(command):\n    os.system(command)\n",
    **{
        f"view{number}.py": (
            f"from flask import request\nfrom step{number} import run\n\n\ndef view():\n    run(request.args['command'])\n"
        )
        for number in range(0, 13, 3)
    },
}
"""Functions that call each other through many files, and views that enter at several places."""

CIRCLE = {
    "odd.py": (
        "import os\nfrom flask import request\nfrom even import even\n\n\ndef odd(n, text):\n    if n:\n"
        "        return even(n - 1, text)\n    os.system(text)\n    return text\n\n\n"
        "def view():\n    odd(3, request.args['text'])\n"
    ),
    "even.py": (
        "from flask import request, redirect\nfrom third import third\n\n\ndef even(n, text):\n    if n:\n"
        "        return third(n - 1, text)\n    return request.args['name']\n\n\n"
        "def view():\n    return redirect(even(3, 'a'))\n"
    ),
    "third.py": (
        "import subprocess\nfrom flask import request, redirect\nfrom odd import odd\n\n\ndef third(n, text):\n    if n:\n"
        "        return odd(n - 1, text)\n    return subprocess.run(text, shell=True)\n\n\n"
        "def view():\n    return redirect(third(3, request.args['text']))\n"
    ),
}
"""Functions that call each other in a circle, each in a file of its own."""


def found(root: Path, files: Iterable[str], project: Project) -> Found:
    """Return what is found in ``files``, looked at in that order."""
    outcome: Found = {}
    for name in files:
        document = Document((root / name).read_text(), engine(), name, project=project.seen_from(root / name))
        document.vet()
        outcome[name] = [(finding.rule_id, finding.range.start.line) for finding in document.findings()]
    return outcome


def new_project(root: Path) -> Project:
    models = engine().checks.models
    assert models is not None
    return Project(root, models)


@pytest.mark.parametrize("files", [CHAIN, CIRCLE], ids=["chain", "circle"])
def test_the_order_of_files_makes_no_difference(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)
    alone: Found = {}
    for name in files:
        alone |= found(tmp_path, [name], new_project(tmp_path))

    orders = [list(files), list(reversed(files))]
    orders += [random.Random(seed).sample(list(files), len(files)) for seed in range(6)]

    assert any(alone.values())
    for order in orders:
        assert found(tmp_path, order, new_project(tmp_path)) == alone


@pytest.mark.parametrize("files", [CHAIN, CIRCLE], ids=["chain", "circle"])
def test_the_number_of_processes_makes_no_difference(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)

    reports = []
    for jobs in ("1", "2", "3"):
        options = ["--isolated", "--exit-zero", "--format", "json", "--jobs", jobs]
        report = json.loads(CliRunner().invoke(vetline, ["check", str(tmp_path), *options]).stdout)
        reports.append([(one["path"], one["rule_id"], one["range"]["start"]["line"]) for one in report["findings"]])

    assert reports[0]
    assert reports[0] == reports[1] == reports[2]
