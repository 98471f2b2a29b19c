"""Python source files as bytes and as text, as the Python interpreter itself reads them."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

from vetline.cli.report import Fault, FaultKind
from vetline.syntax.lines import split_lines

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Exception):
    """A file can't be read as Python source; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Source:
    """A source file: its ``text`` without a byte order mark, its line ends as they are, and how it was encoded.

    ``encoding`` is a codec's name; with ``utf-8-sig`` the file has a byte order mark.
    """

    text: str
    encoding: str
    data: bytes

    def encode(self, text: str) -> bytes:
        """Return ``text`` in the encoding of the file, with its byte order mark if it has one.

        Raises:
            Unreadable: the encoding has no bytes for ``text``, or doesn't even give back those of the file itself.
        """
        try:
            if self.text.encode(self.encoding) == self.data:
                return text.encode(self.encoding)
        except (UnicodeError, LookupError):
            pass
        raise Unreadable(Fault(FaultKind.ENCODING, f"it can't be written back in its encoding, {self.encoding}"))


def read_source(path: Path) -> Source:
    """Read a file.

    Raises:
        Unreadable: it can't be read, or it is no Python source.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(Fault(FaultKind.MISSING, "no such file")) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise Unreadable(Fault(FaultKind.UNREADABLE, f"it can't be read: {reason}")) from None
    return decode_source(data)


def decode_source(data: bytes) -> Source:
    """Decode source by its byte order mark or its encoding declaration (PEP 263), else as UTF-8.

    Raises:
        Unreadable: it is no text in that encoding, or no text at all.
    """
    if data.startswith(_UTF16_MARKS):
        raise Unreadable(Fault(FaultKind.ENCODING, "it is UTF-16, which Python doesn't read as source; save it as UTF-8"))
    if b"\0" in data:
        raise Unreadable(Fault(FaultKind.BINARY, "it holds null bytes, so it is no Python source"))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return Source(data.decode(encoding), encoding, data)
    except UnicodeDecodeError as error:
        raise Unreadable(_undecodable(data, error)) from None
    except SyntaxError as error:
        raise Unreadable(_undeclared(data, error)) from None
    except (UnicodeError, LookupError):  # such as "# coding: hex", a codec that isn't one of texts
        raise Unreadable(Fault(FaultKind.ENCODING, "its encoding declaration names no encoding of texts", 0)) from None


def _undeclared(data: bytes, error: SyntaxError) -> Fault:
    """Say what is wrong in the first two lines, which :mod:`tokenize` looks at."""
    try:
        data.decode()
    except UnicodeDecodeError as undecodable:
        if "unknown encoding" not in str(error):
            return _undecodable(data, undecodable)
    return Fault(FaultKind.ENCODING, f"its encoding declaration is wrong ({str(error.msg).partition(' for ')[0]})", 0)


def _undecodable(data: bytes, error: UnicodeDecodeError) -> Fault:
    line = len(split_lines(data[: error.start].decode(error.encoding, "replace"))) - 1
    advice = "; save it as UTF-8, or declare its encoding (PEP 263)" if error.encoding.startswith("utf") else ""
    message = f"it is not valid {error.encoding.upper()}: byte 0x{data[error.start]:02x} in line {line + 1}{advice}"
    return Fault(FaultKind.ENCODING, message, line)
