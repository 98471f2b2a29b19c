"""An insecure function is reached by a name that one of the project's own modules gives it.

Checks that look at one file know `yaml.load` by its import.  A module such as `compat.py` that passes it on hides it from them;
Vetline reads the modules of the workspace to see what a name finally is.  The finding says which function that is, where it is
passed on, and what is wrong with it; it appears in the editor a moment after the others.

## Why it matters
The function is as dangerous under its new name.  A compatibility module is written once and used all over a project, so one
line in it can bring the same weakness to many places, and none of them shows it.

## How to fix it
Call the safe function instead, as the message says:

    from compat import safe_load

    config = safe_load(file)

Or pass on only what is safe, so that nobody can take the other by mistake.  In `compat.py`:

    from yaml import safe_load as load

## When it is fine
Where the function itself would be fine: with input that nobody else can have written, for instance.  Who has silenced the rule
that the finding is based on, everywhere or with `# nosec` on the line, isn't shown this one.

## References
- [CWE-676: Use of Potentially Dangerous Function](https://cwe.mitre.org/data/definitions/676.html)
"""

from __future__ import annotations

from dataclasses import replace

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin, RelatedLocation
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.semantics.renames import ReExport

RULE = Rule(
    id="VET001",
    name="insecure-re-export",
    cwe=Cwe(676),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=None,
    bad=(
        Example(
            "from compat import load\n\nconfig = load(text)\n",
            beside={"compat.py": "try:\n    from yaml import load\nexcept ImportError:\n    load = None\n"},
        ),
        Example(
            "import compat\n\ncompat.shell(f'convert {name}')\n",
            beside={"compat.py": "import os\n\nshell = os.system\n"},
        ),
        Example(
            "from settings import *\n\nstate = loads(cookie)\n",
            beside={"settings.py": "from base import *\n", "base.py": "from pickle import dumps, loads\n"},
        ),
    ),
    good=(
        "from compat import safe_load\n\nconfig = safe_load(text)\n",
        "from loaders import load\n\nconfig = load(text)\n",
    ),
    why_no_fix="The name may be used elsewhere; which module to change, and how, is for a person to decide.",
    looks_around=True,
)


def reached(finding: Finding, name: str, end: ReExport, through: str) -> Finding:
    """Return the finding of this rule for ``finding``, which a check makes once the name that it is about is known.

    ``name`` is what the name is, ``end`` where the project passes it on, ``through`` that file as it is shown.
    """
    place = Range.of(end.line, 0, end.line + 1, 0)
    return replace(
        finding,
        rule_id=RULE.id,
        message=f"This is `{name}`, reached through {through}: {finding.message}",
        key=f"{RULE.id}:{finding.key}",
        origin=Origin.VETLINE,
        related=(RelatedLocation(place, f"Here `{end.name}` is passed on.", end.path),),
        bandit=None,
        basis=finding.rule_id,
    )
