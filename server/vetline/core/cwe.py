"""Weakness classes of MITRE's Common Weakness Enumeration."""

from __future__ import annotations

from dataclasses import dataclass

# Names as MITRE gives them (https://cwe.mitre.org, list version 4.17); only those that a rule refers to.
_NAMES = {
    20: "Improper Input Validation",
    22: "Path Traversal",
    73: "External Control of File Name or Path",
    77: "Command Injection",
    78: "OS Command Injection",
    79: "Cross-site Scripting",
    80: "Basic Cross-site Scripting",
    88: "Argument Injection",
    89: "SQL Injection",
    90: "LDAP Injection",
    91: "XML Injection",
    93: "CRLF Injection",
    94: "Code Injection",
    95: "Eval Injection",
    113: "HTTP Request/Response Splitting",
    114: "Process Control",
    116: "Improper Encoding or Escaping of Output",
    117: "Improper Output Neutralization for Logs",
    120: "Classic Buffer Overflow",
    134: "Use of Externally-Controlled Format String",
    155: "Improper Neutralization of Wildcards",
    180: "Incorrect Behavior Order: Validate Before Canonicalize",
    183: "Permissive List of Allowed Inputs",
    200: "Exposure of Sensitive Information to an Unauthorized Actor",
    208: "Observable Timing Discrepancy",
    209: "Generation of Error Message Containing Sensitive Information",
    250: "Execution with Unnecessary Privileges",
    252: "Unchecked Return Value",
    256: "Plaintext Storage of a Password",
    257: "Storing Passwords in a Recoverable Format",
    258: "Empty Password in Configuration File",
    259: "Use of Hard-coded Password",
    269: "Improper Privilege Management",
    271: "Privilege Dropping / Lowering Errors",
    276: "Incorrect Default Permissions",
    283: "Unverified Ownership",
    284: "Improper Access Control",
    285: "Improper Authorization",
    287: "Improper Authentication",
    295: "Improper Certificate Validation",
    302: "Authentication Bypass by Assumed-Immutable Data",
    306: "Missing Authentication for Critical Function",
    307: "Improper Restriction of Excessive Authentication Attempts",
    312: "Cleartext Storage of Sensitive Information",
    319: "Cleartext Transmission of Sensitive Information",
    321: "Use of Hard-coded Cryptographic Key",
    323: "Reusing a Nonce, Key Pair in Encryption",
    326: "Inadequate Encryption Strength",
    327: "Use of a Broken or Risky Cryptographic Algorithm",
    328: "Use of Weak Hash",
    329: "Generation of Predictable IV with CBC Mode",
    330: "Use of Insufficiently Random Values",
    331: "Insufficient Entropy",
    335: "Incorrect Usage of Seeds in Pseudo-Random Number Generator (PRNG)",
    336: "Same Seed in Pseudo-Random Number Generator (PRNG)",
    338: "Use of Cryptographically Weak Pseudo-Random Number Generator (PRNG)",
    347: "Improper Verification of Cryptographic Signature",
    348: "Use of Less Trusted Source",
    352: "Cross-Site Request Forgery (CSRF)",
    353: "Missing Support for Integrity Check",
    367: "Time-of-check Time-of-use Race Condition",
    369: "Divide By Zero",
    377: "Insecure Temporary File",
    390: "Detection of Error Condition Without Action",
    400: "Uncontrolled Resource Consumption",
    409: "Improper Handling of Highly Compressed Data",
    426: "Untrusted Search Path",
    427: "Uncontrolled Search Path Element",
    434: "Unrestricted Upload of File with Dangerous Type",
    454: "External Initialization of Trusted Variables or Data Stores",
    470: "Unsafe Reflection",
    489: "Active Debug Code",
    494: "Download of Code Without Integrity Check",
    501: "Trust Boundary Violation",
    502: "Deserialization of Untrusted Data",
    506: "Embedded Malicious Code",
    521: "Weak Password Requirements",
    522: "Insufficiently Protected Credentials",
    532: "Insertion of Sensitive Information into Log File",
    565: "Reliance on Cookies without Validation and Integrity Checking",
    595: "Comparison of Object References Instead of Object Contents",
    601: "Open Redirect",
    605: "Multiple Binds to the Same Port",
    611: "Improper Restriction of XML External Entity Reference",
    613: "Insufficient Session Expiration",
    614: "Sensitive Cookie in HTTPS Session Without 'Secure' Attribute",
    617: "Reachable Assertion",
    636: "Not Failing Securely ('Failing Open')",
    639: "Authorization Bypass Through User-Controlled Key",
    643: "XPath Injection",
    668: "Exposure of Resource to Wrong Sphere",
    676: "Use of Potentially Dangerous Function",
    693: "Protection Mechanism Failure",
    703: "Improper Check or Handling of Exceptional Conditions",
    732: "Incorrect Permission Assignment for Critical Resource",
    755: "Improper Handling of Exceptional Conditions",
    759: "Use of a One-Way Hash without a Salt",
    760: "Use of a One-Way Hash with a Predictable Salt",
    770: "Allocation of Resources Without Limits or Throttling",
    780: "Use of RSA Algorithm without OAEP",
    789: "Memory Allocation with Excessive Size Value",
    798: "Use of Hard-coded Credentials",
    807: "Reliance on Untrusted Inputs in a Security Decision",
    822: "Untrusted Pointer Dereference",
    829: "Inclusion of Functionality from Untrusted Control Sphere",
    835: "Loop with Unreachable Exit Condition ('Infinite Loop')",
    838: "Inappropriate Encoding for Output Context",
    862: "Missing Authorization",
    863: "Incorrect Authorization",
    915: "Improperly Controlled Modification of Dynamically-Determined Object Attributes",
    916: "Use of Password Hash With Insufficient Computational Effort",
    918: "Server-Side Request Forgery (SSRF)",
    942: "Permissive Cross-domain Policy with Untrusted Domains",
    943: "Improper Neutralization of Special Elements in Data Query Logic",
    1007: "Insufficient Visual Distinction of Homoglyphs Presented to User",
    1104: "Use of Unmaintained Third Party Components",
    1204: "Generation of Weak Initialization Vector (IV)",
    1236: "Improper Neutralization of Formula Elements in a CSV File",
    1287: "Improper Validation of Specified Type of Input",
    1327: "Binding to an Unrestricted IP Address",
    1333: "Inefficient Regular Expression Complexity",
    1336: "Improper Neutralization of Special Elements Used in a Template Engine",
    1357: "Reliance on Insufficiently Trustworthy Component",
    1391: "Use of Weak Credentials",
    1392: "Use of Default Credentials",
    1426: "Improper Validation of Generative AI Output",
    1427: "Improper Neutralization of Input Used for LLM Prompting",
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
