"""`trust_remote_code=True` runs Python code out of a model's or data set's repository.

## Why it matters
The code comes from whoever owns the repository, or has taken it over, and runs with all rights of the program: it reads keys,
and changes what is on the disk.  Nothing looks at it before.  Assistants copy the argument from the model's own page.

## How to fix it
Leave it out: most models run with what `transformers` brings along.  Where it can't be, read the code of one commit, and pin
that:

    AutoModel.from_pretrained(name, revision="5f7c2ad1b0e94c3f8a6d2e1b7c9f0a4d3e8b6c51", trust_remote_code=True)

## When it is fine
With a pinned commit that somebody has read, or in a sandbox.

## References
- [Transformers: custom models](https://huggingface.co/docs/transformers/custom_models)
- [CWE-829: Inclusion of Functionality from Untrusted Control Sphere](https://cwe.mitre.org/data/definitions/829.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.library_calls import flag
from vetline.rules.model_hub import is_commit, is_own_folder


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls():
        keyword = flag(context, call, "trust_remote_code") or flag(context, call, "use_remote_code")
        if keyword is None or (call.args and is_own_folder(call.args[0], context)):
            continue
        pinned = context.argument(call, -1, "code_revision") or context.argument(call, -1, "revision")
        if pinned is not None and is_commit(pinned, context):
            message = (
                "This runs code from the model's repository, as of the commit that is pinned: somebody should have read it."
            )
            yield Match(keyword, message, Severity.LOW)
        else:
            yield Match(keyword)
    for node in context.walk(ast.Dict):
        assert isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True):
            match key, value:
                case ast.Constant(value="trust_remote_code"), ast.Constant(value=True):
                    yield Match(value)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.parent_of(site.node)
    note = "A model that needs code of its own no longer loads."
    if isinstance(site.node, ast.keyword) and isinstance(call, ast.Call):
        yield Fix("Don't run the repository's code", (site.remove_argument(call, site.node),), Applicability.REVIEW, note)
    elif isinstance(site.node, ast.Constant):
        yield Fix("Don't run the repository's code", (site.replace(site.node, "False"),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET904",
    name="trust-remote-code",
    cwe=Cwe(829),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.SUPPLY_CHAIN,
    message="This runs code from the model's repository, whoever puts it there: leave `trust_remote_code` out.",
    bad=(
        Example(
            """\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model', trust_remote_code=True)
""",
            """\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model')
""",
        ),
        Example(
            """\
from datasets import load_dataset

TRUST = True
rows = load_dataset(name, trust_remote_code=TRUST, split='train')
""",
            """\
from datasets import load_dataset

TRUST = True
rows = load_dataset(name, split='train')
""",
        ),
        Example(
            """\
from transformers import pipeline


def build(name):
    return pipeline('text-generation', name, trust_remote_code=True)
""",
            """\
from transformers import pipeline


def build(name):
    return pipeline('text-generation', name)
""",
        ),
        Example(
            """\
from vllm import LLM


class Server:
    def start(self):
        self.llm = LLM(model=self.name, trust_remote_code=True)
""",
            """\
from vllm import LLM


class Server:
    def start(self):
        self.llm = LLM(model=self.name)
""",
        ),
        Example(
            """\
from sentence_transformers import SentenceTransformer

OPTIONS = {'trust_remote_code': True}
model = SentenceTransformer('org/embed', model_kwargs=OPTIONS)
""",
            """\
from sentence_transformers import SentenceTransformer

OPTIONS = {'trust_remote_code': False}
model = SentenceTransformer('org/embed', model_kwargs=OPTIONS)
""",
        ),
    ),
    good=(
        """\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model', trust_remote_code=False)
""",
        """\
from transformers import AutoModel

model = AutoModel.from_pretrained('org/model')
""",
        """\
from transformers import AutoModel

model = AutoModel.from_pretrained('./models/own', trust_remote_code=True)
""",
        """\
from datasets import load_dataset


def rows(name, trust=False):
    return load_dataset(name, trust_remote_code=trust)
""",
        """\
from sentence_transformers import SentenceTransformer


class Embedder:
    def __init__(self, folder):
        self.model = SentenceTransformer(folder, trust_remote_code=False)
""",
        """\
def configure(trust_remote_code=True):
    return {'trust': trust_remote_code}
""",
    ),
    check=check,
    fix=fix,
)
