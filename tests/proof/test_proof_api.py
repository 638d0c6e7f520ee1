"""Ask the API as its description allows, with the requests of schemathesis."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.proof import tools
from tests.proof.figures import Figures
from tests.support.folders import Folder, answer, api_entry
from tests.support.web import WEB, web_folder

_EXAMPLES = "60"  # requests of each phase, for each operation
# That every value of a right form is taken: a description cannot say which editions there are.
_NOT_CHECKED = "positive_data_acceptance"


def test_every_answer_fits_the_description(tmp_path: Path, figures: Figures) -> None:
    """No server error, no undocumented status, type or form; wrong requests are refused."""
    folder = Folder(tmp_path)
    for number, day in enumerate(("2026-11-17", "2026-11-18", "2026-11-19")):
        papers = range(number * 9, number * 9 + 9)
        folder.drop(f"{day}.json", answer(day, [api_entry(each, each) for each in papers]))
        folder.run(f"{day}T08:00")
    with web_folder(folder, WEB) as web:
        host, port = web.public
        address = f"http://{host}:{port}"
        status, printed = tools.run(
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/openapi.json"),
            *("--url", address, "--checks", "all", "--exclude-checks", _NOT_CHECKED),
            *("--max-examples", _EXAMPLES),
            *("--seed", "17", "--no-color", "--generation-database", "none"),
            home=tmp_path,
        )
        assert 0 == status, printed
        (cases,) = re.findall(r"(\d+) generated, \d+ passed", printed)
    asked = [facts for step, facts in web.log if step == "request"]
    found = {facts["path"] for facts in asked if facts["status"] == 200}
    assert {
        "/api/papers", "/api/issues", "/api/papers/<path:key>", "/api/issues/<edition>/<key>",
    } <= found  # fmt: skip
    figures.count("requests of schemathesis that the API answers as described", int(cases))
