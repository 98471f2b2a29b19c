"""SNMP versions 1 and 2c send the community string, their only password, in clear text.

## Why it matters
Anyone on the path reads the string; with it they read the configuration of your network, or change it where the
community may write.  Often nobody has to listen at all, since the string is still `public`.  Assistants choose
version 1 or 2c because the example is one line, where version 3 needs a user and keys.

## How to fix it
Use SNMPv3 with authentication and encryption:

    from pysnmp.hlapi import UsmUserData, usmAesCfb128Protocol, usmHMACSHAAuthProtocol

    user = UsmUserData(
        "monitor", auth_key, priv_key, authProtocol=usmHMACSHAAuthProtocol, privProtocol=usmAesCfb128Protocol
    )

PySNMP 7 has these in `pysnmp.hlapi.v3arch.asyncio`, and calls the algorithms `USM_AUTH_HMAC96_SHA` and
`USM_PRIV_CFB128_AES`.

Leaving `mpModel` out isn't a remedy, though Bandit falls silent: the default is version 2c.

## When it is fine
For reading from devices that know no version 3, on a management network of its own.

## References
- [PySNMP](https://docs.lextudio.com/pysnmp/)
- [RFC 3414: User-based Security Model for SNMPv3](https://www.rfc-editor.org/rfc/rfc3414)
- [Bandit: B508](https://bandit.readthedocs.io/en/latest/plugins/b508_snmp_insecure_version_check.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B508",
    name="snmp-insecure-version",
    cwe=Cwe(319),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="SNMPv1 and v2c send their password in clear text: use SNMPv3 with `UsmUserData` and two keys.",
    bad=(
        Example('from pysnmp.hlapi import CommunityData\n\nauth = CommunityData("public", mpModel=0)\n'),
        Example("import pysnmp.hlapi as snmp\n\nauth = snmp.CommunityData(community, mpModel=1)\n"),
    ),
    good=(
        'from pysnmp.hlapi import UsmUserData\n\nauth = UsmUserData("monitor", auth_key, priv_key)\n',
        (
            "import pysnmp.hlapi as snmp\n\n"
            "auth = snmp.UsmUserData(user, auth_key, priv_key, privProtocol=snmp.usmAesCfb128Protocol)\n"
        ),
    ),
    why_no_fix="SNMPv3 needs a user and two keys that exist on the device.",
)
