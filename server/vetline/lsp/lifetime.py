"""Ending with the editor: a server whose parent has died serves nobody."""

from __future__ import annotations

import logging
import os
import threading
import time

log = logging.getLogger(__name__)

_PERIOD_SECONDS = 1.0


def watch_parent(process_id: int) -> None:
    """End this process with exit code 1 soon after the process ``process_id`` has ended (LSP 3.17, ``InitializeParams``).

    That is at once if there is no such process.  A process of that number that starts later is told apart by its start time.
    """
    if process_id > 0:
        threading.Thread(target=_watch, args=(process_id,), name="vetline-parent-watch", daemon=True).start()
    else:
        log.warning("The client gave %d as its process id, so its end can't be noticed", process_id)


def _watch(process_id: int) -> None:
    time.sleep(_PERIOD_SECONDS)  # the start has better things to do than to import this
    try:
        import psutil
    except ImportError:  # its native part is for another platform, in what a VS Code extension brings along
        log.warning("The client's process can't be watched without psutil")  # the end of the input will tell
        return
    try:
        parent = psutil.Process(process_id)
        while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
            time.sleep(_PERIOD_SECONDS)
    except (psutil.NoSuchProcess, OverflowError):
        pass
    except psutil.Error:
        log.warning("The client's process %d can't be watched", process_id)  # the end of the input will tell
        return
    log.info("The client's process %d has ended", process_id)
    os._exit(1)  # the main thread may be waiting for input that never comes
