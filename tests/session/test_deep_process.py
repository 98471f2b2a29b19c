"""The deep process itself: it answers, keeps within its limits, and doesn't outlive its server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from vetline.core.config import BanditConfig
from vetline.core.finding import BanditCoordinates, Finding, Origin, RelatedLocation
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.session.deep.need import may_lead_inside
from vetline.session.deep.process import COMMAND, DeepProcess, ProcessFailed
from vetline.session.deep.wire import Garbage, Reply, Request, from_body, length_of, read_frame, to_frame
from vetline.session.deep.worker import FAULT

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone has such limits")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems don't limit the address space")


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def request(root: Path, text: str, number: int = 1, seconds: float = 30.0, name: str = "app.py") -> Request:
    return Request(number, text, str(root / name), root / name, root, BanditConfig(), seconds)


async def test_it_answers_one_request_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text("from os import system as shell\n")
    process = await DeepProcess.start(COMMAND)
    try:
        bad = await process.ask(request(tmp_path, "import compat\n\ncompat.shell(f'ls {x}')\n"))
        good = await process.ask(request(tmp_path, "import compat\n", number=2))
        strange = await process.ask(request(tmp_path, "import compat\n\ud800\0\x0c'''\n" * 3, number=3))
    finally:
        await process.stop()

    (finding,) = bad.findings
    assert (finding.rule_id, finding.basis, finding.range.start.line) == ("VET001", "B605", 2)
    assert finding.related[0].path == tmp_path / "compat.py"
    assert good == Reply(2)
    assert strange == Reply(3)


@pytest.mark.parametrize(
    "fault, outcome",
    [
        ("crash", "ended"),
        ("hang", "gave no answer within 0.5 s"),
        pytest.param("memory", "ended", marks=linux_only),
        ("hang-up", "ended"),
    ],
)
async def test_a_fault_is_seen_and_the_process_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, outcome: str
) -> None:
    monkeypatch.setenv(FAULT, f"{fault}:bad.py")
    process = await DeepProcess.start(COMMAND)
    try:
        assert await process.ask(request(tmp_path, "import compat\n", name="good.py")) == Reply(1)
        bad = request(tmp_path, "import compat\n", 2, 0.5 if fault == "hang" else 30, "bad.py")
        with pytest.raises(ProcessFailed, match=outcome):
            await process.ask(bad)
    finally:
        await asyncio.wait_for(process.stop(), 10)
    assert process.has_ended


async def test_what_fails_in_the_analysis_is_told_without_a_word_of_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAULT, "raise")
    process = await DeepProcess.start(COMMAND)
    try:
        reply = await process.ask(request(tmp_path, "import compat\n"))
    finally:
        await process.stop()

    assert reply.findings == ()
    assert reply.failure.startswith("RuntimeError in vetline.session.deep.faults, line ")


@linux_only
async def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds against what a fault allocates, and leaves a real analysis plenty of room."""
    (tmp_path / "compat.py").write_text("from os import *\nfrom yaml import load\n")
    process = await DeepProcess.start(COMMAND)
    try:
        await process.ask(request(tmp_path, "import compat\ncompat.load(x)\nfrom compat import *\nsystem(x)\n"))
        status = psutil.Process(process._process.pid)
        assert status.memory_info().vms < status.rlimit(psutil.RLIMIT_AS)[0] / 4
        assert status.nice() > psutil.Process().nice()
    finally:
        await process.stop()


@pytest.mark.parametrize("fault", ["", "hang"])
def test_it_does_not_outlive_its_server(tmp_path: Path, fault: str) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, FAULT: fault})
    assert process.stdin
    assert process.stdout
    assert read_frame(process.stdout.read) is not None
    process.stdin.write(to_frame(request(tmp_path, "import compat\n")))
    process.stdin.flush()
    time.sleep(0.3)
    process.stdin.close()
    process.stdout.close()

    assert process.wait(10) == 0


def test_an_answer_that_nobody_hears_is_no_trouble(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    process = subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    assert read_frame(process.stdout.read) is not None
    process.stdout.close()

    for _ in range(2):
        process.stdin.write(to_frame(request(tmp_path, "import compat\n")))
        process.stdin.flush()
        time.sleep(0.5)
    process.stdin.close()

    assert process.wait(10) == 0
    assert process.stderr.read() == b""


@posix_only
def test_it_ends_by_itself_even_if_it_listens_to_nobody() -> None:
    outcome = confined("confinement.end_after(0.3)\nimport re\nre.match('(a*)*b', 'a' * 40)")

    assert outcome.returncode == -signal.SIGALRM


def confined(code: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has denied itself all that the deep process does."""
    head = """
        import pickle, socket, subprocess, sys, os
        from pathlib import Path
        from vetline.session.deep import confinement
        import vetline
    """
    program = f"{textwrap.dedent(head)}{textwrap.dedent(code)}"
    command = [sys.executable, "-P", "-c", program]
    environment = {**os.environ, **(env or {})}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


CONFINE = "confinement.confine_actions((Path(sys.base_prefix), Path(sys.prefix), Path(vetline.__file__).parent))\n"


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(['true'])",
        "os.system('true')",
        "socket.create_connection(('localhost', 9))",
        "pickle.loads(b'cos\\nsystem\\n(S\"true\"\\ntR.')",
        "sys.path.insert(0, os.environ['FOREIGN']); import foreign",
        "exec(compile('x = 1', os.environ['FOREIGN'] + '/foreign.py', 'exec'))",
    ],
)
def test_forbidden_actions_are_refused(tmp_path: Path, code: str) -> None:
    (tmp_path / "foreign.py").write_text("print('run')\n")
    outcome = confined(CONFINE + code, {"FOREIGN": str(tmp_path)})

    assert "OutOfBounds" in outcome.stderr
    assert outcome.stdout == ""


def test_what_the_analysis_needs_is_allowed(tmp_path: Path) -> None:
    code = """
        import json, xml.dom.minidom, parso
        from collections import namedtuple
        namedtuple("P", "x y")
        tree = parso.parse("x = 1\\n")
        assert pickle.loads(pickle.dumps(tree)).get_code() == tree.get_code()
        compile("x = 1", "somewhere.py", "exec")
        print("fine")
    """
    outcome = confined(CONFINE + textwrap.dedent(code))

    assert outcome.stdout == "fine\n", outcome.stderr


class TestWire:
    FINDING = Finding(
        rule_id="VET001",
        range=Range.of(1, 2, 3, 4),
        message="\ud800 ☃",
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
        cwe=None,
        key="k",
        origin=Origin.VETLINE,
        related=(
            RelatedLocation(Range.of(0, 0, 1, 0), "there", Path("/x/y.py")),
            RelatedLocation(Range.of(0, 0, 1, 0), "here"),
        ),
        bandit=BanditCoordinates(1, 2, 3, (4, 5)),
        basis="B605",
    )

    def test_a_request_arrives_as_it_was_sent(self) -> None:
        config = BanditConfig(frozenset({"B101"}), options={"x": {"y": [1, "z"]}}, min_severity=Severity.HIGH)
        sent = Request(7, "\ud800\0'\r\n☃", "n", None, Path("/r"), config, 1.5)
        frame = to_frame(sent)

        assert length_of(frame[:4]) == len(frame) - 4
        assert from_body(frame[4:], Request) == sent

    def test_a_reply_arrives_as_it_was_sent(self) -> None:
        sent = Reply(7, (self.FINDING, self.FINDING), ("a key",), "why")

        assert from_body(to_frame(sent)[4:], Reply) == sent

    @pytest.mark.parametrize("body", [b"", b"{]", b"[]", b"{}", b'{"number": "x"}', b'{"number": 1, "findings": [1]}', b"\xff"])
    def test_nonsense_is_garbage(self, body: bytes) -> None:
        with pytest.raises(Garbage):
            from_body(body, Reply)

    def test_a_length_that_cannot_be_is_garbage(self) -> None:
        with pytest.raises(Garbage):
            length_of(b'{"nu')

    def test_what_json_does_not_know_cannot_be_sent(self) -> None:
        with pytest.raises((TypeError, ValueError)):
            to_frame(Request(1, "", "n", None, Path("/r"), BanditConfig(options={"x": object()}), 1.0))


@pytest.mark.parametrize(
    "text, imported, need",
    [
        ("import os", {"os"}, False),
        ("import requests", {"requests"}, False),
        ("import compat", {"compat"}, True),
        ("import pkg.deep", {"pkg.deep"}, True),
        ("from lib import x", {"lib.x"}, True),
        ("from beside import x", {"beside.x"}, True),
        ("from . import x", {"x"}, True),
        ("from ..a import x", {"a.x"}, True),
    ],
)
def test_whether_a_text_needs_a_look_at_others(tmp_path: Path, text: str, imported: set[str], need: bool) -> None:
    for name in ("compat.py", "pkg/deep.py", "src/lib/__init__.py", "tools/beside.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert may_lead_inside(text, imported, tmp_path / "tools/app.py", tmp_path) == need
