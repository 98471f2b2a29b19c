"""A language model is given a tool that can run anything.

It reports agents and tools that run Python, SQL or shell commands that the model writes, and the switches that allow it.

## Why it matters
A model with a shell is a shell for everyone who gets text into its context: a user, a web page that it reads, an issue that it
summarises.  `allow_dangerous_code=True` says that somebody has thought about it; assistants write it to make the error message
go away.

## How to fix it
Give the model tools that do one thing each, with arguments that your code checks.  Where it has to run code, run that in a
container of its own, with neither network nor credentials, and with limits:

    executor = DockerCommandLineCodeExecutor(image="python:3.12-slim", timeout=30)

## When it is fine
In a sandbox that holds nothing of value, or where a person confirms each command.

## References
- [OWASP LLM06: excessive agency](https://genai.owasp.org/llmrisk/llm062025-excessive-agency/)
- [LangChain: security policy](https://python.langchain.com/docs/security/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.owasp import LlmRisk
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.library_calls import calls_of, flag, is_of
from vetline.rules.locals import origin_of

_PACKAGES: Final = (
    "langchain",
    "langchain_community",
    "langchain_experimental",
    "langchain_core",
    "llama_index",
    "smolagents",
    "autogen",
    "autogen_ext",
    "autogen_core",
    "crewai",
    "crewai_tools",
    "pandasai",
    "agents",
    "transformers",
    "phi",
    "agno",
)
_RUNNERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("PythonREPLTool", "PythonAstREPLTool", "PythonREPL", "PythonInterpreterTool", "PythonTools"), "Python code"
    ),
    **dict.fromkeys(("ShellTool", "BashProcess", "LocalShellTool", "ShellTools", "BashTool"), "shell commands"),
    **dict.fromkeys(("create_python_agent", "create_pandas_dataframe_agent", "create_csv_agent"), "Python code"),
    **dict.fromkeys(("create_spark_dataframe_agent", "create_xorbits_agent", "PandasQueryEngine"), "Python code"),
    **dict.fromkeys(("PALChain", "CPALChain", "LLMMathChain", "CodeInterpreterToolSpec", "SmartDataframe"), "Python code"),
    **dict.fromkeys(("LocalCommandLineCodeExecutor", "LLMBashChain", "LocalPythonExecutor"), "code on this machine"),
    **dict.fromkeys(("SQLDatabaseChain", "SQLDatabaseSequentialChain"), "SQL"),
}
_MILDER: Final = frozenset(
    {"LLMMathChain", "SQLDatabaseChain", "SQLDatabaseSequentialChain", "LocalPythonExecutor", "SmartDataframe"}
)
_SWITCHES: Final[Mapping[str, str]] = {
    "allow_dangerous_code": "lets the model run any Python code",
    "allow_dangerous_requests": "lets the model send requests to any address, those of your own network included",
    "allow_dangerous_tools": "lets the model use tools that run anything",
    "allow_code_execution": "lets the model run any code",
    "unsafe_mode": "lets the model run code on this machine, outside any sandbox",
    "dangerously_allow_filesystem_access": "lets the model read and write any file",
}
_LIBERTIES: Final = frozenset({*_SWITCHES, "code_execution_config", "additional_authorized_imports", "code_execution_mode"})
_AUTO_RUN: Final = frozenset({"auto_run"})
_OFFERING: Final = frozenset({*_RUNNERS, "load_tools"})
_TOOLS: Final = frozenset({"terminal", "python_repl", "requests_all", "requests_post", "requests_delete", "requests_put"})


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls() if context.mentions(_LIBERTIES) else ():
        for keyword in call.keywords:
            name = keyword.arg or ""
            if name in _SWITCHES and flag(context, call, name) is not None:
                yield Match(keyword, f"`{name}` {_SWITCHES[name]}, and so whoever can talk to the model.")
            elif keyword.arg == "code_execution_config" and _runs_here(keyword.value, context):
                yield Match(keyword, "The model's code runs on this machine: `use_docker` keeps it in a container.")
            elif keyword.arg == "additional_authorized_imports" and "*" in _texts(keyword.value, context):
                yield Match(
                    keyword, "With `*` the model's code may import anything, `os` included: name the modules that it needs."
                )
            elif keyword.arg == "code_execution_mode" and context.value(keyword.value).constant == "unsafe":
                yield Match(keyword, "The model's code runs on this machine, outside any sandbox.")
    for call, name in calls_of(context, _OFFERING, *_PACKAGES):
        if name == "load_tools":
            names = context.argument(call, 0, "tool_names")
            if names is not None and (found := sorted(_TOOLS & _texts(names, context))):
                message = f"The tool `{found[0]}` lets the model run or reach anything: give it a tool that does one thing."
                yield Match(names, message)
        elif not any(keyword.arg in _SWITCHES for keyword in call.keywords):
            message = f"`{name}` runs {_RUNNERS[name]} that the model writes, with all rights of this program."
            yield Match(call, message, Severity.LOW if name in _MILDER else Severity.MEDIUM)
    for assignment in context.walk(ast.Assign) if context.mentions(_AUTO_RUN) else ():
        assert isinstance(assignment, ast.Assign)
        match assignment:
            case ast.Assign(targets=[ast.Attribute(value=owner, attr="auto_run")], value=ast.Constant(value=True)):
                if any(is_of(name, ("interpreter",)) for name in context.names_of(owner)):
                    yield Match(assignment, "With `auto_run` the model's commands run on this machine unasked.")


def _texts(node: ast.expr, context: CheckContext) -> frozenset[str]:
    """Return the texts in a list, or the text itself."""
    value = context.value(node)
    found = [value, *(value.items or {}).values()]
    return frozenset(one for item in found for one in item.constants or () if isinstance(one, str))


def _runs_here(node: ast.expr, context: CheckContext) -> bool:
    item = (context.value(node).items or {}).get("use_docker")
    return item is not None and item.constants == (False,)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    match node:
        case ast.keyword(arg=str() as name) if name.startswith("allow_dangerous"):
            call = site.parent_of(node)
            if isinstance(call, ast.Call):
                note = "The library refuses what takes it: give the agent tools that do one thing each."
                yield Fix("Leave it off", (site.remove_argument(call, node),), Applicability.REVIEW, note)
        case ast.keyword(arg="code_execution_config", value=value):
            for inner in ast.walk(origin_of(value, site)):
                match inner:
                    case ast.Dict(keys=keys, values=values):
                        for key, setting in zip(keys, values, strict=True):
                            if isinstance(key, ast.Constant) and key.value == "use_docker":
                                edit = site.replace(setting, "True")
                                yield Fix("Run it in a container", (edit,), Applicability.REVIEW, "It takes Docker.")
                                return
        case ast.keyword(value=ast.List(elts=elts)) if any(isinstance(one, ast.Constant) and one.value == "*" for one in elts):
            kept = ", ".join(site.text_of(one) for one in elts if not (isinstance(one, ast.Constant) and one.value == "*"))
            edit = site.replace(node.value, f"[{kept}]")
            yield Fix("Allow the default modules", (edit,), Applicability.REVIEW, "Name the modules that it needs.")
        case ast.Assign(value=ast.Constant(value=True) as value):
            yield Fix("Ask before", (site.replace(value, "False"),), Applicability.REVIEW, "Somebody has to confirm commands.")
        case ast.expr():
            match origin_of(node, site):
                case ast.List(elts=elts) as listed if len(elts) > 1:
                    risky = [one for one in elts if isinstance(one, ast.Constant) and str(one.value) in site.finding.message]
                    kept = ", ".join(site.text_of(one) for one in elts if one not in risky)
                    if risky:
                        edit = site.replace(listed, f"[{kept}]")
                        yield Fix("Take the tool out", (edit,), Applicability.REVIEW, "The agent does without it.")


RULE = Rule(
    id="VET903",
    name="dangerous-agent-tool",
    cwe=Cwe(94),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    llm_risk=LlmRisk.EXCESSIVE_AGENCY,
    message="The language model is given a tool that can run anything.",
    bad=(
        Example("""\
from langchain_experimental.tools import PythonREPLTool

tools = [PythonREPLTool()]
"""),
        Example("""\
from langchain_community.tools import ShellTool


def build(llm):
    return create_agent(llm, tools=[ShellTool()])
"""),
        Example(
            """\
from langchain.agents import load_tools

WANTED = ['wikipedia', 'terminal']
tools = load_tools(WANTED, llm=llm)
""",
            """\
from langchain.agents import load_tools

WANTED = ['wikipedia']
tools = load_tools(WANTED, llm=llm)
""",
        ),
        Example(
            """\
import pandas as pd
from langchain_experimental.agents import create_pandas_dataframe_agent

agent = create_pandas_dataframe_agent(llm, pd.read_csv("sales.csv"), allow_dangerous_code=True)
"""
        ),
        Example(
            """\
from autogen import UserProxyAgent

CONFIG = {"work_dir": "out", "use_docker": False}
user = UserProxyAgent("user", code_execution_config=CONFIG)
""",
            """\
from autogen import UserProxyAgent

CONFIG = {"work_dir": "out", "use_docker": True}
user = UserProxyAgent("user", code_execution_config=CONFIG)
""",
        ),
        Example(
            """\
from smolagents import CodeAgent

agent = CodeAgent(tools=[], model=model, additional_authorized_imports=['*'])
""",
            """\
from smolagents import CodeAgent

agent = CodeAgent(tools=[], model=model, additional_authorized_imports=[])
""",
        ),
        Example(
            """\
from interpreter import interpreter

interpreter.auto_run = True
interpreter.chat(task)
""",
            """\
from interpreter import interpreter

interpreter.auto_run = False
interpreter.chat(task)
""",
        ),
        Example(
            """\
from langchain_community.agent_toolkits.openapi.toolkit import RequestsToolkit

toolkit = RequestsToolkit(requests_wrapper=wrapper, allow_dangerous_requests=True)
""",
            """\
from langchain_community.agent_toolkits.openapi.toolkit import RequestsToolkit

toolkit = RequestsToolkit(requests_wrapper=wrapper)
""",
        ),
    ),
    good=(
        """\
from langchain.agents import load_tools

tools = load_tools(['wikipedia', 'arxiv'], llm=llm)
""",
        """\
from langchain_core.tools import tool


@tool
def weather(city: str) -> str:
    return lookup(city)
""",
        """\
from autogen import UserProxyAgent

user = UserProxyAgent('user', code_execution_config={'use_docker': True})
""",
        """\
from smolagents import CodeAgent

agent = CodeAgent(tools=[], model=model, additional_authorized_imports=['math'])
""",
        """\
from autogen_ext.code_executors.docker import DockerCommandLineCodeExecutor

run = DockerCommandLineCodeExecutor(timeout=30)
""",
        """\
class ShellTool:
    pass


tool = ShellTool()
""",
        """\
def configure(parser):
    parser.read(allow_dangerous_code=False)
""",
    ),
    check=check,
    fix=fix,
)
