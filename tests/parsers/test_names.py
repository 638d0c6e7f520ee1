"""Lists of authors are split into names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.parsers.fields.names import split_names

LISTS: dict[str, tuple[str, ...]] = {
    "": (),
    "Ann Bee": ("Ann Bee",),
    "Ann Bee, Carl Dée": ("Ann Bee", "Carl Dée"),
    "Ann Bee and Carl Dee": ("Ann Bee", "Carl Dee"),
    "Ann Bee & Carl Dee": ("Ann Bee", "Carl Dee"),
    "Ann Bee, Carl Dee, and Eve F.": ("Ann Bee", "Carl Dee", "Eve F."),
    "Ann Bee, Carl Dee, & Eve F.": ("Ann Bee", "Carl Dee", "Eve F."),
    "Ann Bee,Carl Dee": ("Ann Bee", "Carl Dee"),
    "Ann Bee (River Institute, Sea Lab), Carl Dee (Lab A and Lab B)": ("Ann Bee", "Carl Dee"),
    "Ann Bee (1 and 2), Carl Dee (2) ((1) Lab A, (2) Lab B)": ("Ann Bee", "Carl Dee"),
    "Ann Bee (Lab; Sea)": ("Ann Bee",),
    "Robert (Bob) Quill, Ida J.": ("Robert (Bob) Quill", "Ida J."),
    "Ann Bee (Lab) and Carl Dee": ("Ann Bee", "Carl Dee"),
    "Ann Bee (Lab, Carl Dee": ("Ann Bee (Lab", "Carl Dee"),
    "Ann Bee), Carl Dee": ("Ann Bee)", "Carl Dee"),
    "Bee, A.; Dee, C.": ("Bee, A.", "Dee, C."),
    "Bee, A.": ("Bee, A.",),
    "Bee, A.-B.": ("Bee, A.-B.",),
    "Bee, A., Dee, C. D., and Fox, E.": ("Bee, A.", "Dee, C. D.", "Fox, E."),
    "Bee, Ann": ("Bee, Ann",),
    "Bee, Ann and Dee, Carl": ("Bee, Ann", "Dee, Carl"),
    "Ann Bee, Jr., Carl Dee": ("Ann Bee, Jr.", "Carl Dee"),
    "Ann, Bob and Carl": ("Ann", "Bob", "Carl"),
    "Bee A, Dee CD": ("Bee A", "Dee CD"),
    "Ann Bee, Carl Dee, et al.": ("Ann Bee", "Carl Dee"),
    "Ann Bee; and others": ("Ann Bee",),
    "李明、王芳": ("李明", "王芳"),
    "The ATLAS Collaboration": ("The ATLAS Collaboration",),
    "Anders Sandberg, Anand Andersson": ("Anders Sandberg", "Anand Andersson"),
}


@pytest.mark.parametrize("text", LISTS)
def test_a_list_of_authors_is_split_into_names(text: str) -> None:
    """Separators inside an affiliation split nothing, and it is no part of the name."""
    assert LISTS[text] == split_names(text)


@given(st.lists(st.sampled_from(["Ann Bee", "Carl Dée", "Eve F.", "Ida J. Quill"]), min_size=1))
def test_names_come_back_in_their_order(names: list[str]) -> None:
    """Joined in any of the usual ways, with an affiliation after each, the names are the same."""
    for between in (", ", "; ", " and ", ", and ", " & "):
        text = between.join(f"{name} (Lab, River; Sea and Land)" for name in names)
        assert tuple(names) == split_names(text)


@given(st.text("(),; &and.AB", max_size=60))
def test_any_text_gives_names_that_stand_in_it(text: str) -> None:
    """No name is empty, and each has only characters of the text."""
    assert all(name.strip() == name and set(name) <= set(text) | {" ", ","}
               for name in split_names(text) if name)  # fmt: skip
    assert all(split_names(text))
