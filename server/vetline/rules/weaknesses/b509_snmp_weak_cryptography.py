"""An SNMPv3 user without an encryption key sends everything in clear text.

## Why it matters
With a name alone (noAuthNoPriv), anyone who knows the name is let in.  With one key (authNoPriv), nobody can forge
messages, but anyone on the path reads what the devices tell.  Assistants leave the keys out because
`UsmUserData("user")` runs without an error.

## How to fix it
Pass both keys, and name current algorithms: with keys alone, PySNMP takes MD5 and DES.

    from pysnmp.hlapi import UsmUserData, usmAesCfb128Protocol, usmHMACSHAAuthProtocol

    user = UsmUserData(
        "monitor", auth_key, priv_key, authProtocol=usmHMACSHAAuthProtocol, privProtocol=usmAesCfb128Protocol
    )

PySNMP 7 has these in `pysnmp.hlapi.v3arch.asyncio`, and calls the algorithms `USM_AUTH_HMAC96_SHA` and
`USM_PRIV_CFB128_AES`.

## When it is fine
When both keys are given by name, as in `UsmUserData("monitor", authKey=..., privKey=...)`: Bandit counts positional
arguments only.

## References
- [PySNMP](https://docs.lextudio.com/pysnmp/)
- [RFC 3414: User-based Security Model for SNMPv3](https://www.rfc-editor.org/rfc/rfc3414)
- [RFC 3826: AES in the User-based Security Model](https://www.rfc-editor.org/rfc/rfc3826)
- [Bandit: B509](https://bandit.readthedocs.io/en/latest/plugins/b509_snmp_crypto_check.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B509",
    name="snmp-weak-cryptography",
    cwe=Cwe(319),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This SNMPv3 user seems to lack an encryption key: pass an authentication key and a privacy key.",
    bad=(
        Example('from pysnmp.hlapi import UsmUserData\n\nauth = UsmUserData("monitor")\n'),
        Example("import pysnmp.hlapi as snmp\n\nauth = snmp.UsmUserData(user, auth_key)\n"),
    ),
    good=(
        'from pysnmp.hlapi import UsmUserData\n\nauth = UsmUserData("monitor", auth_key, priv_key)\n',
        (
            "import pysnmp.hlapi as snmp\n\n"
            "auth = snmp.UsmUserData(user, auth_key, priv_key, privProtocol=snmp.usmAesCfb128Protocol)\n"
        ),
    ),
    why_no_fix="The keys have to be set up on the device first.",
)
