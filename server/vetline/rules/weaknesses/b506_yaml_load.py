"""`yaml.load` builds whatever Python objects the document asks for.

## Why it matters
With `Loader` or `UnsafeLoader`, a line such as `!!python/object/apply:os.system ["..."]` runs a command while the file is
read.  `FullLoader` was meant to prevent that, and had such holes itself until PyYAML 5.4 (CVE-2020-14343).  Assistants
write `yaml.load(file, Loader=yaml.Loader)` because `yaml.load(file)` alone fails from PyYAML 6 on.

## How to fix it
Load plain data only, which is all that a configuration needs:

    config = yaml.safe_load(file)

The faster form, where PyYAML was built with LibYAML:

    config = yaml.load(file, Loader=yaml.CSafeLoader)

## When it is fine
With a loader of your own that derives from `SafeLoader`: Bandit knows only the names `SafeLoader` and `CSafeLoader`.

## References
- [PyYAML: loading YAML](https://pyyaml.org/wiki/PyYAMLDocumentation)
- [NVD: CVE-2020-14343](https://nvd.nist.gov/vuln/detail/CVE-2020-14343)
- [Bandit: B506](https://bandit.readthedocs.io/en/latest/plugins/b506_yaml_load.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.syntax.calls import has_unpacking, keyword_of

_PLAIN = frozenset({"yaml.Loader", "yaml.FullLoader", "yaml.UnsafeLoader"})
_FAST = frozenset({"yaml.CLoader", "yaml.CFullLoader", "yaml.CUnsafeLoader"})
NOTE = "Documents with tags for Python objects or for classes of your own no longer load."


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call) or site.qualified_name(call.func) != "yaml.load":
        return
    loader: ast.expr | ast.keyword | None = keyword_of(call, "Loader") or (call.args[1] if len(call.args) > 1 else None)
    value = loader.value if isinstance(loader, ast.keyword) else loader
    name = "" if value is None else site.qualified_name(value)
    if name in _FAST and isinstance(value, ast.Attribute):  # only a bare name may stand for another one without LibYAML
        title, edits = "Load with yaml.CSafeLoader", [site.call_instead(value, "yaml", "CSafeLoader")]
    elif not name or name in _PLAIN or name in _FAST:
        title, edits = "Load with yaml.safe_load", [site.call_instead(call.func, "yaml", "safe_load")]
        if loader is not None:
            edits.append(site.remove_argument(call, loader))
    elif name == "yaml.BaseLoader" and loader is not None:
        edits = [site.call_instead(call.func, "yaml", "safe_load"), site.remove_argument(call, loader)]
        note = "Numbers, dates and the like come as such; all was text before, which is no danger."
        yield Fix("Load with yaml.safe_load", tuple(edits), Applicability.REVIEW, note)
        return
    else:  # a loader of one's own knows tags that the safe one doesn't
        return
    # Constructors are registered with the loaders that aren't safe, unless one says otherwise.
    if (name and "Unsafe" in name) or site.mentions(r"\badd_(?:multi_)?constructor\b|\bYAMLObject\b"):
        yield Fix(title, tuple(edits), Applicability.REVIEW, NOTE)
    else:
        yield Fix(title, tuple(edits), Applicability.SAFE)


RULE = Rule(
    id="B506",
    name="yaml-load",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This YAML may build any Python object, and so run code: use `yaml.safe_load`.",
    bad=(
        Example("import yaml\n\nconfig = yaml.load(text)\n", "import yaml\n\nconfig = yaml.safe_load(text)\n"),
        Example(
            "import yaml\n\nwith open(path) as file:\n    config = yaml.load(file, Loader=yaml.Loader)\n",
            "import yaml\n\nwith open(path) as file:\n    config = yaml.safe_load(file)\n",
        ),
        Example(
            "import yaml\n\nconfig = yaml.load(request.data, yaml.FullLoader)\n",
            "import yaml\n\nconfig = yaml.safe_load(request.data)\n",
        ),
        Example(
            "import yaml\n\nconfig = yaml.load(text, Loader=yaml.CLoader)  # fast\n",
            "import yaml\n\nconfig = yaml.load(text, Loader=yaml.CSafeLoader)  # fast\n",
        ),
        Example(
            "import yaml\nfrom yaml import UnsafeLoader, load\n\nconfig = load(text, Loader=UnsafeLoader)\n",
            "import yaml\nfrom yaml import UnsafeLoader, load\n\nconfig = yaml.safe_load(text)\n",
        ),
        # A loader of one's own may be safe, and its documents need it.
        Example("import yaml\n\nconfig = yaml.load(text, Loader=TemplateLoader)\n"),
    ),
    good=(
        "import yaml\n\nconfig = yaml.safe_load(text)\n",
        "import yaml\n\nwith open(path) as file:\n    config = yaml.load(file, Loader=yaml.SafeLoader)\n",
    ),
    fix=fix,
)
