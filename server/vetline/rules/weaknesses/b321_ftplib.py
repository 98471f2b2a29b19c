"""FTP sends the password and the files as clear text.

## Why it matters
Anyone on the path between the two machines reads the login and everything that is transferred, and can change it on
the way: a price list, a backup, an update that is then installed.  Assistants write `ftplib.FTP` because a hoster's
manual says "FTP" and the module is in the standard library.

## How to fix it
Most servers that offer FTP also offer SFTP (over SSH) or FTP over TLS.  The latter takes three lines:

    ftp = ftplib.FTP_TLS(host, context=ssl.create_default_context())
    ftp.login(user, password)
    ftp.prot_p()

Without `context`, the server's certificate isn't checked; without `prot_p()`, only the login is encrypted.

## When it is fine
For public files from a server that has nothing else, if you check a signature or digest that came another way.

## References
- [Python: ftplib.FTP_TLS](https://docs.python.org/3/library/ftplib.html#ftplib.FTP_TLS)
- [Bandit: B321](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b321-ftplib)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.superseded import left_to_vetline

RULE = Rule(
    id="B321",
    name="ftplib",
    cwe=Cwe(319),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="FTP sends the password and the files as clear text; use SFTP, or `FTP_TLS` with `prot_p()`.",
    bad=(
        Example("import ftplib\n\nftp = ftplib.FTP('ftp.example.org')\nftp.login(user, password)\n"),
        Example("from ftplib import FTP\n\nwith FTP(host, timeout=10) as ftp:\n    ftp.retrbinary('RETR prices.csv', write)\n"),
    ),
    good=(
        (
            "import ftplib\nimport ssl\n\nftp = ftplib.FTP_TLS('ftp.example.org', context=ssl.create_default_context())\n"
            "ftp.login(user, password)\nftp.prot_p()\n"
        ),
        (
            "import paramiko\n\nclient = paramiko.SSHClient()\nclient.load_system_host_keys()\nclient.connect(host)\n"
            "client.open_sftp().get('prices.csv', path)\n"
        ),
    ),
    why_no_fix="Whether the server speaks SFTP or FTP over TLS can't be seen from here.",
    matters=left_to_vetline,
)
