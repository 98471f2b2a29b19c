"""A key of a known provider stands in the code.

The forms of keys tell: `AKIA…` of AWS, `ghp_…` of GitHub, `sk-ant-…` of Anthropic, a private key in PEM, and some
fifty others. What the variable is called doesn't matter.

## Why it matters
Such a key works from anywhere. Public repositories are searched for them without pause, and a cloud key that gets out
is used within minutes: for computers that others pay for, for the data of all customers, or to push code under your
name. Assistants repeat keys from what they were shown, and developers paste theirs to try something out.

## How to fix it
Revoke the key now, at the provider: it is in the history of the repository, even if you take it out of the file. Then
read a new one from the environment or a secret store:

    client = Anthropic(api_key=os.environ["ANTHROPIC_API_KEY"])

## When it is fine
When the provider publishes it for its examples, or it is restricted so that nobody can do anything with it.

## References
- [CWE-798: Use of Hard-coded Credentials](https://cwe.mitre.org/data/definitions/798.html)
- [GitHub: removing sensitive data from a repository](https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.formats import provider_of

_SHORTEST = 20


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Constant):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str | bytes) or len(node.value) < _SHORTEST:
            continue
        text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        if (provider := provider_of(text)) is not None:
            message = f"This is {provider.name}: revoke it, and read a new one from the environment or a secret store."
            yield Match(node, message, provider.severity)
    for node in context.walk(ast.BinOp):
        yield from _put_together(node, context)


def _put_together(node: ast.AST, context: CheckContext) -> Iterator[Match]:
    """Yield a key that is written in several pieces."""
    text = context.value(node).constant
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Add)
        and isinstance(text, str)
        and (provider := provider_of(text)) is not None
    ):
        pieces = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if not any(provider_of(piece) for piece in pieces) and not isinstance(context.parent_of(node), ast.BinOp):
            message = f"This is {provider.name}: revoke it, and read a new one from the environment or a secret store."
            yield Match(node, message, provider.severity)


def _whole(code: str) -> str:
    """Return an example as it is meant: its keys stand here in two parts, so that no scanner takes this file for a leak."""
    return code.replace("~", "")


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.expr):
        yield from read_from_environment(site, site.node, "API_KEY")


RULE = Rule(
    id="VET602",
    name="secret-by-format",
    cwe=Cwe(798),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This is a provider's key: revoke it, and read a new one from the environment or a secret store.",
    bad=(
        Example(
            _whole('import boto3\n\ns3 = boto3.client("s3", aws_access_key_id="AKIA~QYLPMN5HHHFPZ4TB")\n'),
            ('import os\n\nimport boto3\n\ns3 = boto3.client("s3", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"])\n'),
        ),
        Example(
            _whole('headers = {"Authorization": "token ghp~_kR7mZ2qXv9LtB4wNc8YpD3sHf6JgA1eUo5Ti"}\n'),
            'import os\n\nheaders = {"Authorization": "token " + os.environ["AUTHORIZATION"]}\n',
        ),
        Example(
            _whole(
                "from anthropic import Anthropic\n\n"
                'client = Anthropic(api_key="sk-ant~-api03-Zk4vQ9rT2mXw7LpB-8nYcD3sHf6JgA1eUo5TiKR")\n'
            ),
            ('import os\n\nfrom anthropic import Anthropic\n\nclient = Anthropic(api_key=os.environ["API_KEY"])\n'),
        ),
        Example(
            _whole(
                'class Settings:\n    stripe = "sk_live~_4eC39HqLyjWDarjtT1zdp7dc"\n'
                '    google = "AIza~SyD9xQmZ7LtB4wNc8YpD3sHf6JgA1eUo5TR"\n'
            ),
            _whole(
                'import os\n\n\nclass Settings:\n    stripe = os.environ["STRIPE"]\n'
                '    google = "AIza~SyD9xQmZ7LtB4wNc8YpD3sHf6JgA1eUo5TR"\n'
            ),
        ),
        Example(
            _whole(
                "KEY = '''-----BEGIN RSA PRIVATE~ KEY-----\n"
                "MIIEpAIBAAKCAQEA7bq9mZ2qXv9LtB4wNc8YpD3sHf6JgA1eUo5TiKR7mZ2qXv9L\n"
                "tB4wNc8YpD3sHf6JgA1eUo5TiKR7mZ2qXv9LMIIEpAIBAAKCAQEA7bq9mZ2qXv9L\n-----END RSA PRIVATE KEY-----'''\n"
            ),
            'import os\n\nKEY = os.environ["KEY"]\n',
        ),
        Example(
            _whole(
                "import requests\n\n"
                'HOOK = "https://hooks.slack.com/~services/T02AB9XQZ/B04KD8M2P/q8Zr4vT1mXw7LpB9nYcD3sHf"\n'
                "requests.post(HOOK, json=text, timeout=5)\n"
            ),
            ('import os\n\nimport requests\n\nHOOK = os.environ["HOOK"]\nrequests.post(HOOK, json=text, timeout=5)\n'),
        ),
        Example(_whole('token = "glp~at-" + "x7Qm2ZrV9LtB4wNc8YpD"\n'), 'import os\n\ntoken = os.environ["TOKEN"]\n'),
    ),
    good=(
        'import os\n\nkey = os.environ["AWS_ACCESS_KEY_ID"]\n',
        'example = "AKIAIOSFODNN7EXAMPLE"\n',
        'import re\n\nGITHUB = re.compile(r"ghp_[A-Za-z0-9]{36}")\n',
        'placeholder = "sk-ant-xxxxxxxxxxxxxxxxxxxxxxxx"\nheader = f"Bearer sk-{number}"\n',
        'def is_private(text):\n    return text.startswith("-----BEGIN RSA PRIVATE KEY-----")\n',
        'digest = "da39a3ee5e6b4b0d3255bfef95601890afd80709"\n',
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B105", "B106", "B107"}),
)
