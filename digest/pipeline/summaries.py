"""Ask a language model for the lines of the papers to be issued, before issues are made.

Outside any transaction: while an answer is awaited, nobody waits for the ledger. Each summary is
committed when it comes, so a run that was killed asks only for those that are missing. Nothing
that the model or its endpoint does fails a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from digest import __version__
from digest.editorial import ranking
from digest.errors import FetchError
from digest.model.issues import Item, Teaser
from digest.model.results import SummaryReport
from digest.model.settings import Edition
from digest.model.source_settings import Summary
from digest.pipeline import compose, issue, profile
from digest.pipeline.compose import Candidate
from digest.pipeline.context import RunContext
from digest.pipeline.progress import WaitForStop

if TYPE_CHECKING:
    from digest.summaries.ask import Summariser
    from digest.summaries.prompt import Question

ANSWER_MB = 1  # a sentence, and what a model thought before it
SPEAKS = "the abstract seems to speak to a language model"


def add_summaries(
    context: RunContext,
    known: dict[int, Candidate],
    *,
    due_only: bool,
    stopping: WaitForStop | None = None,
) -> SummaryReport | None:
    """Let the issues that `issue.make_issues` is about to make show summaries.

    Stored ones are taken, and the others are asked for, most important papers first. None if no
    model is configured, or no paper with an abstract is about to be issued. ``known`` is that of
    `make_issues`. With ``stopping`` the order to stop ends the asking.
    """
    if not context.settings.summary.is_on:
        return None
    upcoming = issue.list_upcoming(context, due_only=due_only, known=known)
    items = rank(context, upcoming)
    return write_summaries(context, items, stopping) if items else None


def list_waiting(context: RunContext) -> list[tuple[Edition, list[Candidate]]]:
    """Return for each edition the papers that wait for one of its next issues."""
    known: dict[int, Candidate] = {}
    last_intake = context.ledger.intakes.last_number()
    waiting = []
    for edition in context.settings.editions:
        if context.ledger.editions.has_unconfigured([edition.name]):
            continue  # no paper has waited for it yet
        cursor = context.ledger.editions.cursor(edition.name).cursor
        papers = context.ledger.issues.candidates(edition.name, cursor, last_intake)
        candidates = compose.list_candidates(context, papers, known)
        selection = compose.select_papers(context, edition, candidates)
        waiting.append((edition, [*selection.papers]))
    return waiting


def rank(context: RunContext, papers: Sequence[tuple[Edition, list[Candidate]]]) -> list[Item]:
    """Return the papers with an abstract, each once: by edition, then most important first."""
    ranked: dict[str, Item] = {}
    for edition, candidates in papers:
        items = [paper.classified.item for paper in candidates if paper.classified.item.abstract]
        # Earlier papers only fine-tune the similarity to a library, and take time to read.
        matches = profile.match_papers(context, edition, items, [])
        for item in ranking.rank_papers(items, matches):
            ranked.setdefault(item.guid, item)
    return [*ranked.values()]


def write_summaries(
    context: RunContext, items: Sequence[Item], stopping: WaitForStop | None = None
) -> SummaryReport:
    """Enter the summaries of papers into ``context.summaries``, and store those that are new.

    Never raises for what the endpoint does: the report says why papers have none.
    """
    config = context.settings.summary
    questions = {item.guid: question_of(item) for item in items}
    keys = hashes(questions, config)
    stored = context.ledger.summaries.find_summaries(keys.values())
    for guid, key in keys.items():
        if key in stored:
            context.summaries[guid] = _line(config, stored[key])
    report = SummaryReport(
        model=config.model or "", papers=len(items), stored=len(context.summaries)
    )
    missing = {guid: questions[guid] for guid, key in keys.items() if key not in stored}
    return _ask_for(context, missing, keys, report, stopping) if missing else report


def question_of(item: Item) -> Question:
    """Return the question about a paper that has an abstract."""
    from digest.summaries.prompt import Question

    return Question(item.title, item.abstract or "")


def hashes(questions: Mapping[str, Question], config: Summary) -> dict[str, bytes]:
    """Return the keys of the summaries in the ledger, by guid as the questions are."""
    from digest.summaries import prompt

    return {guid: prompt.summary_hash(asked, config) for guid, asked in questions.items()}


def make_summariser(root: Path, config: Summary, stopping: WaitForStop | None = None) -> Summariser:
    """Return what asks the configured endpoint. Raises `FetchError` if its key is missing."""
    from digest.http_client.client import Client, Times
    from digest.sources import tokens
    from digest.summaries.ask import Summariser

    key = tokens.read(root, config.key)
    # The operator wrote the address, which may be that of this machine. A model that thinks is
    # silent for long.
    client = Client(
        f"papers-digest/{__version__}",
        answer_mb=ANSWER_MB,
        private=["0.0.0.0/0", "::/0"],
        times=Times(silence=config.seconds, total=config.seconds),
    )
    return Summariser(client, config, key, wait=stopping)


def describe_key(error: FetchError) -> str:
    """Return why the key cannot be used, in the words of this table."""
    return error.reason.replace("its token", "the key", 1)


def _ask_for(
    context: RunContext,
    missing: Mapping[str, Question],
    keys: Mapping[str, bytes],
    report: SummaryReport,
    stopping: WaitForStop | None,
) -> SummaryReport:
    from msgspec.structs import replace

    try:
        summariser = make_summariser(context.root, context.settings.summary, stopping)
    except FetchError as error:
        return replace(report, reason=describe_key(error))
    written = 0
    for guid, text in _answers(context, summariser, missing):
        written += 1
        _store(context, keys[guid], text)
        context.summaries[guid] = _line(context.settings.summary, text)
    return replace(
        report,
        written=written,
        refused=summariser.faults.total(),
        calls=summariser.calls,
        tokens=summariser.tokens,
        reason=summariser.stopped,
    )


def _answers(
    context: RunContext, summariser: Summariser, missing: Mapping[str, Question]
) -> Iterator[tuple[str, str]]:
    """Yield guid and summary of each paper that gets one, until nothing more may be asked."""
    from digest.summaries import check

    for number, (guid, question) in enumerate(missing.items()):
        context.report_progress("summaries", number, len(missing))
        if check.speaks_to_model(question):
            summariser.faults[SPEAKS] += 1
            continue
        trial = summariser.ask(question)
        if not trial.fault:
            yield guid, trial.text
        if summariser.stopped:
            return


def _store(context: RunContext, key: bytes, text: str) -> None:
    config, moment = context.settings.summary, context.moment.isoformat(timespec="seconds")
    with context.ledger.transaction():
        context.ledger.summaries.record_summary(key, moment, config.model or "", text)


def _line(config: Summary, text: str) -> Teaser:
    return Teaser(text, "model", config.model or "")
