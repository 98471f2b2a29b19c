"""What a fix needs is imported once, in the right place, under a name that means it there.

Most examples use B307, whose fix needs ``ast``, or B701, whose fix needs a name from ``jinja2``.
"""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.snippets import edited, fixed, vetted
from vetline.core.edit import TextEdit
from vetline.core.location import Range
from vetline.fixes.imports import FileImports, merged

CASES = {
    "no imports yet": (
        """
        value = eval(text)
        """,
        """
        import ast

        value = ast.literal_eval(text)
        """,
    ),
    "imported already": (
        """
        import ast

        value = eval(text)
        """,
        """
        import ast

        value = ast.literal_eval(text)
        """,
    ),
    "imported under another name": (
        """
        import ast as syntax

        value = eval(text)
        """,
        """
        import ast as syntax

        value = syntax.literal_eval(text)
        """,
    ),
    "the name itself is imported": (
        """
        from ast import literal_eval as read

        value = eval(text)
        """,
        """
        from ast import literal_eval as read

        value = read(text)
        """,
    ),
    "another name of the module is imported": (
        """
        from ast import parse

        value = eval(text)
        """,
        """
        import ast
        from ast import parse

        value = ast.literal_eval(text)
        """,
    ),
    "in isort's order": (
        """
        from __future__ import annotations

        import abc
        import os
        from typing import Any

        import requests

        from . import models

        value = eval(text)
        """,
        """
        from __future__ import annotations

        import abc
        import ast
        import os
        from typing import Any

        import requests

        from . import models

        value = ast.literal_eval(text)
        """,
    ),
    "a section of its own, behind the future": (
        """
        from __future__ import annotations
        value = eval(text)
        """,
        """
        from __future__ import annotations

        import ast
        value = ast.literal_eval(text)
        """,
    ),
    "a section of its own, before third parties": (
        """
        import requests

        value = eval(text)
        """,
        """
        import ast

        import requests

        value = ast.literal_eval(text)
        """,
    ),
    "behind the docstring": (
        '''
        """Reads values."""

        value = eval(text)
        ''',
        '''
        """Reads values."""

        import ast

        value = ast.literal_eval(text)
        ''',
    ),
    "between the docstring and code on its line": (
        '''
        """Reads
        values."""; value = eval(text)
        ''',
        '''
        """Reads
        values."""; import ast; value = ast.literal_eval(text)
        ''',
    ),
    "behind a long docstring and before a function": (
        '''
        """Reads values.

        All of them.
        """


        def read(text):
            return eval(text)
        ''',
        '''
        """Reads values.

        All of them.
        """

        import ast


        def read(text):
            return ast.literal_eval(text)
        ''',
    ),
    "behind shebang, encoding and licence": (
        """
        #!/usr/bin/env python3
        # -*- coding: utf-8 -*-
        # SPDX-License-Identifier: Apache-2.0

        def read(text):
            return eval(text)
        """,
        """
        #!/usr/bin/env python3
        # -*- coding: utf-8 -*-
        # SPDX-License-Identifier: Apache-2.0

        import ast


        def read(text):
            return ast.literal_eval(text)
        """,
    ),
    "before the comment of the first statement": (
        """
        # Licence

        # The value that was given.
        value = eval(text)
        """,
        """
        # Licence

        import ast

        # The value that was given.
        value = ast.literal_eval(text)
        """,
    ),
    "comments between imports stay where they are": (
        """
        # Standard library
        import os  # for paths
        # Ours
        import app

        value = eval(text)
        """,
        """
        # Standard library
        import ast
        import os  # for paths
        # Ours
        import app

        value = ast.literal_eval(text)
        """,
    ),
    "an import over several lines": (
        """
        from abc import (
            ABC,
            abstractmethod,
        )

        value = eval(text)
        """,
        """
        import ast
        from abc import (
            ABC,
            abstractmethod,
        )

        value = ast.literal_eval(text)
        """,
    ),
    "an import that may fail doesn't count": (
        """
        try:
            import ast
        except ImportError:
            pass

        value = eval(text)
        """,
        """
        import ast

        try:
            import ast
        except ImportError:
            pass

        value = ast.literal_eval(text)
        """,
    ),
    "an import for type checkers doesn't count": (
        """
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            import ast

        value = eval(text)
        """,
        """
        import ast
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            import ast

        value = ast.literal_eval(text)
        """,
    ),
    "at the top level, an import below comes too late": (
        """
        value = eval(text)

        import ast
        """,
        """
        import ast

        value = ast.literal_eval(text)

        import ast
        """,
    ),
    "an import on the line of the finding comes in time": (
        """
        import ast; value = eval(text)
        """,
        """
        import ast; value = ast.literal_eval(text)
        """,
    ),
    "another import on the line of the finding is no place for a new one": (
        """
        import re; value = eval(text)
        """,
        """
        import ast

        import re; value = ast.literal_eval(text)
        """,
    ),
    "in a function, an import below serves": (
        """
        def read(text):
            return eval(text)

        import ast
        """,
        """
        def read(text):
            return ast.literal_eval(text)

        import ast
        """,
    ),
    "an import of the function itself": (
        """
        def read(text):
            import ast
            return eval(text)
        """,
        """
        def read(text):
            import ast
            return ast.literal_eval(text)
        """,
    ),
    "an import of another function": (
        """
        def parse(text):
            import ast

        def read(text):
            return eval(text)
        """,
        """
        import ast


        def parse(text):
            import ast

        def read(text):
            return ast.literal_eval(text)
        """,
    ),
    "a parameter hides the module": (
        """
        import ast

        def read(ast):
            return eval(ast)
        """,
        """
        import ast
        import ast as _ast

        def read(ast):
            return _ast.literal_eval(ast)
        """,
    ),
    "a variable of another function is no conflict": (
        """
        import os

        def show(ast):
            ast = 1

        def read(text):
            return eval(text)
        """,
        """
        import ast
        import os

        def show(ast):
            ast = 1

        def read(text):
            return ast.literal_eval(text)
        """,
    ),
    "a variable of the module is a conflict": (
        """
        import os

        ast = os.environ["AST"]
        value = eval(ast)
        """,
        """
        import ast as _ast
        import os

        ast = os.environ["AST"]
        value = _ast.literal_eval(ast)
        """,
    ),
    "so is another module of that name": (
        """
        from compiler import ast

        value = eval(text)
        """,
        """
        import ast as _ast

        from compiler import ast

        value = _ast.literal_eval(text)
        """,
    ),
    "and a variable of a comprehension": (
        """
        import ast

        values = [eval(ast) for ast in lines]
        """,
        """
        import ast
        import ast as _ast

        values = [_ast.literal_eval(ast) for ast in lines]
        """,
    ),
    "and an attribute of the class, in the class body": (
        """
        class Reader:
            ast = "[1]"
            value = eval(ast)

            def read(self, text):
                return text
        """,
        """
        import ast as _ast


        class Reader:
            ast = "[1]"
            value = _ast.literal_eval(ast)

            def read(self, text):
                return text
        """,
    ),
    "but not in its methods": (
        """
        class Reader:
            ast = "[1]"

            def read(self, text):
                return eval(text)
        """,
        """
        import ast


        class Reader:
            ast = "[1]"

            def read(self, text):
                return ast.literal_eval(text)
        """,
    ),
    "in a decorator, a lambda and a default value": (
        """
        @register(key=lambda text, default=eval(config): default)
        def read():
            pass
        """,
        """
        import ast


        @register(key=lambda text, default=ast.literal_eval(config): default)
        def read():
            pass
        """,
    ),
}

NAMES = {
    "the import of the module grows": (
        "from jinja2 import Environment, FileSystemLoader",
        "from jinja2 import Environment, FileSystemLoader, select_autoescape",
    ),
    "in order": (
        "from jinja2 import Environment, PackageLoader, select_template",
        "from jinja2 import Environment, PackageLoader, select_autoescape, select_template",
    ),
    "at the end where there is no order": (
        "from jinja2 import select_template, Environment",
        "from jinja2 import select_template, Environment, select_autoescape",
    ),
    "a comment behind stays": (
        "from jinja2 import Environment  # templates",
        "from jinja2 import select_autoescape, Environment  # templates",
    ),
    "in parentheses": (
        "from jinja2 import (Environment)",
        "from jinja2 import (Environment, select_autoescape)",
    ),
    "one name a line": (
        "from jinja2 import (\n    Environment,\n    Undefined,\n)",
        "from jinja2 import (\n    Environment,\n    Undefined,\n    select_autoescape,\n)",
    ),
    "one name a line, with comments": (
        "from jinja2 import (\n    Environment,  # ours\n    Undefined,  # silent\n)",
        "from jinja2 import (\n    Environment,  # ours\n    select_autoescape,\n    Undefined,  # silent\n)",
    ),
    "several names a line": (
        "from jinja2 import (Environment,\n                    Undefined)",
        "from jinja2 import (Environment,\n                    Undefined,\n                    select_autoescape)",
    ),
    "continued by a backslash": (
        "from jinja2 import Environment, \\\n    Undefined",
        "from jinja2 import Environment, \\\n    Undefined, select_autoescape",
    ),
}


@pytest.mark.parametrize("before, after", CASES.values(), ids=CASES.keys())
def test_a_module_is_imported(before: str, after: str) -> None:
    assert fixed(textwrap.dedent(before).lstrip("\n"), "B307") == textwrap.dedent(after).lstrip("\n")


@pytest.mark.parametrize("before, after", NAMES.values(), ids=NAMES.keys())
def test_a_name_is_imported(before: str, after: str) -> None:
    code = "{}\n\nenvironment = Environment({})\n"

    assert fixed(code.format(before, ""), "B701") == code.format(after, "autoescape=select_autoescape()")


def test_crlf_stays_crlf() -> None:
    assert (
        fixed("import os\r\n\r\nvalue = eval(text)\r\n", "B307")
        == "import ast\r\nimport os\r\n\r\nvalue = ast.literal_eval(text)\r\n"
    )


def test_a_file_without_a_line_end() -> None:
    assert fixed('"""Doc."""\nvalue = eval(text)', "B307") == '"""Doc."""\n\nimport ast\n\nvalue = ast.literal_eval(text)'


def test_a_byte_order_mark_stays_first() -> None:
    assert fixed("\ufeffvalue = eval(text)\n", "B307") == "\ufeffimport ast\n\nvalue = ast.literal_eval(text)\n"


def test_a_line_before_the_end_of_a_file_without_one() -> None:
    plan = FileImports(vetted("import abc")).plan("ast", None, 1)

    assert plan.edit is not None
    assert (plan.expression, plan.edit.new_text) == ("ast", "\nimport ast")


def test_an_import_below_a_syntax_error_is_still_seen() -> None:
    code = "import os\nimport ast\n\ndef broken(:\n    return 1 +\n\nvalue = eval(text)\n"

    assert fixed(code, "B307") == code.replace("eval", "ast.literal_eval")


@pytest.mark.parametrize(
    "code, expression",
    [
        ("import os.path\n", "os"),
        ("import os.path as p\n", "os"),  # p is the submodule
        ("import os as system\n", "system"),
    ],
)
def test_a_package_and_its_submodules(code: str, expression: str) -> None:
    assert FileImports(vetted(code)).plan("os", None, 5).expression == expression


def test_a_second_alias_where_the_first_is_taken() -> None:
    assert FileImports(vetted("ast = _ast = 1\n")).plan("ast", None, 5).expression == "_ast_"


def test_an_import_in_an_indented_fragment_is_indented_alike() -> None:
    code = "    def pack(self, name):\n        os.popen('tar cf out ' + name)\n"
    assert fixed(code, "VET102") == (
        "    import shlex\n\n    def pack(self, name):\n        os.popen('tar cf out ' + shlex.quote(name))\n"
    )


def test_two_imports_in_an_indented_fragment_are_indented_alike() -> None:
    code = "    def read(self, name):\n        return static_file(name, self.folder)\n"
    result = merged(
        [
            TextEdit(Range.of(0, 0, 0, 0), "    import shlex\n\n"),
            TextEdit(Range.of(0, 0, 0, 0), "    from flask import abort\n\n"),
        ]
    )

    assert edited(code, tuple(result)) == "    import shlex\n\n    from flask import abort\n\n" + code
