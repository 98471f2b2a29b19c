"""What is put into an object comes out of it: through its methods, its properties, and the classes that it derives from."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.flow.test_models_in_use import reached

RUNNER = """\
class Runner:
    def __init__(self, command, name=""):
        self.command = command
        self.name = name
        self.parts = []
    def run(self):
        os.system(self.command)
    def run_parts(self):
        os.system(" ".join(self.parts))
    def greet(self):
        os.system(self.name)
    def full(self):
        return "nice " + self.command
    def run_full(self):
        self._start(self.full())
    def _start(self, what):
        os.system(what)
    def using(self, command):
        self.command = command
        return self
    def add(self, part):
        self.parts.append(part)
        return self
    def reset(self):
        self.command = "ls"
    def default(self):
        if not self.command:
            self.command = "ls"
    def quote(self):
        self.command = shlex.quote(self.command)
    def check(self):
        if self.command not in ("ls", "df"):
            raise ValueError
    def is_known(self):
        return self.command in ("ls", "df")
    def __enter__(self):
        return self
    def __call__(self, suffix):
        os.system(self.command + suffix)
    @classmethod
    def of(cls, command):
        return cls(command)
    @staticmethod
    def make(command):
        return Runner(command)
    @property
    def line(self):
        return "nice " + self.command
    @line.setter
    def line(self, value):
        self.command = value
"""
GIVEN = 'request.args["x"]'


def is_reached(classes: str, body: str) -> bool:
    """Tell whether what ``GIVEN`` stands for in ``body`` reaches a shell."""
    view = indent(body.replace("GIVEN", GIVEN), "    ")
    return "shell < remote" in reached(
        f"import os\nimport shlex\nfrom flask import request\n\n{classes}\ndef view():\n{view}\n"
    )


@pytest.mark.parametrize(
    "body, expected",
    [
        ("Runner(GIVEN).run()", True),
        ("runner = Runner(GIVEN)\nrunner.run()", True),
        ("runner = Runner(GIVEN)\nalias = runner\nalias.run()", True),
        ("Runner(GIVEN).run_full()", True),
        ("os.system(Runner(GIVEN).full())", True),
        ("Runner('ls', GIVEN).run()", False),
        ("Runner(GIVEN).greet()", False),
        ("Runner('ls', name=GIVEN).greet()", True),
        ("Runner('ls').using(GIVEN).run()", True),
        ("Runner(GIVEN).using('ls').run()", False),
        ("runner = Runner('ls')\nrunner.using(GIVEN)\nrunner.run()", True),
        ("runner = Runner('ls')\nrunner.command = GIVEN\nrunner.run()", True),
        ("Runner('ls').add('a').add(GIVEN).run_parts()", True),
        ("runner = Runner('ls')\nrunner.add(GIVEN)\nrunner.run()", False),
        ("runner = Runner(GIVEN)\nrunner.reset()\nrunner.run()", False),
        ("runner = Runner(GIVEN)\nrunner.default()\nrunner.run()", True),
        ("runner = Runner(GIVEN)\nrunner.quote()\nrunner.run()", False),
        ("runner = Runner(GIVEN)\nrunner.check()\nrunner.run()", False),
        ("runner = Runner(GIVEN)\nif runner.is_known():\n    runner.run()", False),
        ("runner = Runner(GIVEN)\nif not runner.is_known():\n    runner.run()", True),
        ("with Runner(GIVEN) as runner:\n    runner.run()", True),
        ("runner = Runner('ls')\nrunner(GIVEN)", True),
        ("runner = Runner(GIVEN)\nrunner('x')", True),
        ("Runner.of(GIVEN).run()", True),
        ("Runner.make(GIVEN).run()", True),
        ("os.system(Runner(GIVEN).line)", True),
        ("os.system(Runner('ls', GIVEN).line)", False),
        ("runner = Runner('ls')\nrunner.line = GIVEN\nrunner.run()", True),
        ("runner = Runner(GIVEN)\nrunner.line = 'ls'\nrunner.run()", False),
    ],
)
def test_what_one_instance_holds(body: str, expected: bool) -> None:
    assert is_reached(RUNNER, body) is expected


@pytest.mark.parametrize(
    "initial, expected",
    [
        ("self.command = command", True),
        ("self.command = f'nice {command}'", True),
        ("self.command = int(command)", False),
        ("self.command = shlex.quote(command)", False),
        ("if command not in ('ls', 'df'):\n    raise ValueError\nself.command = command", False),
        ("self.options = {'command': command}\nself.command = self.options['command']", True),
        ("self.inner = Inner(command)\nself.command = self.inner.text", True),
        ("self.command = 'ls'\nself.unused = command", False),
        ("self.clean(command)", False),
        ("self.keep(command)", True),
    ],
)
def test_what_an_initialiser_does_to_it(initial: str, expected: bool) -> None:
    classes = (
        "class Inner:\n    def __init__(self, text):\n        self.text = text\n"
        f"class Runner:\n    def __init__(self, command):\n{indent(initial, ' ' * 8)}\n"
        "    def keep(self, command):\n        self.command = command\n"
        "    def clean(self, command):\n        self.command = shlex.quote(command)\n"
        "    def run(self):\n        os.system(f'ls {self.command}')\n"
    )
    assert is_reached(classes, "Runner(GIVEN).run()") is expected


GO = ["def go(self):", "    os.system(self.command)"]
BASE = """\
class Base:
    LIMIT = "10"
    def __init__(self, command):
        self.command = command
    def run(self):
        self.start(self.command)
    def show(self):
        print(self.command)
    def limit(self):
        os.system(self.LIMIT)
    @classmethod
    def of(cls, command):
        return cls(command)
"""


@pytest.mark.parametrize(
    "derived, body, expected",
    [
        (["def start(self, what):", "    os.system(what)"], "Derived(GIVEN).run()", True),
        (["def start(self, what):", "    print(what)"], "Derived(GIVEN).run()", False),
        (GO, "Derived(GIVEN).go()", True),
        (GO, "Derived.of(GIVEN).go()", True),
        (["def show(self):", "    os.system(self.command)"], "Derived(GIVEN).show()", True),
        (["def show(self):", "    os.system(self.command)"], "Base(GIVEN).show()", False),
        (["def show(self):", "    super().show()", "    os.system(self.command)"], "Derived(GIVEN).show()", True),
        (["def __init__(self, command, n):", "    super().__init__(command)", *GO], "Derived(GIVEN, 1).go()", True),
        (["def __init__(self, command, n):", "    super().__init__(command)", *GO], "Derived('ls', GIVEN).go()", False),
        (["def __init__(self, command):", "    Base.__init__(self, command)", *GO], "Derived(GIVEN).go()", True),
        (["LIMIT = '20'"], "Derived(GIVEN).limit()", False),
    ],
)
def test_what_bases_and_derived_classes_add(derived: list[str], body: str, expected: bool) -> None:
    members = indent("\n".join(derived), "    ")
    assert is_reached(f"{BASE}class Derived(Base):\n{members}\n", body) is expected


def test_of_an_object_that_may_be_of_a_derived_class_all_methods_count() -> None:
    classes = (
        "class Base:\n    def go(self, command):\n        raise NotImplementedError\nclass A(Base):\n    def go(self, c):\n"
    )

    assert is_reached(f"{classes}        os.system(c)\ndef use(base: Base, c):\n    base.go(c)\n", "use(A(), GIVEN)")
    assert not is_reached(f"{classes}        print(c)\ndef use(base: Base, c):\n    base.go(c)\n", "use(A(), GIVEN)")


RECORDS = {
    "dataclass": "from dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass Job:\n{}",
    "attrs": "from attrs import define\n@define\nclass Job:\n{}",
    "named tuple": "from typing import NamedTuple\nclass Job(NamedTuple):\n{}",
    "pydantic": "from pydantic import BaseModel\nclass Job(BaseModel):\n{}",
    "derived": "from dataclasses import dataclass\n@dataclass\nclass Base:\n    host: str\n@dataclass\nclass Job(Base):\n{}",
}
JOB = """\
    command: str
    note: str = 'none'
    def run(self):
        os.system(self.command)
    def say(self):
        os.system(self.note)
"""


@pytest.mark.parametrize("kind", RECORDS)
def test_declared_fields(kind: str) -> None:
    classes = RECORDS[kind].format(JOB)
    first = "'host', " if kind == "derived" else ""
    assert is_reached(classes, "Job(command=GIVEN).run()")
    assert is_reached(classes, "os.system(Job(command='ls', note=GIVEN).note)")
    assert not is_reached(classes, "Job(command=GIVEN).say()")
    assert not is_reached(classes, "Job(command='ls', note=GIVEN).run()")
    if kind != "pydantic":
        assert is_reached(classes, f"Job({first}GIVEN).run()")
        assert is_reached(classes, f"job = Job({first}'ls', GIVEN)\njob.say()")
        assert not is_reached(classes, f"Job({first}'ls', GIVEN).run()")


@pytest.mark.parametrize(
    "body, expected",
    [
        ("Job(**request.json).run()", True),
        ("Job(**request.json).count()", False),
        ("Job.model_validate(request.json).run()", True),
        ("Job.model_validate(request.json).count()", False),
        ("os.system(Job.model_validate(request.json).command)", True),
    ],
)
def test_what_a_model_makes_of_a_body(body: str, expected: bool) -> None:
    fields = "    command: str\n    n: int\n    def run(self):\n        os.system(self.command)\n"
    classes = RECORDS["pydantic"].format(f"{fields}    def count(self):\n        os.system(f'ls {{self.n}}')\n")
    assert is_reached(classes.replace("{{", "{").replace("}}", "}"), body) is expected


def test_what_is_computed_from_declared_fields() -> None:
    classes = RECORDS["dataclass"].format(
        "    path: str\n    command: str = field(init=False)\n"
        "    def __post_init__(self):\n        self.command = 'ls ' + self.path\n"
        "    def run(self):\n        os.system(self.command)\n"
    )
    assert is_reached(classes, "Job(GIVEN).run()")
    assert not is_reached(classes, "Job('ls').run()")


def test_the_elements_of_named_tuples() -> None:
    classes = RECORDS["named tuple"].format(JOB)
    assert is_reached(classes, "command, note = Job(GIVEN, 'x')\nos.system(command)")
    assert not is_reached(classes, "command, note = Job(GIVEN, 'x')\nos.system(note)")
    made = "from collections import namedtuple\nJob = namedtuple('Job', 'command note')\n"
    assert is_reached(made, "os.system(Job(GIVEN, 'x').command)")
    assert not is_reached(made, "os.system(Job(GIVEN, 'x').note)")
    described = made + "Job.command.__doc__ = 'What is run.'\n"
    assert is_reached(described, "os.system(Job(GIVEN, 'x').command)")


def test_a_named_tuple_that_something_is_assigned_to() -> None:
    made = "from collections import namedtuple\nJob = namedtuple('Job', 'command note')\nJob.command.__doc__ = 'What to run.'\n"
    assert is_reached(made, "os.system(Job(GIVEN, 'x').command)")
    assert not is_reached(made, "os.system(Job(GIVEN, 'x').note)")


def test_a_record_with_other_fields() -> None:
    classes = "import dataclasses\n" + RECORDS["dataclass"].format(JOB)
    assert is_reached(classes, "dataclasses.replace(Job('ls'), command=GIVEN).run()")
    assert not is_reached(classes, "dataclasses.replace(Job(GIVEN), command='ls').run()")
    assert is_reached(classes, "os.system(dataclasses.asdict(Job(GIVEN))['command'])")
    assert not is_reached(classes, "os.system(dataclasses.asdict(Job(GIVEN))['note'])")


INNER = "class Inner:\n    def __init__(self, c):\n        self.c = c\n    def run(self):\n        os.system(self.c)\n"


@pytest.mark.parametrize(
    "body, expected",
    [
        ("class Local:\n    def run(self, command):\n        os.system(command)\nLocal().run(GIVEN)", True),
        ("class Local:\n    def run(self, a, command):\n        os.system(command)\nLocal().run(GIVEN, 'ls')", False),
        (f"{INNER}Inner(GIVEN).run()", True),
        ("given = GIVEN\nclass Local:\n    def run(self):\n        os.system(given)\nLocal().run()", True),
        ("make()(GIVEN).run()", True),
        ("made(GIVEN).run()", True),
        ("made('ls').run()", False),
        ("Outer.Inner(GIVEN).run()", True),
        ("Outer().inner(GIVEN).run()", True),
    ],
)
def test_classes_in_functions_and_in_classes(body: str, expected: bool) -> None:
    classes = (
        f"def make():\n{indent(INNER, '    ')}    return Inner\n"
        f"def made(command):\n{indent(INNER, '    ')}    return Inner(command)\n"
        f"class Outer:\n{indent(INNER, '    ')}    def inner(self, command):\n        return self.Inner(command)\n"
    )
    assert is_reached(classes, body) is expected


def test_an_attribute_that_a_named_tuple_is_given_is_no_field() -> None:
    code = """\
        import os
        from collections import namedtuple
        from flask import request

        Event = namedtuple("Event", "time, command")
        Event.time.__doc__ = "when"

        def view():
            os.system(Event(1, request.args["c"]).command)
        """

    assert "shell < remote" in reached(code)


@pytest.mark.parametrize("functions, is_found", [(1, True), (4, True), (5, False)])
def test_nobody_believes_a_way_through_many_functions(functions: int, is_found: bool) -> None:
    steps = "".join(f"def step{n}(text):\n    step{n + 1}(text)\n\n" for n in range(1, functions))
    code = (
        f"import os\nfrom flask import request\n\n{steps}def step{functions}(text):\n    os.system(text)\n\n"
        "def view():\n    step1(request.args['c'])\n"
    )

    assert ("shell < remote" in reached(code)) is is_found
