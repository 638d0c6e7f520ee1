"""Ask a language model now: for the papers that wait for an issue, or for one paper on trial."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from digest.editorial import compose
from digest.errors import FetchError, UnknownPaper
from digest.model.results import SummaryReport
from digest.model.settings import Settings
from digest.operations import explain
from digest.operations.summaries import switch
from digest.pipeline import issue, summaries
from digest.pipeline.progress import ProgressCallback, no_progress
from digest.pipeline.session import open_context, open_to_read
from digest.storage import lock


class SummaryTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What a model answers for one paper.

    ``teaser`` is the line without a model. ``fault`` says why the answer is refused, or why none
    came; then ``text`` may be empty.
    """

    title: str
    teaser: str
    text: str = ""
    fault: str = ""
    tokens: int = 0


def summarise(
    settings: Settings,
    moment: datetime,
    *,
    seconds: int | None = None,
    progress: ProgressCallback = no_progress,
) -> SummaryReport | None:
    """Ask for the summaries of the papers that wait for an issue, and store them.

    Takes at most ``seconds``, by default those of ``[summary]``; another call goes on with the
    papers that are missing. None if no paper with an abstract waits. Reads no inbox and makes no
    issue. Raises `SettingsError` if no model is configured, and `Busy` if another run holds the
    folder for a minute. What goes wrong with the endpoint stands in the report.
    """
    switch.require(settings)
    if seconds is not None:
        settings = replace(settings, summary=replace(settings.summary, seconds=seconds))
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment, progress) as context:
        issue.configure_editions(context)
        items = summaries.rank(context, summaries.list_waiting(context))
        return summaries.write_summaries(context, items) if items else None


def try_paper(settings: Settings, name: str) -> SummaryTrial:
    """Ask for the summary of one paper, stored or not, and check it. Stores nothing.

    ``name`` is its key or its whole title. Raises `SettingsError` if no model is configured, and
    `UnknownPaper` if no paper has that name or several have.
    """
    switch.require(settings)
    with open_to_read(settings) as ledger:
        if ledger is None:
            raise UnknownPaper(name)
        paper = explain.find_paper(ledger, name)
    item = compose.clean_paper(paper, 1).item
    trial = SummaryTrial(title=item.title, teaser=item.one_line.text if item.one_line else "")
    if not item.abstract:
        return replace(trial, fault="the paper has no abstract, so nobody was asked")
    from digest.summaries import check

    question = summaries.question_of(item)
    if check.speaks_to_model(question):
        return replace(trial, fault=f"{summaries.SPEAKS}, so nobody was asked")
    try:
        summariser = summaries.make_summariser(Path(settings.root), settings.summary)
    except FetchError as error:
        return replace(trial, fault=summaries.describe_key(error))
    text, fault = summariser.ask(question)
    return replace(trial, text=text, fault=fault, tokens=summariser.tokens)
