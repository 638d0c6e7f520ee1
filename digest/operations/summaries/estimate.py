"""Estimate what the summaries of the next issues would cost. Asks nobody and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from digest.model.issues import Item
from digest.model.settings import Settings
from digest.operations.summaries import switch
from digest.pipeline import summaries
from digest.pipeline.context import RunContext
from digest.pipeline.session import open_to_read


class SummaryEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, and about how many tokens that takes.

    ``papers`` are those with an abstract: those that wait, or those of the newest issue if none
    wait, which ``issue`` then names. ``stored`` of them have a summary, ``unsafe`` are not asked
    for because their abstracts seem to speak to a model. The tokens are estimated from the number
    of characters; what a model thinks before its answer comes on top.
    """

    papers: int = 0
    issue: str = ""
    stored: int = 0
    unsafe: int = 0
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


def estimate(settings: Settings, moment: datetime) -> SummaryEstimate:
    """Return what `digest summarise` would ask for at this moment.

    Raises `SettingsError` if no model is configured, and `LedgerError` if the ledger cannot be
    read.
    """
    switch.require(settings)
    with open_to_read(settings) as ledger:
        if ledger is None:
            return SummaryEstimate()
        context = RunContext(settings, ledger, moment)
        if items := summaries.rank(context, summaries.list_waiting(context)):
            return _estimate(context, items, "")
        return _of_newest_issue(context)


def _of_newest_issue(context: RunContext) -> SummaryEstimate:
    main = context.settings.editions[0].name
    if context.ledger.editions.has_unconfigured([main]):
        return SummaryEstimate()
    if not (number := context.ledger.editions.cursor(main).number):
        return SummaryEstimate()
    issue = context.ledger.issues.load_issue(main, number)
    return _estimate(
        context, [item for item in issue.papers if item.abstract], f"{main} {issue.key}"
    )


def _estimate(context: RunContext, items: Sequence[Item], issue: str) -> SummaryEstimate:
    from digest.summaries import check, prompt

    config = context.settings.summary
    questions = {item.guid: summaries.question_of(item) for item in items}
    keys = summaries.hashes(questions, config)
    stored = context.ledger.summaries.find_summaries(keys.values())
    missing = [questions[guid] for guid, key in keys.items() if key not in stored]
    asked = [question for question in missing if not check.speaks_to_model(question)]
    tokens = [prompt.estimate(question, config) for question in asked]
    return SummaryEstimate(
        papers=len(items),
        issue=issue,
        stored=len(items) - len(missing),
        unsafe=len(missing) - len(asked),
        calls=len(asked),
        tokens_in=sum(tokens_in for tokens_in, _ in tokens),
        tokens_out=sum(tokens_out for _, tokens_out in tokens),
    )
