"""Check the sentence of a language model before it is stored.

A sentence that fails is not mended: the paper keeps its teaser.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from digest.summaries import languages, numbers, prompt
from digest.summaries.prompt import Question
from digest.text import counting

_SHORTEST_DENSE = 15  # characters, in Chinese, Japanese, Korean and Thai
_COPIED = 6  # words in a row that an answer may not share with the prompt
_SHARED = 3  # words that an English summary shares with its paper at least
_STEM = 5  # letters in which two forms of a word agree
_LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_MOST_MARKS = 4  # on one letter; more would cover the lines around it
_JOINERS = "\u200c\u200d"  # within words of Persian and Hindi
_TOP_LEVEL = (
    "ai app biz cc cn co com de dev edu example eu fr gov info io link ly me net online org ru"
    " shop site store tech test tk top uk us xyz"
).replace(" ", "|")
_ADDRESS = re.compile(
    rf"\w+://|\bwww\.|\bmailto:|\w@[\w-]+\.[a-z]{{2}}|\b[\w-]{{2,}}\.(?:{_TOP_LEVEL})(?![\w-])"
    # In any domain with a path; and with the full stop of Chinese, which browsers take for a dot.
    r"|\b[a-z\d-]{2,}\.[a-z]{2,}/\w|[a-z\d-]{2,}。[a-z]{2,}(?![\w-])",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<[A-Za-z/!?]|&#?\w+;|`|\*\*|__|\]\(|\[\[|\\[A-Za-z([]|\$[^$]+\$|[{}]|^\s*(?:[#>*-]\s|\d+[.)]\s)"
)
_REFUSAL = re.compile(
    r"\b(?:i (?:am|can|cannot|could|do|will|have|apologi[sz]e)\b|i['’](?:m|ll|ve)\b|as an? ai\b"
    r"|language model, i\b)|^(?:sorry|sure|certainly|of course|here(?: is|['’]s)|summary:)",
    re.IGNORECASE,
)
# What speaks to a model in the words of a paper. Such a paper is not asked for at all: papers about
# attacks of this kind quote them, and lose nothing but the summary.
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,40}"
    r"\b(?:instructions?|prompts?|rules|above|previous|guidelines"
    r"|directions|directives)\b"
    r"|\b(?:you are (?:now|an? (?:ai|assistant|language model|chatbot)))\b"
    r"|\b(?:answer|respond|reply|output|print|say|write)\b[^.]{0,20}"
    r"\b(?:only|exactly|with the (?:word|sentence|text|following)|the following)\b\s*[:\"'“‘]"
    r"|\b(?:note|instructions?|attention|message) (?:to|for) (?:the )?(?:ai|llms?|language models?"
    r"|assistants?|reviewers?)\b",
    re.IGNORECASE,
)


def speaks_to_model(question: Question) -> bool:
    """Return whether the words of a paper hold what looks like an instruction to a model."""
    source = "".join(char for char in question.source if unicodedata.category(char) != "Cf")
    return _INSTRUCTION.search(unicodedata.normalize("NFKC", source)) is not None


def find_fault(summary: str, question: Question, language: str) -> str | None:
    """Return why a summary is refused, or None for one that may be shown.

    It must be one line of 40 to 240 characters (15 in scripts that are dense), in the script of
    the language, without control characters, address and markup. Every number in it stands in
    title or abstract. It is no refusal, repeats nothing of the prompt, and in English shares words
    with its paper. Whether it is true cannot be checked.
    """
    return next(_faults(summary, question, language), None)


def _faults(summary: str, question: Question, language: str) -> Iterator[str]:
    shortest = _SHORTEST_DENSE if languages.is_dense(language) else prompt.SHORTEST
    if _LINE_ENDS.search(summary):
        yield "more than one line"
    if not shortest <= len(summary) <= prompt.LONGEST:
        length = counting.count(len(summary), "character")
        yield f"{length}, not {shortest} to {prompt.LONGEST}"
    if any(unicodedata.category(char)[0] == "C" for char in summary if char not in _JOINERS):
        yield "a control character"
    if _most_marks(summary) > _MOST_MARKS:
        yield "too many accents on a letter"
    if not languages.is_written_in(summary, language):
        yield f"not in the script of {language}"
    # Browsers and mail programs take the wide forms of letters and dots for the plain ones.
    if _ADDRESS.search(unicodedata.normalize("NFKC", summary)):
        yield "an address"
    if _MARKUP.search(summary):
        yield "markup"
    english = languages.is_english(language)
    if number := numbers.invented(summary, question.source, english=english):
        yield f"the number {number} stands neither in the title nor in the abstract"
    if _REFUSAL.search(summary):
        yield "it speaks of the model, not of the paper"
    if _shares_words(summary, prompt.instructions(language)):
        yield "it repeats the prompt"
    if english and len(_stems(summary) & _stems(question.source)) < _SHARED:
        yield "it shares no words with the paper"


def _most_marks(summary: str) -> int:
    """Return how many combining marks follow one another at most."""
    most = run = 0
    for char in summary:
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        most = max(most, run)
    return most


def _shares_words(summary: str, instructions: str) -> bool:
    """Return whether both have the same `_COPIED` words in a row."""
    words, asked = (" ".join(_words(text)) for text in (summary, instructions))
    parts = words.split()
    runs = (" ".join(parts[at : at + _COPIED]) for at in range(len(parts) - _COPIED + 1))
    return any(f" {run} " in f" {asked} " for run in runs)


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _words(text) if len(word) >= _STEM - 1}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())
