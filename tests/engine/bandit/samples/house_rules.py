"""A Bandit plugin as a company writes it for itself: it asks for all that Bandit's documentation offers."""

import ast

import bandit
from bandit.core import test_properties as test


def issue(text, severity="LOW", linerange=None, **place):
    found = bandit.Issue(severity=severity, confidence=bandit.HIGH, cwe=20, text=text, **place)
    found.linerange = linerange or []
    return found


@test.checks("Call")
@test.test_id("H001")
def imported_calls(context):
    """Reads all imports and aliases, in each of the ways that sets and dictionaries have."""
    imports, aliases = context._context["imports"], context.import_aliases
    if context.call_function_name != "audit":
        return None
    rest = imports - {"os"} | {"extra"}
    text = [
        sorted(imports),
        sorted(imports.union({"more"})),
        sorted(rest),
        sorted(aliases.items()),
        sorted(aliases.copy()),
        aliases.get("missing", "default"),
        "p" in aliases and aliases["p"],
        len(imports),
        len(aliases),
        bool(imports & {"pickle", "yaml"}),
        imports >= {"os"},
        {**aliases} == dict(aliases),
        context.is_module_imported_exact("os"),
        context.is_module_imported_like("pick"),
    ]
    return issue(repr(text))


@test.checks("Call")
@test.test_id("H002")
def renamed_calls(context):
    """Knows a call by its qualified name, and points at one of its arguments."""
    if context.call_function_name_qual == "danger.zone":
        return issue("danger %s" % context.call_args, lineno=context.get_lineno_for_call_arg("level"))


@test.checks("Str")
@test.test_id("H003")
def strings_in_models(context):
    """Looks at what is around a string."""
    chain, parent = [], context.node._bandit_parent
    while parent is not None:
        name = type(parent).__mro__
        kind = next(one.__name__ for one in name if one.__module__ in ("ast", "_ast"))
        if isinstance(parent, ast.ClassDef):
            kind += ":" + parent.name + "(" + ",".join(ast.unparse(base) for base in parent.bases) + ")"
            kind += "@" + ",".join(ast.unparse(one) for one in parent.decorator_list)
        chain.append(kind)
        parent = getattr(parent, "_bandit_parent", None)
    if context.string_val.startswith("where"):
        return issue(" < ".join(chain), severity=bandit.MEDIUM)


@test.checks("Str", "Call")
@test.test_id("H004")
def lines_of_the_file(context):
    """Reads the file from any node."""
    if context.string_val == "how long?" or context.call_function_name == "how_long":
        context.file_data.seek(0)
        return issue("%d lines" % len(context.file_data.read().splitlines()))


@test.checks("File")
@test.test_id("H005")
def forbidden_words(context):
    """Looks at the file as a whole."""
    context.file_data.seek(0)
    for number, line in enumerate(context.file_data, start=1):
        if b"FORBIDDEN" in line:
            return issue("forbidden in " + context.filename.rpartition("/")[2], lineno=number, linerange=[number])


@test.checks("FunctionDef", "AsyncFunctionDef", "ClassDef", "Assign", "Name")
@test.test_id("H006")
def names(context):
    """Functions by their qualified names; and node types that no check of Bandit's asks for."""
    node = context.node
    if isinstance(node, ast.FunctionDef) and node.name.startswith("named"):
        return issue("function " + context.call_function_name_qual)
    if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("named"):
        return issue("async function " + node.name)
    if isinstance(node, ast.Name) and node.id == "named":
        return issue("name in %d lines" % len(context._context["linerange"]))


@test.checks("Call")
@test.test_id("H007")
@test.takes_config("house_rules")
def limited(context, config):
    """Takes options."""
    if context.call_function_name in config["limited"]:
        return issue("limited", severity=bandit.HIGH)


def gen_config(name):
    return {"limited": ["sleep"]}


@test.checks("Call")
@test.test_id("H008")
def failing(context):
    """Fails where it can."""
    if context.call_function_name == "fail":
        raise ValueError("this check fails")
