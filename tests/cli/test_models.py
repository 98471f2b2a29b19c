"""``vetline models``"""

from __future__ import annotations

import json

from tests.cli.conftest import Project
from vetline.flow.models import builtin

OURS = 'modules = ["shopkit"]\n\n[[sinks]]\ncalls = ["Till.run"]\narguments = [0]\nkind = "shell"\n'
CONFIGURED = {"vetline.toml": 'models = ["shopkit.toml"]\n', "shopkit.toml": OURS}


def test_list_shows_all_files(project: Project) -> None:
    outcome = project.run("models", "list")
    assert outcome.code == 0
    for path in builtin.files():
        assert f"\n{path.name}: " in f"\n{outcome.out}"


def test_list_shows_ours_first(project: Project) -> None:
    out = project.write(CONFIGURED).run("models", "list").out
    assert out.startswith("shopkit.toml: shopkit\n    1 sink\n")


def test_list_shows_what_is_known_of_a_module(project: Project) -> None:
    project.write(CONFIGURED)
    assert "shopkit.Till.run: shell sink\n" in project.run("models", "list", "shopkit").out
    out = project.run("models", "list", "flask").out
    assert "flask.Flask.route: handler\n" in out
    assert "flask.escape: is markupsafe.escape\n" in out
    outcome = project.run("models", "list", "flaks")
    assert outcome.code == 2
    assert "No file describes 'flaks'" in outcome.err


def test_list_as_json(project: Project) -> None:
    project.write(CONFIGURED)
    documents = json.loads(project.run("models", "list", "--format", "json").out)
    assert len(documents) == len(builtin.files()) + 1
    assert documents[0] == {"path": str(project.root / "shopkit.toml"), "modules": ["shopkit"], "known": {"sink": 1}}
    (document,) = json.loads(project.run("models", "list", "shopkit", "--format", "json").out)
    assert document["names"] == {"shopkit.Till.run": "shell sink"}


def test_check_says_what_is_wrong(project: Project) -> None:
    project.write({"good.toml": OURS, "bad.toml": OURS.replace("shell", "shel")})
    outcome = project.run("models", "check", "good.toml", "bad.toml")
    assert outcome.code == 1
    assert outcome.out == 'bad.toml:6:8: "shel" is not a kind; did you mean "shell"?\n'
    outcome = project.run("models", "check", "good.toml")
    assert (outcome.code, outcome.out) == (0, "1 file, nothing wrong.\n")


def test_check_looks_at_the_configured_files(project: Project) -> None:
    outcome = project.run("models", "check")
    assert outcome.code == 2
    assert "nothing to check" in outcome.err
    outcome = project.write(CONFIGURED).run("models", "check")
    assert (outcome.code, outcome.out) == (0, "1 file, nothing wrong.\n")


def test_check_needs_files_that_can_be_read(project: Project) -> None:
    outcome = project.write({"good.toml": OURS}).run("models", "check", "good.toml", "none.toml")
    assert outcome.code == 2
    assert outcome.err == "none.toml: can't be read: No such file or directory\n"


def test_models_are_used_and_their_mistakes_are_shown(project: Project) -> None:
    code = "import shopkit\nfrom flask import request\n\nshopkit.Till().run('reboot ' + request.args['when'])\n"
    project.write({**CONFIGURED, "app.py": code})
    outcome = project.run("check", "app.py")
    assert outcome.code == 1
    assert "VET102" in outcome.out
    project.write({"shopkit.toml": OURS.replace("shell", "shel")})
    outcome = project.run("check", "app.py")
    assert outcome.code == 0
    assert 'did you mean "shell"?' in outcome.err
