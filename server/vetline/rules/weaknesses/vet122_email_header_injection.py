"""Input that becomes a header of a mail lets its sender add recipients, a subject or a text of their own.

## Why it matters
A header of a mail ends at a line break.  A subject such as `Hi\\nBcc: ...` sends the mail to a thousand others, in your
name and from your server: contact forms are used in this way to send spam.  Assistants build the whole message as one
string, `f"Subject: {subject}\\n\\n{body}"`, because `sendmail` takes it.

## How to fix it
Use `EmailMessage`, which refuses line breaks in headers:

    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "support@example.com"
    message.set_content(body)
    server.send_message(message)

Take recipients from your own data, not from the request.

## When it is fine
When the value can't hold a line break, because it was checked or comes from a fixed set.

## References
- [OWASP: IMAP and SMTP injection](https://owasp.org/www-project-web-security-testing-guide/stable/4-Web_Application_Security_Testing/07-Input_Validation_Testing/10-Testing_for_IMAP_SMTP_Injection)
- [Python: EmailMessage](https://docs.python.org/3/library/email.message.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.line_breaks import on_one_line

_LABELS: Final = of_labels(Severity.MEDIUM, "remote", "upload")
_HEADER: Final = re.compile(r"(?:^|\n)[A-Za-z][A-Za-z-]*:[^\n]*$")
_TAKES_WHOLE_MESSAGE: Final = frozenset({"sendmail", "docmd", "putcmd", "data"})


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("email"):
        if (flow := flow_into(hit, _LABELS)) is None:
            continue
        if hit.callee.rpartition(".")[2] in _TAKES_WHOLE_MESSAGE:
            if _stands_in_a_header(hit):
                yield flow.match("The mail's headers contain {source}: with line breaks its sender adds recipients and a text.")
        elif "EmailMessage" not in hit.callee:
            yield flow.match(
                "A header of the mail is set to {source}: with line breaks its sender adds others; `EmailMessage` refuses.",
                severity=Severity.LOW,
                confidence=min(flow.confidence, Confidence.MEDIUM),
            )


def _stands_in_a_header(hit: SinkHit) -> bool:
    """Tell whether something tainted is put into a header of a message that is one string: before its first empty line."""
    for text in hit.value.text or ():
        before = ""
        for piece in text:
            if isinstance(piece, str):
                before += piece.replace("\r\n", "\n")
            elif any(taint in hit.taints for taint in piece):
                if "\n\n" in before:
                    break
                if _HEADER.search(before):
                    return True
            if not isinstance(piece, str):
                before += "x"
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    parent = site.parent_of(site.node)
    is_item = isinstance(site.node, ast.Subscript) and isinstance(parent, ast.Assign)
    yield from on_one_line(parent.value if is_item and isinstance(parent, ast.Assign) else site.node, "email", site)


RULE = Rule(
    id="VET122",
    name="email-header-injection",
    cwe=Cwe(93),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="A mail's header contains what the request says.",
    bad=(
        Example(
            "import smtplib\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/contact')\ndef contact():\n    subject = request.form['subject']\n"
            "    message = f\"Subject: {subject}\\n\\n{request.form['text']}\"\n"
            "    with smtplib.SMTP('localhost') as server:\n"
            "        server.sendmail('site@example.com', 'us@example.com', message)\n    return 'sent'\n"
        ),
        Example(
            "import smtplib\n\n\ndef contact(request):\n    server = smtplib.SMTP('localhost')\n"
            "    text = 'From: %s\\r\\nSubject: Question\\r\\n\\r\\n%s' % (request.POST['mail'], request.POST['text'])\n"
            "    server.sendmail('site@example.com', ['us@example.com'], text)\n",
            (
                "import smtplib\n\n\ndef contact(request):\n    server = smtplib.SMTP('localhost')\n"
                "    text = 'From: %s\\r\\nSubject: Question\\r\\n\\r\\n%s' % (str(request.POST['mail']).replac"
                'e("\\r", "").replace("\\n", ""), request.POST[\'text\'])\n'
                "    server.sendmail('site@example.com', ['us@example.com'], text)\n"
            ),
        ),
        Example(
            "from email.mime.text import MIMEText\n\nfrom flask import request\n\n\n"
            "def compose():\n    message = MIMEText(request.form['text'])\n"
            "    message['Subject'] = request.form['subject']\n    return message\n",
            (
                "from email.mime.text import MIMEText\n\nfrom flask import request\n"
                "\n\ndef compose():\n    message = MIMEText(request.form['text'])\n"
                '    message[\'Subject\'] = str(request.form[\'subject\']).replace("\\r", "").replace("\\n", "")\n'
                "    return message\n"
            ),
        ),
        Example(
            "from email.mime.multipart import MIMEMultipart\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.post('/invite')\ndef invite(name: str):\n    message = MIMEMultipart()\n"
            "    message['Subject'] = 'Invitation from ' + name\n    return {'ok': True}\n",
            (
                "from email.mime.multipart import MIMEMultipart\n\nfrom fastapi import FastAPI\n"
                "\napp = FastAPI()\n\n\n@app.post('/invite')\ndef invite(name: str):\n"
                "    message = MIMEMultipart()\n"
                '    message[\'Subject\'] = \'Invitation from \' + name.replace("\\r", "").replace("\\n", "")\n'
                "    return {'ok': True}\n"
            ),
        ),
        Example(
            "import smtplib\n\nfrom flask import request\n\n\ndef report():\n    head = 'To: ' + request.args['to'] + '\\n'\n"
            "    head += 'Subject: Report\\n'\n"
            "    smtplib.SMTP('mail').sendmail('a@example.com', 'b@example.com', head + '\\n' + 'text')\n",
            (
                "import smtplib\n\nfrom flask import request\n\n\ndef report():\n"
                '    head = \'To: \' + request.args[\'to\'].replace("\\r", "").replace("\\n", "") + \'\\n\'\n'
                "    head += 'Subject: Report\\n'\n"
                "    smtplib.SMTP('mail').sendmail('a@example.com', 'b@example.com', head + '\\n' + 'text')\n"
            ),
        ),
    ),
    good=(
        (
            "from email.message import EmailMessage\n\nfrom flask import request\n\n\n"
            "def compose():\n    message = EmailMessage()\n    message['Subject'] = request.form['subject']\n"
            "    return message\n"
        ),
        (
            "import smtplib\n\nfrom flask import request\n\n\ndef contact():\n"
            "    text = f\"Subject: Question\\n\\n{request.form['text']}\"\n"
            "    smtplib.SMTP('localhost').sendmail('site@example.com', 'us@example.com', text)\n"
        ),
        (
            "from email.mime.text import MIMEText\n\nfrom flask import request\n\n\n"
            "def compose():\n    message = MIMEText(request.form['text'])\n"
            "    message['Subject'] = 'Question from the site'\n    return message\n"
        ),
        (
            "from email.mime.text import MIMEText\n\nfrom flask import request\n\n\ndef compose():\n"
            "    message = MIMEText('')\n"
            "    message['Subject'] = request.form['subject'].replace('\\r', '').replace('\\n', '')\n    return message\n"
        ),
        (
            "from django.core.mail import send_mail\n\n\n"
            "def contact(request):\n    send_mail(request.POST['subject'], request.POST['text'], None, ['us@example.com'])\n"
        ),
    ),
    check=check,
    fix=fix,
)
