"""Functions of Python itself on paths: how they are put together, and what is known of where they lead."""

from __future__ import annotations

from typing import Final

from vetline.flow.arguments import Arguments, KnownCall
from vetline.flow.frame import Frame
from vetline.flow.paths import DISTANCE, SHARED, marked
from vetline.flow.taints import NORMALISED
from vetline.flow.texts import concatenated
from vetline.flow.values import CLEAN, UNKNOWN, Value, constant

_PATH = ("pathlib.Path",)
_NORMAL = frozenset({NORMALISED})


def _joined_path(arguments: Arguments, frame: Frame) -> Value:
    parts: list[Value] = []
    for index, value in enumerate(arguments.values):
        parts += [constant("/"), value] if index else [value]
    if arguments.rest is not None:
        parts += [constant("/"), arguments.rest[0]]
    return concatenated(parts)


def _normal_path(arguments: Arguments, frame: Frame) -> Value:
    return _of_same_origin(arguments.get(0, "path") or UNKNOWN).cleared_of(_NORMAL)


def _of_same_origin(value: Value) -> Value:
    """Return a text that is made of ``value``, and is harmless where that is."""
    types = ("builtins.str", CLEAN) if CLEAN in value.types or (value.is_constant and not value.taints) else ("builtins.str",)
    return Value(value.all_taints(), types=types)


def _shared_path(arguments: Arguments, frame: Frame) -> Value:
    return marked(Value(arguments.taints(), types=("builtins.str",)), SHARED)


def _distance(arguments: Arguments, frame: Frame) -> Value:
    return marked(Value((arguments.get(0, "path") or UNKNOWN).all_taints(), types=("builtins.str",)), DISTANCE)


def _temporary_folder(arguments: Arguments, frame: Frame) -> Value:
    return constant("/tmp")  # noqa: S108  # what it is nearly everywhere


def _base_name(arguments: Arguments, frame: Frame) -> Value:
    return _of_same_origin(arguments.get(0, "p") or UNKNOWN).cleared_of(frozenset({"path", NORMALISED}))


def _path_object(arguments: Arguments, frame: Frame) -> Value:
    joined_path = _joined_path(arguments, frame)
    return joined_path._replace(types=_PATH, constants=None, texts=joined_path.text)


def _below(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    joined_path = concatenated([owner, *(part for value in arguments.values for part in (constant("/"), value))])
    return joined_path._replace(types=_PATH, constants=None, texts=joined_path.text)


def _resolved(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    return Value(owner.all_taints(), types=_PATH).cleared_of(_NORMAL)


PATH_CALLS: Final[dict[str, KnownCall]] = {
    **dict.fromkeys((f"os.path.{name}" for name in ("realpath", "abspath", "normpath")), _normal_path),
    **dict.fromkeys(
        (f"pathlib.{name}" for name in ("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath")), _path_object
    ),
    **dict.fromkeys(("pathlib.Path.resolve", "pathlib.Path.absolute"), _resolved),
    **dict.fromkeys(("pathlib.Path.joinpath", "pathlib.Path.with_name"), _below),
    **dict.fromkeys(("os.path.commonpath", "os.path.commonprefix"), _shared_path),
    "os.path.basename": _base_name,
    "os.path.join": _joined_path,
    "os.path.relpath": _distance,
    "tempfile.gettempdir": _temporary_folder,
}
"""By dotted name."""
