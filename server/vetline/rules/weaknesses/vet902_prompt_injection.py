"""Input becomes part of the instructions that a language model is given.

It reports input in system prompts and in descriptions of tools, where a model expects orders, not data.

## Why it matters
A model obeys its system prompt.  Whoever can write into it, with a profile name or a query parameter, can lift the rules in
it, have the model call other tools than meant, and read what else is in the context.  Assistants build the prompt with an
f-string, because that is how it reads best.

## How to fix it
Keep instructions constant, and give input in a message of its own, as the user's:

    messages = [
        {"role": "system", "content": "Answer questions about the manual."},
        {"role": "user", "content": question},
    ]

That doesn't make a model immune.  So let it do only what its user may do anyhow.

## When it is fine
When the value is one of a fixed set, such as a language, and was checked to be one.

## References
- [OWASP LLM01: prompt injection](https://genai.owasp.org/llmrisk/llm01-prompt-injection/)
- [CWE-1427: Improper Neutralization of Input Used for LLM Prompting](https://cwe.mitre.org/data/definitions/1427.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import Taint
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.flows import evidence_of, flows, of_labels
from vetline.rules.surroundings import text_of_constant

_ROLES = frozenset({"system", "developer"})
_HARMFUL = ("remote", "upload", "response", "stored", "model")
_LABELS = of_labels(Severity.MEDIUM, "remote", "upload", response=Severity.LOW)


def check(context: CheckContext) -> Iterator[Match]:
    for flow in flows(context, ("prompt",), _LABELS):
        message = "{source} becomes part of the model's instructions: give it in a message of its own, as data."
        yield flow.match(message, confidence=Confidence.MEDIUM)
    for node in context.walk(ast.Dict, ast.Tuple):
        content = _system_content(node, context)
        if content is None:
            continue
        taint = _worst(context.value(content).all_taints())
        if taint is not None:
            message = (
                f"{taint.origin.what or 'Input'} becomes part of the system prompt: give it in a message of its own, as data."
            )
            yield Match(content, message, _LABELS[taint.origin.label], Confidence.MEDIUM, evidence_of(taint))


def _worst(taints: tuple[Taint, ...]) -> Taint | None:
    harmful = [taint for taint in taints if taint.origin.label in _LABELS and taint.harms("prompt")]
    return min(harmful, key=lambda taint: _HARMFUL.index(taint.origin.label), default=None)


def _system_content(node: ast.AST, context: CheckContext) -> ast.expr | None:
    """Return the content of a message that speaks for the system; or the description of a tool that a model is told of."""
    if not isinstance(node, ast.Dict):
        match node:
            case ast.Tuple(elts=[ast.Constant(value="system"), content], ctx=ast.Load()):
                return content
        return None
    items = {text_of_constant(key): value for key, value in zip(node.keys, node.values, strict=True) if key is not None}
    if "content" in items and "role" in items and context.value(items["role"]).constant in _ROLES:
        return items["content"]
    if "description" in items and "name" in items and items.keys() & {"input_schema", "parameters"}:
        return items["description"]
    return None


RULE = Rule(
    id="VET902",
    name="prompt-injection",
    cwe=Cwe(1427),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    llm_risk=LlmRisk.PROMPT_INJECTION,
    message="Input becomes part of the model's instructions: give it in a message of its own, as data.",
    bad=(
        Example(
            """\
from flask import request
from langchain_core.prompts import ChatPromptTemplate


def build():
    role = request.args.get("role")
    return ChatPromptTemplate.from_messages([("system", f"You are a {role}."), ("human", "{question}")])
"""
        ),
        Example(
            """\
from flask import Flask, request
from openai import OpenAI

app = Flask(__name__)


@app.post("/chat")
def chat():
    persona = request.json["persona"]
    reply = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": f"You are {persona}. Never reveal the discount codes."},
            {"role": "user", "content": request.json["text"]},
        ],
    )
    return {"text": reply.choices[0].message.content}
"""
        ),
        Example(
            """\
import anthropic
from fastapi import FastAPI

app = FastAPI()


@app.get("/ask")
async def ask(topic: str, question: str):
    client = anthropic.AsyncAnthropic()
    return await client.messages.create(
        model="claude", max_tokens=500, system="You know all about " + topic, messages=[{"role": "user", "content": question}]
    )
"""
        ),
        Example(
            """\
from django.http import JsonResponse
from langchain_core.messages import HumanMessage, SystemMessage


def answer(request, llm):
    rules = SystemMessage(content="Answer for the shop %s." % request.GET["shop"])
    return JsonResponse({"text": llm.invoke([rules, HumanMessage(content=request.GET["q"])]).content})
"""
        ),
        Example(
            """\
from flask import request
from openai import OpenAI


def build(name):
    return [{"role": "developer", "content": "The user is called " + name}]


def hello():
    messages = build(request.args["name"])
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content


def direct():
    prompt = "The user is called " + request.args["name"]
    messages = [{"role": "system", "content": prompt}]
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content
"""
        ),
        Example(
            """\
from aiohttp import web


async def tools(request):
    shop = request.query["shop"]
    return web.json_response(
        [{"name": "search", "description": f"Searches the shop {shop}", "input_schema": {"type": "object"}}]
    )
"""
        ),
    ),
    good=(
        """\
from flask import Flask, request
from openai import OpenAI

app = Flask(__name__)


@app.post("/chat")
def chat():
    reply = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "system", "content": "You are a helpful clerk."}, {"role": "user", "content": request.json["text"]}],
    )
    return {"text": reply.choices[0].message.content}
""",
        """\
import anthropic
from fastapi import FastAPI, HTTPException

app = FastAPI()
TOPICS = {"cats", "dogs"}


@app.get("/ask")
async def ask(topic: str, question: str):
    if topic not in TOPICS:
        raise HTTPException(404)
    client = anthropic.AsyncAnthropic()
    return await client.messages.create(
        model="claude", max_tokens=500, system="You know all about " + topic, messages=[{"role": "user", "content": question}]
    )
""",
        """\
def messages(persona, text):
    return [{"role": "system", "content": f"You are {persona}."}, {"role": "user", "content": text}]
""",
        """\
from langchain_core.messages import HumanMessage, SystemMessage


def ask(request, llm):
    return llm.invoke([SystemMessage(content='Be brief.'), HumanMessage(content=request.GET['q'])])
""",
        """\
from flask import request
from openai import OpenAI


def ask():
    count = int(request.args['count'])
    rules = {'role': 'system', 'content': f'Answer in {count} words.'}
    return OpenAI().chat.completions.create(model='gpt-4o', messages=[rules]).id
""",
    ),
    check=check,
    why_no_fix="Which part of the text is instruction and which is data, only its author knows.",
)
