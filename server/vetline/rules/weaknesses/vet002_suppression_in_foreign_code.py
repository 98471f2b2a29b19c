"""A comment that silences findings came in with code that nobody has written here.

Assistants have learnt from code that is full of `# nosec` and `# noqa`, and write such comments along with the call that they
are about.  Whoever takes the completion takes the decision with it, mostly without seeing it.  In an editor, a comment that
came in with foreign code (a completion, a paste, what an agent did) silences nothing of Vetline's until a person has reviewed
that code.

## Why it matters
A suppression is a statement: somebody has looked, and it is fine.  Here nobody has.  The next reader believes it, other tools
obey it, and the weakness below stays for good.

## How to fix it
Look at what the comment silences; Vetline shows it as long as the comment isn't confirmed.  Fix that, and delete the comment.

If it is fine, mark the code as reviewed (a quick fix, and a code lens above it): the comment counts from then on.

## When it is fine
Where a person has looked at it; then say so.  Code that you have moved from elsewhere in the file keeps its comments.

## References
- [CWE-693: Protection Mechanism Failure](https://cwe.mitre.org/data/definitions/693.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="VET002",
    name="suppression-in-foreign-code",
    cwe=Cwe(693),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="This comment came in with the code, so it silences nothing yet: fix what it hides, or mark the code as reviewed.",
    bad=(
        Example("subprocess.run(command, shell=True)  # nosec B602\n"),
        Example('cursor.execute(f"SELECT * FROM {table}")  # noqa: S608\n'),
        Example("requests.get(url, verify=False)  # vetline: ignore[VET401] temporary\n"),
    ),
    good=("requests.get(url, timeout=10)  # the API is slow\n",),
    why_no_fix="Whether the comment is right is for a person to decide.",
    looks_around=True,
)


def smuggled(range_: Range) -> Finding:
    """Return the finding for a comment, which has no key yet."""
    assert RULE.message is not None
    return Finding(RULE.id, range_, RULE.message, RULE.severity, RULE.confidence, RULE.cwe, "", Origin.VETLINE)
