"""Write the notice of a run in trouble: sentences for people, and the body for a webhook.

Does not decide whether a notice is due, and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from digest.editorial import notices
from digest.model.issues import Accounting
from digest.model.people import MailingStatus
from digest.model.status import FetchStatus
from digest.render import escape, measures, wording

_NAMED = 5  # files or records in a message
_LONGEST = 1500  # characters: the webhooks of chats reject more than 2,000
_TEST = "test"  # the kind and the verdict of a test

Problem = tuple[str, str]  # the name of a file, and why it or a record of it is unusable


class Trouble(msgspec.Struct, frozen=True):
    """Something that is wrong: its kind, as ``notify.on`` names it, and a sentence.

    ``source`` is the name of the source that it is about, if its kind is "source".
    """

    kind: str
    sentence: str
    source: str = ""

    @property
    def key(self) -> str:
        """What its notice is recorded by."""
        return notices.record_key(self.kind, self.source)


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a run that a notice states; the defaults are those of a failed run.

    ``issues`` are the new ones: edition, date and the number of papers.
    """

    verdict: str = "failed"
    accounting: Accounting = Accounting()
    issues: tuple[tuple[str, str, int], ...] = ()


class Undelivered(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with mails and posts.

    ``outage_since`` is the moment since which the mail server takes nothing, ``mailings`` are the
    newest ones, and ``problem`` is why they cannot be read.
    """

    outage_since: str | None = None
    mailings: tuple[MailingStatus, ...] = ()
    problem: str | None = None


def _undelivered(undelivered: Undelivered) -> Iterator[str]:
    if undelivered.problem:
        yield f"Nothing can be mailed: {undelivered.problem}."
    if undelivered.outage_since:
        since = measures.moment(undelivered.outage_since)
        yield f"The mail server has taken nothing since {since}."
    newest = {mailing.edition: mailing for mailing in reversed(undelivered.mailings)}
    for mailing in newest.values():
        if failed := mailing.mail.failed + mailing.chat.failed:
            yield f"{_deliveries(failed, mailing)} failed."
        if late := mailing.mail.late + mailing.chat.late:
            yield f"{_deliveries(late, mailing)} could not be made in time."
    for mailing in undelivered.mailings:
        if unknown := mailing.mail.unknown + mailing.chat.unknown:
            deliveries = _deliveries(unknown, mailing)
            yield f"{deliveries} may have arrived or not: digest mail status {mailing.key}."


def _deliveries(number: int, mailing: MailingStatus) -> str:
    name = f"{mailing.edition} {mailing.key}"
    return f"{wording.count(number, 'delivery', 'deliveries')} of {name}"


def failure(reason: str) -> Trouble:
    """Return the trouble of a run that failed."""
    return Trouble("failed", f"The run failed: {reason}.")


def troubles(
    *,
    expect_every: str | None,
    quarantined: Sequence[Problem],
    rejected: Sequence[Problem],
    incomplete: Sequence[Problem],
    unpublished: Sequence[Problem] = (),
    undelivered: Undelivered = Undelivered(),  # noqa: B008 - it is frozen
) -> Iterator[Trouble]:
    """Yield the troubles of a run that ended, one for each kind.

    ``expect_every`` is the longest expected time between two dumps, given only where it has
    passed. ``unpublished`` are the commands of ``[[publish]]`` that fail.
    """
    if expect_every:
        yield Trouble("stale", f"Nothing came for longer than {expect_every}.")
    if incomplete:
        yield Trouble("partial", f"Papers may be missing. {_listed(incomplete)}.")
    if quarantined:
        yield Trouble("quarantined", _problems(quarantined, "file", "quarantined"))
    if rejected:
        yield Trouble("rejected", _problems(rejected, "record", "rejected"))
    if unpublished:
        yield Trouble("publish", f"The output could not be published. {_listed(unpublished)}.")
    if sentences := list(_undelivered(undelivered)):
        yield Trouble("mail", " ".join(sentences))


def outage(source: FetchStatus) -> Trouble:
    """Return the trouble of a source that does not answer for long."""
    since = (source.failing_since or "")[:10]
    looks = wording.count(source.failures, "look")
    reason = f": {source.reason.rstrip('.')}" if source.reason else ""
    sentence = f"The source {source.name} has failed since {since}, at {looks}{reason}."
    return Trouble(notices.SOURCE, sentence, source.name)


def _problems(problems: Sequence[Problem], noun: str, participle: str) -> str:
    return f"{wording.count(len(problems), noun)} {participle}: {_listed(problems)}."


def _listed(problems: Sequence[Problem]) -> str:
    return "; ".join(f"{dump}: {reason}" for dump, reason in problems[:_NAMED])


def webhook_body(
    site: str,
    moment: datetime,
    facts: RunFacts,
    troubles: Sequence[Trouble],
    recovered: Iterable[str],
) -> bytes:
    """Return the JSON that a webhook gets: facts for programs, sentences for people.

    ``site`` is the title of the publication; ``recovered`` are the keys of the troubles that
    ended.
    """
    over = list(recovered)
    message = " ".join([*(trouble.sentence for trouble in troubles), *map(_recovery, over)])
    sources = [*(trouble.source for trouble in troubles), *map(notices.source_of, over)]
    text = escape.chat(f"{site}: {message}")[:_LONGEST]
    return msgspec.json.encode(
        {
            "text": text,  # shown by Slack and Mattermost
            "content": text,  # shown by Discord
            "allowed_mentions": {"parse": []},  # Discord must not notify anyone by name
            "site": site,
            "moment": moment.isoformat(timespec="seconds"),
            "kinds": _each_once(trouble.kind for trouble in troubles),
            "recovered": _each_once(map(notices.kind_of, over)),
            "sources": _each_once(filter(None, sources)),
            "verdict": facts.verdict,
            "message": message,
            "counts": facts.accounting,
            "issues": [
                {"edition": edition, "date": date, "papers": papers}
                for edition, date, papers in facts.issues
            ],
        }
    )


def _recovery(key: str) -> str:
    source = notices.source_of(key)
    return f"The source {source} answers again." if source else f"Over: {key}."


def _each_once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def trial_body(site: str, moment: datetime) -> bytes:
    """Return the JSON that ``digest check --notify`` sends to try a webhook.

    Every field with words says that it is a test, because chats and programs show only some.
    """
    trouble = Trouble(_TEST, "This is a test: notices arrive.")
    return webhook_body(f"{site} ({_TEST})", moment, RunFacts(verdict=_TEST), [trouble], [])
