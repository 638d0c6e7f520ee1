"""The description of the API is true: every answer is one that it describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.web.answers import ApiProblem
from digest.web.data import api
from digest.web.data.openapi import ApiOperation
from digest.web.routes import ROUTES
from tests.support.folders import Folder, answer, api_entry
from tests.support.web import WEB, WebAnswer, WebFolder, web_folder

DAYS = ("2026-11-17", "2026-11-18")
OPERATIONS = {operation.name: operation for operation in api.OPERATIONS}
# What is there, so that not every answer is a problem.
KNOWN = (
    "daily", "other", "robotics", *DAYS, "arxiv:2611.00003", "study", '"we study" how', "10", "1",
    f"{DAYS[0]}.1.3", f"3.{DAYS[1]}", f"{DAYS[1]}.1.daily",
)  # fmt: skip


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve a folder with two issues. No test changes it."""
    folder = Folder(tmp_path_factory.mktemp("described"))
    for number, day in enumerate(DAYS):
        papers = range(number * 9, number * 9 + 9)
        folder.drop(f"{day}.json", answer(day, [api_entry(each, each) for each in papers]))
        folder.run(f"{day}T08:00")
    with web_folder(folder, WEB) as served:
        served.ask("/api/papers?q=study")  # makes the index of words
        yield served


@pytest.fixture(scope="module")
def described(web: WebFolder) -> Any:
    """Give the description, as the web side answers with it."""
    found = web.ask("/api/openapi.json")
    assert (200, "application/json") == (found.status, found.headers["content-type"])
    return json.loads(found.body)


def test_it_describes_every_address_of_the_api(described: Any) -> None:
    """All but that of the description, and what stands for addresses that there are not."""
    assert "3.1.0" == described["openapi"]
    assert [{"url": "http://localhost:8000"}] == described["servers"]
    routes = {route.path for route in ROUTES if route.kind == "data" and "rest" not in route.path}
    routes -= {"/api", "/api/", "/api/openapi.json"}
    spelled = {path.replace("<path:", "{").replace("<", "{").replace(">", "}") for path in routes}
    assert spelled == described["paths"].keys()
    assert OPERATIONS.keys() == {path["get"]["operationId"] for path in described["paths"].values()}


def test_every_reference_leads_somewhere(described: Any) -> None:
    """To a schema of the description, and each parameter of a path stands in it."""
    schemas = described["components"]["schemas"]
    references = {value for name, value in _walk(described) if name == "$ref"}
    assert {"#/components/schemas/Issue", "#/components/schemas/Item"} < references
    assert {f"#/components/schemas/{name}" for name in schemas} == references
    for path, operation in described["paths"].items():
        places = {(each["in"], each["name"]) for each in operation["get"]["parameters"]}
        in_path = {("path", part[1:-1]) for part in path.split("/") if part.startswith("{")}
        assert in_path == {place for place in places if place[0] == "path"}
        assert all(each["description"] for each in operation["get"]["parameters"])


def test_lists_lead_to_what_they_list(web: WebFolder, described: Any) -> None:
    """By the parts of the answer that the description names."""
    for path, methods in described["paths"].items():
        for name, link in methods["get"]["responses"]["200"].get("links", {}).items():
            listed = json.loads(web.ask(path).body)
            address = OPERATIONS[name].path
            for part, place in link["parameters"].items():
                value: Any = listed
                for step in place.removeprefix("$response.body#/").split("/"):
                    value = value[int(step) if step.isdigit() else step]
                address = address.replace(f"<path:{part}>", value).replace(f"<{part}>", value)
            assert 200 == web.ask(address).status


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name, part
            yield from _walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(part)


_VALUES = st.sampled_from(KNOWN) | st.text(max_size=30) | st.integers().map(str)


@given(data=st.data(), name=st.sampled_from(sorted(OPERATIONS)))
def test_every_answer_is_one_that_is_described(
    web: WebFolder, described: Any, data: st.DataObject, name: str
) -> None:
    """Whatever is asked: the status, the type and the form of the answer stand in it."""
    operation = OPERATIONS[name]
    known = [*(operation.parameters.__struct_fields__ if operation.parameters else ()), "other"]
    query = data.draw(st.dictionaries(st.sampled_from(known), _VALUES, max_size=3))
    path = operation.path
    for part in operation.parts:
        value = data.draw(_VALUES.filter(bool))
        path = path.replace(f"<path:{part}>", quote(value, safe=""))
        path = path.replace(f"<{part}>", quote(value, safe=""))
    try:
        words = urlencode(query)
    except UnicodeEncodeError:  # half a character cannot be sent
        return
    _check(described, operation, web.ask(f"{path}?{words}" if words else path))


@pytest.mark.parametrize(
    "words", ["", "?limit=3", "?since=2026-11-18", "?edition=daily", "?q=study"]
)
@pytest.mark.parametrize("name", ["listPapers", "listIssues"])
def test_lists_have_the_described_form(
    web: WebFolder, described: Any, name: str, words: str
) -> None:
    """Also where the random requests of the test above find nothing."""
    operation = OPERATIONS[name]
    _check(described, operation, web.ask(f"{operation.path}{words}"))


@pytest.mark.parametrize("path", ["/api/papers/arxiv:2611.00003", f"/api/issues/daily/{DAYS[0]}"])
def test_single_things_have_the_described_form(web: WebFolder, described: Any, path: str) -> None:
    """A paper and an issue that there are."""
    operation = OPERATIONS["getPaper" if "papers" in path else "getIssue"]
    found = web.ask(path)
    assert 200 == found.status
    _check(described, operation, found)


def _check(described: Any, operation: ApiOperation, found: WebAnswer) -> None:
    """Compare an answer with the description, by the records that it is made of."""
    (methods,) = [
        methods
        for methods in described["paths"].values()
        if methods["get"]["operationId"] == operation.name
    ]
    answers = methods["get"]["responses"]
    # An address that no route has: a part with a slash, or an empty one.
    assert str(found.status) in {*answers, "404"}, found
    record = operation.result if found.status == 200 else ApiProblem
    content = answers.get(str(found.status), answers["503"])["content"]
    schema = {"$ref": f"#/components/schemas/{record.__name__}"}
    assert {found.headers["content-type"]: {"schema": schema}} == content
    msgspec.json.decode(found.body, type=record)
    fields = described["components"]["schemas"][record.__name__]
    given_keys = json.loads(found.body).keys()
    assert {*fields["required"]} <= given_keys <= fields["properties"].keys()
