"""Calls that set up a cipher."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from vetline.rules.base import CheckContext

_OF_PYCRYPTODOME = "AES DES DES3 ARC2 ARC4 Blowfish CAST IDEA RC5 XOR".split()
_PACKAGES = ("Crypto", "Cryptodome")
BLOCK_CIPHERS = {f"{package}.Cipher.{name}.new": name for package in _PACKAGES for name in _OF_PYCRYPTODOME}
"""PyCryptodome's constructors, which take the key and the mode, and what they are called."""

_HAZMAT = "cryptography.hazmat."
_MODULES = (f"{_HAZMAT}primitives.ciphers.algorithms.", f"{_HAZMAT}decrepit.ciphers.algorithms.")
ALGORITHMS = {
    f"{module}{name}": name
    for module in _MODULES
    for name in "AES TripleDES Blowfish CAST5 ARC4 IDEA SEED RC2 ChaCha20 Camellia SM4".split()
}
"""The algorithms of the package ``cryptography``, by dotted name."""

MODES = {
    f"{_HAZMAT}{layer}.ciphers.modes.{name}": name
    for layer in ("primitives", "decrepit")
    for name in "CBC CTR OFB CFB CFB8 GCM XTS ECB".split()
}

_NUMBERS = {1: "ECB", 2: "CBC", 3: "CFB", 5: "OFB", 6: "CTR"}


class BlockCipher(NamedTuple):
    """A call such as ``AES.new(key, AES.MODE_CBC, iv)``; ``mode`` is "" if unknown, ``mode_node`` None if not given."""

    call: ast.Call
    algorithm: str
    mode: str
    mode_node: ast.expr | None


def block_ciphers(context: CheckContext) -> Iterator[BlockCipher]:
    """Yield the ciphers of PyCryptodome that are set up in a block."""
    for call in context.calls(*BLOCK_CIPHERS):
        algorithm = next(BLOCK_CIPHERS[name] for name in context.callees(call) if name in BLOCK_CIPHERS)
        node = context.argument(call, 1, "mode")
        yield BlockCipher(call, algorithm, "" if node is None else _mode(node, context), node)


def _mode(node: ast.expr, context: CheckContext) -> str:
    value = context.value(node)
    for name in value.names:
        last = name.rpartition(".")[2]
        if last.startswith("MODE_"):
            return last.removeprefix("MODE_")
    for constant in value.constants or ():
        if isinstance(constant, int):
            return _NUMBERS.get(constant, "")
    return ""
