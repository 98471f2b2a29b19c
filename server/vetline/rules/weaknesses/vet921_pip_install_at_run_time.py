"""A program installs packages while it runs.

## Why it matters
What is installed is whatever the index gives for that name today: a new version, a package of the same name from another
index, a misspelt one that somebody has registered.  Its install script runs with the program's rights, on the machine that
serves customers. Assistants write it so that a snippet runs anywhere, and they make up names, which others then register
("slopsquatting").

## How to fix it
Declare what is needed, with versions and hashes, and install it when the program is built:

    [project]
    dependencies = ["requests==2.32.5"]

Say what is missing where an optional package can't be imported:

    except ImportError:
        raise SystemExit("pip install app[excel]") from None

## When it is fine
In tools whose purpose is to install, and in notebooks that nobody runs unattended.

## References
- [pip: secure installs](https://pip.pypa.io/en/stable/topics/secure-installs/)
- [CWE-829: Inclusion of Functionality from Untrusted Control Sphere](https://cwe.mitre.org/data/definitions/829.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.command_lines import RUNNERS, words_of_command

_INSTALLERS: Final = frozenset({"pip", "pip3", "easy_install", "conda", "mamba", "npm", "gem", "cargo", "pipx"})
_PIP: Final = re.compile(r"(?:^|/)pip(?:3(?:\.\d+)?)?$")
_MAIN: Final = ("pip.main", "pip._internal.main", "pip._internal.cli.main.main", "setuptools.command.easy_install.main")


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*RUNNERS):
        command = words_of_command(call, context)
        if _installs(command):
            local = [
                word
                for word in command
                if word in ("-r", "-e", ".") or word.startswith(("./", "--requirement", "requirements"))
            ]
            yield Match(call, severity=Severity.LOW if local else None)
    for call in context.calls(*_MAIN):
        value = context.value(call.args[0]) if call.args else None
        first = (value.items or {}).get(0) if value is not None else None
        if first is None or first.constant in ("install", None):
            yield Match(call)


def _installs(command: list[str]) -> bool:
    """Tell whether a command line is one of ``pip install`` and the like."""
    for index, word in enumerate(command[:-1]):
        if (word in _INSTALLERS or _PIP.search(word)) and "install" in command[index + 1 : index + 4]:
            return True
        if word == "uv" and command[index + 1 : index + 2] in (["add"], ["pip"]):
            return True
    return False


RULE = Rule(
    id="VET921",
    name="pip-install-at-run-time",
    cwe=Cwe(829),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This installs whatever the index gives today, while the program runs: declare it, and install it beforehand.",
    bad=(
        Example(
            """\
import subprocess
import sys

try:
    import requests
except ImportError:
    subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'requests'])
"""
        ),
        Example("""\
import os

os.system('pip install -U pandas')
"""),
        Example("""\
import subprocess


def ensure(package):
    subprocess.run(f'pip3 install {package}', shell=True)
"""),
        Example("""\
import pip


def ensure(package):
    pip.main(['install', package])
"""),
        Example(
            """\
import asyncio


async def plugin(name):
    process = await asyncio.create_subprocess_exec('pip', 'install', '--quiet', name)
    await process.wait()
"""
        ),
        Example("""\
from subprocess import run

PIP = ['conda', 'install', '-y']


class Setup:
    def go(self):
        run(PIP + ['scipy'])
"""),
    ),
    good=(
        """\
try:
    import requests
except ImportError:
    raise SystemExit('pip install app[web]') from None
""",
        """\
import subprocess
import sys

subprocess.run([sys.executable, '-m', 'pip', 'list'])
""",
        """\
import subprocess

subprocess.run(['git', 'status'])
""",
        """\
HELP = 'Run pip install app first.'
print(HELP)
""",
        """\
import os

os.system('make install')
""",
    ),
    check=check,
    why_no_fix="Where dependencies are declared, and which version is right, isn't in this file.",
)
