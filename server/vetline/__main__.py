"""``python -m vetline``: the same as the ``vetline`` command."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":  # worker processes import this module, too
    # "python -m" looks for modules in the current folder first, and the code under analysis may be there: it must never be
    # imported, whatever it is called.
    if not sys.flags.safe_path and Path(sys.path[0]) != Path(__file__).parent.parent:
        del sys.path[0]

    from vetline.cli.main import main

    main()
