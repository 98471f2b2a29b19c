"""Prompts and a model's answers are written to the log.

## Why it matters
What people tell an assistant is personal: names, illnesses, contracts, passwords that they paste.  A log is kept for long,
copied to other services, and read by many.  Answers repeat what was in the context, and bring line breaks and control codes of
their own.  Assistants log both while they get a prompt to work, and leave it in.

## How to fix it
Log what you need to run the service: the model, the number of tokens, how long it took, an id.

    logger.info("completion %s: %d tokens", response.id, response.usage.total_tokens)

Where texts have to be kept, keep them in a store with a period of its own, and mask personal data before.

## When it is fine
At level DEBUG in development, with data made up for it.

## References
- [OWASP LLM02: sensitive information disclosure](https://genai.owasp.org/llmrisk/llm022025-sensitive-information-disclosure/)
- [CWE-532: Insertion of Sensitive Information into Log File](https://cwe.mitre.org/data/definitions/532.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written, written_parts
from vetline.rules.flows import evidence_of
from vetline.rules.purpose import names_in
from vetline.rules.secrets.hiding import hide
from vetline.rules.surroundings import called_name

_PROMPTS: Final = frozenset({"prompt", "prompts", "conversation", "transcript"})
_COUNTS: Final = frozenset("count counts id len length name number path size template time tokens usage version".split())


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("log"):
        if hit.callee.endswith(".debug"):
            continue
        answers = [taint for taint in hit.taints if taint.origin.label == "model" and taint.is_certain]
        if answers and not _is_measure(hit.argument, context):
            message = "What the model answered is written to the log, with whatever people told it: log its size or an id."
            yield Match(hit.argument, message, evidence=evidence_of(answers[0]))
        elif hit.inner is None and (name := _prompt_in(hit.argument, context)) is not None:
            yield Match(name)


def _prompt_in(argument: ast.AST, context: CheckContext) -> ast.AST | None:
    """Return the variable that holds a prompt, in what is logged."""
    parts = list(written_parts(argument, context))
    for node in parts:
        if isinstance(node, ast.Call) and called_name(node, context) not in ("format", "join", "str", "strip"):
            return None
    measured = {id(node.value) for node in parts if isinstance(node, ast.Attribute) and words(node.attr) & _COUNTS}
    for node in parts:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if id(node) not in measured:
                found = words(name)
                if found & _PROMPTS and not found & _COUNTS:
                    return node
    return None


def _is_measure(argument: ast.AST, context: CheckContext) -> bool:
    """Tell whether what is logged only says how much there is, or which."""
    other = written(argument, context) if isinstance(argument, ast.expr) else argument
    return bool(words(*names_in(argument), *names_in(other)) & _COUNTS)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.expr):
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        node = node.right
    text = site.text_of(node)
    call = site.parent_of(node)
    if isinstance(call, ast.Call) and call.args[:1] == [node]:
        edits = [site.replace(node, f'f"{{len({text})}} characters"')]
    elif isinstance(call, ast.BinOp) and isinstance(call.op, ast.Add):
        edits = [site.replace(node, f"str(len({text}))")]
    else:
        edits = hide(node, site, f"{{len({text})}}", f"len({text})")
    if edits:
        yield Fix("Log its length", tuple(edits), Applicability.SAFE)


RULE = Rule(
    id="VET908",
    name="prompts-logged",
    cwe=Cwe(532),
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    llm_risk=LlmRisk.SENSITIVE_INFORMATION_DISCLOSURE,
    message="A prompt is written to the log, with whatever its author confided in it: log its size or an id.",
    bad=(
        Example(
            """\
import logging

from openai import OpenAI

logger = logging.getLogger(__name__)


def ask(text):
    reply = OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    logger.info("answer: %s", reply.choices[0].message.content)
    return reply
""",
            """\
import logging

from openai import OpenAI

logger = logging.getLogger(__name__)


def ask(text):
    reply = OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    logger.info("answer: %s", len(reply.choices[0].message.content))
    return reply
""",
        ),
        Example(
            """\
import logging


def send(prompt):
    logging.info(f'Sending prompt: {prompt}')
    return call(prompt)
""",
            """\
import logging


def send(prompt):
    logging.info(f'Sending prompt: {len(prompt)}')
    return call(prompt)
""",
        ),
        Example(
            """\
import logging


class Bot:
    def say(self):
        logging.warning('No answer to %s', self.user_prompt)
""",
            """\
import logging


class Bot:
    def say(self):
        logging.warning('No answer to %s', len(self.user_prompt))
""",
        ),
        Example(
            """\
from loguru import logger


def chat(llm, question):
    answer = llm.invoke(question)
    logger.info(answer)
""",
            """\
from loguru import logger


def chat(llm, question):
    answer = llm.invoke(question)
    logger.info(f"{len(answer)} characters")
""",
        ),
        Example(
            """\
import logging

import anthropic

log = logging.getLogger('bot')


def ask(text):
    message = anthropic.Anthropic().messages.create(model='claude', max_tokens=9, messages=[])
    log.error('odd answer ' + message.content[0].text)
""",
            """\
import logging

import anthropic

log = logging.getLogger('bot')


def ask(text):
    message = anthropic.Anthropic().messages.create(model='claude', max_tokens=9, messages=[])
    log.error('odd answer ' + str(len(message.content[0].text)))
""",
        ),
    ),
    good=(
        """\
import logging


def send(prompt):
    logging.info('Sending a prompt of %d characters', len(prompt))
""",
        """\
import logging


def send(prompt):
    logging.debug('Sending prompt: %s', prompt)
""",
        """\
import logging


def load(prompt_name):
    logging.info('Loading prompt %s', prompt_name)
""",
        (
            """\
import logging

from openai import OpenAI


def ask(text):
    reply = OpenAI().responses.create(model='gpt-4o', input=text)
    logging.info('used %s tokens', reply.usage.total_tokens)
"""
        ),
        """\
from loguru import logger


class Bot:
    def say(self, prompt):
        logger.info("Answering {}", prompt.id)
        return self.client.ask(prompt)
""",
        """\
import logging


def start(model):
    logging.info('Using model %s', model)
""",
    ),
    check=check,
    fix=fix,
)
