"""The deep tier's analysis finds what a look at one file can't, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.semantics.workspace import write
from vetline.core.config import BanditConfig, Config, Profile
from vetline.core.edit import TextEdit
from vetline.core.finding import Finding, Origin
from vetline.core.location import Position, Range
from vetline.core.severity import Confidence, Level, Severity
from vetline.engine.deep import vet_deeply
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy
from vetline.rules.base import Example
from vetline.rules.weaknesses.vet001_insecure_re_export import RULE

ENGINE = Engine.of(Config())
COMPAT = {"compat.py": "import os\n\nfrom yaml import load\n\nshell = os.system\n"}
SHELL = "from compat import shell\n\nshell(f'ls {name}')\n"


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    from vetline.semantics.definitions import load_jedi

    load_jedi().settings.cache_directory = str(tmp_path_factory.mktemp("cache") / "jedi")


def deep(root: Path, text: str, files: Mapping[str, str], engine: Engine = ENGINE) -> list[Finding]:
    """Return what the deep tier finds in ``text`` beside ``files`` that is passed on by one of them."""
    write(root, files)
    found = vet_deeply(text, str(root / "app.py"), root / "app.py", root, engine).found
    return [finding for finding in found if finding.rule_id == RULE.id]


@pytest.mark.parametrize("example", RULE.bad)
def test_the_bad_examples_are_reported(tmp_path: Path, example: Example) -> None:
    assert [finding.rule_id for finding in deep(tmp_path, example.code, example.beside)] == ["VET001"]


@pytest.mark.parametrize("code", RULE.good)
def test_the_good_examples_are_not_reported(tmp_path: Path, code: str) -> None:
    loaders = "import yaml\n\n\ndef load(text):\n    return yaml.safe_load(text)\n"

    assert deep(tmp_path, code, {"compat.py": "from yaml import safe_load\n", "loaders.py": loaders}) == []


def test_a_finding_says_what_it_is_and_where_it_comes_from(tmp_path: Path) -> None:
    (finding,) = deep(tmp_path, SHELL, COMPAT)

    assert finding.range == Range.of(2, 0, 2, 19)
    assert finding.message.startswith("This is `os.system`, reached through compat.py: ")
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.HIGH)
    assert finding.cwe is not None
    assert finding.cwe.number == 78
    assert (finding.origin, finding.basis, finding.bandit) == (Origin.VETLINE, "B605", None)
    (step,) = finding.related
    assert (step.path, step.range) == (tmp_path / "compat.py", Range.of(4, 0, 5, 0))
    assert step.message == "Here `os.system` is passed on."


def test_the_message_is_the_one_of_the_check(tmp_path: Path) -> None:
    direct = Document("import os\n\nos.system(f'ls {name}')\n", ENGINE).vet()

    (finding,) = deep(tmp_path, SHELL, COMPAT)

    assert finding.message.endswith(f"compat.py: {direct[0].message}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import os\n\nos.system(f'ls {name}')\n", id="direct"),
        pytest.param("from compat import load\n\nexec(load)\n", id="another finding with the name in it"),
        pytest.param("import subprocess\nimport compat\n\nsubprocess.run(compat.load, shell=True)\n", id="as an argument"),
        pytest.param("import compat\n\nprint(compat.shell)\n", id="without a call"),
    ],
)
def test_what_the_instant_tier_finds_is_left_to_it(tmp_path: Path, text: str) -> None:
    assert deep(tmp_path, text, COMPAT) == []


@pytest.mark.parametrize(
    "line",
    [
        "shell(f'ls {name}')  # nosec",
        "shell(f'ls {name}')  # nosec B605",
        "shell(f'ls {name}')  # vetline: ignore[VET001] only in tests",
    ],
)
def test_a_comment_silences_it(tmp_path: Path, line: str) -> None:
    assert deep(tmp_path, f"from compat import shell\n\n{line}\n", COMPAT) == []


def test_bandits_configuration_counts(tmp_path: Path) -> None:
    engine = Engine.of(Config(bandit=BanditConfig(skips=frozenset({"B605"}))))

    assert deep(tmp_path, SHELL, COMPAT, engine) == []


def test_broken_code_around_does_no_harm(tmp_path: Path) -> None:
    text = f"def broken(:\n    pass\n\n{SHELL}\nclass Half(\n"

    assert [finding.range.start.line for finding in deep(tmp_path, text, COMPAT)] == [5]


class TestInADocument:
    """Late findings belong to their blocks."""

    TEXT = (
        "from compat import load\nimport compat\n\n\ndef f(x):\n    return compat.load(x)\n\n\ndef g(x):\n    return load(x)\n"
    )

    @pytest.fixture
    def document(self, tmp_path: Path) -> Document:
        document = Document(self.TEXT, ENGINE, str(tmp_path / "app.py"))
        document.vet()
        assert document.take_late(deep(tmp_path, self.TEXT, COMPAT))
        return document

    @staticmethod
    def lines(document: Document) -> list[int]:
        return [finding.range.start.line for finding in document.vet() if finding.rule_id == "VET001"]

    def test_they_are_there_with_the_others(self, document: Document) -> None:
        assert self.lines(document) == [5, 9]
        keys = [finding.key for finding in document.findings()]
        assert len(set(keys)) == len(keys)
        assert all(document.find(key) is not None for key in keys)

    def test_they_move_with_their_block(self, document: Document) -> None:
        before = [finding.key for finding in document.findings()]
        document.edit(Range.of(3, 0, 3, 0), "import subprocess\n\n\ndef h():\n    pass\n\n")

        assert self.lines(document) == [11, 15]
        late = [finding for finding in document.findings() if finding.rule_id == "VET001"]
        assert [finding.key for finding in late] == before
        assert {finding.related[0].range for finding in late} == {Range.of(2, 0, 3, 0)}, "which is in another file"

    def test_they_go_with_the_text_of_their_block(self, document: Document) -> None:
        document.edit(Range.of(5, 11, 5, 17), "other")

        assert self.lines(document) == [9]

    def test_they_go_with_the_import_of_their_name(self, document: Document) -> None:
        document.edit(Range.of(0, 5, 0, 11), "safe")

        assert self.lines(document) == [5]

    def test_they_are_there_again_when_they_are_found_again(self, document: Document, tmp_path: Path) -> None:
        document.edit(Range.of(5, 0, 5, 0), "    x = x\n")
        assert self.lines(document) == [10]

        assert document.take_late(deep(tmp_path, document.text, {}))
        assert self.lines(document) == [6, 10]

    def test_the_same_again_is_no_change(self, document: Document, tmp_path: Path) -> None:
        assert not document.take_late(deep(tmp_path, self.TEXT, {}))

    def test_what_is_not_found_any_more_goes(self, document: Document) -> None:
        assert document.take_late([])
        assert self.lines(document) == []

    def test_a_copy_has_them_and_keeps_its_own(self, document: Document) -> None:
        copy = document.fork()
        copy.apply([TextEdit.insert(Position(5, 0), "    x = x\n")])

        assert self.lines(copy) == [10]
        assert self.lines(document) == [5, 9]


class TestPolicy:
    """Whoever is not interested in a check isn't interested in it under another name."""

    @pytest.fixture
    def finding(self, tmp_path: Path) -> Finding:
        (finding,) = deep(tmp_path, SHELL, COMPAT)
        return finding

    @pytest.mark.parametrize(
        "config",
        [
            Config(ignore=("VET001",)),
            Config(ignore=("B605",)),
            Config(ignore=("B6",)),
            Config(select=("B6",)),
            Config(levels={"B605": Level.OFF}),
            Config(test_paths=("app.py",), test_ignore=("B605",)),
            Config(bandit=BanditConfig(min_severity=Severity.HIGH)),
            Config(min_severity=Severity.HIGH),
            Config(profile=Profile.BANDIT),
        ],
    )
    def test_it_is_not_shown(self, finding: Finding, config: Config) -> None:
        from dataclasses import replace

        mild = replace(finding, severity=Severity.MEDIUM)

        assert Policy(config).show([mild], Path("app.py")) == []

    @pytest.mark.parametrize(
        "config, level",
        [
            (Config(), Level.ERROR),
            (Config(levels={"B605": Level.HINT}), Level.HINT),
            (Config(levels={"B605": Level.HINT, "VET": Level.WARNING}), Level.WARNING),
            (Config(levels={"B605": Level.OFF, "VET001": Level.WARNING}), Level.WARNING),
            (Config(select=("VET",)), Level.ERROR),
        ],
    )
    def test_it_is_shown_as_loudly_as(self, finding: Finding, config: Config, level: Level) -> None:
        assert [shown.level for shown in Policy(config).show([finding], Path("app.py"))] == [level]


def test_what_an_object_of_another_files_class_holds(tmp_path: Path) -> None:
    classes = "import os\n\nclass Base:\n    def __init__(self, command):\n        self.command = command\n"
    classes += "    def run(self):\n        os.system(self.command)\n"
    text = "from flask import request\nfrom jobs import Base\n\nclass Job(Base):\n    def __init__(self, command, n):\n"
    text += "        super().__init__(command)\n        self.n = n\n\ndef view():\n    {}.run()\n"
    write(tmp_path, {"jobs.py": classes})

    def found(job: str) -> list[str]:
        path = tmp_path / "app.py"
        return [one.rule_id for one in vet_deeply(text.format(job), str(path), path, tmp_path, ENGINE).found]

    assert found('Job(request.args["x"], 1)') == ["VET102"]
    assert found('Base(request.args["x"])') == ["VET102"]
    assert found('Job("ls", request.args["x"])') == []
