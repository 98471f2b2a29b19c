"""What the deep process denies itself, so that nothing that it looks at can make it do harm."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from types import CodeType
from typing import Any

MEMORY_BYTES = 1 << 30
"""Address space for all of the process; with Bandit and jedi loaded it has taken a tenth of that."""

NICENESS = 5
"""How much the process stands back behind the server and the editor (POSIX, 0 to 19)."""

_FORBIDDEN = (
    "subprocess.",
    "socket.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "ctypes.",
)
_PICKLED = ("parso.", "builtins", "copyreg", "pathlib")
"""Where the classes are from that jedi's cache holds."""


class OutOfBounds(BaseException):
    """The process was about to do what it never needs to; not an Exception, for nobody must catch it."""


def confine_resources() -> None:
    """Limit memory and priority, where the system can."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the server, which ends us
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):  # a lower limit is in force already, or the system knows none
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
    with contextlib.suppress(OSError):
        os.nice(NICENESS)


def end_after(seconds: float) -> None:
    """End the process when ``seconds`` have passed, whatever it does then; 0 takes that back (POSIX).

    It is for the case that the server, which usually sees to that, isn't there any more.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)  # whose signal ends a process that doesn't handle it


def confine_actions(trusted: tuple[Path, ...]) -> None:
    """From now on, run no code but what is below the ``trusted`` folders, start no process, and open no connection.

    Code under analysis is only read (:mod:`vetline.semantics.definitions` says how), so nothing should ever come to this.
    """
    folders = tuple(os.path.join(folder, "") for folder in trusted)  # noqa: PTH118 - Path drops the separator

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "exec":
            code = arguments[0]
            suspicious = isinstance(code, CodeType) and _is_file(code.co_filename) and not code.co_filename.startswith(folders)
        elif event == "import":
            file = arguments[1]
            suspicious = isinstance(file, str) and not file.startswith(folders)
        elif event == "pickle.find_class":
            suspicious = not arguments[0].startswith(_PICKLED)
        else:
            suspicious = event.startswith(_FORBIDDEN)
        if suspicious:
            raise OutOfBounds(event)

    sys.addaudithook(check)


def _is_file(name: str) -> bool:
    """Tell whether code is from a file, rather than made up at run time or frozen into the interpreter."""
    return bool(name) and not name.startswith("<")
