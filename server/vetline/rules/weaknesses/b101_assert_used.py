"""An `assert` is no check: Python leaves it out when it runs optimised.

## Why it matters
`python -O` and `PYTHONOPTIMIZE` remove every `assert`.  An assistant that writes `assert user.is_admin` has written
an authorisation check that one environment variable switches off.

## How to fix it
Raise an exception instead:

    if not user.is_admin:
        raise PermissionError("administrators only")

Keep `assert` for what can't happen unless the program itself is wrong.

## When it is fine
In tests (Vetline doesn't report it there), and for invariants of your own code that no input can break.

## References
- [Python: the assert statement](https://docs.python.org/3/reference/simple_stmts.html#the-assert-statement)
- [Bandit: B101](https://bandit.readthedocs.io/en/latest/plugins/b101_assert_used.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.assertions import checks_input, checks_permission, raise_instead
from vetline.rules.base import CheckContext, Example, FixSite, Rule


def matters(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether what the assert looks at is more than an invariant of the code around it."""
    return checks_permission(node, context) or checks_input(node, context) is not None


def fix(site: FixSite) -> Iterator[Fix]:
    yield from raise_instead(site, "AssertionError", "It is checked under `python -O`, too, and takes its time there.")


RULE = Rule(
    id="B101",
    name="assert-used",
    cwe=Cwe(703),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="This assert disappears under `python -O`; don't rely on it as a check.",
    bad=(
        Example("assert user.is_admin\n", "if not user.is_admin:\n    raise AssertionError\n"),
        Example(
            "def withdraw(amount):\n    assert amount > 0, 'bad amount'\n",
            "def withdraw(amount):\n    if not (amount > 0):\n        raise AssertionError('bad amount')\n",
        ),
    ),
    good=("if not user.is_admin:\n    raise PermissionError('administrators only')\n",),
    matters=matters,
    fix=fix,
)
