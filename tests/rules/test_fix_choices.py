"""Which fixes a finding gets, in which order, and which of them may be applied unseen."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import fixed, fixes_of, vetted
from vetline.core.edit import Applicability
from vetline.fixes.offer import offer

SAFE, REVIEW = Applicability.SAFE, Applicability.REVIEW

CASES = {
    # B311: where the names say that nobody may guess the value, the fix is safe.
    "B311 a password": ("import random\npassword = random.choice(letters)\n", [("Use secrets.choice", SAFE)]),
    "B311 a function for passwords": (
        "import random\ndef make_password():\n    return ''.join(random.choices(letters, k=8))\n",
        [("Use secrets.SystemRandom().choices", SAFE)],
    ),
    "B311 an argument for a secret": (
        "import random\nsave(api_secret=random.getrandbits(128))\n",
        [("Use secrets.randbits", SAFE)],
    ),
    "B311 a key in a dictionary": (
        "import random\nuser = {'otp': random.randrange(10**6), 'n': 1}\n",
        [("Use secrets.randbelow", SAFE)],
    ),
    "B311 a session token": ("import random\nsession_token = random.randbytes(16)\n", [("Use secrets.token_bytes", SAFE)]),
    "B311 a token of a text": ("import random\ntoken = random.choice(tokens)\n", [("Use secrets.choice", REVIEW)]),
    "B311 a delay": ("import random\nsleep(random.uniform(1, 2))\n", [("Use secrets.SystemRandom().uniform", REVIEW)]),
    "B311 a seed somewhere": (
        "import random\nrandom.seed(1)\npassword = random.choice(letters)\n",
        [("Use secrets.choice", REVIEW)],
    ),
    "B311 a generator": ("import random\nrng = random.Random()\n", [("Use secrets.SystemRandom", REVIEW)]),
    "B311 a seeded generator": ("import random\nrng = random.Random(seed)\n", []),
    "B311 two arguments": (
        "import random\nn = random.randrange(1, 7)\n",
        [("Use secrets.SystemRandom().randrange", REVIEW)],
    ),
    "B311 another thing called random": ("n = random.choice(x)\n", []),
    # B324: declaring it is safe only where the names say that nothing depends on it.
    "B324 unknown": (
        "import hashlib\nh = hashlib.md5(x)\n",
        [("Use SHA-256", REVIEW), ("Declare that it isn't used for security", REVIEW)],
    ),
    "B324 a cache key": (
        "import hashlib\ncache_key = hashlib.md5(x)\n",
        [("Declare that it isn't used for security", SAFE), ("Use SHA-256", REVIEW)],
    ),
    "B324 a checksum": (
        "import hashlib\ndef checksum(x):\n    return hashlib.sha1(x).hexdigest()\n",
        [("Declare that it isn't used for security", SAFE), ("Use SHA-256", REVIEW)],
    ),
    "B324 a signature": ("import hashlib\nsignature = hashlib.md5(x)\n", [("Use SHA-256", REVIEW)]),
    "B324 a signature in a cache": ("import hashlib\ncached_signature = hashlib.md5(x)\n", [("Use SHA-256", REVIEW)]),
    "B324 a password": ("import hashlib\nh = hashlib.md5(password.encode())\n", []),
    "B324 for security": ("import hashlib\nh = hashlib.md5(x, usedforsecurity=True)\n", [("Use SHA-256", REVIEW)]),
    "B324 by name": (
        "import hashlib\nh = hashlib.new(name='md5', data=x)\n",
        [("Use SHA-256", REVIEW), ("Declare that it isn't used for security", REVIEW)],
    ),
    "B324 unknown arguments": ("import hashlib\nh = hashlib.md5(x, **options)\n", []),
    "B324 crypt": ("import crypt\nsalt = crypt.mksalt(crypt.METHOD_CRYPT)\n", [("Use crypt.METHOD_SHA512", REVIEW)]),
    # B506: plain data stays, but not what was registered with the other loaders, or asked for by name.
    "B506 no loader": ("import yaml\nyaml.load(x)\n", [("Load with yaml.safe_load", SAFE)]),
    "B506 the fast one": ("import yaml\nyaml.load(x, yaml.CLoader)\n", [("Load with yaml.CSafeLoader", SAFE)]),
    "B506 one by a bare name": (
        "import yaml\nfrom yaml import CLoader as Loader\nyaml.load(x, Loader=Loader)\n",
        [("Load with yaml.safe_load", SAFE)],
    ),
    "B506 the unsafe one": ("import yaml\nyaml.load(x, yaml.UnsafeLoader)\n", [("Load with yaml.safe_load", REVIEW)]),
    "B506 constructors": (
        "import yaml\nyaml.add_constructor('!x', f)\nyaml.load(x, yaml.Loader)\n",
        [("Load with yaml.safe_load", REVIEW)],
    ),
    "B506 a loader of one's own": ("import yaml\nyaml.load(x, Loader=Mine)\n", []),
    "B506 a loader that makes strings of all": (
        "import yaml\nyaml.load(x, Loader=yaml.BaseLoader)\n",
        [("Load with yaml.safe_load", REVIEW)],
    ),
    "B506 unknown arguments": ("import yaml\nyaml.load(x, **options)\n", []),
    # B307: only what may be a literal.
    "B307 a value": ("x = eval(text)\n", [("Read the text with ast.literal_eval", REVIEW)]),
    "B307 a list": ("x = eval('[%s]' % text)\n", [("Read the text with ast.literal_eval", REVIEW)]),
    "B307 a tuple": ("x = eval(f'({a}, {b})')\n", [("Read the text with ast.literal_eval", REVIEW)]),
    "B307 a constant": ("x = eval('{\"a\": -1}')\n", [("Read the text with ast.literal_eval", REVIEW)]),
    "B307 a formula": ("x = eval(a + '*' + b)\n", []),
    "B307 a sum": ("x = eval(f'{a} + {b}')\n", []),
    "B307 a name": ("x = eval('self.' + name)\n", []),
    "B307 a call": ("x = eval(f'{name}()')\n", []),
    "B307 a function": ("x = eval(name)(1)\n", []),
    "B307 an object": ("x = eval(name).field\n", []),
    "B307 names for it": ("x = eval(text, {})\n", []),
    # B306: what needs the name to be free gets no file of that name.
    "B306 a path": ("import tempfile\np = tempfile.mktemp()\n", [("Create the file together with its name", REVIEW)]),
    "B306 a file": ("import tempfile\nf = open(tempfile.mktemp(), 'wb')\n", [("Create and open the file in one step", REVIEW)]),
    "B306 a file to read": (
        "import tempfile\nf = open(tempfile.mktemp())\n",
        [("Create the file together with its name", REVIEW)],
    ),
    "B306 a pipe": ("import os, tempfile\nos.mkfifo(tempfile.mktemp())\n", []),
    "B306 a socket": ("import tempfile\ndef f(s):\n    p = tempfile.mktemp()\n    s.bind(p)\n", []),
    # The rest.
    "B201": (
        "import flask\napp.run(debug=True)\n",
        [("Switch debug mode off", REVIEW), ("Leave debug mode to FLASK_DEBUG", REVIEW)],
    ),
    "B501": ("import httpx\nhttpx.stream('GET', u, verify=False)\n", [("Check the server's certificate", REVIEW)]),
    "B614": ("import torch\ntorch.load(f, weights_only=None)\n", [("Load tensors only", REVIEW)]),
    "B614 another pickle module": ("import torch\ntorch.load(f, pickle_module=dill)\n", []),
    "B614 a variable": ("import torch\ntorch.load(f, weights_only=flag)\n", []),
    "B701": (
        "import jinja2\njinja2.Environment(autoescape=False)\n",
        [("Escape HTML and XML templates", REVIEW), ("Escape all templates", REVIEW)],
    ),
    "B701 a variable": ("import jinja2\njinja2.Environment(autoescape=flag)\n", []),
}


@pytest.mark.parametrize("name", CASES)
def test_the_fixes_that_are_offered(name: str) -> None:
    code, offered = CASES[name]

    assert [(fix.title, fix.applicability) for fix in fixes_of(code, name[:4])] == offered


@pytest.mark.parametrize(
    "rule_id, before, after",
    [
        ("B506", "import yaml as y\ny.load(x)\n", "import yaml as y\ny.safe_load(x)\n"),
        ("B324", "import hashlib as h\nh.md5(x)\n", "import hashlib as h\nh.sha256(x)\n"),
        ("B306", "import tempfile as t\nt.mktemp()\n", "import tempfile as t\nt.NamedTemporaryFile(delete=False).name\n"),
    ],
)
def test_the_prefix_of_a_call_stays(rule_id: str, before: str, after: str) -> None:
    assert fixed(before, rule_id) == after


def test_each_of_two_queries_in_one_variable_is_fixed() -> None:
    code = (
        "import sqlite3\n\ndef f(db, a, b):\n"
        "    query = f'SELECT x FROM t WHERE a = {a}'\n    db.execute(query)\n"
        "    query = f'SELECT x FROM t WHERE b = {b}'\n    db.execute(query)\n"
    )
    document = vetted(code)

    assert [len(offer(document, finding)) for finding in document.findings() if finding.rule_id == "B608"] == [1, 1]
