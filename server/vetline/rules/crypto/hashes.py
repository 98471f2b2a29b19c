"""Calls that hash something: which algorithm, what goes in, and what the digest is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from vetline.flow.taints import Taints, join_taints
from vetline.rules.base import CheckContext
from vetline.rules.building import written
from vetline.rules.constants import fixed, function_around
from vetline.rules.purpose import is_checksum, is_content, is_evidence, words_for, words_from, words_of
from vetline.rules.surroundings import name_of, parents
from vetline.semantics.bindings import chain_of

BROKEN = frozenset("md2 md4 md5 mdc2 sha sha0 sha1".split())
"""Digests for which two different inputs have been found that have the same one."""

_BY_CALL: dict[str, tuple[str, int]] = {}
"""By dotted name of a function: the algorithm, and the position of what is hashed."""

for (
    _name
) in "md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s shake_128 shake_256".split():
    _BY_CALL[f"hashlib.{_name}"] = (_name, 0)
for _package in ("Crypto", "Cryptodome"):
    for _name, _algorithm in {
        "MD2": "md2", "MD4": "md4", "MD5": "md5", "SHA": "sha1", "SHA1": "sha1", "SHA224": "sha224", "SHA256": "sha256",
        "SHA384": "sha384", "SHA512": "sha512", "SHA3_256": "sha3_256", "SHA3_512": "sha3_512", "BLAKE2b": "blake2b",
    }.items():  # fmt: skip
        _BY_CALL[f"{_package}.Hash.{_name}.new"] = (_algorithm, 0)
        _BY_CALL[f"{_package}.Hash.{_name}.{_name}Hash"] = (_algorithm, 0)
_BY_CALL |= {"md5.new": ("md5", 0), "md5.md5": ("md5", 0), "sha.new": ("sha1", 0), "sha.sha": ("sha1", 0)}
_BY_CALL |= {"passlib.hash.hex_md5.hash": ("md5", 0), "passlib.hash.hex_sha1.hash": ("sha1", 0)}

_OF_CRYPTOGRAPHY = {
    f"cryptography.hazmat.primitives.hashes.{name}": name.lower() for name in "MD5 SHA1 SHA224 SHA256 SHA384 SHA512 SM3".split()
}
_HASH = "cryptography.hazmat.primitives.hashes.Hash"
_NEW = ("hashlib.new",)
_PROTOCOL = frozenset({"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"})
"""What a protocol adds to a text before it has it hashed, to see whether the other side speaks it: WebSocket (RFC 6455)."""
_FEW_DIGITS = 16
"""Hexadecimal digits: other data with the same ones is found within hours, whatever the algorithm."""
_ALL = (*_BY_CALL, *_NEW, *_OF_CRYPTOGRAPHY)


@dataclass(frozen=True, slots=True)
class HashUse:
    """One digest that is made.

    ``words_in`` are the words of the names of what is hashed, ``words_out`` those of what the digest is for; ``taints`` are
    those of what is hashed.  ``is_declared`` says that the code declares that it isn't for security, ``is_measured`` that
    only the digest's size is asked for; ``texts_in`` are the constants in what is hashed.
    """

    call: ast.Call
    algorithm: str
    data: tuple[ast.expr, ...]
    words_in: frozenset[str]
    words_out: frozenset[str]
    taints: Taints
    is_declared: bool
    is_measured: bool = False
    texts_in: frozenset[str] = frozenset()

    @property
    def is_broken(self) -> bool:
        return self.algorithm in BROKEN

    @property
    def is_harmless(self) -> bool:
        """Whether, as far as names tell, nobody gains by finding another input with the same digest."""
        if self.is_declared or self.is_measured or _PROTOCOL & self.texts_in:
            return True
        return "cache" in self.words_out or is_checksum(self.words) or is_content(self.words)

    @property
    def words(self) -> frozenset[str]:
        return self.words_in | self.words_out


def hash_uses(context: CheckContext) -> Iterator[HashUse]:
    """Yield the digests that are made in a block."""
    for call in context.calls(*_ALL):
        if (use := hash_use(call, context)) is not None:
            yield use


def hash_use(call: ast.AST, context: CheckContext) -> HashUse | None:
    """Return what a call hashes; None if it does not."""
    if not isinstance(call, ast.Call):
        return None
    place = 0
    algorithms: list[str] = []
    for name in context.callees(call):
        if name in _BY_CALL:
            algorithm, place = _BY_CALL[name]
            algorithms.append(algorithm)
        elif name in _NEW:
            place = 1
            algorithms += _named(context.argument(call, 0, "name"), context)
        elif name in _OF_CRYPTOGRAPHY and _is_of_digest(call, context):
            algorithms.append(_OF_CRYPTOGRAPHY[name])
            place = -1
    if not algorithms:
        return None
    worst = next((one for one in algorithms if one in BROKEN), algorithms[0])
    inputs = (
        [] if place < 0 else [*call.args[place : place + 1], *(k.value for k in call.keywords if k.arg in ("data", "string"))]
    )
    words_out = words_for(call, context)
    for method, later in _later(call, context):
        if method == "update" and later.args:
            inputs.append(later.args[0])
        elif method in ("digest", "hexdigest", "finalize"):
            words_out |= words_for(later, context)
    words_in: frozenset[str] = frozenset()
    taints: Taints = ()
    for node in inputs:
        found = context.value(node).all_taints()
        taints = join_taints(taints, found)
        words_in |= words_of(node) | words_from(found)
    declared = _is_declared(call, context)
    constants = frozenset(text for node in inputs for text in _constants(node, context))
    return HashUse(call, worst, tuple(inputs), words_in, words_out, taints, declared, _is_measured(call, context), constants)


def _is_measured(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a digest is only made to ask how long it is."""
    parent = context.parent_of(call)
    return isinstance(parent, ast.Attribute) and parent.attr in ("digest_size", "block_size", "name")


def _constants(node: ast.expr, context: CheckContext) -> Iterator[str]:
    """Yield the constants that an expression is made of."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute | ast.Constant):
            text = context.value(part).constant
            if isinstance(text, str | bytes):
                yield text if isinstance(text, str) else text.decode("ascii", "replace")


def _named(node: ast.expr | None, context: CheckContext) -> list[str]:
    known = fixed(node, context) if node is not None else None
    return [str(text).lower().replace("-", "") for text in known.texts if isinstance(text, str)] if known is not None else []


def _is_declared(call: ast.Call, context: CheckContext) -> bool:
    flag = context.argument(call, -1, "usedforsecurity")
    return flag is not None and context.value(flag).constants == (False,)


def _is_of_digest(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether ``hashes.MD5()`` stands in ``Hash(…)``: elsewhere it is part of something stronger, or of a signature."""
    return _digest_of(call, context) is not None


def _digest_of(algorithm: ast.Call, context: CheckContext) -> ast.Call | None:
    """Return the call of ``Hash`` that is given ``algorithm``."""
    for call in context.calls(_HASH):
        given = context.argument(call, 0, "algorithm")
        if given is not None and written(given, context) is algorithm:
            return call
    return None


def _later(call: ast.Call, context: CheckContext) -> Iterator[tuple[str, ast.Call]]:
    """Yield the methods that are called on the object that ``call`` creates: at once, and through a variable."""
    parent = context.parent_of(call)
    if (digest := _digest_of(call, context)) is not None:
        parent = context.parent_of(digest)
    match parent:
        case ast.Attribute(attr=method) if isinstance(outer := context.parent_of(parent), ast.Call):
            yield method, outer
            return
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            holder = chain_of(target)
        case _:
            return
    if holder is None:
        return
    around = function_around(call, context)
    for other in context.walk(ast.Call):
        match other:
            case ast.Call(func=ast.Attribute(value=owner, attr=method)) if chain_of(owner) == holder:
                if len(holder) > 1 or function_around(other, context) is around:
                    yield method, other


def is_cut(node: ast.AST, context: CheckContext, depth: int = 4) -> bool:
    """Tell whether so little is kept of a digest, the value of ``node``, that it can only tell things apart."""
    for parent in parents(node, context):
        match parent:
            case ast.Attribute() | ast.Call():
                continue
            case ast.Subscript(slice=ast.Slice(upper=ast.Constant(value=int() as kept))):
                return kept <= _FEW_DIGITS
            case ast.Assign(targets=[ast.Name(id=name)]) if depth:
                reads = _reads_of(name, node, context)
                return bool(reads) and all(is_cut(read, context, depth - 1) for read in reads)
        return False
    return False


def _reads_of(name: str, node: ast.AST, context: CheckContext) -> list[ast.Name]:
    """Return where a variable is read in the function that ``node`` is in."""
    function = function_around(node, context)
    names = (one for one in context.walk(ast.Name) if isinstance(one, ast.Name) and one.id == name)
    return [one for one in names if isinstance(one.ctx, ast.Load) and function_around(one, context) is function]


def _is_named(node: ast.AST) -> bool:
    """Tell whether a call only names an algorithm: ``hashes.SHA1()``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="hashes")), args=[], keywords=[]):
            return True
    return False


def may_be_forged(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether a hash that Bandit reports is worth a look.

    An algorithm that is only named is, where something is signed with it: as part of a padding or an HMAC it isn't broken.
    """
    use = hash_use(node, context)
    if use is not None:
        is_telling = is_evidence(use.words) or "token" in use.words_out
        return not use.is_harmless and (is_telling or not is_cut(use.call, context))
    if _HASH.rpartition(".")[0] not in {name.rpartition(".")[0] for name in context.callees(node)} and not _is_named(node):
        return True
    calls = (parent for parent in parents(node, context) if isinstance(parent, ast.Call))
    return any(name_of(call.func) in ("sign", "verify") for call in calls)
