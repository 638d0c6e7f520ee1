"""The sentences of a notice, and the body that a webhook gets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from digest.model.issues import Accounting
from digest.model.status import FetchStatus
from digest.render import notice

MOMENT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def sentences(**fields: Any) -> dict[str, str]:
    """Return the sentence of each kind of trouble in a run that is well but for ``fields``."""
    facts = {"expect_every": None, "quarantined": (), "rejected": (), "incomplete": ()}
    return {trouble.kind: trouble.sentence for trouble in notice.troubles(**facts | fields)}


def body(*troubles: notice.Trouble, **fields: Any) -> dict[str, Any]:
    """Return the decoded body of a webhook for these troubles."""
    facts: dict[str, Any] = {"facts": notice.RunFacts(), "recovered": ()}
    encoded = notice.webhook_body("Lantern Letters", MOMENT, troubles=troubles, **facts | fields)
    decoded: dict[str, Any] = json.loads(encoded)
    return decoded


def test_a_run_without_trouble_has_no_sentence() -> None:
    """No files or records that could not be used, and no file that lacks papers."""
    assert {} == sentences()


def test_each_kind_of_trouble_has_a_sentence() -> None:
    """Files and records are counted, and named with their reasons."""
    problem = ("page.txt", "nothing in it could be read")
    assert {
        "stale": "Nothing came for longer than 36h.",
        "partial": "Papers may be missing. page.txt: it states 9 papers and has 5.",
        "quarantined": "1 file quarantined: page.txt: nothing in it could be read.",
        "rejected": "2 records rejected: page.txt: no title; page.txt: no title.",
    } == sentences(
        expect_every="36h",
        incomplete=[("page.txt", "it states 9 papers and has 5")],
        quarantined=[problem],
        rejected=[("page.txt", "no title")] * 2,
    )


def test_at_most_five_problems_are_named() -> None:
    """The number before them counts all."""
    sentence = sentences(rejected=[(f"{number}.txt", "no title") for number in range(7)])
    assert "7 records rejected: 0.txt: no title;" in sentence["rejected"]
    assert sentence["rejected"].endswith("4.txt: no title.")


def test_a_body_states_the_facts_of_the_run() -> None:
    """Programs find kinds, verdict, counts and issues; chats find the sentences."""
    facts = notice.RunFacts(
        verdict="new", accounting=Accounting(dumps=1), issues=(("daily", "2026-11-22", 3),)
    )
    data = body(notice.Trouble("partial", "Short."), facts=facts, recovered=["stale"])
    assert "Lantern Letters: Short. Over: stale." == data["text"] == data["content"]
    assert (["partial"], ["stale"], "new") == (data["kinds"], data["recovered"], data["verdict"])
    assert [{"edition": "daily", "date": "2026-11-22", "papers": 3}] == data["issues"]
    assert (1, "2026-11-22T07:30:00+00:00") == (data["counts"]["dumps"], data["moment"])


def test_the_facts_of_a_failed_run_are_empty() -> None:
    """Its verdict says that it failed; there are no counts and no issues."""
    data = body(notice.failure("no space left"))
    assert ("failed", []) == (data["verdict"], data["issues"])
    assert "The run failed: no space left." == data["message"]


def test_the_text_for_chats_mentions_nobody_and_is_bounded() -> None:
    """Chats reject long messages; the message for programs is whole."""
    data = body(notice.Trouble("rejected", "<!channel> @here " + "x" * 3000))
    assert 1500 == len(data["text"])
    assert not set("<@") & set(data["text"])
    assert data["message"].startswith("<!channel> @here x")
    assert 3000 < len(data["message"])
    assert {"parse": []} == data["allowed_mentions"]


def failing(name: str) -> FetchStatus:
    """Return the status of a source that has failed since 20 November."""
    since = "2026-11-20T07:00:00+00:00"
    return FetchStatus(
        name=name, kind="feed", failing_since=since, failures=3, reason="answered 503."
    )


def test_the_outage_of_a_source_is_told_with_its_reason() -> None:
    """The kind stands once for several sources, and a key names them."""
    data = body(notice.outage(failing("hf")), notice.outage(failing("arxiv")))
    message = (
        "The source hf has failed since 2026-11-20, at 3 looks: answered 503."
        " The source arxiv has failed since 2026-11-20, at 3 looks: answered 503."
    )
    assert message == data["message"]
    assert (["source"], ["hf", "arxiv"]) == (data["kinds"], data["sources"])
    no_reason = msgspec.structs.replace(failing("hf"), reason=None)
    assert notice.outage(no_reason).sentence.endswith("at 3 looks.")


def test_the_end_of_an_outage_names_the_source() -> None:
    """Beside the end of a trouble that no source is named for."""
    data = body(recovered=["stale", "source hf"])
    assert "Over: stale. The source hf answers again." == data["message"]
    assert (["stale", "source"], ["hf"]) == (data["recovered"], data["sources"])


def test_a_test_says_so_in_every_field() -> None:
    """No field with words reads like the notice of a run, and the others are empty."""
    data: dict[str, Any] = json.loads(notice.trial_body("Lantern Letters", MOMENT))
    assert "2026-11-22T07:30:00+00:00" == data.pop("moment")
    assert "Lantern Letters (test): This is a test: notices arrive." == data["text"]
    texts = {name: value for name, value in data.items() if isinstance(value, str)}
    assert {"text", "content", "site", "verdict", "message"} == set(texts)
    assert [] == [name for name, value in texts.items() if "test" not in value]
    assert (["test"], [], []) == (data["kinds"], data["recovered"], data["issues"])
    assert [] == data["sources"]
    assert {0} == set(data["counts"].values())
