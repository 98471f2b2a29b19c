"""Flask's debug mode serves an interactive Python console with every error page.

## Why it matters
Whoever reaches an error page and gets past its PIN runs Python on your server.  The page also shows source lines and
tracebacks to all.  Patreon's data was stolen in 2015 through a debug version of its site.  Assistants end every Flask
example with `app.run(debug=True)`.

## How to fix it
Switch it off for good:

    app.run(debug=False)

Or leave `debug` out, and switch it on from outside on your own machine: `flask run --debug`, or `FLASK_DEBUG=1`, which Flask
reads itself.  In production, use a WSGI server such as Gunicorn or Waitress instead of `app.run`.

## When it is fine
In a throw-away script on your own machine that listens on 127.0.0.1 only.

## References
- [Flask: debug mode](https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode)
- [Werkzeug: debugging applications](https://werkzeug.palletsprojects.com/en/stable/debug/)
- [Bandit: B201](https://bandit.readthedocs.io/en/latest/plugins/b201_flask_debug_true.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.syntax.calls import keyword_of

NOTE = "Error pages no longer show tracebacks, and the server no longer restarts when a file changes."


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or (debug := keyword_of(call, "debug")) is None:
        return
    yield Fix("Switch debug mode off", (site.replace(debug.value, "False"),), Applicability.REVIEW, NOTE)
    yield Fix(
        "Leave debug mode to FLASK_DEBUG",
        (site.remove_argument(call, debug),),
        Applicability.REVIEW,
        f"{NOTE} Both come back with FLASK_DEBUG=1 in the environment.",
    )


RULE = Rule(
    id="B201",
    name="flask-debug-true",
    cwe=Cwe(94),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="Debug mode serves a Python console on error pages; switch it on with FLASK_DEBUG, not in the code.",
    bad=(
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=False)\n",
        ),
        Example(
            "import flask\n\napp = flask.Flask(__name__)\n\nif __name__ == '__main__':\n"
            "    app.run(\n        host='127.0.0.1',\n        debug=True,  # reload on change\n    )\n",
            "import flask\n\napp = flask.Flask(__name__)\n\nif __name__ == '__main__':\n"
            "    app.run(\n        host='127.0.0.1',\n        debug=False,  # reload on change\n    )\n",
        ),
    ),
    good=(
        "from flask import Flask\n\napp = Flask(__name__)\napp.run()\n",
        "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\napp.run(debug=os.environ.get('APP_ENV') == 'dev')\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
