"""`logging.config.listen` runs what any local user sends to its port.

## Why it matters
Parts of a logging configuration go through `eval`.  The port is open on localhost only, yet every user and program of the
machine reaches it, and gets to run code with your process's rights.  Assistants propose it when asked how to change the
log level of a running service.

## How to fix it
Check a signature before the configuration is used; what `verify` returns is applied, and None is discarded:

    def verify(message: bytes) -> bytes | None:
        signature, _, config = message.partition(b":")
        expected = hmac.new(KEY, config, "sha256").hexdigest().encode()
        return config if hmac.compare_digest(signature, expected) else None

    logging.config.listen(9030, verify=verify).start()

To change a level only, a signal handler that calls `setLevel` does with less.

## When it is fine
On a machine or in a container where nothing runs but your service.

## References
- [Python: logging.config.listen](https://docs.python.org/3/library/logging.config.html#logging.config.listen)
- [Python: hmac](https://docs.python.org/3/library/hmac.html)
- [Bandit: B612](https://bandit.readthedocs.io/en/latest/plugins/b612_logging_config_insecure_listen.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B612",
    name="logging-config-insecure-listen",
    cwe=Cwe(94),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Any local user can send code to this port: pass `verify=` with a function that checks a signature.",
    bad=(
        Example("import logging.config\n\nthread = logging.config.listen(9030)\nthread.start()\n"),
        Example("from logging.config import listen\n\nlisten().start()\n"),
    ),
    good=(
        "import logging.config\n\nthread = logging.config.listen(9030, verify=check_signature)\nthread.start()\n",
        "import logging.config\n\nlogging.config.dictConfig(settings)\n",
    ),
    why_no_fix="How a configuration is signed has to be agreed with those who send it.",
)
