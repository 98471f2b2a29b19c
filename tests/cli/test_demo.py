"""The demo: a story that is true of the engine, played against the real server, which may not lie about how it went."""

from __future__ import annotations

import ast
import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console

from vetline.cli.demo.board import Board, Fate
from vetline.cli.demo.command import demo
from vetline.cli.demo.plain import PlainStage
from vetline.cli.demo.record import Record
from vetline.cli.demo.run import lay_out, run, sample_files
from vetline.cli.demo.scenario import SCENARIO
from vetline.cli.demo.screen import Picture
from vetline.cli.demo.stage import FAST, Kind, Note, Scene
from vetline.cli.demo.steps import (
    Accept,
    ApplyFix,
    Chapter,
    ExpectFindings,
    FixAll,
    GoTo,
    Open,
    ScenarioError,
    Step,
    Suppress,
    TakeBack,
    Type,
    as_written,
)
from vetline.core.config import Config
from vetline.core.edit import TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Position, Range
from vetline.core.severity import Level
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy
from vetline.lsp.client_types import Diagnostic

STEPS = [step for chapter in SCENARIO for step in chapter.steps]


@pytest.fixture(scope="module")
def shop() -> dict[str, str]:
    return {name: content.decode() for name, content in sample_files().items()}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.of(Config())


def shown_in(text: str, engine: Engine) -> list[Finding]:
    """Return the findings that an editor shows of a text."""
    return [shown.finding for shown in Policy(engine.config).show(Document(text, engine).vet(), None)]


def rules_in(text: str, engine: Engine) -> Counter[str]:
    return Counter(finding.rule_id for finding in shown_in(text, engine))


# The story: what its steps claim is so, whoever plays them.


def test_the_files_begin_as_the_scenario_says(shop: dict[str, str], engine: Engine) -> None:
    opened = {step.file: Counter(step.has) for step in STEPS if isinstance(step, Open)}

    assert opened == {name: rules_in(text, engine) for name, text in shop.items() if name.endswith(".py")}


def test_each_piece_of_text_brings_the_findings_that_the_scenario_says_and_takes_none_away(
    shop: dict[str, str], engine: Engine
) -> None:
    file = ""
    for count, step in enumerate(STEPS):
        if isinstance(step, GoTo):
            file = step.file
        if isinstance(step, Type | Accept):
            before = shown_in(as_written(shop, [Chapter("", tuple(STEPS[:count]))])[file], engine)
            after = shown_in(as_written(shop, [Chapter("", tuple(STEPS[: count + 1]))])[file], engine)
            new = list(after)
            for known in before:
                new.remove(next(one for one in new if (one.rule_id, one.message) == (known.rule_id, known.message)))
            assert [finding.rule_id for finding in new] == list(step.brings), step
            assert [rule for finding in new for rule in finding.also] == list(step.also), step
            told = [related.message for finding in new for related in finding.related]
            assert told == list(step.steps if isinstance(step, Accept) else ()), step


def test_the_story_shows_all_that_there_is_to_show() -> None:
    accepted = [step for step in STEPS if isinstance(step, Accept)]

    assert len(accepted) >= 10
    assert sum(step.is_secure for step in accepted) >= 3
    assert sum(step.unfinished for step in accepted) == 1
    assert any(len(step.steps) >= 3 for step in accepted), "something comes in, goes through the code, and does harm"
    assert any(step.steps and not step.also for step in accepted), "which Bandit has no check for"
    assert sum(bool(step.also) for step in accepted) >= 5, "and findings that stand for Bandit's"
    assert all("\n" in step.text for step in accepted)
    assert {type(step) for step in STEPS} == {Open, GoTo, Type, Accept, TakeBack, ExpectFindings, ApplyFix, Suppress, FixAll}


def test_what_the_assistant_wrote_is_python_in_the_end_and_broken_on_the_way(shop: dict[str, str]) -> None:
    halfway = next(index for index, step in enumerate(STEPS) if isinstance(step, Accept) and step.unfinished)
    with pytest.raises(SyntaxError):
        ast.parse(as_written(shop, [Chapter("", tuple(STEPS[: halfway + 1]))])["app.py"])

    for name, text in as_written(shop, SCENARIO).items():
        if name.endswith(".py"):
            ast.parse(text)
            assert max(map(len, text.splitlines())) <= 100


def test_a_place_that_is_not_there_exactly_once_is_an_error(shop: dict[str, str]) -> None:
    with pytest.raises(ScenarioError, match="has 'return' 5 times"):
        as_written({"a.py": "return\n" * 5}, [Chapter("", (GoTo("a.py", "return"),))])


def test_only_the_last_change_can_be_taken_back() -> None:
    steps = (GoTo("a.py", "x = 1"), Accept("\ny = 2"), Type("3"), TakeBack("too late"))

    with pytest.raises(ScenarioError, match="no completion to take back"):
        as_written({"a.py": "x = 1\n"}, [Chapter("", steps)])


def test_taking_back_leaves_what_was_typed_before() -> None:
    steps = (GoTo("a.py", "x = 1"), Type("\ny = "), Accept("eval(z)"), TakeBack("no"), Accept("int(z)"))

    assert as_written({"a.py": "x = 1\n"}, [Chapter("", steps)]) == {"a.py": "x = 1\ny = int(z)\n"}


# The whole of it, as a newcomer and CI see it.


def call_demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vetline", "demo", *arguments],
        env=os.environ | {"COLUMNS": "80"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "kept"


@pytest.fixture(scope="module")
def performance(kept: Path) -> subprocess.CompletedProcess[str]:
    return call_demo("--fast", "--keep", str(kept))


def test_the_demo_succeeds(performance: subprocess.CompletedProcess[str]) -> None:
    assert performance.returncode == 0, performance.stdout + performance.stderr
    assert "expectations were met" in performance.stdout
    assert performance.stderr == ""


def test_the_demo_shows_each_finding_with_place_reason_and_latency(performance: subprocess.CompletedProcess[str]) -> None:
    for step in STEPS:
        if isinstance(step, Type | Accept):
            for rule in step.brings:
                assert f"  {rule}  " in performance.stdout
    lines = performance.stdout.splitlines()
    first = next(index for index, line in enumerate(lines) if "  VET201  " in line)
    assert lines[first].startswith("    ● app.py:")
    assert "CWE-22 Path Traversal" in lines[first]
    assert lines[first].endswith(" ms")
    place = int(lines[first].split()[1].partition(":")[2])
    rest = lines[first + 1 :]
    way = [line.split(maxsplit=2)[1:] for line in rest[: rest.index(next(one for one in rest if "✓" in one))] if "→" in line]
    assert way == [
        [f"app.py:{place - 2}", "The query string comes in here"],
        [f"app.py:{place - 2}", "Goes into `name`"],
        [f"app.py:{place - 1}", "Goes into `path`"],
    ]


def test_the_diff_leads_from_what_the_assistant_wrote_to_what_is_kept(
    performance: subprocess.CompletedProcess[str], kept: Path, shop: dict[str, str], tmp_path: Path
) -> None:
    for name, text in as_written(shop, SCENARIO).items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    diff, _, _ = performance.stdout[performance.stdout.index("--- a/") :].partition("\n\n")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff + "\n", encoding="utf-8", check=True)

    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        path.name: path.read_text(encoding="utf-8") for path in kept.iterdir()
    }


def test_what_is_kept_has_only_findings_that_somebody_decided_on(kept: Path, engine: Engine, performance: object) -> None:
    left = {path.name: rules_in(path.read_text(encoding="utf-8"), engine) for path in sorted(kept.glob("*.py"))}

    assert left == {
        "app.py": Counter(),
        "models.py": Counter(),
        "reports.py": Counter(),
        "settings.py": Counter(),
    }
    assert "# nosec B404 # risk accepted" in (kept / "app.py").read_text(encoding="utf-8")


def test_the_project_is_never_imported_nor_compiled(kept: Path, performance: object) -> None:
    assert {path.name for path in kept.iterdir()} == {"app.py", "models.py", "reports.py", "settings.py", "requirements.txt"}


def test_a_terminal_that_only_knows_ascii_gets_ascii() -> None:
    performance = call_demo("--fast", "--no-color", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert performance.returncode == 0, performance.stdout + performance.stderr
    assert performance.stdout.isascii()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")

    result = CliRunner().invoke(demo, ["--fast", "--keep", str(tmp_path)])

    assert result.exit_code == 2
    assert "is not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_it_draws_and_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    import termios

    terminal, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    environment = os.environ | {"TERM": "xterm-256color", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "vetline", "demo"]
    process = subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = read_until(terminal, b"models.py")
    servers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGINT)
    shown += read_until(terminal, LEAVE_SECOND_SCREEN)

    assert process.wait(20) == 130
    assert shown.startswith(ENTER_SECOND_SCREEN)
    assert b"Traceback" not in shown
    assert len(servers) == 1
    assert psutil.wait_procs(servers, 10)[1] == []
    assert list(tmp_path.iterdir()) == []


ENTER_SECOND_SCREEN, LEAVE_SECOND_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


def read_until(terminal: int, wanted: bytes) -> bytes:
    """Read from a pseudo-terminal until ``wanted`` comes, for at most a minute."""
    text, deadline = b"", time.monotonic() + 60
    while wanted not in text and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1.0)[0]:
            text += os.read(terminal, 4096)
    return text


# What goes wrong is told, and is a failure.


def perform(project: Path, *steps: Step, server: Sequence[str] | None = None, patience: float = 5.0) -> Record:
    """Play ``steps`` against the real server, or another one, with Bandit's profile, which no new rule changes."""
    lay_out(project)
    (project / "vetline.toml").write_text('profile = "bandit"\n')
    options = {} if server is None else {"server": server}
    scenario = [Chapter("A test", steps)]
    stage = PlainStage(Console(file=StringIO()))
    return asyncio.run(run(project, scenario, stage, FAST, patience=patience, **options))


OPEN = Open("settings.py")
AT_THE_END = GoTo("settings.py", after='.json()["open"]')
INSECURE = "\n\n\ndef load(text):\n    return yaml.load(text, Loader=yaml.Loader)"


def test_a_finding_that_does_not_arrive_is_a_problem(tmp_path: Path) -> None:
    record = perform(tmp_path, OPEN, AT_THE_END, Accept("\n\nX = 1\n", brings=("B608",)), patience=1.0)

    assert record.problems == ["settings.py: B608 did not arrive after accepting 1 line"]


def test_a_finding_in_a_secure_completion_is_a_problem(tmp_path: Path) -> None:
    record = perform(tmp_path, OPEN, AT_THE_END, Accept(INSECURE))

    assert len(record.problems) == 1
    assert record.problems[0].startswith(
        "settings.py:49: B506 was not expected after accepting 2 lines of secure code (This YAML"
    )


def test_a_finding_that_should_stay_visible_and_does_not_is_a_problem(tmp_path: Path) -> None:
    steps = (OPEN, AT_THE_END, ExpectFindings(("B506",), "nothing was typed yet"))

    assert perform(tmp_path, *steps).problems == ["settings.py: B506 should be visible, and is not (nothing was typed yet)"]


def test_a_fix_that_is_not_offered_is_a_problem(tmp_path: Path) -> None:
    steps = (
        OPEN,
        AT_THE_END,
        Type("; exec(CONFIG)", brings=("B102",)),
        ApplyFix("B102"),
        ApplyFix("B506"),
        FixAll(OPEN.file, ()),
    )

    assert perform(tmp_path, *steps).problems == [
        "settings.py: no quick fix is offered for B102 in line 45",
        "settings.py: there is no B506 to act on",
        "settings.py: source.fixAll.vetline is not offered",
    ]


def test_a_fix_that_brings_something_else_than_it_should_is_a_problem(tmp_path: Path) -> None:
    steps = (OPEN, AT_THE_END, Accept(INSECURE, brings=("B506",)), ApplyFix("B506", brings=("B404",)))

    record = perform(tmp_path, *steps, patience=1.0)

    assert [problem.partition(" after ")[0] for problem in record.problems] == ["settings.py: B404 did not arrive"]
    assert [card.fate for card in record.board.cards] == [Fate.FIXED]


SERVE = "from vetline.lsp.server import serve_stdio; serve_stdio()"


def test_an_exit_code_other_than_0_is_a_problem(tmp_path: Path) -> None:
    record = perform(tmp_path, OPEN, server=[sys.executable, "-c", f"{SERVE}; raise SystemExit(3)"])

    assert record.problems == ["the server ended with exit code 3 after shutdown and exit"]


def test_a_server_that_stays_is_a_problem_and_is_ended(tmp_path: Path) -> None:
    record = perform(tmp_path, OPEN, server=[sys.executable, "-c", f"{SERVE}; import time; time.sleep(60)"], patience=2.0)

    assert record.problems == ["the server did not end within 2 s after shutdown and exit"]


def test_a_server_that_fails_at_its_start_is_a_problem_with_its_last_words(tmp_path: Path) -> None:
    record = perform(tmp_path, OPEN, server=[sys.executable, "-c", "raise SystemExit('no such luck')"])

    assert len(record.problems) == 1
    assert "ended before it answered initialize (exit code 1)" in record.problems[0]
    assert "no such luck" in record.problems[0]


def test_a_server_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = perform(tmp_path, OPEN, server=[str(tmp_path / "vetlime")]).problems

    assert "can't be started" in problem


def test_problems_are_listed_and_make_the_demo_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (OPEN, AT_THE_END, Accept(INSECURE))
    monkeypatch.setattr("vetline.cli.demo.scenario.SCENARIO", (Chapter("A test", steps),))

    result = CliRunner().invoke(demo, ["--fast", "--no-color"])

    assert result.exit_code == 1
    ending = " ".join(result.output.split("✗")[-1].split())
    assert ending.startswith("2 things did not happen as expected: · settings.py:49: VET301 was not expected")
    assert "stands for B506, not for nothing" in ending


# The board and the screen.


def finding(rule: str, line: int) -> Diagnostic:
    from lsprotocol import types as lsp

    position = lsp.Position(line, 0)
    return Diagnostic(
        rule, Range.of(line, 0, line, 5), "Bad.", Level.WARNING, None, lsp.Diagnostic(lsp.Range(position, position), "Bad.")
    )


def test_a_finding_is_the_same_after_an_edit_above_it() -> None:
    board = Board()
    first, second = board.update("a.py", [finding("B113", 3), finding("B113", 5)], (), 0.01).arrived

    insertion = TextEdit.insert(Position(4, 0), "x\ny\n")
    news = board.update("a.py", [finding("B113", 3), finding("B113", 4), finding("B113", 7)], [insertion], 0.01)

    assert [card.line for card in news.arrived] == [5]
    assert (first.line, second.line) == (4, 8)


def test_a_finding_that_gives_way_to_another_one_is_gone() -> None:
    board = Board()
    board.update("a.py", [finding("B602", 3)], (), 0.01)

    news = board.update("a.py", [finding("B603", 3)], [TextEdit(Range.of(3, 0, 3, 9), "")], 0.01)

    assert [card.rule for card in news.arrived] == ["B603"]
    assert [(card.rule, card.fate) for card in news.went] == [("B602", Fate.GONE)]


class Gauge:
    """A stage that draws each scene for several terminals, and measures the pictures."""

    def __init__(self) -> None:
        terminals = [(60, 20, "utf-8"), (80, 24, "ascii"), (100, 32, "utf-8")]
        self.consoles = [
            Console(width=width, height=height, file=TextIOWrapper(BytesIO(), encoding), force_terminal=True, _environ={})
            for width, height, encoding in terminals
        ]
        self.pictures = [Picture(console) for console in self.consoles]
        self.note: Note | None = None
        self.drawn = 0

    def draw(self, scene: Scene) -> None:
        if scene.note == self.note:
            return  # another key of what is being typed
        self.note = scene.note
        self.drawn += 1
        for console, picture in zip(self.consoles, self.pictures, strict=True):
            picture.scene = scene
            lines = ["".join(segment.text for segment in line) for line in console.render_lines(picture, pad=False)]
            assert len(lines) <= console.height
            assert max(map(cell_len, lines)) <= console.width
            assert scene.note is None or scene.note.text[:40] in "\n".join(lines)
            if scene.ghost:
                assert scene.ghost.rstrip().splitlines()[-1].strip()[:30] in "\n".join(lines)

    def tell(self, note: Note) -> None:
        assert note.kind is not Kind.WRONG, note.text


def test_every_picture_of_the_demo_fits_its_terminal_and_shows_what_matters(tmp_path: Path) -> None:
    lay_out(tmp_path)
    gauge = Gauge()

    asyncio.run(run(tmp_path, SCENARIO, gauge, FAST))

    assert gauge.drawn > len(STEPS)
