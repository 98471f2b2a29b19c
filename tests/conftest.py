"""What holds for all tests."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator

import pytest


def pytest_configure() -> None:
    """Let interrupts through.

    A shell that starts the tests in the background, as a CI system may, has them ignore interrupts, and every process that
    a test starts inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_swallowed_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail where the product has caught an error of its own, and gone on, as it does for its users' sake.

    A test that provokes one is marked ``provokes_errors``.
    """
    yield
    if request.node.get_closest_marker("provokes_errors") is None:
        records = [*caplog.get_records("setup"), *caplog.get_records("call")]
        swallowed = [
            one for one in records if one.name.startswith("vetline") and one.levelno >= logging.WARNING and one.exc_info
        ]
        assert not swallowed, f"an error was swallowed: {swallowed[0].getMessage()}: {swallowed[0].exc_info}"
