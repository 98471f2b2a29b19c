"""A deep process without an analysis: what it does is written in the text that it is asked about.

Each line with ``BAD`` has a finding.  ``SLOW`` takes a while, ``HANG`` never ends, ``CRASH`` ends the process, ``BABBLE`` is
answered by nonsense, ``FAIL`` is an analysis that failed.  The file named on the command line gets a line for each text.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.session.deep.wire import READY, Reply, Request, from_body, read_frame, to_frame


def main(diary: Path) -> None:
    tell(to_frame(Reply(READY)))
    while (body := read_frame(sys.stdin.buffer.read)) is not None:
        request = from_body(body, Request)
        with diary.open("a", encoding="utf-8") as file:
            print(os.getpid(), Path(request.name).name, repr(request.text), file=file)
        tell(answer(request))


def answer(request: Request) -> bytes:
    text = request.text
    if "SLOW" in text:
        time.sleep(0.5)
    if "HANG" in text:
        time.sleep(1000)
    if "CRASH" in text:
        os._exit(3)
    if "BABBLE" in text:
        return b"\0\0\0\2{]"
    if "FAIL" in text:
        return to_frame(Reply(request.number, failure="ValueError in somewhere, line 1"))
    bad = [row for row, line in enumerate(text.splitlines()) if "BAD" in line]
    return to_frame(Reply(request.number, tuple(map(finding, bad))))


def finding(row: int) -> Finding:
    range_ = Range.of(row, 0, row, 3)
    return Finding(
        "VET001", range_, "bad", Severity.HIGH, Confidence.HIGH, Cwe(676), f"VET001:{row}", Origin.VETLINE, basis="B605"
    )


def tell(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
