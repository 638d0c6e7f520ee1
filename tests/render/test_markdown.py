"""The Markdown of an issue is short enough to be pasted into a chat or a note."""

from __future__ import annotations

from benchmarks import corpus
from digest.model.issues import Teaser
from tests.proof import trees
from tests.support.folders import Folder
from tests.support.pages import BARE, SHIPPED, decode, full_issue, full_item

DAY = "2026-11-18"
ABSTRACTS = '[[edition]]\nname = "daily"\nabstracts = true\n'
PLAIN = '[[edition]]\nname = "daily"\n'


def markdown(folder: Folder) -> str:
    """Return the Markdown of the issue of the day."""
    return (folder.output / "daily" / f"{DAY}.md").read_text("utf-8")


def test_thirty_papers_are_short(folder: Folder) -> None:
    """Without abstracts the Markdown takes less than half of the abstracts alone."""
    papers = [corpus.paper(number) for number in trees.numbers(DAY, 30)]
    abstracts = sum(len(paper.abstract) for paper in papers)
    folder.drop("page.json", trees.page(DAY, papers))
    folder.run(f"{DAY}T08:00")
    source = markdown(folder)
    assert all(f"[{paper.title}](" in source for paper in papers)
    assert len(source) < abstracts / 2
    assert len(source) < 30 * 480


def test_abstracts_come_back_with_a_setting_and_go_without_it(folder: Folder) -> None:
    """A change of the setting renders the issues there are, and a rebuild changes nothing."""
    papers = [corpus.paper(number) for number in trees.numbers(DAY, 5)]
    folder.drop("page.json", trees.page(DAY, papers))
    folder.run(f"{DAY}T08:00")
    before = folder.tree()
    folder.configure(ABSTRACTS)
    folder.run(f"{DAY}T09:00")
    with_abstracts = folder.tree()
    assert {f"daily/{DAY}.md", "daily/latest.md"} == {
        path for path, body in with_abstracts.items() if body != before[path]
    }
    opening = papers[0].abstract[:40]
    assert opening in markdown(folder)
    folder.digest("rebuild")
    assert with_abstracts == folder.tree()
    folder.configure(PLAIN)
    folder.run(f"{DAY}T10:00")
    assert before == folder.tree()


def test_a_paper_has_its_title_facts_and_teaser() -> None:
    """Its one link is that of the title; links to its code and to what is elsewhere follow."""
    source = decode(SHIPPED.issue(full_issue(full_item(late_from=None), BARE)))[1]
    (paper,) = [part for part in source.split("\n- ") if part.startswith("[")]
    first, second, *_ = paper.split("\n")
    assert (
        "[Lanterns for Long Tunnels](https://huggingface.co/papers/2611.00001)"
        " (Northfield Lab · Ada Vance and Bo Imrie · 19 Nov · 73 votes"
        " · also in Vision & 3D) [code ★ 1.2k](https://github.com/example/lanterns)"
    ) == first
    assert "  We hang lanterns: 3.4× more of the wall is seen." == second


def test_a_link_that_carries_more_is_kept() -> None:
    """A title that leads elsewhere leaves arXiv and the DOI, but arXiv's own DOI says no more."""
    item = full_item(url="https://journal.example/7", doi="10.1000/7", code_url=None)
    source = decode(SHIPPED.issue(full_issue(item)))[1]
    assert (
        ") [arXiv:2611.00001](https://arxiv.org/abs/2611.00001)"
        " · [doi:10.1000/7](https://doi.org/10.1000/7)\n"
    ) in source
    own = full_item(doi="10.48550/arXiv.2611.00001", code_url=None)
    assert "doi:" not in decode(SHIPPED.issue(full_issue(own)))[1]


def test_a_summary_by_a_machine_says_so() -> None:
    """Words of the abstract need no mark, others do."""
    said = Teaser("Lamps, counted.", "summary")
    own, other = (
        decode(SHIPPED.issue(full_issue(paper)))[1]
        for paper in (full_item(), full_item(one_line=said))
    )
    assert "from the abstract" not in own
    assert "\n  Lamps, counted. *(AI summary of the listing)*\n" in other
