"""Constants that data-flow analysis sees through the usual ways of writing them."""

from __future__ import annotations

import ast

import pytest

from tests.fixes.snippets import engine
from vetline.engine.document import Document
from vetline.flow.values import Value


def argument_of(code: str, function: str = "use") -> Value:
    """Return what the first argument of the last call of ``function`` may be."""
    document = Document(code, engine(), "project/module.py")
    document.vet()
    assert document._following is not None
    found: Value | None = None
    for entry in document._entries:
        flow = document._following.links.flow_of(entry.id)
        for statement in entry.tree.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
                    assert flow is not None
                    found = flow.values.get(id(node.args[0]), Value())
    assert found is not None
    return found


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("'key'.encode('utf-8')", b"key"),
        ("bytes(4)", b"\0\0\0\0"),
        ("bytes([1, 2])", b"\1\2"),
        ("bytes([0] * 3)", b"\0\0\0"),
        ("bytes('key', 'ascii')", b"key"),
        ("bytearray(b'key')", b"key"),
        ("bytes.fromhex('6b 65 79')", b"key"),
        ("binascii.unhexlify('6b6579')", b"key"),
        ("base64.b64decode('a2V5')", b"key"),
        ("b'\\0' * 2", b"\0\0"),
        ("base64.b64encode(b'key')", b"a2V5"),
        ("hashlib.sha256(b'key').digest()[:4]", b"\x2c\x70\xe1\x2b"),
    ],
)
def test_bytes_are_followed_however_they_are_made(expression: str, expected: bytes) -> None:
    assert argument_of(f"import base64, binascii, hashlib\n\nkey = {expression}\nuse(key)\n").constant == expected


@pytest.mark.parametrize(
    "expression", ["bytes(size)", "bytes(10**9)", "base64.b64decode('a')", "bytes([size])", "os.urandom(4)", "digest_of(size)"]
)
def test_bytes_that_are_not_known_are_none(expression: str) -> None:
    assert argument_of(f"import base64\nimport os\n\nkey = {expression}\nuse(key)\n").constants is None


@pytest.mark.parametrize("read", ["self.key", "self.fixed", "Box.key"])
def test_an_attribute_of_a_class_is_the_constant_that_it_was_given(read: str) -> None:
    code = (
        "class Box:\n    key = 'k'\n\n    def __init__(self):\n        self.fixed = 'k'\n\n"
        f"    def read(self):\n        use({read})\n"
    )

    assert argument_of(code).constant == "k"


def test_an_attribute_that_is_set_from_outside_is_not_known() -> None:
    code = (
        "class Box:\n    def __init__(self, key='k'):\n        self.key = key\n\n    def read(self):\n        use(self.key)\n"
    )

    assert argument_of(code).constants is None


def test_a_template_that_stands_before_its_format_is_known() -> None:
    assert argument_of("use('a{}'.format('b'))\n").constant == "ab"


def test_a_method_of_an_attribute_of_something_unknown_is_known_by_its_name() -> None:
    document = Document(
        "class Store:\n    def find(self, name):\n        return self.db.execute('… ' + name)\n", engine(), "project/module.py"
    )
    document.vet()
    assert document._following is not None
    flows = [document._following.links.flow_of(entry.id) for entry in document._entries]

    assert [hit.kind for flow in flows if flow is not None for hit in flow.sinks] == ["sql"]


@pytest.mark.parametrize("body", ["pass", "...", "'Tell whether.'", "raise NotImplementedError"])
def test_a_function_that_is_still_to_be_written_may_give_anything(body: str) -> None:
    stub = f"def is_known(name):\n    {body}\n\n\n"
    code = f"{stub}def read(name):\n    answer = 'reached'\n    if is_known(name):\n        use(answer)\n"

    assert argument_of(code).constant == "reached"
