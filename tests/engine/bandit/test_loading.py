"""Bandit is loaded without a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOADS = [
    "import vetline.rules.bandit.visitor",
    "import vetline.engine.whole_file",
    "import vetline.fixes.site",
    "import vetline.cli.vetting",
    "import vetline.lsp.server",
    "import vetline.engine.deep",
    "from vetline.config.rule_names import check_names; check_names()",
    "from vetline.config.rule_names import option_tables; option_tables()",
    "from vetline.rules.bandit.nosec import nosec_lines; nosec_lines('x  # nosec B101')",
]


@pytest.mark.parametrize("load", LOADS)
def test_nothing_is_written_to_the_cache_folder(load: str, tmp_path: Path) -> None:
    # stevedore writes nothing for a Python in /tmp, which would hide what it does everywhere else.
    program = f"import sys\nsys.executable = '/usr/bin/python3'\n{load}\nassert 'bandit.core.extension_loader' in sys.modules"
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    subprocess.run([sys.executable, "-c", program], env=os.environ | folders, check=True)
    assert list(tmp_path.iterdir()) == []
