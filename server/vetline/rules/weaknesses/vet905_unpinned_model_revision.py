"""A model or data set is downloaded as it is today: no commit is pinned.

## Why it matters
A model is a Git repository; without a commit you get what its branch holds today.  Whoever takes over the account, or
registers the name of a deleted one, decides what your service loads, and some formats run code.  Assistants write
`from_pretrained("org/model")` because the model's own page does.

## How to fix it
Pin the commit that you looked at; a tag or branch can be moved:

    model = AutoModel.from_pretrained("org/model", revision="5f7c2ad1b0e94c3f8a6d2e1b7c9f0a4d3e8b6c51")

Or download once, keep the files with your release, and load them by path:

    model = AutoModel.from_pretrained("./models/sentiment")

## When it is fine
In an experiment on a machine that holds nothing of value, or where a mirror of your own decides what is served.

## References
- [Hugging Face Hub: download files](https://huggingface.co/docs/huggingface_hub/en/guides/download)
- [Unit 42: model namespace reuse](https://unit42.paloaltonetworks.com/model-namespace-reuse/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.library_calls import is_of
from vetline.rules.model_hub import PACKAGES, is_commit, is_own_folder

_METHODS: Final = frozenset({"from_pretrained"})
_FUNCTIONS: Final = frozenset({"load_dataset", "hf_hub_download", "snapshot_download", "hf_hub_url", "from_pretrained_keras"})
_FORMATS: Final = frozenset({"csv", "json", "parquet", "text", "arrow", "pandas", "imagefolder", "audiofolder", "webdataset"})
"""What ``load_dataset`` takes for a format of files that it is told of, not for a name on the hub."""


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls():
        last = _downloads(call, context)
        if not last:
            continue
        name = call.args[0] if call.args else _named(call)
        if name is None or isinstance(name, ast.Starred) or any(keyword.arg is None for keyword in call.keywords):
            continue
        if is_own_folder(name, context) or _is_other(name, last, context) or _is_offline(call, context):
            continue
        revision = context.argument(call, -1, "revision")
        if revision is None:
            yield Match(call, confidence=None if context.value(name).is_constant else Confidence.LOW)
        elif not is_commit(revision, context):
            yield Match(revision, "A branch or a tag can be moved: pin `revision=` to a commit's hash.", Severity.LOW)


def _downloads(call: ast.Call, context: CheckContext) -> str:
    """Return the name of what is called, if it downloads from the hub; else nothing."""
    for callee in context.callees(call):
        module, _, last = callee.rpartition(".")
        if (last in _METHODS or last in _FUNCTIONS) and is_of(module, PACKAGES):
            return last
    return ""


def _named(call: ast.Call) -> ast.expr | None:
    wanted = ("pretrained_model_name_or_path", "repo_id", "path", "model_id", "model_name_or_path")
    return next((keyword.value for keyword in call.keywords if keyword.arg in wanted), None)


def _is_other(name: ast.expr, last: str, context: CheckContext) -> bool:
    """Tell whether what is loaded is no repository of others': a format of files, the input of a trainer."""
    value = context.value(name)
    if value.constants is None:
        return not _is_hub_like(name)
    return last == "load_dataset" and all(one in _FORMATS for one in value.constants)


def _is_hub_like(name: ast.expr) -> bool:
    """Tell whether a variable is called as one that holds a name on the hub, not a folder."""
    match name:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            found = word.lower()
            return any(one in found for one in ("model", "repo", "checkpoint", "dataset")) and not any(
                one in found for one in ("path", "dir", "folder", "file", "local")
            )
    return False


def _is_offline(call: ast.Call, context: CheckContext) -> bool:
    only = context.argument(call, -1, "local_files_only")
    return only is not None and context.value(only).constants == (True,)


RULE = Rule(
    id="VET905",
    name="unpinned-model-revision",
    cwe=Cwe(494),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.SUPPLY_CHAIN,
    message="What this downloads can change under you: pin `revision=` to a commit's hash.",
    bad=(
        Example("""\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model')
"""),
        Example("""\
from datasets import load_dataset

reviews = load_dataset('org/reviews', revision='main')
"""),
        Example("""\
import huggingface_hub

path = huggingface_hub.snapshot_download(repo_id='org/model')
"""),
        Example(
            """\
from transformers import AutoTokenizer

MODEL = 'org/model'


def load():
    return AutoTokenizer.from_pretrained(MODEL, use_fast=True)
"""
        ),
        Example(
            """\
import diffusers


class Painter:
    def __init__(self):
        self.pipe = diffusers.StableDiffusionPipeline.from_pretrained('org/paint', torch_dtype='auto')
"""
        ),
        Example("""\
from huggingface_hub import hf_hub_download

file = hf_hub_download('org/model', 'model.safetensors')
"""),
    ),
    good=(
        (
            """\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model', revision='5f7c2ad1b0e94c3f8a6d2e1b7c9f0a4d3e8b6c51')
"""
        ),
        """\
from transformers import AutoModel

model = AutoModel.from_pretrained('./models/sentiment')
""",
        """\
from datasets import load_dataset

reviews = load_dataset('org/reviews', revision=REVIEWS_COMMIT)
""",
        """\
from datasets import load_dataset

rows = load_dataset('csv', data_files='rows.csv')
""",
        """\
from pathlib import Path

from transformers import AutoModel

model = AutoModel.from_pretrained(Path('models') / 'own')
""",
        """\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model', local_files_only=True)
""",
        """\
class Model:
    @classmethod
    def from_pretrained(cls, name):
        return cls(name)


Model.from_pretrained('a')
""",
    ),
    check=check,
    why_no_fix="Which commit you have looked at and trust isn't known here.",
    supersedes=frozenset({"B615"}),
)
