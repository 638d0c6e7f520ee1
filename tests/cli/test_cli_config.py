"""`digest config`: every setting, its value, where it comes from, and its default."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import msgspec
import pytest

from digest.model import limits, mail_settings, settings, source_settings, web_settings
from digest.settings import describe
from tests.support.folders import MINUTE, Folder

FILE = "config/digest.toml"
RECORDS: dict[str, type[msgspec.Struct]] = {
    "site": settings.Site,
    "inbox": settings.Inbox,
    "state": settings.State,
    "notify": settings.Notify,
    "limits": limits.Limits,
    "profile": settings.Profile,
    "fetch": source_settings.Fetch,
    "summary": source_settings.Summary,
    "mail": mail_settings.Mail,
    "web": web_settings.Web,
    "edition.daily": settings.Edition,
}
SECRET = "https://example.org/ping/4f1c-secret"


@pytest.fixture
def configured(folder: Folder) -> Folder:
    """Make a folder with two editions, a secret, and a title with a control character."""
    folder.configure(
        '[site]\ntitle = "Lantern \\u001b[2J"\nauthor = "Papers Digest"\n'
        '[notify]\nheartbeat = "env:HEARTBEAT"\nwebhook = "file:secrets/none"\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\n[edition.profile]\nwords = ["kelp"]\n'
        '[[edition]]\nname = "daily"\nlimit = 9\n'
    )
    return folder


def rows(folder: Folder, *words: str) -> dict[str, dict[str, Any]]:
    """Return the settings that `digest config --json` prints, by key."""
    answered = folder.digest("config", "--json", *words)
    assert (0, "") == (answered.status, answered.err)
    return {row["key"]: row for row in json.loads(answered.out)["settings"]}


def test_every_setting_is_listed_with_its_default(folder: Folder) -> None:
    """An empty file leaves all at their defaults; each has a line about it."""
    folder.configure("")
    listed = rows(folder)
    keys = [
        f"{name}.{key}"
        for name, record in RECORDS.items()
        for key in record.__struct_encode_fields__
    ]
    assert ["root", *keys] == list(listed)
    for key in keys:
        row = listed[key]
        assert ("default", row["default"]) == (row["origin"], row["value"]), key
        assert row["about"].endswith("."), key
    defaults = msgspec.to_builtins(settings.Settings(root="").site)
    assert defaults == {key: listed[f"site.{key}"]["value"] for key in defaults}
    assert (str(folder.root), "--root") == (listed["root"]["value"], listed["root"]["origin"])


def test_a_setting_of_the_file_names_it(configured: Folder) -> None:
    """Also one that the file sets to its default. Editions stand by name, with their profiles."""
    listed = rows(configured)
    of_file = {key: row["value"] for key, row in listed.items() if row["origin"] == FILE}
    assert {
        "site.title": "Lantern \x1b[2J",
        "site.author": "Papers Digest",
        "notify.heartbeat": "env:HEARTBEAT",
        "notify.webhook": "file:secrets/none",
        "edition.weekly.name": "weekly",
        "edition.weekly.period": "week",
        "edition.weekly.profile.words": ["kelp"],
        "edition.daily.name": "daily",
        "edition.daily.limit": 9,
    } == of_file
    assert "edition.weekly.profile" not in listed
    assert listed["edition.daily.profile"]["value"] is None


def test_only_changed_settings(configured: Folder, folder: Folder) -> None:
    """Those whose value is not the default; none says so."""
    changed = rows(configured, "--changed", "site")
    assert ["site.title"] == list(changed)
    folder.configure("")
    answered = folder.digest("config", "--changed", "site")
    assert "Every setting is at its default.\n" == answered.out


def test_a_person_reads_value_origin_default_and_meaning(configured: Folder) -> None:
    """No character of a value steers the terminal."""
    (about,) = [text.about for text in describe.describe(settings.Site) if text.name == "title"]
    assert [
        f'site.title = "Lantern \\u001b[2J"  ({FILE}; default "Papers Digest")',
        f"    {about}",
    ] == configured.digest("config", "site.title").out.splitlines()
    lines = configured.digest("config", "edition.daily.include").out.splitlines()
    assert "edition.daily.include = []  (default)" == lines[0]
    assert 2 == len(lines)


def test_a_secret_is_not_shown(configured: Folder) -> None:
    """Only whether it is set, or why it cannot be used, in both forms."""
    for words in (["--json"], []):
        shown = configured.process("config", "notify", *words, HEARTBEAT=SECRET)
        assert (0, "") == (shown.status, shown.err)
        assert "secret" not in shown.out.replace("secrets/none", "")
    listed = rows(configured, "notify")
    assert "env:HEARTBEAT is not set" == listed["notify.heartbeat"]["address"]
    assert "file:secrets/none cannot be read" == listed["notify.webhook"]["address"]
    assert listed["notify.heartbeat_fail"]["address"] is None
    line = configured.process("config", "notify.heartbeat", HEARTBEAT=SECRET).out.splitlines()[0]
    assert f'notify.heartbeat = "env:HEARTBEAT", set  ({FILE}; default none)' == line


def test_sources_and_commands_stand_by_name(folder: Folder) -> None:
    """A source with what its kind uses; of its token, whether it can be read."""
    folder.configure(
        '[fetch]\ncontact = "you@example.org"\n'
        '[[source]]\nname = "hf"\nkind = "hf-daily"\ntoken = "env:HF_TOKEN"\n'
        '[[source]]\nname = "lab"\nkind = "folder"\npath = "synced"\n'
        '[[publish]]\ncommand = ["/usr/bin/rsync", "output/"]\n'
    )
    listed = rows(folder)
    names = ("source", "publish")
    of_names = {key: row["value"] for key, row in listed.items() if key.startswith(names)}
    assert {
        "source.hf.name": "hf",
        "source.hf.kind": "hf-daily",
        "source.hf.every": None,
        "source.hf.enabled": True,
        "source.hf.look_back": 3,
        "source.hf.token": "env:HF_TOKEN",
        "source.lab.name": "lab",
        "source.lab.kind": "folder",
        "source.lab.every": None,
        "source.lab.enabled": True,
        "source.lab.path": "synced",
        "publish.rsync.command": ["/usr/bin/rsync", "output/"],
        "publish.rsync.name": None,
        "publish.rsync.environment": [],
        "publish.rsync.seconds": 600,
    } == of_names
    assert (FILE, "default") == (
        listed["fetch.contact"]["origin"],
        listed["fetch.seconds"]["origin"],
    )
    assert "env:HF_TOKEN is not set" == listed["source.hf.token"]["address"]
    shown = folder.process("config", "source.hf.token", HF_TOKEN="s3cret").out
    assert f'source.hf.token = "env:HF_TOKEN", set  ({FILE}; default none)' == shown.splitlines()[0]
    assert "s3cret" not in shown


def test_an_unknown_key_names_the_nearest(configured: Folder) -> None:
    """Wrong usage: exit status 2."""
    for key, hint in (("site.tittle", "site.title"), ("edition.week", "edition.weekly")):
        answered = configured.digest("config", key)
        assert (2, "") == (answered.status, answered.out)
        assert f"there is no setting '{key}' (did you mean {hint}?)" in answered.err
    assert "tables: site, inbox, state," in configured.digest("config", "qwxzy").err


def test_the_variable_that_names_the_folder_is_its_origin(configured: Folder) -> None:
    """`--root` comes before it."""
    command = configured.command()[:-2]
    for words, expected in (([], "DIGEST_ROOT"), (["--root", "."], "--root")):
        done = subprocess.run(
            [*command, *words, "config", "root"],
            env={"DIGEST_ROOT": str(configured.root)},
            cwd=configured.root,
            capture_output=True,
            check=True,
            timeout=MINUTE,
            text=True,
        )
        assert f'root = "{configured.root}"  ({expected})' == done.stdout.splitlines()[0]


def test_the_meaning_fits_the_terminal(configured: Folder) -> None:
    """Its lines are no longer than the terminal is wide; in a pipe a setting has two lines."""
    master, slave = os.openpty()
    command = [*configured.command(), "config", "inbox.done"]
    subprocess.run(command, env={"COLUMNS": "60"}, stdout=slave, check=True, timeout=MINUTE)
    os.close(slave)
    lines = os.read(master, 10_000).decode().splitlines()
    os.close(master)
    assert 3 == len(lines)
    assert max(map(len, lines)) <= 60
    assert 2 == len(configured.process("config", "inbox.done").out.splitlines())


def test_passwords_and_channels_are_secrets(folder: Folder) -> None:
    """Of each only whether it can be read is shown; the sender is called as in the file."""
    folder.configure(
        '[mail]\nserver = "smtp://relay.example.org"\nuser = "me"\npassword = "env:MAIL"\n'
        'from = "Papers <me@example.org>"\ndkim_key = "file:none.pem"\ndkim_selector = "d"\n'
        '[[chat]]\nname = "team"\nkind = "slack"\nurl = "env:CHAT"\n'
    )
    listed = rows(folder)
    assert "Papers <me@example.org>" == listed["mail.from"]["value"]
    assert FILE == listed["mail.from"]["origin"]
    assert "mail.sender" not in listed
    assert "env:MAIL is not set" == listed["mail.password"]["address"]
    assert "file:none.pem cannot be read" == listed["mail.dkim_key"]["address"]
    assert listed["mail.mailbox_password"]["address"] is None
    assert ("team", "slack") == (
        listed["chat.team.name"]["value"],
        listed["chat.team.kind"]["value"],
    )
    assert "env:CHAT is not set" == listed["chat.team.url"]["address"]
    shown = folder.process("config", MAIL="s3cret words", CHAT="https://hooks.example.org/s3cret")
    assert (0, "") == (shown.status, shown.err)
    assert "s3cret" not in shown.out
    assert f'mail.password = "env:MAIL", set  ({FILE}; default none)' in shown.out
    assert f'chat.team.url = "env:CHAT", set  ({FILE}; default none)' in shown.out
