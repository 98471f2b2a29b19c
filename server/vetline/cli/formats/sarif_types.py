"""The part of SARIF 2.1.0 that Vetline writes (OASIS Standard, section 3), as types."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

SarifLevel = Literal["error", "warning", "note", "none"]


class Message(TypedDict):
    """3.11"""

    text: str


class MultiformatMessage(TypedDict):
    """3.12"""

    text: str
    markdown: NotRequired[str]


class ArtifactLocation(TypedDict):
    """3.4"""

    uri: str
    uriBaseId: NotRequired[str]


class ArtifactContent(TypedDict):
    """3.3"""

    text: str


class Region(TypedDict):
    """3.30; lines and columns count from 1, the end column is exclusive."""

    startLine: int
    startColumn: int
    endLine: int
    endColumn: int
    snippet: NotRequired[ArtifactContent]


class PhysicalLocation(TypedDict):
    """3.29"""

    artifactLocation: ArtifactLocation
    region: NotRequired[Region]


class Location(TypedDict):
    """3.28"""

    physicalLocation: PhysicalLocation
    id: NotRequired[int]
    message: NotRequired[Message]


class ThreadFlowLocation(TypedDict):
    """3.38"""

    location: Location


class ThreadFlow(TypedDict):
    """3.37"""

    locations: list[ThreadFlowLocation]


class CodeFlow(TypedDict):
    """3.36"""

    threadFlows: list[ThreadFlow]


class Replacement(TypedDict):
    """3.57"""

    deletedRegion: Region
    insertedContent: ArtifactContent


class ArtifactChange(TypedDict):
    """3.56"""

    artifactLocation: ArtifactLocation
    replacements: list[Replacement]


class Fix(TypedDict):
    """3.55"""

    description: Message
    artifactChanges: list[ArtifactChange]


class ReportingConfiguration(TypedDict):
    """3.50"""

    level: SarifLevel


class ReportingDescriptor(TypedDict):
    """3.49"""

    id: str
    name: NotRequired[str]
    shortDescription: MultiformatMessage
    fullDescription: MultiformatMessage
    help: NotRequired[MultiformatMessage]
    helpUri: NotRequired[str]
    defaultConfiguration: ReportingConfiguration
    properties: dict[str, Any]


class NotificationDescriptor(TypedDict):
    """3.49, as an element of ``notifications`` (3.19.24)"""

    id: str
    shortDescription: MultiformatMessage


class Result(TypedDict):
    """3.27"""

    ruleId: str
    ruleIndex: int
    level: SarifLevel
    message: Message
    locations: list[Location]
    partialFingerprints: dict[str, str]
    relatedLocations: NotRequired[list[Location]]
    codeFlows: NotRequired[list[CodeFlow]]
    fixes: NotRequired[list[Fix]]
    properties: dict[str, Any]


class DescriptorReference(TypedDict):
    """3.52"""

    id: str


class Notification(TypedDict):
    """3.58"""

    level: SarifLevel
    message: Message
    descriptor: NotRequired[DescriptorReference]
    locations: NotRequired[list[Location]]


class Invocation(TypedDict):
    """3.20"""

    executionSuccessful: bool
    toolExecutionNotifications: list[Notification]
    toolConfigurationNotifications: list[Notification]


class ToolComponent(TypedDict):
    """3.19"""

    name: str
    semanticVersion: str
    rules: list[ReportingDescriptor]
    notifications: list[NotificationDescriptor]


class Tool(TypedDict):
    """3.18"""

    driver: ToolComponent


class BaseLocation(TypedDict):
    """3.4, without a URI: where the root is isn't for the log to tell (3.14.14)."""

    description: Message


class AutomationDetails(TypedDict):
    """3.17"""

    id: str


class Run(TypedDict):
    """3.14"""

    tool: Tool
    automationDetails: AutomationDetails
    columnKind: Literal["utf16CodeUnits"]
    newlineSequences: list[str]
    originalUriBaseIds: dict[str, BaseLocation]
    invocations: list[Invocation]
    results: list[Result]


Log = TypedDict("Log", {"$schema": str, "version": Literal["2.1.0"], "runs": list[Run]})
"""3.13"""
