"""Start-up time is a feature: what is costly to import is imported when it is first needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {"bandit", "yaml", "tomlkit", "cattrs", "attr", "pathspec", "platformdirs", "difflib", "stevedore", "jedi", "rich"}


def modules_after(code: str, cwd: Path) -> set[str]:
    """Return the top-level modules that are loaded in a new interpreter after ``code``."""
    program = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_import_alone_brings_nothing_heavy(tmp_path: Path) -> None:
    assert not modules_after("import vetline.config", tmp_path) & HEAVY


def test_settings_that_name_no_rule_bring_no_bandit(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text('min-severity = "high"\ntyping-delay-ms = 10\n')
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n[tool.black]\nline-length = 100\n")
    code = "from vetline.config import load\nfrom pathlib import Path\nassert not load(Path('a.py')).problems"
    assert modules_after(code, tmp_path) & HEAVY <= {"platformdirs", "difflib"}
