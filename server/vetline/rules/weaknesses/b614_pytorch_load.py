"""`torch.load` without `weights_only=True` may run code from the model file.

## Why it matters
A checkpoint is a pickle, a small program that the loader runs: a model from a hub or a colleague's link can take over the
machine, with its data and cloud keys.  PyTorch 2.6 made `weights_only=True` the default; before it, and with
`weights_only=False`, any file is trusted.  Assistants write the call as in the older tutorials, or add
`weights_only=False` to get rid of an error.

## How to fix it
Load tensors only:

    state = torch.load("model.pt", map_location="cpu", weights_only=True)

Keep PyTorch current too: before 2.6 the restriction could be got round (CVE-2025-32434).  A format that holds
nothing but tensors is safer still:

    from safetensors.torch import load_file

    state = load_file("model.safetensors")

## When it is fine
With PyTorch 2.6 or later and no `weights_only`, or for files that only your own training wrote.

## References
- [PyTorch: torch.load](https://docs.pytorch.org/docs/stable/generated/torch.load.html)
- [CVE-2025-32434](https://github.com/pytorch/pytorch/security/advisories/GHSA-53q9-r3pm-6pq6)
- [safetensors](https://github.com/huggingface/safetensors)
- [Bandit: B614](https://bandit.readthedocs.io/en/latest/plugins/b614_pytorch_load.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.syntax.calls import has_unpacking, keyword_of


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call) or keyword_of(call, "pickle_module"):
        return
    present = keyword_of(call, "weights_only")
    if present is None or isinstance(present.value, ast.Constant):
        yield Fix(
            "Load tensors only",
            (site.set_keyword(call, "weights_only", "True"),),
            Applicability.REVIEW,
            "A file with more than tensors and plain containers, such as a whole model, no longer loads.",
        )


RULE = Rule(
    id="B614",
    name="pytorch-load",
    cwe=Cwe(502),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.SUPPLY_CHAIN,
    message="This model file may run code while it loads: pass `weights_only=True`.",
    bad=(
        Example(
            "import torch\n\nstate = torch.load(path)\n",
            "import torch\n\nstate = torch.load(path, weights_only=True)\n",
        ),
        Example(
            'import torch\n\nmodel.load_state_dict(torch.load("model.pt", map_location="cpu"))\n',
            'import torch\n\nmodel.load_state_dict(torch.load("model.pt", map_location="cpu", weights_only=True))\n',
        ),
        Example(
            "import torch\n\nmodel = torch.load(upload, weights_only=False)\n",
            "import torch\n\nmodel = torch.load(upload, weights_only=True)\n",
        ),
        # Whether the argument is among them can't be seen.
        Example("import torch\n\nmodel = torch.load(path, **options)\n"),
    ),
    good=(
        "import torch\n\nstate = torch.load(path, weights_only=True)\n",
        'from safetensors.torch import load_file\n\nstate = load_file("model.safetensors")\n',
    ),
    fix=fix,
)
