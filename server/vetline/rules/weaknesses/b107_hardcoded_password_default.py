"""A parameter for a password or token has a string as its default.

## Why it matters
A caller that forgets the argument doesn't fail: it quietly uses a value that everyone with the source knows.  The
Mirai botnet was made of devices with default passwords.  Assistants add such defaults so that the
function can be tried without arguments.

## How to fix it
Let the caller say it:

    def connect(host, password): ...

Or take `None` as the default and look the secret up inside, failing when there is none:

    def connect(host, password=None):
        password = password or os.environ["DB_PASSWORD"]

## When it is fine
Where an empty string means "no password", and where the parameter names something else, such as a token's type.

## References
- [OWASP: Secrets management](https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html)
- [Bandit: B107](https://bandit.readthedocs.io/en/latest/plugins/b107_hardcoded_password_default.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.places import is_secret_there


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.FunctionDef | ast.AsyncFunctionDef):
        found = site.node.args
        for default in (*found.defaults, *found.kw_defaults):
            if isinstance(default, ast.Constant) and isinstance(default.value, str) and default.value:
                yield from read_from_environment(site, default)


RULE = Rule(
    id="B107",
    name="hardcoded-password-default",
    cwe=Cwe(259),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="A caller that omits this argument uses a secret that stands in the source; make the argument required.",
    bad=(
        Example(
            "def connect(host, password='hunter2'):\n    return Connection(host, password)\n",
            ('import os\n\n\ndef connect(host, password=os.environ["PASSWORD"]):\n    return Connection(host, password)\n'),
        ),
        Example(
            "class Client:\n    def __init__(self, url, api_token='letmein', retries=3):\n        self.url = url\n",
            (
                "import os\n\n\nclass Client:\n"
                '    def __init__(self, url, api_token=os.environ["API_TOKEN"], retries=3):\n'
                "        self.url = url\n"
            ),
        ),
    ),
    good=(
        "def connect(host, password):\n    return Connection(host, password)\n",
        (
            "import os\n\n\ndef connect(host, password=None):\n"
            "    return Connection(host, password or os.environ['DB_PASSWORD'])\n"
        ),
    ),
    fix=fix,
    matters=is_secret_there,
)
