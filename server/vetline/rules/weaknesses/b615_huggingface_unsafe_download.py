"""A download from the Hugging Face Hub that isn't pinned to a commit can change at any time.

## Why it matters
A model is a Git repository; without a commit you get what its branch holds today.  Whoever takes over the account, or
registers the name of a deleted one, decides what your service loads: pickled weights and `trust_remote_code=True` run
code.  Assistants write `from_pretrained("org/model")` because the model's own page does.

## How to fix it
Pin the commit that you looked at; a tag or branch can be moved:

    model = AutoModel.from_pretrained("org/model", revision="5f7c2ad1b0e94c3f8a6d2e1b7c9f0a4d3e8b6c51", use_safetensors=True)

Or download once, keep the files with your release, and load them by path:

    model = AutoModel.from_pretrained("./models/sentiment")

## When it is fine
In an experiment on a machine that holds nothing of value, or where a mirror of your own decides what is served.

## References
- [Hugging Face Hub: download files](https://huggingface.co/docs/huggingface_hub/en/guides/download)
- [Unit 42: model namespace reuse](https://unit42.paloaltonetworks.com/model-namespace-reuse/)
- [Bandit: B615](https://bandit.readthedocs.io/en/latest/plugins/b615_huggingface_unsafe_download.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B615",
    name="huggingface-unsafe-download",
    cwe=Cwe(494),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.SUPPLY_CHAIN,
    message="What this downloads can change under you: pin `revision=` to a commit hash.",
    bad=(
        Example('from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("org/model")\n'),
        Example('from datasets import load_dataset\n\nreviews = load_dataset("org/reviews", revision="main")\n'),
        Example('import huggingface_hub\n\npath = huggingface_hub.snapshot_download(repo_id="org/model")\n'),
    ),
    good=(
        (
            "from transformers import AutoModel\n\n"
            'model = AutoModel.from_pretrained("org/model", revision="5f7c2ad1b0e94c3f8a6d2e1b7c9f0a4d3e8b6c51")\n'
        ),
        'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("./models/sentiment")\n',
        'from datasets import load_dataset\n\nreviews = load_dataset("org/reviews", revision=REVIEWS_COMMIT)\n',
    ),
    why_no_fix="Which commit you have looked at and trust isn't known here.",
)
