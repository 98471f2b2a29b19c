"""A varied set of Python files: hand-written ones, and ones made of all rules' examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

from vetline.rules.catalogue import find_rule, rule_ids

SAMPLES = Path(__file__).parent / "samples"
"""The folder of the hand-written files."""

ODD_FILES = {
    "latin_1.py": (
        '# -*- coding: latin-1 -*-\nx = "éè"; password = "ü"; eval("é"), exec(x)\n'
        'def f(token="ß"): return eval(x)  # é nosec B307\n'
    ).encode("latin-1"),
    "marked.py": (
        '\ufeff"""With a byte order mark."""\r\nimport pickle\r\nclass A:\r\n'
        '    x = eval("é"); y = pickle.loads(x)  # nosec B301\r\n\r\n'
        '    def m(self,\r\n          password="x"):\r\n        return exec(\r\n            self\r\n        )\r\n'
    ).encode(),
    "marked_decorator.py": "\ufeff@eval(x)\ndef f(): pass\n".encode(),
    "marked_class.py": "\ufeffclass A:\n    x = eval(x)\n    def m(self, password='x'): pass\n".encode(),
    "odd_characters.py": (
        'x = 1\n\x0c\nimport os; os.system("a\x0cb"); password = "\u2028x"\n\x0c\ndef f():\n\treturn eval(x)\n'
        "        # tabs\n\texec(y)\n# \u202e bidirectional\n"
    ).encode(),
    "bidirectional_first_line.py": '\ufeffx = "a\u202e"\neval(x)'.encode(),
    "bidirectional_silenced.py": '\ufeffx = "\u202e"  # nosec B613\neval(x)'.encode(),
    "bidirectional_in_hebrew.py": '# coding: cp1255\nx = 1\neval("א")  # \u200f\n'.encode("cp1255"),
    "empty.py": b"",
    "comment.py": b"\n\n# only a comment\n",
    "no_line_end.py": b"eval(x)",
    "old_line_ends.py": b"import os\rdef f():\r    return eval(x)\rclass A:\r    y = exec(x)\r    password = 'x'\r",
    "mixed_line_ends.py": b"import os\r\ndef f():\n    return eval(x)\r\n    # a\n\r\nexec(\r\n    y\n)\n",
}
"""Files whose bytes matter."""


def _in_function(code: str) -> str:
    return f"def function():\n{indent(code, '    ')}"


def _in_method(code: str) -> str:
    return f"class Class:\n    x = 1\n\n    async def method(self, password='x'):\n{indent(code, '        ')}"


def _in_class(code: str) -> str:
    return f"@decorator\nclass Class:\n{indent(code, '    ')}\n    def method(self): pass\n"


def _silenced(code: str) -> str:
    return "".join(
        f"{line}  # nosec\n" if number % 2 else f"{line}  # nosec B404,B602\n" for number, line in enumerate(code.split("\n"))
    )


def _in_crlf(code: str) -> str:
    return f"'é😀'; x = 1\n{code}".replace("\n", "\r\n")


VARIANTS: dict[str, Callable[[str], str]] = {
    "plain": lambda code: code,
    "in_function": _in_function,
    "in_method": _in_method,
    "in_class": _in_class,
    "silenced": _silenced,
    "in_crlf": _in_crlf,
}


def examples_by_rule() -> Iterator[tuple[str, str]]:
    """Yield for each rule its id and all its examples, good and bad, as one text."""
    for rule_id in rule_ids():
        rule = find_rule(rule_id)
        assert rule is not None
        yield rule_id, "\n".join([*(example.code for example in rule.bad), *rule.good])


def sample_lines() -> list[str]:
    """Return the lines of the hand-written files."""
    return [line for path in sorted(SAMPLES.glob("*.py")) for line in path.read_text(encoding="utf-8").split("\n")]


def write_samples(folder: Path) -> None:
    """Write the hand-written files to ``folder``."""
    for path in sorted(SAMPLES.glob("*.py")):
        (folder / path.name).write_bytes(path.read_bytes())


def write_corpus(folder: Path) -> None:
    """Write all files to ``folder``."""
    write_samples(folder)
    for name, data in ODD_FILES.items():
        (folder / name).write_bytes(data)
    for variant, change in VARIANTS.items():
        (folder / variant).mkdir()
        (folder / variant / "__init__.py").touch()
        for rule_id, code in examples_by_rule():
            (folder / variant / f"{rule_id.lower()}.py").write_bytes(change(code).encode())
