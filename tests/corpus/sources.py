"""Real Python files: the running interpreter's standard library, and the packages installed beside it."""

from __future__ import annotations

import ast
import io
import sysconfig
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path


def library_files() -> list[Path]:
    """Return the files of the standard library, its tests included, in a fixed order."""
    return _files_below(Path(sysconfig.get_path("stdlib")), skip="site-packages")


def package_files() -> list[Path]:
    """Return the files of the installed packages, in a fixed order."""
    return _files_below(Path(sysconfig.get_path("purelib")), skip="__pycache__")


def _files_below(root: Path, skip: str) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if skip not in path.relative_to(root).parts)


def sample(files: Sequence[Path], count: int) -> list[Path]:
    """Return about ``count`` of ``files``, evenly spread and always the same."""
    return list(files[:: max(1, len(files) // count)])


def decode(data: bytes) -> str:
    """Decode a file as Python does, but keep its line ends and its byte order mark.

    Raises:
        SyntaxError, UnicodeDecodeError, LookupError: if Python can't decode it either.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return data.decode("utf-8" if encoding == "utf-8-sig" else encoding)


def parsable(files: Sequence[Path], max_size: int = 10_000_000) -> Iterator[tuple[Path, str, ast.Module]]:
    """Yield those of ``files`` that are valid and no longer than ``max_size`` bytes, with text and tree."""
    for path in files:
        data = path.read_bytes()
        if len(data) > max_size:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield path, decode(data), ast.parse(data)
        except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
            continue  # the standard library tests Python with broken files, too
