"""Texts come out readable and safe, and plain English stays as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import text
from digest.text import rules, symbols, tex_loss

FRAGMENTS = st.lists(
    st.sampled_from(
        [*"\\{}$^_~`'\"&;#-.,() 09anx<>=é\u0301\u0345\u037e\x00\x0b\xad\u202e\ud800ßİℓ𝛼⅓",
         "times", "alpha", "(Phi)", " sim", "pm ", "circ", "leq", "muP", "gamma-X", "pi_0",
         "&amp;", "&lt;", "&shy;", "&#38;", "\\textbf{", "textbf{", "\\alpha", "\\'e", "\\dots",
         "\\href{", "https://a.example/x", "{here}", "\\frac{1}{2}", "\\%", "parameter ", ", ."]
    ),
    max_size=14,
).map("".join)  # fmt: skip
TEXTS = FRAGMENTS | st.text(alphabet=st.characters(), max_size=40)
LOSSES = st.lists(
    st.sampled_from(
        [*symbols.MACROS, *" ,.:-/*(){}[]^_=%$0359aikxABKMT×\0\u0663", " = ", " (", ") ", "sim ",
         "log (", " x)", "times ", " times ", "PixArt-alpha", "tau-bench", "left(", "right)",
         "rate ",
         "step size ", "speedup", "channel", "textbf{", "\\(", "\\frac{", "\\color{", "{}", "--"]
    ),
    max_size=10,
).map("".join)  # fmt: skip


def mend(words: str) -> str:
    """Return only the text of `text.mend`."""
    return text.mend(words).text


SAME_TITLE = [
    ("Mélange of Lantern Models", r"M\'elange of lantern models"),
    ("Mélange of Lantern Models", "Me\u0301lange  of Lantern\nModels"),
    ("PelicanArt-α: Painting", r"PelicanArt-$\alpha$: painting"),
    ("PelicanArt-α: Painting", "PelicanArt-alpha - Painting"),
    ("{P}ELICAN at Sea", "PELICAN at Sea"),
    (r"\textbf{Pelican} at Sea", "Pelican at Sea"),
    ("via texttt{P}elican", r"via $\mathbf{\texttt{P}}$elican"),
    ("un²Pelican", "un^2Pelican"),
    ("un²Pelican", "un$^{2}$Pelican"),
    (r"$\ell_1$ Nets", "ℓ₁ nets"),
    ("Q&amp;A for Gulls", r"Q\&A for Gulls"),
    ("Gulls — a ‘Study’", "Gulls - a 'Study'"),
    ("Gulls: a ``Study''", 'Gulls: a "Study"'),
    (r"Schr\"odinger's \L{}uk", "SCHRÖDINGER’S Łuk"),
    ("Sorting in O(n log n)", r"Sorting in $O(n \log n)$"),
    ("\u202eGulls\ufeff", "gulls"),
]


@pytest.mark.parametrize(("one", "other"), SAME_TITLE)
def test_all_spellings_of_a_title_have_one_key(one: str, other: str) -> None:
    """Accents, case, punctuation, entities and TeX make no difference."""
    assert text.title_key(one) == text.title_key(other)


@pytest.mark.parametrize(
    "titles",
    [
        ("Gulls v1", "Gulls v2"),
        ("Gulls, Part I", "Gulls, Part II"),
        ("Gulls in C", "Gulls in C++", "Gulls in C#"),
        ("Gull-3.5", "Gull-35"),
        ("海鸥模型", "海鸥数据"),
        ("Чайки", "Чашки"),
        ("की", "का"),
        ("が", "か"),
        ("???", "!!!"),
    ],
)
def test_different_titles_have_different_keys(titles: tuple[str, ...]) -> None:
    """So have versions, parts, programming languages, words of any script and bare symbols."""
    assert len(titles) == len({text.title_key(title) for title in titles})


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("pelicans a study of 3 5 wings", "Pelicans: A Study of 3.5 Wings!"),
        ("c++ for pelicans", "C++ for Pelicans"),
        ("melange alpha", r"M\'elange $\alpha$"),
        ("pelican l2", "Pelican-L_2"),
        ("???", " ??? "),
        ("", " \n"),
    ],
)
def test_keys_never_change(key: str, title: str) -> None:
    """Keys are stored as hashes for ever, so the same title must give the same letters."""
    assert key == text.title_key(title)


@given(TEXTS)
def test_the_key_of_a_key_is_that_key(title: str) -> None:
    """Normalising twice changes nothing, and a title with any text has a key."""
    key = text.title_key(title)
    assert key == text.title_key(key)
    assert bool(mend(title)) <= bool(key)


@pytest.mark.parametrize(
    "left_out", [("Cn", "Co"), pytest.param((), marks=pytest.mark.soak)], ids=["assigned", "all"]
)
def test_the_key_of_a_key_is_that_key_for_every_character(left_out: tuple[str, ...]) -> None:
    """All characters of Unicode are tried, 64 at a time; `make soak` tries unassigned ones too."""
    every = map(chr, range(0x110000))
    characters = "".join(sign for sign in every if unicodedata.category(sign) not in left_out)
    assert len(characters) > 100_000
    titles = (characters[start : start + 64] for start in range(0, len(characters), 64))
    keys = map(text.title_key, titles)
    assert [] == [key for key in keys if text.title_key(key) != key]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It is 17times faster", "It  is\n17× faster"),
        ("It is 17times faster", r"It is $17\times$ faster"),
        (r"by 93\% of {all} gulls", "by 93% of all gulls"),
        ("only sim50 gulls", r"only $\sim$50 gulls"),
        ("only ~50 gulls", "only ∼50 gulls"),
        ("R&amp;D — “gulls”", 'R&D - "Gulls"'),
        ("from 3rightarrow4", r"from 3\to4"),
        (r"error \varepsilon", "error ε"),
        ("A sentence.", "A sentence"),
    ],
)
def test_noise_leaves_the_comparable_form_as_it_is(one: str, other: str) -> None:
    """Blanks, entities, quotes, dashes, case and lost TeX are noise."""
    assert text.comparable(one) == text.comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("by 1.5 gulls", "by 15 gulls"), ("all gulls", "most gulls"), ("海鸥", "海鸭")],
)
def test_other_words_or_numbers_change_the_comparable_form(one: str, other: str) -> None:
    """In every script."""
    assert text.comparable(one) != text.comparable(other)


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("4×70 and 18× reduction", "4times70 and 18times reduction"),
        ("an image of 64×64×3", "an image of 64 times 64 times 3"),
        ("a 42× speedup", "a 42 times speedup"),
        ("R^{m×n}", "R^{mtimes n}"),
        ("±5 and (±1)", "pm 5 and (pm1)"),
        ("93% of R&D for $5", r"93\% of R\&D for \$5"),
        ("PixArt-α and PixArt-Σ", "PixArt-alpha and PixArt-Sigma"),
        ("in O(n²) or O(n log n)", "in O(n^2) or O(nlog n)"),
        ("a bold word", r"a \textbf{bold} word"),
        ("Dual Heads", "texttt{D}ual texttt{H}eads"),
        (
            "We make a set. It has gulls. So . . . on, ... on",
            "We make a set, . It has gulls, . So . . . on, ... on",
        ),
        ("deep words", r"{\em deep} $\textit{words}$"),
        ("a 360° view, 45° wide", "a 360circ view, 45^{circ} wide"),
        ("Mélange, Gödel, naïve, façade", r"M\'elange, G\"odel, na\"{\i}ve, fa\c{c}ade"),
        ('the "deep" end', "the ``deep'' end"),
        ("the 'deep' end", "the `deep' end"),
        ("at most ≤100, ≥ 5", "at most leq100, geq 5"),
        ("7B to ~14B, ~30 gulls", "7B to sim14B, sim30 gulls"),
        ("from 0.117→0.598", "from 0.117to0.598"),
        ("modules (Φ), where Φ is", "modules (Phi), where Phi is"),
        ("γ-Gull and μP and π₀", "gamma-Gull and muP and pi_0"),
        ("a parameter ω; varying ω", "a parameter omega; varying omega"),
        ("A* in 2¹⁸ steps, the L₂ norm", "A^* in 2^{18} steps, the L_2 norm"),
        ("Gull Models (GMs)", "Gull Models~(GMs)"),
        ("i.e., gulls, e.g. terns", r"\ie, gulls, \eg terns"),
        ("at https://a.example/b_c.", r"at \url{https://a.example/b\_c}."),
        ("at https://a.example.", "at https://a.example{https://a.example}."),
        ("at https://a.example.", "at https://a.example{here}."),
        ("the data (https://a.example).", r"the \href{https://a.example}{data}."),
        ("gulls – all of them", "gulls -- all of them"),
        ("Warning: gulls", "red{Warning: gulls}"),
        ("ΔG = 3 by the FPR₉₅", r"{\Delta}G = 3 by the FPR$_{95}$"),
        ("the ∞-gull of 90 mm", r"the $\infty$-gull of 90~mm"),
        ("n log n gulls, 'x C̃ and 1/2", r"$n\log n$ gulls, \'x $\tilde C$ and $\frac{1}{2}$"),
        ("gulls etc. and terns, etc.", r"gulls \etc and terns, \etc."),
    ],
)
def test_broken_tex_is_mended(after: str, before: str) -> None:
    """With and without its backslashes, TeX becomes the text it stands for."""
    assert after == mend(before)


@pytest.mark.parametrize(
    "words",
    [
        "At times it is 50 times larger, three times more and 300-times older.",
        "It takes 2 times the data, works 20 times faster and was tried 3 times.",
        "Sim-to-real and sim2real in sim-ready scenes of Habitat-sim",
        "alpha channels, an alpha release, Cohen's kappa, Mem-alpha, amyloid-beta",
        "Phi-3, Phi 4 and Phi models on a Raspberry Pi 4; phi4 and tau-PET",
        "the formula alpha*abs(x)**beta, with kappa = 0.8",
        "the numbers 1, 2, . . . and 1, .5, and 1, ... , 9",
        "a multi-level MuLtiple of development at 3 pm sharp",
        "a set {0, 1}, a template {last round answer}, JSON {'a': 1}",
        "snake_case, --option, x ~ 50, about ~50, 60%~70%, 2B~7B",
        "it cost $20 and then $30, not HK$5",
        "<think> A < B & C </think> [x](y) *z* `code` # 1",
        "https://a.example/sim2/alpha_1/~me/times4?x=1&copy=2",
        "Don't. 'Tis AT&T's; left (or right) alone",
    ],
)
def test_english_and_markup_are_left_alone(words: str) -> None:
    """Words that only look like lost TeX stay, and characters that look like markup."""
    assert (words, 0) == text.mend(words)


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("Gull, a method for **kwargs", "**Gull**, a method for **kwargs"),
        (
            "the Coastal Gull, 1.9× faster (GULL)",
            "the **C**oastal **Gull**, **1.9times** faster (**GULL**)",
        ),
        ("2**3 and 4**2 of f(*args, **options)", "2**3 and 4**2 of f(*args, **options)"),
        ("**/*.md or **/*.txt, f(**a, **b)", "**/*.md or **/*.txt, f(**a, **b)"),
    ],
)
def test_prose_loses_bold_markdown(after: str, before: str) -> None:
    """Powers, patterns of files and arguments of code stay, and so does a title."""
    assert after == text.mend_prose(before).text
    assert before.count("*") == mend(before).count("*")


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("a < b", "a &lt; b"),
        ("a < b", "a &amp;lt; b"),
        ("a < b", "a &amp;amp;#60; b"),
        ("“é” ’", "&ldquo;&eacute;&rdquo; &#146;"),
        ("a b", "a&nbsp;\u2003\nb "),
        ("AT&T &copy x;", "AT&T &copy x;"),
        ("&nosuch; &T;", "&nosuch; &T;"),
        ("< " + "gull; " * 99 + "<", "&lt; " + "gull; " * 99 + "&lt;"),
        ("gull " * 99 + "< &;", "gull " * 99 + "&lt; &;"),
    ],
)
def test_entities_are_decoded_however_often_they_were_escaped(after: str, before: str) -> None:
    """A reference ends in a semicolon and names a character. Other text stays."""
    assert after == text.tidy(before)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x7f", "\x92", "\ud800", "\ufffe", "\uffff", "\U0001fffe", "\u202e",
     "\u2066", "\u200b", "\xad", "\ufeff", "\U000e0041"],
)  # fmt: skip
def test_invalid_and_invisible_characters_are_removed_and_counted(character: str) -> None:
    """They are controls, surrogates, noncharacters, and marks that hide or reorder text."""
    assert ("gulls", 2) == text.mend(f"gu{character}ll{character}s")


def test_separating_controls_become_a_blank() -> None:
    """A vertical tab or a unit separator is counted, and the words stay apart."""
    assert ("two gulls here", 2) == text.mend("two\x0bgulls\x1fhere")


def test_emoji_and_joined_scripts_survive() -> None:
    """Zero-width joiners belong to emoji and to Persian words."""
    assert ("👩‍🚀 می‌خواهم", 0) == text.mend("👩‍🚀 می‌خواهم")


@given(TEXTS)
def test_mending_twice_changes_nothing(words: str) -> None:
    """Nothing is removed from a mended text either."""
    once = text.mend(words)
    assert (once.text, 0) == text.mend(once.text)


@given(LOSSES)
def test_quick_checks_do_not_change_the_result(words: str) -> None:
    """Applying every rule to every text gives the same text."""
    with (
        mock.patch.object(rules, "apply", _apply_all),
        mock.patch.object(tex_loss, "_may_hold_names", return_value=True),
        mock.patch.object(tex_loss, "_may_hold_signs", return_value=True),
    ):
        thorough = text.mend(words)
    assert thorough == text.mend(words)


def _apply_all(every: Iterable[rules.Rule], words: str) -> str:
    for rule in every:
        for _ in range(rule.rounds):
            words = rules.compiled(rule.pattern).sub(rule.to, words)
    return words


@given(st.lists(TEXTS | LOSSES | st.sampled_from(["Ann Tern", "Bo Gull", "Zoë", " ", "Phi"])))
def test_names_in_a_list_are_mended_like_single_ones(names: list[str]) -> None:
    """Checking all of them together misses none."""
    assert tuple(map(mend, names)) == text.mend_each(names)


@given(TEXTS)
def test_mended_text_is_fit_for_xml_on_one_line(words: str) -> None:
    """It is in NFC, with single blanks and characters of XML 1.0 only."""
    result = mend(words)
    assert result == " ".join(unicodedata.normalize("NFC", result).split())
    assert all(
        character >= " "
        and not "\ud800" <= character <= "\udfff"
        and character not in "\ufffe\uffff"
        for character in result
    )


@given(TEXTS)
def test_tidying_twice_changes_nothing(words: str) -> None:
    """The result of `tidy` stays the same."""
    assert text.tidy(words) == text.tidy(text.tidy(words))


@pytest.mark.parametrize(
    "unit",
    ["a", " ", "{", "}", "\\", "$", "^", "_", "~", "`", "'", "-", "&", "a.", "&amp;", "&#38;",
     "5times", "\\textbf{", "{a", "left(", "http://", "\u0301"],
)  # fmt: skip
def test_long_repetitions_take_linear_time(unit: str) -> None:
    """A pattern that backtracks would never return from 60,000 characters."""
    words = unit * (60_000 // len(unit))
    once = text.mend(words)
    assert len(once.text) <= len(words)
    assert len(text.title_key(words)) <= 2 * len(words)
    assert len(text.comparable(words)) <= len(words)
