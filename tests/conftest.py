"""What holds for all tests."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let interrupts through.

    A shell that starts the tests in the background, as a CI system may, has them ignore interrupts, and every process that
    a test starts inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
