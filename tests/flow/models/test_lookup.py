"""Names as code writes them, and what the models know of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from vetline.core.config import ModelFile
from vetline.flow.models import NO_EFFECT, Effect, Models, builtin, load_models, lookup, models_of

MODELS = load_models()


def models(text: str, *, name: str = "ours.toml") -> Models:
    """Return the models with those of one more file."""
    return models_of([ModelFile(Path(name), dedent(text))])


def label_of(effect: Effect) -> str | None:
    return effect.source.label if effect.source else None


@pytest.mark.parametrize(
    "name, label",
    [
        ("flask.request.args", "remote"),
        ("flask.Request.args", "remote"),
        ("flask.globals.request.args", "remote"),
        ("quart.request.form", "remote"),
        ("flask.request.files[].filename", "upload"),
        ("django.http.HttpRequest.GET", "remote"),
        ("rest_framework.request.Request.META", "remote"),
        ("fastapi.Request.query_params", "remote"),
        ("sqlite3.connect().cursor().fetchone()", "stored"),
        ("sqlalchemy.orm.sessionmaker()().execute().fetchall()", "stored"),
        ("builtins.input()", "local"),
        ("input()", "local"),
        ("?Request.GET", "remote"),
        ("tarfile.open().getmembers()[].name", "archive"),
        ("langchain_openai.ChatOpenAI().invoke()", "model"),
    ],
)
def test_sources(name: str, label: str) -> None:
    assert label_of(MODELS.effect(name)) == label


@pytest.mark.parametrize(
    "name, kind",
    [
        ("os.system", "shell"),
        ("open", "path"),
        ("io.open", "path"),
        ("psycopg2.connect().cursor().execute", "sql"),
        ("mysql.connector.connect().cursor().execute", "sql"),
        ("aiosqlite.connect().execute", "sql"),
        ("urllib2.urlopen", "url"),
        ("requests.Session().get", "url"),
        ("flask.Markup", "html"),
        ("django.http.HttpResponseNotFound", "html"),
        ("flask.make_response().headers[]", "header"),
        ("xml.etree.cElementTree.parse().getroot().findall", "xpath"),
        ("pymongo.MongoClient().shop.orders.find_one", "nosql"),
        ("sh.rsync", "argument"),
        ("?.execute", "sql"),
        ("?Session.execute", "sql"),
    ],
)
def test_sinks(name: str, kind: str) -> None:
    assert kind in {sink.kind for sink in MODELS.effect(name).sinks}


@pytest.mark.parametrize("name", ["django.http.HttpResponseRedirect", "sqlite3.Cursor.fetchone", "utils.execute", "os.getcwd"])
def test_no_sinks(name: str) -> None:
    assert "html" not in {sink.kind for sink in MODELS.effect(name).sinks}
    assert "sql" not in {sink.kind for sink in MODELS.effect(name).sinks}


@pytest.mark.parametrize(
    "name, type_",
    [
        ("sqlite3.connect()", "sqlite3.Connection"),
        ("sqlite3.dbapi2.connect()", "sqlite3.dbapi2.Connection"),
        ("flask.Flask()", "flask.Flask"),
        ("flask.request", "flask.Request"),
        ("socket.socket().accept()[]", "socket.socket"),
    ],
)
def test_types(name: str, type_: str) -> None:
    assert MODELS.effect(name).type == type_


def test_an_alias_is_named_and_followed() -> None:
    effect = MODELS.effect("flask.escape")
    assert effect.alias == "markupsafe.escape"
    assert "html" in effect.clears


def test_methods_of_builtins_need_no_module() -> None:
    guard = MODELS.effect("str.isdigit").guard
    assert guard is not None
    assert guard.arguments == ("self",)
    assert MODELS.effect("builtins.str.isdigit") == MODELS.effect("str.isdigit")


def test_what_nobody_describes_has_no_effect() -> None:
    for name in ("nobody.knows()", "sqlite3.nothing", "x" * 500, "a" + "()" * 400, "", "?", "."):
        assert MODELS.effect(name) is NO_EFFECT


def test_attributes_of_objects_of_unknown_modules_go_by_their_names() -> None:
    assert MODELS.effect(".models.User.objects").type == "django.db.models.Manager"
    assert [sink.kind for sink in MODELS.effect("shop.models.User.objects.raw").sinks] == ["sql"]
    assert MODELS.effect("shop.database.db.session.execute").sinks
    assert not MODELS.effect("shop.database.execute").sinks
    assert MODELS.effect("urllib.request").type is None


def test_arguments_that_decide() -> None:
    run = MODELS.effect("subprocess.run").sinks
    assert [sink.kind for sink in run if sink.applies({"shell": True}) and 0 in sink.arguments] == ["shell"]
    assert [sink.kind for sink in run if sink.applies({}) and 0 in sink.arguments] == ["command"]
    (page,) = (sink for sink in MODELS.effect("django.http.HttpResponse").sinks if sink.kind == "html")
    assert page.applies({})
    assert page.applies({"content_type": "text/html; charset=utf-8"})
    assert not page.applies({"content_type": "text/plain; charset=utf-8"})
    assert not page.applies({"1": "application/json"})
    (load,) = MODELS.effect("yaml.load").sinks
    assert load.applies({"Loader": "yaml.UnsafeLoader"})
    assert not load.applies({"Loader": "yaml.SafeLoader"})
    location = [sink for sink in MODELS.effect("flask.Response.headers[]").sinks if sink.kind == "redirect"]
    assert [sink.applies({"[]": "Location"}) for sink in location] == [True]
    assert [sink.applies({"[]": "ETag"}) for sink in location] == [False]


def test_true_is_not_one() -> None:
    ours = models("""
        modules = ["ours"]
        [[sinks]]
        calls = ["run"]
        arguments = [0]
        kind = "shell"
        where = { shell = true }
    """)
    (sink,) = ours.effect("ours.run").sinks
    assert sink.applies({"shell": True})
    assert not sink.applies({"shell": 1})


def test_the_class_of_a_result_may_depend_on_arguments() -> None:
    environment = MODELS.effect("jinja2.Environment()")
    assert environment.type_of({}) == "jinja2.Environment"
    assert environment.type_of({"autoescape": True}) == "jinja2.EscapingEnvironment"
    assert environment.type_of({"autoescape": "jinja2.select_autoescape()"}) == "jinja2.EscapingEnvironment"


def test_handlers() -> None:
    route = MODELS.handlers("flask.Flask.route")
    assert route is not None
    assert (route.parameters, route.result_kind({})) == ("remote", "html")
    endpoint = MODELS.handlers("fastapi.FastAPI.get")
    assert endpoint is not None
    assert endpoint.result_kind({}) == ""
    assert endpoint.result_kind({"response_class": "fastapi.responses.HTMLResponse"}) == "html"
    view = MODELS.handler_method("django.views.generic.ListView", "get")
    assert view is not None
    assert view.types["request"] == "django.http.HttpRequest"
    assert MODELS.handlers("flask.Flask.teardown_request") is None
    assert MODELS.handler_method("flask.views.MethodView", "close") is None
    registers = MODELS.effect("django.urls.path").registers
    assert registers is not None
    assert registers.arguments == (1, "view")


def test_conventions() -> None:
    assert MODELS.parameter_type("request") == "?Request"
    assert MODELS.parameter_type("colour") is None
    assert MODELS.unbound("render_template_string") == "flask.render_template_string"
    assert MODELS.unbound("colour") is None


def test_but_takes_kinds_out_of_all() -> None:
    clears = MODELS.effect("builtins.int").clears
    assert "sql" in clears
    assert "allocation" not in clears


def test_a_file_is_parsed_when_its_module_is_asked_for() -> None:
    builtin.library.cache_clear()
    fresh = load_models()
    assert builtin.library.cache_info().currsize == 0
    fresh.effect("html.escape")
    assert builtin.library.cache_info().currsize == 1
    fresh.effect("html.unescape")
    fresh.effect("nobody.knows")
    assert builtin.library.cache_info().currsize <= 3  # builtins, and conventions
    fresh.effect("bottle.request")
    assert builtin.library.cache_info().currsize <= 4


def test_answers_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_LONGEST_MEMORY", 10)
    fresh = load_models()
    for number in range(50):
        fresh.effect(f"html.name{number}")
    assert fresh.effect("html.escape").clears


def test_several_drivers_in_one_file() -> None:
    ours = models("""
        modules = ["fastdb", "fastdb.pure"]
        [types]
        "connect()" = "{module}.Connection"
        [[sinks]]
        calls = ["Connection.run"]
        arguments = [0]
        kind = "sql"
    """)
    for module in ("fastdb", "fastdb.pure"):
        assert ours.effect(f"{module}.connect()").type == f"{module}.Connection"
        assert ours.effect(f"{module}.connect().run").sinks
        assert ours.effect(f"{module}.Connection()").type == f"{module}.Connection"


def test_users_files_add_to_the_built_in_ones_and_win() -> None:
    ours = models("""
        modules = ["flask"]
        [[sources]]
        names = ["Request.tenant", "Request.host"]
        label = "local"
        [[sinks]]
        calls = ["Flask.audit"]
        arguments = ["entry"]
        kind = "log"
    """)
    assert label_of(ours.effect("flask.request.tenant")) == "local"
    assert label_of(ours.effect("flask.request.host")) == "local"
    assert label_of(ours.effect("flask.request.args")) == "remote"
    assert ours.effect("flask.current_app.audit").sinks


def test_circles_end() -> None:
    ours = models("""
        modules = ["loop"]
        [aliases]
        "a" = "loop.b"
        "b" = "loop.a"
        [inherits]
        "C" = "loop.D"
        "D" = "loop.C"
        [types]
        "C.me" = "loop.C"
    """)
    assert ours.effect("loop.a.x") is NO_EFFECT
    assert ours.effect("loop.C.me.me.me").type == "loop.C"
    assert ours.effect("loop.C" + ".me" * 60).type == "loop.C"


def test_any_attribute() -> None:
    ours = models("""
        modules = ["store"]
        [types]
        "Client.*" = "store.Table"
        [[sinks]]
        calls = ["Table.find", "Client.command"]
        arguments = [0]
        kind = "nosql"
    """)
    assert ours.effect("store.Client().users.find").sinks
    assert ours.effect("store.Client().command").sinks
    assert ours.effect("store.Client().command").type is None
