"""A notice of withdrawal is recognised, and a paper about withdrawals is not one."""

from __future__ import annotations

import pytest

from digest.parsers.fields.withdrawals import is_withdrawal_notice

NOTICES = (
    "This paper has been withdrawn by the author due to a crucial error in Lemma 3.",
    "This paper has been withdrawn.",
    "  This article has been withdrawn by the authors",
    "This submission has been withdrawn by arXiv administrators due to plagiarism",
    "The paper is withdrawn because Theorem 2 is wrong",
    "Withdrawn",
    "Withdrawn by the authors",
    "withdrawn due to a sign error",
    "Paper withdrawn",
    "This paper has been temporarily withdrawn",
    "arXiv admin note: This paper has been withdrawn by arXiv",
    "12 pages, 3 figures. This paper has been withdrawn by the author due to an error in (3)",
    "9 pages; withdrawn by the authors",
    "We count tides. This paper has been withdrawn by the authors because of a wrong table.",
    "The authors have withdrawn their manuscript owing to a duplicate posting.",
    "The authors have withdrawn this manuscript because the data need another look.",
    "We withdraw this paper",
    "This article has been retracted.",
    "RETRACTED: Tides in Small Basins",
    "WITHDRAWN: Tides in Small Basins",
)
OTHERS = (
    "",
    "We study papers that were withdrawn by their authors.",
    "We collect 14,000 withdrawn papers. Withdrawn papers are cited for years.",
    "A paper of 1998 was retracted. This paper has been retracted, yet it is cited.",
    'We search for "This paper has been withdrawn by the author" in comments.',
    "Withdrawn papers on arXiv: a survey",
    "Withdrawn: Why Scientists Retract",
    "Retracted articles and their readers",
    "This paper has been withdrawn from ICLR 2026",
    "This paper has not been withdrawn",
    "This paper is about withdrawn articles",
    "This work was supported by a fund that has been withdrawn by the authors' state",
    "An earlier version of this paper has been withdrawn by the authors",
    "Supersedes arXiv:2601.00001, which was withdrawn by the author",
    "We withdraw money from the model",
    "The cation is withdrawn by the electric field",
    "12 pages, 3 figures",
)


@pytest.mark.parametrize("text", NOTICES)
def test_a_notice_about_the_paper_itself_is_recognised(text: str) -> None:
    """As authors, arXiv, bioRxiv and publishers write it."""
    assert is_withdrawal_notice(text)


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_about_withdrawals_are_no_notice(text: str) -> None:
    """Papers about withdrawn papers, and withdrawals of something else."""
    assert not is_withdrawal_notice(text)
