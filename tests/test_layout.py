"""The package keeps the cut its design decided; the rules are in `layout`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.layout import LAYERS, RULES, Rule, clocks, cycles, directions, homes, owners, read, sizes

CHECKOUT = Path(__file__).parent.parent


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    """The package as it stands gives no complaint."""
    modules = read(CHECKOUT)
    assert len(modules) > 5
    assert [] == list(rule(modules))


BAD = [
    (homes, {"oddments.py": ""}, "digest.oddments is in no layer"),
    (homes, {"text.py": "from . import model"}, "digest.text imports ..model by a relative name"),
    (directions, {"model/papers.py": "from digest import text", "text.py": ""},
     "digest.model.papers (ground) uses digest.text (core)"),
    (directions, {"editorial/topics.py": "def f():\n    import digest.ledger.schema", "ledger/schema.py": ""},
     "digest.editorial.topics (core) uses digest.ledger.schema (edge)"),
    (directions, {"rendering/pages.py": "from digest.output import publish", "output.py": ""},
     "digest.rendering.pages (render) uses digest.output (edge)"),
    (directions, {"inbox.py": "import digest.ledger", "ledger/__init__.py": ""},
     "digest.inbox (edge) uses digest.ledger (edge)"),
    (directions, {"inbox.py": "from digest import text", "text.py": ""},
     "digest.inbox (edge) uses digest.text (core)"),
    (directions, {"text.py": "from digest.cli import main", "cli/main.py": ""},
     "digest.text (core) uses digest.cli.main (shell)"),
    (owners, {"run.py": "import sqlite3"}, "digest.run uses sqlite3, which belongs to ledger"),
    (owners, {"reading/feedsoup.py": "import feedparser"},
     "digest.reading.feedsoup uses feedparser, which belongs to reading.feeds"),
    (owners, {"text.py": "import requests.auth"}, "digest.text uses requests, which has no owner"),
    (cycles, {"text.py": "from digest import issue", "issue.py": "import digest.text"},
     "digest.issue -> digest.text -> digest.issue"),
    (sizes, {"text.py": "\n" * 251}, "digest.text has 251 lines"),
    (sizes, {"text.py": "def mend():\n" + "    pass\n" * 40}, "digest.text.mend has 41 lines"),
    (clocks, {"text.py": "import datetime as dt\nnow = dt.datetime.now"},
     "digest.text:2 reads datetime.datetime.now"),
    (clocks, {"inbox.py": "from time import time as tick\nx = tick()"},
     "digest.inbox:2 reads time.time"),
    (clocks, {"text.py": "from datetime import date\nx = date.today()"},
     "digest.text:2 reads datetime.date.today"),
    (clocks, {"ledger/schema.py": "S = \"SELECT datetime('now')\""},
     "digest.ledger.schema:1 lets SQL ask the time"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "complaint"), BAD)
def test_a_breach_is_named(
    rule: Rule,
    files: dict[str, str],
    complaint: str,
    tmp_path: Path,
) -> None:
    """Each rule finds its breach in a small tree and says where and what."""
    _write(tmp_path, files)
    assert [complaint] == list(rule(read(tmp_path)))


def test_a_good_tree_gives_no_complaint(tmp_path: Path) -> None:
    """What the design allows passes every rule: parts of one edge, render on core, shell on all."""
    _write(
        tmp_path,
        {
            "__init__.py": "__version__ = '1'",
            "model/papers.py": "import msgspec",
            "text.py": "from digest.model import papers",
            "ledger/__init__.py": "import sqlite3\nfrom digest.ledger import schema",
            "ledger/schema.py": "from digest import errors",
            "errors.py": "",
            "rendering/pages.py": "import jinja2\nfrom digest import text, __version__",
            "cli_words.py": "import click\nfrom digest.rendering import pages",
            "cli.py": "import time\nfrom digest import cli_words, ledger\nx = time.time()",
            "editorial/due.py": 'def f(moment):\n    """'
            + "\n" * 60
            + '"""\n    return moment.now',
        },
    )
    modules = read(tmp_path)
    assert [] == [complaint for rule in RULES for complaint in rule(modules)]


@pytest.mark.parametrize("layer", LAYERS)
def test_contributors_are_told_the_layers(layer: str) -> None:
    """CONTRIBUTING lists the modules of each layer as the rules have them."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    row = re.findall(rf"^\| {layer} \| (.*?) \|", text, re.MULTILINE)
    wanted = [noun for noun in LAYERS[layer].split() if noun != "__main__"]
    assert [wanted] == [re.findall(r"`(\w+)(?:\.py|/)`", modules) for modules in row]


def test_no_test_is_skipped() -> None:
    """A test that cannot run here is a test that does not exist."""
    escape = re.compile(r"pytest\.(skip|xfail|importorskip)\(|mark\.(skip|skipif|xfail)\b")
    others = [path for path in CHECKOUT.glob("tests/**/*.py") if path != Path(__file__)]
    assert [] == [path.name for path in others if escape.search(path.read_text("utf-8"))]


def _write(root: Path, files: dict[str, str]) -> None:
    for name, source in files.items():
        path = root / "digest" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
