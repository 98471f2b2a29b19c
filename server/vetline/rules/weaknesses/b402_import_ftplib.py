"""FTP sends files and passwords in clear text.

The import alone is no weakness, so Vetline shows it as a hint: the same module has `FTP_TLS`, which encrypts.

## Why it matters
Anyone on the path reads the password and the files, and can put others in their place.  That is worst where the file is
then run or imported.  Assistants take `ftplib.FTP` because it is in the standard library and needs three lines.

## How to fix it
Use SFTP, which runs over SSH:

    with paramiko.SSHClient() as client:
        client.load_system_host_keys()
        client.connect(host, username=user)
        with client.open_sftp() as sftp:
            sftp.get("report.csv", "report.csv")

Where the server speaks only FTP, ask for TLS.  Without a context `FTP_TLS` checks no certificate, and without `prot_p()`
the files still travel in the clear:

    with FTP_TLS(host, context=ssl.create_default_context()) as ftp:
        ftp.login(user, password)
        ftp.prot_p()

## When it is fine
If you use `FTP_TLS` as above, or fetch public files whose signature or hash you check.

## References
- [Python: ftplib.FTP_TLS](https://docs.python.org/3/library/ftplib.html#ftplib.FTP_TLS)
- [Bandit: B402](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b402-import-ftplib)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.import_swaps import remove_unused
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from remove_unused(site)


RULE = Rule(
    id="B402",
    name="import-ftplib",
    cwe=Cwe(319),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Importing ftplib is harmless, but plain FTP sends passwords in clear text: use SFTP or FTP_TLS.",
    bad=(
        Example('import ftplib\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("import ftplib\n", ""),
        Example("from ftplib import FTP\n", ""),
    ),
    good=(
        "import paramiko\n",
        "from asyncssh import connect\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
