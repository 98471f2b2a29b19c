"""The deep process, as the server starts it: ``python -P …/session/deep/__main__.py``."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # -P keeps the current folder, which may be the workspace, and this one out of the module search path.  Where Vetline runs
    # from its sources without being installed, it has to be named.
    sys.path.append(str(Path(__file__).parents[3]))

    from vetline.session.deep.worker import main

    main()
