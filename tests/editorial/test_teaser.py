"""The line under a title is a sentence of the abstract that says what was made or found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import teaser
from digest.model.issues import Teaser

BACKGROUND = "Gulls have been counted from boats for many years, and this remains costly."
PROBLEM = "However, existing counters struggle with fog and often miss birds at night."
IDEA = "We introduce GullNet, a small network that counts gulls from the sound of their wings."
DETAIL = "Specifically, we present a filter bank with 64 channels that is trained on harbours."
RESULT = "Experiments show that GullNet halves the error of human observers on three coasts."
HOPE = "We hope that our findings pave the way for future insights into coastal birds."
CODE = "Our code is publicly available at https://gulls.example/code for everyone to use."
ABSTRACT = f"{BACKGROUND} {PROBLEM} {IDEA} {DETAIL} {RESULT} {HOPE} {CODE}"


def chosen(*sentences: str) -> str | None:
    """Give the words of the line chosen from an abstract."""
    line = teaser.choose(" ".join(sentences), None)
    return None if line is None else line.text


def test_the_idea_is_chosen() -> None:
    """Of a whole abstract the sentence that presents the work is taken, word for word."""
    line = teaser.choose(ABSTRACT, None)
    assert Teaser(IDEA, "abstract") == line


def test_the_result_is_chosen_where_nothing_is_presented() -> None:
    """A study without an artefact is told by its finding."""
    assert chosen(BACKGROUND, PROBLEM, RESULT, HOPE) == RESULT


def test_the_first_presentation_wins() -> None:
    """What is presented further on is a part of it."""
    assert (
        chosen(IDEA, "We also propose GullBench, a benchmark of wing sounds of all kinds.") == IDEA
    )


def test_the_summary_of_the_page_goes_first() -> None:
    """A page's own summary is taken, and said to be one."""
    assert Teaser("GullNet hears gulls.", "summary") == teaser.choose(IDEA, "GullNet hears gulls.")


@pytest.mark.parametrize("abstract", [None, "", BACKGROUND, f"{PROBLEM} {CODE}", "We show it."])
def test_nothing_is_chosen_where_nothing_suits(abstract: str | None) -> None:
    """No text, or only background, trouble, addresses and scraps: no line."""
    assert None is teaser.choose(abstract, None)


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    """Too long a sentence ends before a clause that only adds, with an ellipsis."""
    head = "We introduce GullNet, a small network that counts gulls from the sound of their wings"
    tail = ", which was recorded " + "in harbours and " * 12 + "at sea."
    assert f"{head}…" == chosen(head + tail)


def test_no_cut_inside_brackets() -> None:
    """A bracket is never left open; where no other border is, there is no line."""
    assert (
        chosen("We introduce GullNet (a network, which " + "listens to gulls " * 14 + ").") is None
    )


@pytest.mark.parametrize(
    "sentences",
    [
        ["We use birds, e.g. Gulls, i.e., Larids.", "Then we rest."],
        ["Smith et al. (2031) count 3.5 gulls vs. Terns in Fig. 2.", "A tern is no gull."],
        ["Is it a gull?", '"Yes!"', "So it is."],
        ["Models are named.", "xGull is one.", "GullNet v2.0 is another"],
        ["Dr. A. Gull counts.", "It works."],
        ["We count.", "We rest."],
    ],
)
def test_sentences_survive_abbreviations_and_numbers(sentences: list[str]) -> None:
    """Stops inside numbers, after abbreviations and initials end no sentence."""
    assert sentences == teaser.sentences(" ".join(sentences))


def test_a_lost_blank_still_parts_sentences() -> None:
    """Pages lose the blank between paragraphs."""
    assert ["It ends here.", "We go on."] == teaser.sentences("It ends here.We go on.")


@given(
    st.lists(st.sampled_from([BACKGROUND, PROBLEM, IDEA, DETAIL, RESULT, HOPE, CODE, "Gulls fly."]))
)
def test_a_line_is_always_the_beginning_of_a_sentence(parts: list[str]) -> None:
    """Chosen, not written: 60 to 240 characters that stand in the abstract."""
    line = chosen(*parts)
    if line is not None:
        assert teaser.SHORTEST <= len(line) <= teaser.LONGEST
        assert any(part.startswith(line.rstrip("…")) for part in parts)


@given(st.text(max_size=200))
def test_sentences_lose_no_word(words: str) -> None:
    """The sentences hold the text, whole and in order."""
    assert "".join(words.split()) == "".join("".join(teaser.sentences(words)).split())
