"""The teaser is a sentence of the abstract that says what was made or found."""

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


def choose(*sentences: str) -> str | None:
    """Return the text of the teaser chosen from an abstract."""
    choice = teaser.choose_teaser(" ".join(sentences), None)
    return None if choice is None else choice.text


def test_the_sentence_that_presents_the_work_is_chosen() -> None:
    """It is taken word for word."""
    assert Teaser(IDEA, "abstract") == teaser.choose_teaser(ABSTRACT, None)


def test_the_result_is_chosen_if_nothing_is_presented() -> None:
    """A study without an artefact is described by its finding."""
    assert choose(BACKGROUND, PROBLEM, RESULT, HOPE) == RESULT


def test_the_first_presentation_wins() -> None:
    """What the abstract presents later is mostly a part of it."""
    assert (
        choose(IDEA, "We also propose GullBench, a benchmark of wing sounds of all kinds.") == IDEA
    )


def test_the_first_of_two_equal_sentences_wins() -> None:
    """Abstracts give their main result first."""
    first = "We show that gulls of the northern harbours sleep on one leg in every season."
    second = "We show that terns of the northern harbours sleep on both legs in every season."
    assert first == choose(BACKGROUND, first, second, CODE)


def test_the_summary_of_the_page_is_preferred() -> None:
    """The teaser states that it comes from the summary."""
    assert Teaser("GullNet hears gulls.", "summary") == teaser.choose_teaser(
        IDEA, "GullNet hears gulls."
    )


@pytest.mark.parametrize("abstract", [None, "", BACKGROUND, f"{PROBLEM} {CODE}", "We show it."])
def test_a_short_abstract_without_presentation_or_finding_has_no_teaser(
    abstract: str | None,
) -> None:
    """Background, problems, addresses and scraps are no teaser."""
    assert None is teaser.choose_teaser(abstract, None)


def test_three_sentences_always_have_a_teaser() -> None:
    """If none of them says what was made, it is the least bad one."""
    calm = "Gulls are counted in forty harbours of the northern coast each spring."
    assert calm == choose(PROBLEM, calm, CODE)


@pytest.mark.parametrize(
    "lead_in",
    [
        "To address this challenge, ",
        "In this paper, ",
        "In this work ",
        "Motivated by these observations, ",
        "Specifically, ",
        "However, ",
        "To this end, ",
        "(2) ",
        "Building on this, in this paper, ",
    ],
)
def test_a_lead_in_is_left_out(lead_in: str) -> None:
    """An ellipsis stands for it, and nothing but the first letter changes."""
    assert f"… {IDEA}" == choose(BACKGROUND, PROBLEM, f"{lead_in}w{IDEA[1:]}")


@pytest.mark.parametrize(
    "opening",
    ["To count gulls in fog, ", "By listening to wings, ", "On forty harbours, ", "Next to boats "],
)
def test_an_opening_that_says_something_stays(opening: str) -> None:
    """It can be read without the sentences before."""
    sentence = f"{opening}w{IDEA[1:]}"
    assert sentence == choose(BACKGROUND, PROBLEM, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "This shows that gulls of the northern harbours are counted well in every season.",
        "These results show that GullNet halves the error on all of the three coasts.",
        "It achieves an error of 5% and outperforms all counters by a wide margin of 20%.",
        "The former outperforms all others by 20% and achieves an error of 5% in harbours.",
        "We hope that we show the way to networks that outperform all observers by 20%.",
        "Our code is available, and we show there how GullNet outperforms others by 20%.",
        "Can we show that GullNet outperforms all of the human observers by 20%?",
        "Our contributions are a network, a benchmark and a proof that it improves by 20%.",
    ],
)
def test_what_cannot_be_read_alone_is_not_chosen(sentence: str) -> None:
    """Even an unremarkable sentence is better."""
    plain = "We study how gulls of the northern harbours sleep in every season."
    assert plain == choose(sentence, plain, sentence)


def test_a_result_with_its_number_wins_over_a_vague_one() -> None:
    """The number says what was reached."""
    vague = "Extensive experiments demonstrate the effectiveness of our approach on all coasts."
    exact = "Experiments show that our approach reduces the error on all of the coasts by 20%."
    assert exact == choose(BACKGROUND, vague, exact)


def test_the_contribution_is_known_by_its_name() -> None:
    """The title says how it is called."""
    other = "We present a benchmark of forty harbours, counted by nine observers in each season."
    named = "We present Larus, a network that counts gulls in fog, at night and from the shore."
    abstract = f"{other} {named} {BACKGROUND}"
    choice = teaser.choose_teaser(abstract, None, "Larus: Counting Gulls")
    assert choice is not None
    assert named == choice.text


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    """The cut is before an additional clause, and marked with an ellipsis."""
    head = "We introduce GullNet, a small network that counts gulls from the sound of their wings"
    tail = ", which was recorded " + "in harbours and " * 12 + "at sea."
    assert f"{head}…" == choose(head + tail)


def test_an_end_that_points_back_is_left_out() -> None:
    """What "these challenges" are stands in a sentence that is not shown."""
    assert f"{IDEA[:-1]}…" == choose(PROBLEM, f"{IDEA[:-1]} to overcome these challenges.")


def test_a_sentence_is_not_cut_inside_brackets() -> None:
    """If there is no other place for a cut, there is no teaser."""
    head = "We introduce GullNet for all the harbours of the northern coast (a network, which "
    assert choose(head + "listens to gulls " * 14 + ").") is None


@pytest.mark.parametrize(
    "sentences",
    [
        ["We use birds, e.g. Gulls, i.e., Larids.", "Then we rest."],
        ["Smith et al. (2031) count 3.5 gulls vs. Terns in Fig. 2.", "A tern is no gull."],
        ["Is it a gull?", '"Yes!"', "So it is."],
        ["Models are named.", "xGull is one.", "GullNet v2.0 is another"],
        ["Dr. A. Gull counts.", "It works."],
        ["We present AlphaGull (α1).", "α1 first introduces α.", "Ω is a gull, i.e. ω."],
        ["We count.", "We rest."],
    ],
)
def test_abbreviations_and_numbers_end_no_sentence(sentences: list[str]) -> None:
    """Nor do initials."""
    assert sentences == teaser.split_sentences(" ".join(sentences))


def test_a_sentence_ends_without_a_blank_too() -> None:
    """Copied pages lose the blank between paragraphs."""
    assert ["It ends here.", "We go on."] == teaser.split_sentences("It ends here.We go on.")


LEAD_INS = ("", "However, ", "In this paper, ", "To address this, ", "(1) ")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(LEAD_INS),
            st.sampled_from([BACKGROUND, PROBLEM, IDEA, DETAIL, RESULT, HOPE, CODE, "Gulls fly."]),
        )
    ),
    st.sampled_from(["", "GullNet: A Counter", "Counting"]),
)
def test_a_teaser_is_always_a_part_of_a_sentence(parts: list[tuple[str, str]], title: str) -> None:
    """It has 40 to 240 characters on one line, and its words stand so in the abstract."""
    abstract = " ".join(f"{lead_in}{sentence}" for lead_in, sentence in parts)
    choice = teaser.choose_teaser(abstract, None, title)
    if choice is None:
        assert len(parts) < 3 or all("Gulls fly." == part for _, part in parts)
    else:
        assert teaser.SHORTEST <= len(choice.text) <= teaser.LONGEST
        assert choice.text.strip("… ").lower() in abstract.lower()
        assert "\n" not in choice.text


@given(st.text(max_size=200))
def test_splitting_into_sentences_loses_no_word(words: str) -> None:
    """The sentences joined are the text."""
    assert "".join(words.split()) == "".join("".join(teaser.split_sentences(words)).split())
