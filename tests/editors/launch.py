"""Run ``vetline`` and keep a diary of it: ``python launch.py DIARY ARGUMENT…``.

A line of JSON says that the process began, and one that it ended by itself, with its exit code.  A process that is killed
leaves only the first.  The command runs in this very process, so that an editor's signals reach it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def _note(diary: Path, **facts: object) -> None:
    with diary.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"pid": os.getpid(), **facts}) + "\n")


def main(diary: Path, arguments: list[str]) -> None:
    """Run ``vetline`` with ``arguments``; ends with its exit code."""
    _note(diary, event="began", arguments=arguments)
    sys.argv = ["vetline", *arguments]
    from vetline.cli.main import main as vetline

    try:
        vetline()
    except SystemExit as end:
        _note(diary, event="ended", code=end.code or 0)
        raise


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
