"""Give the figures of the publication in the form of Prometheus, on the private listener.

They are read when they are asked for. A part that cannot be read is left out, and its
``papers_digest_part_up`` is 0, so that the others are still seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from digest.errors import DigestError
from digest.model.settings import Settings
from digest.model.status import Status
from digest.operations import status
from digest.operations.mail import people_counts
from digest.web.context import WebContext
from digest.web.route import WebRoute

_PREFIX = "papers_digest_"
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)  # bounds of the histogram of answers
_FILES = "files"  # stands for all static files, which are too many for a label each

Values = Iterable[tuple[tuple[str, ...], float]]


class RequestMetrics:
    """Counts the answers of all listeners, by route and never by address."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("route", "method", "status")
        self._requests = Counter(
            f"{_PREFIX}http_requests", "Requests that were answered.", labels, registry=registry
        )
        self._seconds = Histogram(
            f"{_PREFIX}http_request_seconds",
            "How long answers took to make.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )

    def observe(self, route: str | None, method: str, code: int, seconds: float) -> None:
        """Count an answer. A method that no route has counts as "other"."""
        known = method if method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"
        path = route or _FILES
        self._requests.labels(path, known, f"{code // 100}xx").inc()
        self._seconds.labels(path).observe(seconds)


class FolderCollector:
    """Reads the figures of a working folder, each time they are asked for."""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: to register the figures must not read them."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Yield all figures, part by part."""
        settings, moment = self._context.settings, self._context.moment
        up = GaugeMetricFamily(
            f"{_PREFIX}part_up", "Whether a part of these figures could be read.", labels=["part"]
        )
        parts: dict[str, Callable[[], Iterable[Metric]]] = {
            "status": lambda: _of_status(status.read_status(settings, moment, timeout=1.0), moment),
            "people": lambda: _of_people(settings),
        }
        for name, read in parts.items():
            try:
                metrics = list(read())
            except (DigestError, OSError):
                metrics = []
            up.add_metric([name], float(bool(metrics)))
            yield from metrics
        yield up


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Values) -> Metric:
    gauge = GaugeMetricFamily(f"{_PREFIX}{name}", text, labels=labels)
    for names, value in values:
        gauge.add_metric(list(names), value)
    return gauge


def _one(name: str, text: str, value: float) -> Metric:
    return _gauge(name, text, (), [((), value)])


def _of_status(found: Status, moment: datetime) -> Iterator[Metric]:
    states = ("ok", "stale", "failed")
    health = [((state,), float(found.health == state)) for state in states]
    yield _gauge("health", "1 for what the publication is.", ("state",), health)
    counts = [((kind,), float(number)) for kind, number in found.counts.items()]
    yield _gauge("stored", "What the ledger holds, by kind.", ("kind",), counts)
    yield _one("ledger_bytes", "The size of the ledger.", found.ledger_bytes)
    yield _one("quarantined_files", "Files in quarantine.", found.n_quarantined)
    yield _one("rejected_records", "Records that the last intake rejected.", found.n_rejected)
    yield from _of_runs(found)
    yield from _of_sources(found, moment)
    papers = [((each.name,), float(each.papers)) for each in found.editions]
    text = "Papers of the newest issue of each edition."
    yield _gauge("newest_issue_papers", text, ("edition",), papers)
    ages = [_age(each.moment, moment) for each in found.backups[:1]]
    backup = [((), age) for age in ages]
    yield _gauge("backup_age_seconds", "Seconds since the newest backup.", (), backup)
    failing = [((each.name,), float(each.failing_since is not None)) for each in found.targets]
    yield _gauge("publish_failing", "1 for uploads that fail.", ("name",), failing)


def _of_runs(found: Status) -> Iterator[Metric]:
    if not found.runs:
        return
    last = found.runs[0]
    at = datetime.fromisoformat(last.last).timestamp()
    yield _one("last_run_timestamp_seconds", "When the last run ended.", at)
    yield _one("last_run_seconds", "How long it took.", last.seconds)
    verdict = [((last.verdict,), 1.0)]
    yield _gauge("last_run_verdict", "1 for what it amounts to.", ("verdict",), verdict)
    text = "Entries of the last run, by their fate."
    fates = ("new", "changed", "known", "repeated", "rejected")
    entries = [((fate,), float(getattr(last.accounting, fate))) for fate in fates]
    yield _gauge("last_run_entries", text, ("fate",), entries)


def _of_sources(found: Status, moment: datetime) -> Iterator[Metric]:
    silent = [((each.source,), float(each.silent_for)) for each in found.sources]
    text = "Seconds since the last dump of a source."
    yield _gauge("source_silent_seconds", text, ("source",), silent)
    late = [((each.source,), float(each.late)) for each in found.sources]
    yield _gauge("source_late", "1 for sources that are late.", ("source",), late)
    answers = [
        ((each.name,), _age(each.last_answer, moment))
        for each in found.fetching
        if each.last_answer is not None
    ]
    text = "Seconds since the last answer of a source that is asked."
    yield _gauge("fetch_answer_age_seconds", text, ("source",), answers)
    failures = [((each.name,), float(each.failures)) for each in found.fetching]
    text = "Looks in a row that got no answer."
    yield _gauge("fetch_failures", text, ("source",), failures)


def _of_people(settings: Settings) -> Iterator[Metric]:
    counts = people_counts.count(settings)
    for name, text, numbers in (
        ("subscribers", "Subscribers, by state.", counts.subscribers),
        ("deliveries", "Deliveries of the last 90 days, by state.", counts.deliveries),
        ("letters", "Letters of the last 90 days, by state.", counts.letters),
        ("hub_posts", "Feeds of the WebSub hub of the last 90 days, by state.", counts.hub_posts),
    ):
        values = [((state,), float(number)) for state, number in sorted(numbers.items())]
        yield _gauge(name, text, ("state",), values)
    yield _one("hub_subscribers", "Subscribers of the WebSub hub.", counts.hub_subscribers)
    yield _one("subscribe_requests", "Requests to subscribe on the pages.", counts.requests)


def _age(since: str, moment: datetime) -> float:
    return max(0.0, (moment - datetime.fromisoformat(since)).total_seconds())


def show(context: WebContext, request: Request) -> Response:  # noqa: ARG001 - of every handler
    """Answer all figures."""
    if context.exposition is None:  # asked before the listeners are complete
        raise NotFound
    return Response(context.exposition(), content_type=CONTENT_TYPE_LATEST)


def install(context: WebContext) -> None:
    """Count answers from now on, and let `show` give all figures."""
    registry = CollectorRegistry()
    context.observe = RequestMetrics(registry).observe
    registry.register(FolderCollector(context))
    context.exposition = lambda: generate_latest(registry)


ROUTES = (WebRoute("/metrics", show, "operator"),)
