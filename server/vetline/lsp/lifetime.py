"""Ending with the editor: a server whose parent has died serves nobody."""

from __future__ import annotations

import os
import threading
import time

_PERIOD_SECONDS = 2.0


def watch_parent(process_id: int) -> None:
    """End this process with exit code 1 soon after the process ``process_id`` has ended (LSP 3.17, ``InitializeParams``).

    A process of that number that starts later is told apart by its start time.
    """
    import psutil

    try:
        parent = psutil.Process(process_id)
    except psutil.NoSuchProcess:
        os._exit(1)
    except psutil.Error:
        return  # not ours to see, as in a container; the end of the input will tell

    def watch() -> None:
        while True:
            time.sleep(_PERIOD_SECONDS)
            try:
                alive = parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE
            except psutil.NoSuchProcess:
                alive = False
            except psutil.Error:
                continue
            if not alive:
                os._exit(1)  # the main thread may be waiting for input that never comes

    threading.Thread(target=watch, name="vetline-parent-watch", daemon=True).start()
