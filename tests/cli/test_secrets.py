"""No format repeats a secret that was found, wherever it comes up."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Project

SECRET = "correct-horse-battery"
TOKEN = "ghp" + "_Zk3vR9tQ1mX7pL0sW5yB8nD2cF4hJ6gU1aQe"

FORMATS = ("text", "json", "sarif", "github", "junit")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "code",
    [
        f'password = "{SECRET}"\n',
        f"token = '''\n{SECRET}\n'''\n",
        f"connect(host, password={SECRET!r})\n",
        f"connect(\n    host,\n    password={SECRET!r},\n)\n",
        f"def connect(host, password={SECRET!r}):\n    pass\n",
        f"def connect(\n    host,\n    password={SECRET!r},\n):\n    pass\n",
        f"if password == '{SECRET}':\n    pass\n",
        f"password = '{SECRET}'  # not {SECRET} any more\n",
        f"config['password'] = 'ä日👩' '{SECRET}'\n",
    ],
)
def test_the_line_of_a_secret_is_masked(project: Project, code: str, format_: str) -> None:
    project.write({"app.py": code})
    for profile, rule in (("bandit", "B10"), ("default", "")):
        outcome = project.run("check", "--profile", profile, "--format", format_)
        assert rule in outcome.out
        assert SECRET not in outcome.out + outcome.err


@pytest.mark.parametrize("format_", FORMATS)
def test_the_secret_is_masked_in_other_findings_too(project: Project, format_: str) -> None:
    code = f"""\
import requests
import subprocess

PASSWORD = "{SECRET}"
subprocess.run(f"mysql -p{SECRET} {{name}}", shell=True)  # {SECRET}
requests.get("http://admin:{SECRET}@host", verify=False)
yaml.load(stream, "{SECRET}")
"""
    project.write({"app.py": code})
    for profile in ("bandit", "default"):
        outcome = project.run("check", "--profile", profile, "--format", format_)
        assert "B602" in outcome.out
        assert SECRET not in outcome.out + outcome.err


@pytest.mark.parametrize(
    "code, secret",
    [
        (f"connect('{TOKEN}', verify=False)\n", TOKEN),
        (f"requests.get('https://admin:{SECRET}@db.intern/x', verify=False)\n", SECRET),
    ],
)
def test_a_secret_that_only_vetline_finds_is_masked_everywhere(project: Project, code: str, secret: str) -> None:
    project.write({"app.py": f"{code}subprocess.run(f'login {secret} {{name}}', shell=True)  # {secret}\n"})
    outcome = project.run("check")
    assert "VET60" in outcome.out
    assert "subprocess.run(f'" in outcome.out
    assert secret not in outcome.out + outcome.err


def test_a_secret_stays_masked_when_its_own_finding_is_not_shown(project: Project) -> None:
    project.write({"app.py": f"requests.get(url, password='{SECRET}', verify=False)\n"})
    outcome = project.run("check", "--select", "B501")
    assert "requests.get(url, password='*********************', verify=False)" in outcome.out


def test_the_place_stays_underlined_behind_a_mask(project: Project) -> None:
    out = project.write({"app.py": f"x = '日本', dict(password='{SECRET}')\n"}).run("check", "--profile", "bandit").out
    assert "1 | x = '**', dict(password='*********************')\n  |           ^^^^" in out


def test_other_strings_are_shown(project: Project) -> None:
    out = project.write({"app.py": f"password = '{SECRET}'\neval('1 + 1')\n"}).run("check", "--profile", "bandit").out
    assert "eval('1 + 1')" in out


def test_a_secret_has_no_fingerprint_of_its_own(project: Project) -> None:
    """A fingerprint that depended on the secret would let anyone test guesses against a published report."""
    prints = []
    for secret in ("correct-horse", "battery-stapl"):
        outcome = project.write({"app.py": f"password = '{secret}'\n"}).run("check", "--format", "json")
        prints.append(outcome.out.partition("fingerprint")[2])
    assert prints[0] == prints[1]
