"""A model file of a format that runs code when it is loaded.

It reports `torch.load` without `weights_only`, Keras models loaded with `safe_mode=False`, and loaders of vector stores and
models that are told to unpickle.

## Why it matters
A checkpoint is a pickle, a small program that the loader runs: a model from a hub or a colleague's link can take over the
machine, with its data and cloud keys.  Keras files can carry lambdas, and a vector store its metadata as pickles.  Assistants
switch the protection off to get rid of an error.

## How to fix it
Load tensors only, and prefer a format that holds nothing else:

    state = torch.load("model.pt", weights_only=True)

    from safetensors.torch import load_file
    state = load_file("model.safetensors")

Leave `safe_mode` and `allow_dangerous_deserialization` at their defaults.

## When it is fine
With PyTorch 2.6 or later and no `weights_only`, or for files that only your own training wrote.

## References
- [PyTorch: torch.load](https://docs.pytorch.org/docs/stable/generated/torch.load.html)
- [Keras: load_model](https://keras.io/api/models/model_saving_apis/model_saving_and_loading/)
- [safetensors](https://github.com/huggingface/safetensors)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.library_calls import flag, is_of
from vetline.rules.model_hub import PACKAGES
from vetline.rules.statements import remove
from vetline.rules.surroundings import name_of
from vetline.syntax.calls import has_unpacking, keyword_of

_KERAS: Final = ("keras", "tensorflow.keras", "tf_keras", "tensorflow.python.keras")
_TORCH_LOADERS: Final = frozenset({"torch.load", "torch.hub.load_state_dict_from_url", "torch.serialization.load"})
_TELLING: Final = frozenset(
    "torch safe_mode enable_unsafe_deserialization allow_dangerous_deserialization use_safetensors".split()
)
_SUPERSEDED: Final = frozenset({"B614"})


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls() if context.mentions(_TELLING) else ():
        callees = context.callees(call)
        if not _TORCH_LOADERS.isdisjoint(callees):
            yield from _of_torch(call, context)
            continue
        if (keyword := _false(call, "safe_mode", context)) is not None and any(is_of(name, _KERAS) for name in callees):
            yield Match(keyword, "With `safe_mode=False` the model's file may run code while it loads: leave it out.")
        if any(name.endswith("enable_unsafe_deserialization") and is_of(name, _KERAS) for name in callees):
            yield Match(
                call, "From here on every model's file may run code while it loads: load your own files only, without it."
            )
        if (keyword := flag(context, call, "allow_dangerous_deserialization")) is not None:
            yield Match(keyword, "What is loaded here is unpickled: whoever can write the file runs code in this program.")
        if (keyword := _false(call, "use_safetensors", context)) is not None and any(
            name.endswith(".from_pretrained") and is_of(name, PACKAGES) for name in callees
        ):
            yield Match(keyword, "This loads pickled weights, which may run code: `use_safetensors=True` loads tensors only.")


def _of_torch(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    if has_unpacking(call) and keyword_of(call, "weights_only") is None:
        return
    given = keyword_of(call, "weights_only")
    if given is None:
        name = call.args[0] if call.args else None
        if name is not None and "io.BytesIO" in context.value(name).types:
            return
        yield Match(call, confidence=Confidence.MEDIUM)
    elif (constants := context.value(given.value).constants) is not None and not all(constants):
        yield Match(given)


def _false(call: ast.Call, name: str, context: CheckContext) -> ast.keyword | None:
    keyword = keyword_of(call, name)
    return keyword if keyword is not None and context.value(keyword.value).constants == (False,) else None


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    call = node if isinstance(node, ast.Call) else site.parent_of(node)
    if not isinstance(call, ast.Call) or has_unpacking(call) or keyword_of(call, "pickle_module"):
        return
    if name_of(call.func) == "enable_unsafe_deserialization":
        if isinstance(statement := site.parent_of(call), ast.Expr):
            note = "A file that needs code of its own no longer loads."
            yield Fix("Keep the protection on", (remove(site, statement),), Applicability.REVIEW, note)
    elif isinstance(node, ast.Call) or (isinstance(node, ast.keyword) and node.arg == "weights_only"):
        note = "A file with more than tensors and plain containers, such as a whole model, no longer loads."
        yield Fix("Load tensors only", (site.set_keyword(call, "weights_only", "True"),), Applicability.REVIEW, note)
    elif isinstance(node, ast.keyword) and node.arg == "use_safetensors":
        note = "A repository without safetensors no longer loads."
        yield Fix("Load safetensors", (site.set_keyword(call, "use_safetensors", "True"),), Applicability.REVIEW, note)
    elif isinstance(node, ast.keyword):
        note = "A file that needs code of its own no longer loads."
        yield Fix("Keep the protection on", (site.remove_argument(call, node),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET906",
    name="unsafe-model-format",
    cwe=Cwe(502),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.SUPPLY_CHAIN,
    message="This model file may run code while it loads: pass `weights_only=True`.",
    bad=(
        Example(
            """\
import torch

state = torch.load(path)
""",
            """\
import torch

state = torch.load(path, weights_only=True)
""",
        ),
        Example(
            """\
import torch

model.load_state_dict(torch.load('model.pt', map_location='cpu'))
""",
            """\
import torch

model.load_state_dict(torch.load('model.pt', map_location='cpu', weights_only=True))
""",
        ),
        Example(
            """\
import torch

SAFE = False


def load(upload):
    return torch.load(upload, weights_only=SAFE)
""",
            """\
import torch

SAFE = False


def load(upload):
    return torch.load(upload, weights_only=True)
""",
        ),
        Example(
            """\
from tensorflow import keras

model = keras.models.load_model('net.keras', safe_mode=False)
""",
            """\
from tensorflow import keras

model = keras.models.load_model('net.keras')
""",
        ),
        Example(
            """\
from langchain_community.vectorstores import FAISS


class Index:
    def open(self):
        self.db = FAISS.load_local('index', self.model, allow_dangerous_deserialization=True)
""",
            """\
from langchain_community.vectorstores import FAISS


class Index:
    def open(self):
        self.db = FAISS.load_local('index', self.model)
""",
        ),
        Example(
            """\
from transformers import AutoModel

model = AutoModel.from_pretrained('./own/model', use_safetensors=False)
""",
            """\
from transformers import AutoModel

model = AutoModel.from_pretrained('./own/model', use_safetensors=True)
""",
        ),
        Example(
            """\
import keras

keras.config.enable_unsafe_deserialization()
""",
            """\
import keras

""",
        ),
    ),
    good=(
        """\
import torch

state = torch.load(path, weights_only=True)
""",
        """\
from safetensors.torch import load_file

state = load_file('model.safetensors')
""",
        """\
import keras

model = keras.models.load_model('net.keras')
""",
        """\
from langchain_community.vectorstores import FAISS

db = FAISS.load_local('index', model)
""",
        """\
from transformers import AutoModel

model = AutoModel.from_pretrained('./own/model', use_safetensors=True)
""",
        """\
import json

state = json.load(open('state.json'))
""",
    ),
    check=check,
    fix=fix,
    supersedes=_SUPERSEDED,
)
