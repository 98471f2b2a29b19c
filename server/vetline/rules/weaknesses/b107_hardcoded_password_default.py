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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.secrets.places import is_secret_there

RULE = Rule(
    id="B107",
    name="hardcoded-password-default",
    cwe=Cwe(259),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="A caller that omits this argument uses a secret that stands in the source; make the argument required.",
    bad=(
        Example("def connect(host, password='hunter2'):\n    return Connection(host, password)\n"),
        Example("class Client:\n    def __init__(self, url, api_token='letmein', retries=3):\n        self.url = url\n"),
    ),
    good=(
        "def connect(host, password):\n    return Connection(host, password)\n",
        (
            "import os\n\n\ndef connect(host, password=None):\n"
            "    return Connection(host, password or os.environ['DB_PASSWORD'])\n"
        ),
    ),
    why_no_fix="Taking the default away changes the function for its callers, some of which may be in other projects.",
    matters=is_secret_there,
)
