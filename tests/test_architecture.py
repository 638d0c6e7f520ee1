"""The package keeps the cut its design decided; the rules are in `architecture`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.architecture import (
    RULES,
    Rule,
    class_names,
    clocks,
    cycles,
    directions,
    formats,
    homes,
    mouths,
    owners,
    read,
    sizes,
    sql,
)

CHECKOUT = Path(__file__).parent.parent
NOW = "S = \"SELECT datetime('now')\""
FORMAT = "NAME = 'x'\ndef detect(): ...\ndef read(): ..."
REGISTRY = {"parsers/formats/__init__.py": "ORDER = ('ini', 'toml')"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    """The package as it stands gives no complaint."""
    modules = read(CHECKOUT)
    assert len(modules) > 5
    assert [] == list(rule(modules))


@pytest.mark.parametrize(("rule", "files", "complaint"), [
    (homes, {"oddments.py": ""}, "digest.oddments is in no layer"),
    (homes, {"text.py": "from . import model"}, "digest.text imports ..model by a relative name"),
    (directions, {"model/papers.py": "from digest import text", "text.py": ""},
     "digest.model.papers uses digest.text"),
    (directions, {"text.py": "def f():\n    import digest.storage.ledger", "storage/ledger.py": ""},
     "digest.text uses digest.storage.ledger"),
    (directions, {"render/a.py": "from digest.storage.output import b", "storage/output.py": ""},
     "digest.render.a uses digest.storage.output"),
    (directions, {"settings/a.py": "import digest.storage.b", "storage/b.py": ""},
     "digest.settings.a uses digest.storage.b"),
    (directions, {"storage/inbox.py": "from digest import text", "text.py": ""},
     "digest.storage.inbox uses digest.text"),
    (directions, {"pipeline/a.py": "from digest.operations import run", "operations/run.py": ""},
     "digest.pipeline.a uses digest.operations.run"),
    (directions, {"operations/a.py": "from digest.cli import main", "cli/main.py": ""},
     "digest.operations.a uses digest.cli.main"),
    (owners, {"cli/run.py": "import sqlite3"},
     "digest.cli.run uses sqlite3, which belongs to storage.ledger"),
    (owners, {"text.py": "import requests.auth"}, "digest.text uses requests, which has no owner"),
    (cycles, {"text.py": "from digest import issue", "issue.py": "import digest.text"},
     "digest.issue -> digest.text -> digest.issue"),
    (sizes, {"text.py": "\n" * 251}, "digest.text has 251 lines"),
    (sizes, {"text.py": "def mend():\n" + "    pass\n" * 40}, "digest.text.mend has 41 lines"),
    (sizes, {f"text/m{n}.py": "" for n in range(26)}, "digest.text has 26 modules"),
    (clocks, {"text.py": "import datetime as dt\nnow = dt.datetime.now"},
     "digest.text:2 reads datetime.datetime.now"),
    (clocks, {"storage/inbox.py": "from time import time as tick\nx = tick()"},
     "digest.storage.inbox:2 reads time.time"),
    (clocks, {"text.py": "from datetime import date\nx = date.today()"},
     "digest.text:2 reads datetime.date.today"),
    (clocks, {"storage/schema.py": NOW}, "digest.storage.schema:1 lets SQL ask the time"),
    (formats, {**REGISTRY, "parsers/formats/toml.py": "NAME = 'x'\ndef read(): ..."},
     "digest.parsers.formats.toml does not define detect"),
    (formats, {"parsers/formats/toml.py": FORMAT},
     "digest.parsers.formats.toml is not in the registry"),
    (formats, {**REGISTRY, "text.py": "import digest.parsers.formats.toml",
               "parsers/formats/toml.py": FORMAT},
     "digest.text uses digest.parsers.formats.toml, which only its registry may"),
    (formats, {**REGISTRY, "parsers/formats/toml.py": FORMAT,
               "parsers/formats/ini.py": f"from digest.parsers.formats import toml\n{FORMAT}"},
     "digest.parsers.formats.ini uses digest.parsers.formats.toml, which only its registry may"),
    (class_names, {"text.py": "class Word: ...", "model.py": "class Word: ..."},
     "class Word stands in digest.model and digest.text"),
    (mouths, {"text.py": "def f():\n    print('x')"}, "digest.text:2 writes by print"),
    (mouths, {"cli/run.py": "import click\nclick.echo('x')"},
     "digest.cli.run:2 writes by click.echo"),
    (mouths, {"cli/run.py": "from sys import stderr as err\nx = err"},
     "digest.cli.run:2 writes by sys.stderr"),
    (mouths, {"text.py": "import logging\nx = logging.StreamHandler"},
     "digest.text:2 writes by logging.StreamHandler"),
    (sql, {"text.py": "S = 'SELECT a FROM b'"}, "digest.text:1 holds SQL"),
    (sql, {"storage/inbox.py": "S = 'SELECT a FROM b'"}, "digest.storage.inbox:1 holds SQL"),
    (sql, {"storage/ledger/a.py": "S = 'INSERT INTO b VALUES (?)'"},
     "digest.storage.ledger.a:1 inserts without naming columns"),
])  # fmt: skip
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
    """What the design allows passes every rule: parts of one folder, each on those below it."""
    _write(
        tmp_path,
        {
            "__init__.py": "__version__ = '1'\ndef parse():\n    from digest.cli import main",
            "model/papers.py": "import msgspec",
            "text/__init__.py": "from digest.model import papers",
            "storage/ledger/__init__.py": "import sqlite3\nimport digest.storage.ledger.schema",
            "storage/ledger/schema.py": "from digest import errors\nS = 'INSERT INTO a (b) VALUES'",
            "errors.py": "",
            **REGISTRY,
            "parsers/formats/toml.py": FORMAT,
            "render/site/pages.py": "import jinja2\nfrom digest import text, __version__",
            "cli/main.py": "import time\nfrom digest.storage import ledger\nx = time.time()",
            "text/due.py": 'def f(moment):\n    """' + "\n" * 60 + '"""\n    return moment.now',
        },
    )
    modules = read(tmp_path)
    assert [] == [complaint for rule in RULES for complaint in rule(modules)]


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
