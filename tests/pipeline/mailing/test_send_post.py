"""An issue posted to a channel, from its settings to the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.model.mail_settings import Chat, ChatKind
from digest.model.settings import Edition, Settings, Site
from digest.pipeline.mailing.chat_posts import send_post
from tests.support.builders import issue, item
from tests.support.chat_server import chat_server
from tests.support.raw_server import http_answer

ISSUE = issue(item(1, "Lanterns"), item(2, "Ferries"))


def settings(root: Path) -> Settings:
    """Return the settings of a folder whose second edition is daily too."""
    editions = (Edition(name="main"), Edition(name="daily"))
    site = Site(url="https://digest.example.org/", title="Harbour Papers")
    return Settings(root=str(root), site=site, editions=editions)


def channel(kind: ChatKind = "slack", **fields: object) -> Chat:
    """Return a channel whose address stands in a file."""
    return Chat(name="lab", kind=kind, url="file:secrets/lab", **fields)  # type: ignore[arg-type]


def keep(root: Path, address: str) -> None:
    """Write the address of the channel into its file."""
    (root / "secrets").mkdir(exist_ok=True)
    (root / "secrets" / "lab").write_text(f"{address}\n")


def test_an_issue_is_posted(tmp_path: Path) -> None:
    """Its page, its papers and its edition, which is not the first of its period."""
    marks: list[int] = []
    with chat_server() as server:
        keep(tmp_path, server.url())
        outcome = send_post(settings(tmp_path), channel(), ISSUE, lambda: marks.append(1))
    assert (("sent", "answered 200"), [1]) == (outcome[:2], marks)
    (post,) = server.posts
    assert post.fields["text"].startswith("Harbour Papers: Sunday 22 November 2026, daily. 2 new")
    assert "https://digest.example.org/daily/2026-11-22.html" in post.body.decode()


def test_a_retry_sends_the_same_bytes(tmp_path: Path) -> None:
    """Under the same transaction, which is another one in another channel or issue."""
    with chat_server(http_answer(b"", status=503), http_answer()) as server:
        keep(tmp_path, server.url("/rooms/!r:example.org?access_token=SECRET"))
        for made, name in ((ISSUE, "lab"), (ISSUE, "lab"), (ISSUE, "hall"), (issue(), "lab")):
            chat = Chat(name=name, kind="matrix", url="file:secrets/lab")
            send_post(settings(tmp_path), chat, made, lambda: None)
        send_post(
            settings(tmp_path), channel("matrix"), issue(moment="2026-11-22T09:00Z"), lambda: None
        )
    first, again, hall, empty, later = server.posts
    assert first == again
    # An issue made again at another moment is another one; what it holds decides nothing.
    assert first.target == empty.target
    assert 3 == len({first.target, hall.target, later.target})


def test_a_channel_with_nothing_of_its_own_gets_no_post(tmp_path: Path) -> None:
    """Nor is its address read."""
    marks: list[int] = []
    chat = channel(words=("kelp",))
    outcome = send_post(settings(tmp_path), chat, ISSUE, lambda: marks.append(1))
    assert ("empty", "none of its papers is for this channel", []) == (*outcome[:2], marks)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (None, "chat.lab: url: file:secrets/lab cannot be read"),
        ("", "chat.lab: url: file:secrets/lab is empty"),
        ("ftp://example.org/SECRET", "chat.lab: url: file:secrets/lab holds no web address"),
        (
            "https://api.telegram.org/botSECRET/sendMessage",
            "chat.lab: url: file:secrets/lab holds no chat_id",
        ),
    ],
)
def test_an_unusable_address_puts_the_post_off(
    tmp_path: Path, address: str | None, says: str
) -> None:
    """The operator may set it until the post is too old; the reason does not show it."""
    if address is not None:
        keep(tmp_path, address)
    marks: list[int] = []
    outcome = send_post(settings(tmp_path), channel("telegram"), ISSUE, lambda: marks.append(1))
    assert ("deferred", []) == (outcome.state, marks)
    assert outcome.reply.startswith(says)
    assert "SECRET" not in outcome.reply
