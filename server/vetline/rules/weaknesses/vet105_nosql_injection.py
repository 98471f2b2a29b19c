"""Input that shapes a query of a document database, a cache or a graph selects other data.

## Why it matters
A document database has no SQL, but a language all the same.  In MongoDB an operator is a dictionary: where the program
expects a password, `{"$ne": null}` from a JSON body matches every one, and what stands in `$where` is JavaScript.
Expressions of DynamoDB, queries of Cypher and Elasticsearch and scripts of Redis are text, to which everything holds that
holds for SQL.  Assistants pass `request.json` on as it came, since its shape fits.

## How to fix it
Make a text of what has to be one, and choose the fields yourself:

    users.find_one({"name": str(data["name"])})

Pass values beside the text, where a database knows placeholders:

    table.scan(FilterExpression=Attr("name").eq(name))
    session.run("MATCH (p {name: $name}) RETURN p", name=name)
    redis.eval(SCRIPT, 1, key, value)

## When it is fine
When a schema (pydantic, marshmallow, JSON Schema) has checked the types of all fields before.

## References
- [OWASP: NoSQL injection](https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/05.6-Testing_for_NoSQL_Injection)
- [MongoDB: $where](https://www.mongodb.com/docs/manual/reference/operator/query/where/)
- [Neo4j: protecting against Cypher injection](https://neo4j.com/developer/kb/protecting-against-cypher-injection/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import Taint
from vetline.flow.values import Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import STRANGERS, flow_into
from vetline.rules.insertion import Language
from vetline.rules.splicing import may_harm

_QUERY = Language(
    frozenset({"nosql"}),
    input="{source} becomes part of this query's text: its sender can select other data. Pass it as a parameter.",
    value="A value is put into the text of this query, and can change it: pass it as a parameter.",
    shape=re.compile(r"\S[^\0]*\0|\0[^\0]*\S"),
)
_WHOLE = "{source} is the query: its sender can use any operator. Choose the fields, and convert each value."
_OPERATOR = "{source} may hold an operator such as `$ne` instead of a value: convert it with `str()`."

_DOCUMENTS: Final = re.compile(
    r"^(?:pymongo|motor|mongo\w*|pymodm|flask_pymongo|bson|beanie|odmantic|umongo|elasticsearch|opensearch|\?)"
)
_LANGUAGES: Final = frozenset(
    "$where $function $accumulator $expr query_string simple_query_string script source inline regexp".split()
)
"""Keys in queries below which a text is a program, or a query."""
_BODY: Final = re.compile(r"body|JSON|json|message|socket", re.IGNORECASE)
"""What sources are called that hold more than texts."""
_DEEPEST: Final = 4


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("nosql"):
        if (found := _judge(hit, context)) is not None:
            yield found


def _judge(hit: SinkHit, context: CheckContext) -> Match | None:
    if not _DOCUMENTS.match(hit.callee):
        return _QUERY.judge(hit, context)
    if hit.inner is not None:
        flow = flow_into(hit, STRANGERS)
        is_document = flow is not None and _holds_documents(flow.worst)
        return flow.match(_OPERATOR, severity=Severity.MEDIUM) if flow is not None and is_document else None
    if hit.value.text is not None:
        return _QUERY.judge(hit, context)
    if hit.value.taints and (flow := flow_into(_with(hit, Value(hit.value.taints)), STRANGERS)) is not None:
        return flow.match(_WHOLE)
    for language, value in _parts(hit.value, "", _DEEPEST):
        found = _in_part(_with(hit, value), language)
        if found is not None:
            return found
    return None


def _in_part(hit: SinkHit, language: str) -> Match | None:
    flow = flow_into(hit, STRANGERS)
    if flow is None:
        return None
    if language:
        return flow.match(_QUERY.input)
    is_text = hit.value.text is not None or "builtins.str" in hit.value.types
    if is_text or not any(_holds_documents(taint) for taint in flow.taints):
        return None
    return flow.match(_OPERATOR, severity=Severity.MEDIUM, confidence=min(flow.confidence, Confidence.MEDIUM))


def _parts(query: Value, language: str, depth: int) -> Iterator[tuple[str, Value]]:
    """Yield the values in a query, each with the key above it that makes it a program, if one does."""
    for key, item in (query.items or {}).items():
        below = key if isinstance(key, str) and key in _LANGUAGES else language
        if item.items is not None and depth and not item.taints:
            yield from _parts(item, below, depth - 1)
        else:
            yield below, item
    if query.rest is not None:
        yield language, query.rest


def _holds_documents(taint: Taint) -> bool:
    """Tell whether what comes in there can be a dictionary, as in a JSON document, and not only text."""
    return _BODY.search(taint.origin.what) is not None or _BODY.search(taint.origin.key) is not None


def _with(hit: SinkHit, value: Value) -> SinkHit:
    return SinkHit(hit.node, hit.argument, hit.kind, value, hit.callee, hit.what)


_TEXTS: Final = "A number, or anything else that isn't text, doesn't match any more: convert it to the type that is meant."


def fix(site: FixSite) -> Iterator[Fix]:
    """Convert what may be a dictionary to text."""
    if "may hold an operator" not in site.finding.message or site.block is None:
        return
    values = [site.node]
    while any(isinstance(value, ast.Dict) for value in values):
        values = [each for value in values for each in (value.values if isinstance(value, ast.Dict) else [value])]
    edits = []
    for value in values:
        if isinstance(value, ast.Name) and value is site.node:
            return
        if isinstance(value, ast.expr) and may_harm(site.block.value(value), "nosql", if_unknown=False):
            edits.append(site.replace(value, f"str({site.text_of(value)})"))
    if edits:
        yield Fix("Convert the values to text", tuple(edits), Applicability.REVIEW, _TEXTS)


RULE = Rule(
    id="VET105",
    name="nosql-injection",
    cwe=Cwe(943),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input shapes this query: its sender can select other data.",
    bad=(
        Example(
            "from flask import Flask, request\nfrom pymongo import MongoClient\n\napp = Flask(__name__)\n"
            'users = MongoClient().shop.users\n\n\n@app.route("/login", methods=["POST"])\ndef login():\n'
            '    user = users.find_one({"name": request.json["name"], "password": request.json["password"]})\n'
            '    return {"ok": user is not None}\n',
            (
                "from flask import Flask, request\nfrom pymongo import MongoClient\n"
                "\napp = Flask(__name__)\nusers = MongoClient().shop.users\n\n\n"
                '@app.route("/login", methods=["POST"])\ndef login():\n'
                '    user = users.find_one({"name": str(request.json["name"]), "password": str(request.js'
                'on["password"])})\n'
                '    return {"ok": user is not None}\n'
            ),
        ),
        Example(
            "from fastapi import FastAPI, Request\nfrom motor.motor_asyncio import AsyncIOMotorClient\n\n"
            'app = FastAPI()\nitems = AsyncIOMotorClient().shop.items\n\n\n@app.post("/search")\n'
            "async def search(request: Request):\n    query = await request.json()\n"
            '    return {"count": await items.count_documents(query)}\n'
        ),
        Example(
            "from flask import request\nfrom pymongo import MongoClient\n\n\ndef by_author():\n"
            '    books = MongoClient()["library"]["books"]\n'
            '    return list(books.find({"$where": "this.author == \'" + request.args["author"] + "\'"}))\n'
        ),
        # A name from whoever calls this is part of the expression.
        Example(
            'import boto3\n\nclient = boto3.client("dynamodb")\n\n\ndef find(column, password):\n'
            '    return client.scan(\n        TableName="users",\n'
            '        FilterExpression=column + " = :u AND password = :p",\n'
            '        ExpressionAttributeValues={":u": {"S": column}, ":p": {"S": password}},\n    )\n'
        ),
        Example(
            "from django.http import JsonResponse\nfrom neo4j import GraphDatabase\n\n"
            'driver = GraphDatabase.driver("bolt://localhost")\n\n\ndef person(request):\n'
            "    with driver.session() as session:\n"
            '        found = session.run("MATCH (p:Person {name: \'%s\'}) RETURN p" % request.GET["name"])\n'
            '        return JsonResponse({"people": [record["p"]["name"] for record in found]})\n'
        ),
        Example(
            "import redis\nfrom aiohttp import web\n\ncache = redis.Redis()\n\n\nasync def bump(request):\n"
            "    script = f\"return redis.call('INCR', '{request.query['key']}')\"\n"
            '    return web.json_response({"value": cache.eval(script, 0)})\n'
        ),
        Example(
            "from elasticsearch import Elasticsearch\nfrom flask import request\n\n\ndef search():\n"
            '    body = {"query": {"query_string": {"query": request.args["q"]}}}\n'
            '    return Elasticsearch("http://localhost:9200").search(index="notes", body=body)\n'
        ),
    ),
    good=(
        (
            "from flask import Flask, request\nfrom pymongo import MongoClient\n\napp = Flask(__name__)\n"
            'users = MongoClient().shop.users\n\n\n@app.route("/users", methods=["POST"])\ndef find():\n'
            '    user = users.find_one({"name": str(request.json["name"]), "kind": request.args["kind"]})\n'
            '    return {"ok": user is not None}\n'
        ),
        (
            "from fastapi import FastAPI\nfrom motor.motor_asyncio import AsyncIOMotorClient\n\n"
            'app = FastAPI()\nitems = AsyncIOMotorClient().shop.items\n\n\n@app.get("/items/{name}")\n'
            "async def item(name: str, price: int):\n"
            '    return {"count": await items.count_documents({"name": name, "price": {"$lt": price}})}\n'
        ),
        (
            "import boto3\nfrom boto3.dynamodb.conditions import Attr\n\n"
            'table = boto3.resource("dynamodb").Table("users")\n\n\ndef find(request):\n'
            '    return table.scan(FilterExpression=Attr("name").eq(request.GET["name"]))\n'
        ),
        (
            'from neo4j import GraphDatabase\n\ndriver = GraphDatabase.driver("bolt://localhost")\n\n\n'
            "def person(name, label):\n    with driver.session() as session:\n"
            '        return session.run("MATCH (p:Person {name: $name}) RETURN p", name=name).single()\n'
        ),
        (
            "import redis\nfrom aiohttp import web\n\ncache = redis.Redis()\n"
            "SCRIPT = \"return redis.call('INCR', KEYS[1])\"\n\n\nasync def bump(request):\n"
            '    return web.json_response({"value": cache.eval(SCRIPT, 1, request.query["key"])})\n'
        ),
        (
            "from elasticsearch import Elasticsearch\nfrom flask import request\n\n\ndef search():\n"
            '    body = {"query": {"match": {"title": request.args["q"]}}}\n'
            '    return Elasticsearch("http://localhost:9200").search(index="notes", body=body)\n'
        ),
    ),
    check=check,
    fix=fix,
)
