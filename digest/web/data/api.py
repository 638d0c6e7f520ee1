"""The API for programs: published papers and issues as JSON.

It only reads, and is the same for everybody. Scripts on pages of other sites may ask it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import msgspec
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, NotFound, ServiceUnavailable

from digest.errors import LedgerError, did_you_mean
from digest.model.issues import Issue
from digest.operations.reading import found_papers, issues, papers
from digest.operations.reading.papers import PaperPortion, PaperQuery
from digest.operations.reading.records import IssueList, PaperList, PaperRecord
from digest.operations.reading.shelf import OpenShelf
from digest.render import issue_json
from digest.web.context import WebContext
from digest.web.data import openapi, parameters
from digest.web.data.openapi import ApiOperation
from digest.web.data.parameters import IssuesParameters, PapersParameters
from digest.web.files import documents
from digest.web.route import WebRoute

_WAIT = 5  # seconds after which to ask again


def list_papers(context: WebContext, request: Request) -> Response:
    """Answer with papers of published issues, the newest first, or the best first."""
    given = parameters.read(request, PapersParameters)
    with _opened(context) as shelf:
        portion = _find_papers(context, shelf, given)
    following = _next(context, request, "api/papers", portion.after)
    result = PaperList(papers=portion.papers, next=following, total=portion.total)
    return _json(request, msgspec.json.encode(result), following)


def show_paper(context: WebContext, request: Request, key: str) -> Response:
    """Answer with a paper, as the newest issue shows it."""
    _take_no_parameters(request)
    with _opened(context) as shelf:
        record = issues.find_paper(shelf, key)
    if record is None:
        raise NotFound("No published issue has a paper of this key.")
    return _json(request, msgspec.json.encode(record))


def list_issues(context: WebContext, request: Request) -> Response:
    """Answer with published issues, the newest first."""
    given = parameters.read(request, IssuesParameters)
    with _opened(context) as shelf:
        if given.edition is not None:
            _check_edition(context, shelf, given.edition)
        portion = issues.list_issues(shelf, given.edition, given.since, given.limit, given.after)
    following = _next(context, request, "api/issues", portion.after)
    result = IssueList(issues=portion.issues, next=following)
    return _json(request, msgspec.json.encode(result), following)


def show_issue(context: WebContext, request: Request, edition: str, key: str) -> Response:
    """Answer with a whole issue, as the file beside its page has it."""
    _take_no_parameters(request)
    with _opened(context) as shelf:
        issue = issues.find_issue(shelf, edition, key)
    if issue is None:
        raise NotFound("There is no such issue.")
    return _json(request, issue_json.document(issue))


def show_description(context: WebContext, request: Request) -> Response:
    """Answer with the description of the API."""
    settings = context.settings
    return _json(request, _describe(settings.site.title, settings.web_url))


@functools.lru_cache
def _describe(title: str, address: str) -> bytes:
    return msgspec.json.encode(openapi.describe(OPERATIONS, title, address))


def refuse(context: WebContext, request: Request, rest: str = "") -> Response:  # noqa: ARG001
    """Answer that there is nothing at an address."""
    raise NotFound("There is no such address in the API; /api/openapi.json lists all.")


@contextmanager
def _opened(context: WebContext) -> Iterator[OpenShelf | None]:
    """Open the shelf for a block, and answer with a problem for what is raised in it."""
    try:
        with context.shelf.opened() as shelf:
            yield shelf
    except ValueError as error:
        raise BadRequest(str(error)) from error
    except TimeoutError as error:
        raise ServiceUnavailable(str(error), retry_after=_WAIT) from error
    except LedgerError as error:
        context.log("web", level="error", reason=str(error))
        raise ServiceUnavailable("The data cannot be read.", retry_after=_WAIT) from error


def _find_papers(
    context: WebContext, shelf: OpenShelf | None, given: PapersParameters
) -> PaperPortion:
    topics = context.wishes.topics
    if given.topic is not None and given.topic not in topics:
        hint = did_you_mean(given.topic, topics) or f"there are: {', '.join(topics)}"
        raise ValueError(f"topic: there is no topic {given.topic!r}; {hint}")
    if given.edition is not None:
        if given.q is not None:
            raise ValueError("edition: with `q` papers of all editions are found; leave one out")
        _check_edition(context, shelf, given.edition)
    query = PaperQuery(
        edition=given.edition or context.settings.editions[0].name,
        limit=given.limit,
        topic=given.topic,
        since=given.since,
        until=given.until,
        after=given.after,
    )
    if given.q is None:
        return papers.list_newest(shelf, query)
    return found_papers.list_found(context.settings, shelf, given.q, query)


def _check_edition(context: WebContext, shelf: OpenShelf | None, name: str) -> None:
    # One that is no longer configured still has its issues.
    known = {edition.name: None for edition in context.settings.editions}
    known |= dict.fromkeys(shelf.ledger.published_issues.editions() if shelf else ())
    if name not in known:
        hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
        raise ValueError(f"edition: there is no edition {name!r}; {hint}")


def _take_no_parameters(request: Request) -> None:
    if request.args:
        raise BadRequest(f"this address takes no parameters: {', '.join(request.args)}")


def _next(context: WebContext, request: Request, path: str, after: str | None) -> str | None:
    if after is None:
        return None
    fields = {**request.args.to_dict(), "after": after}
    return f"{context.settings.web_url}{path}?{urlencode(sorted(fields.items()))}"


def _json(request: Request, body: bytes, following: str | None = None) -> Response:
    is_packed = documents.takes_packed(request)
    document = documents.make_document(body, "application/json", is_packed=is_packed)
    response = documents.respond(request, document)
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


OPERATIONS = (
    ApiOperation(
        path="/api/papers",
        handler=list_papers,
        name="listPapers",
        summary="List papers in published issues: the newest first, or with q the best first.",
        result=PaperList,
        parameters=PapersParameters,
        leads_to=("getPaper", {"key": "/papers/0/key"}),
    ),
    ApiOperation(
        path="/api/papers/<path:key>",
        handler=show_paper,
        name="getPaper",
        summary="Get a paper, and the issues that hold it.",
        result=PaperRecord,
        parts={
            "key": "The `key` of a paper, such as `arxiv:2606.00683`, or an arXiv id, a DOI or its"
            " whole title."
        },
    ),
    ApiOperation(
        path="/api/issues",
        handler=list_issues,
        name="listIssues",
        summary="List published issues, the newest first.",
        result=IssueList,
        parameters=IssuesParameters,
        leads_to=("getIssue", {"edition": "/issues/0/edition", "key": "/issues/0/issue"}),
    ),
    ApiOperation(
        path="/api/issues/<edition>/<key>",
        handler=show_issue,
        name="getIssue",
        summary="Get a whole issue.",
        result=Issue,
        parts={
            "edition": "The edition.",
            "key": "The `issue` of a list: a date, with a number from the second of a date on.",
        },
    ),
)
ROUTES = (
    *(WebRoute(operation.path, operation.handler, "data") for operation in OPERATIONS),
    WebRoute("/api/openapi.json", show_description, "data"),
    WebRoute("/api", refuse, "data"),
    WebRoute("/api/", refuse, "data"),
    WebRoute("/api/<path:rest>", refuse, "data"),
)
