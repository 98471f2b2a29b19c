"""Where a rule of Vetline's and a check of Bandit's speak of the same thing, one finding is shown, which names both."""

from __future__ import annotations

from typing import Any

import pytest

from vetline.core.config import Config, Profile
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy, Shown

SHELL = "import subprocess\nfrom flask import request\n\nsubprocess.run(request.args['x'], shell=True)\n"
"""VET102, and B602, which matters by itself, too."""
UNVERIFIED = "import requests\n\nrequests.get(url, timeout=9, verify=False)\n"
"""VET401, and B501, which is left to VET401."""


def shown(code: str, **settings: Any) -> list[Shown]:
    config = Config(**settings)
    document = Document(code, Engine.of(config), "app.py")
    return [one for one in Policy(config).show(document.vet(), None) if one.finding.rule_id not in ("B404", "B403")]


def ids(code: str, **settings: Any) -> list[tuple[str, ...]]:
    return [(one.finding.rule_id, *one.finding.also) for one in shown(code, **settings)]


@pytest.mark.parametrize(
    "code, both, message",
    [
        (SHELL, ("VET102", "B602"), "Pass a list of arguments. (B602)"),
        (UNVERIFIED, ("VET401", "B501"), " (B501)"),
    ],
)
def test_one_finding_names_both(code: str, both: tuple[str, ...], message: str) -> None:
    (found,) = shown(code)

    assert (found.finding.rule_id, *found.finding.also) == both
    assert found.finding.message.endswith(message)


@pytest.mark.parametrize("code, own, bandit", [(SHELL, "VET102", "B602"), (UNVERIFIED, "VET401", "B501")])
def test_who_chooses_one_of_them_gets_that_one(code: str, own: str, bandit: str) -> None:
    assert ids(code, select=("B",)) == [(bandit,)]
    assert ids(code, select=(bandit,)) == [(bandit,)]
    assert ids(code, ignore=(own,)) == [(bandit,)]
    assert ids(code, select=("VET",)) == [(own,)]
    assert ids(code, ignore=(bandit,)) == [(own,)]
    assert ids(code, profile=Profile.BANDIT) == [(bandit,)]


def test_each_is_silenced_by_the_comment_for_the_other() -> None:
    """Nobody who has silenced what they saw should see the other half of it in its place."""
    for code, own, bandit in ((SHELL, "VET102", "B602"), (UNVERIFIED, "VET401", "B501")):
        for comment in (f"# nosec {bandit}", "# nosec", f"# vetline: ignore[{own}] it's fine"):
            assert ids(code.replace(")\n", f")  {comment}\n")) == [], comment
        assert ids(code.replace(")\n", ")  # vetline: ignore[VET999]\n")) == [(own, bandit)]


OVER_LINES = """\
import subprocess
from flask import request


def f():
    name = request.args["name"]
    subprocess.run(
        f"ls {name}",
        shell=True,
    )
"""


def test_of_a_call_over_several_lines_each_may_point_at_another_argument() -> None:
    assert ids(OVER_LINES) == [("VET102", "B602")]
    for line in ("subprocess.run(", 'ls {name}",', "shell=True,", "    )"):
        silenced = OVER_LINES.replace(f"{line}\n", f"{line}  # nosec B602\n")
        assert ids(silenced) == [], line
        assert ids(silenced, profile=Profile.BANDIT) == []


def test_a_call_beside_it_is_another_one() -> None:
    code = (
        SHELL + "calls = [\n    subprocess.run(request.args['y'], shell=True),\n    run(request.args['z']),  # nosec B602\n]\n"
    )

    assert ids(code) == [("VET102", "B602")] * 2


def test_bandits_profile_knows_bandits_comments_only() -> None:
    assert ids(SHELL.replace(")\n", ")  # vetline: ignore[VET102]\n"), profile=Profile.BANDIT) == [("B602",)]
    assert ids(SHELL.replace(")\n", ")  # nosec B602\n"), profile=Profile.BANDIT) == []


def test_a_finding_of_bandits_that_nothing_confirms_is_idle() -> None:
    code = "import subprocess\n\nsubprocess.run('ls -l', shell=True)\n"

    assert ids(code) == []
    assert ("B602",) in ids(code, profile=Profile.BANDIT)


def test_what_the_deep_tier_refutes_confirms_nothing() -> None:
    document = Document(UNVERIFIED, Engine.of(Config()), "app.py")
    (own,) = [finding for finding in document.vet() if finding.rule_id == "VET401"]

    document.take_late([], [own.key])

    assert Policy(Config()).show(document.findings(), None) == []
