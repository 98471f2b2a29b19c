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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B506",
    name="yaml-load",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This YAML may build any Python object, and so run code: use `yaml.safe_load`.",
    bad=(
        Example("import yaml\n\nconfig = yaml.load(text)\n"),
        Example("import yaml\n\nwith open(path) as file:\n    config = yaml.load(file, Loader=yaml.Loader)\n"),
        Example("import yaml\n\nconfig = yaml.load(request.data, yaml.FullLoader)\n"),
    ),
    good=(
        "import yaml\n\nconfig = yaml.safe_load(text)\n",
        "import yaml\n\nwith open(path) as file:\n    config = yaml.load(file, Loader=yaml.SafeLoader)\n",
    ),
)
