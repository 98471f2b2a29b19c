"""Weakness classes of MITRE's Common Weakness Enumeration."""

from __future__ import annotations

from dataclasses import dataclass

# Names as MITRE gives them (https://cwe.mitre.org, list version 4.17); only those that a rule refers to.
_NAMES = {
    20: "Improper Input Validation",
    22: "Path Traversal",
    78: "OS Command Injection",
    79: "Cross-site Scripting",
    80: "Basic Cross-site Scripting",
    89: "SQL Injection",
    94: "Code Injection",
    95: "Eval Injection",
    155: "Improper Neutralization of Wildcards",
    208: "Observable Timing Discrepancy",
    259: "Use of Hard-coded Password",
    284: "Improper Access Control",
    295: "Improper Certificate Validation",
    319: "Cleartext Transmission of Sensitive Information",
    326: "Inadequate Encryption Strength",
    327: "Use of a Broken or Risky Cryptographic Algorithm",
    330: "Use of Insufficiently Random Values",
    347: "Improper Verification of Cryptographic Signature",
    377: "Insecure Temporary File",
    400: "Uncontrolled Resource Consumption",
    494: "Download of Code Without Integrity Check",
    502: "Deserialization of Untrusted Data",
    605: "Multiple Binds to the Same Port",
    611: "Improper Restriction of XML External Entity Reference",
    676: "Use of Potentially Dangerous Function",
    703: "Improper Check or Handling of Exceptional Conditions",
    732: "Incorrect Permission Assignment for Critical Resource",
    798: "Use of Hard-coded Credentials",
    838: "Inappropriate Encoding for Output Context",
}


@dataclass(frozen=True, slots=True, order=True)
class Cwe:
    """One weakness class, by its number."""

    number: int

    @property
    def url(self) -> str:
        """The page that explains the weakness."""
        return f"https://cwe.mitre.org/data/definitions/{self.number}.html"

    @property
    def name(self) -> str:
        """MITRE's short name, or ``CWE-n`` for a number not in our table."""
        return _NAMES.get(self.number, str(self))

    @property
    def tag(self) -> str:
        """The tag that SARIF readers group by, such as ``external/cwe/cwe-089``."""
        return f"external/cwe/cwe-{self.number:03}"

    def __str__(self) -> str:
        return f"CWE-{self.number}"
