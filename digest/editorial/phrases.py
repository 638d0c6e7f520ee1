"""Find the phrases of one to three words that English texts share.

A phrase never crosses a comma, a full stop, a bracket or a stop word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, product, repeat

_BREAK = "|"
_BREAKING, _PARTING = ',;:()?!|[]{}"', "\t\n\r#$%&'*/<=>@\\^_`~"
_MARKS = bytes.maketrans(  # breaking marks to bars, parting ones to blanks: "{'':3}" is three
    f"{_BREAKING}{_PARTING}".encode(), f"{_BREAK * len(_BREAKING)}{'':{len(_PARTING)}}".encode()
)
_TYPOGRAPHIC = (*((mark, _BREAK) for mark in "“”–—…·"), ("‘", " "), ("’", " "))
_RUN = re.compile(r"[^| ]+(?: [^| ]+)*")
_WORD = re.compile(r"[^\W\d_][\w.+-]*[\w+]")

PaperText = tuple[str, str | None]  # a paper's title and abstract

# Never part of a phrase: words of grammar, and words that every abstract may use.
STOP = frozenset(
    "a about above across after again against all allow allows almost alone along already also"
    " although always am among an and another any are around as at away back based be became"
    " because become becomes been before behind being below better best between beyond both bring"
    " brings but by call called can cannot case cases certain clearly code come comes common"
    " commonly compare compared comparable comparing complete consider consistent consistently"
    " could current currently demonstrate demonstrated demonstrates demonstrating despite did"
    " different difficult directly do does doing done down due during e.g each early easily easy"
    " effective effectively effectiveness efficiently either else enable enables enabling end"
    " enhance enhanced enhances enhancing ensure ensures ensuring especially etc even ever every"
    " existing experiment experiments explore explored explores extensive extensively far few"
    " finally find finding findings finds first five for found four from full fully further"
    " furthermore future gain gains general generally get github give given gives go good great"
    " greater greatly had has have having he hence her here high higher highest highly his hold"
    " how however i i.e if impact important improve improved improvement improvements improves"
    " improving in include includes including increase increased increases increasing"
    " increasingly indeed inspired instead into introduce introduced introduces introducing is"
    " issue issues it its itself just keep key know known lack lacks largely last later lead"
    " leading leads least less let leverage leverages leveraging like likely limited little long"
    " look low lower made mainly major make makes making many may me mean means meanwhile might"
    " more moreover most mostly much must my name namely near nearly necessary need needed needs"
    " neither never nevertheless new next no non nor not notable notably note novel now number"
    " obtain obtained of off offer offers offering often on once one ones only onto open or order"
    " other others otherwise our out outperform outperforming outperforms over overall own paper"
    " papers part particular particularly past per perform performance performing performs perhaps"
    " popular possible possibly potential potentially practical present presented presents"
    " previous previously primarily prior promising propose proposed proposes proposing prove"
    " provide provided provides providing publicly quite range rather real recent recently"
    " regarding related release released relies rely remain remaining remains require required"
    " requires requiring respectively result resulting results reveal reveals robustly same second"
    " see seem seen several shall she should show showed showing shown shows significant"
    " significantly similar similarly simple simply simultaneously since single six small so some"
    " sometimes specific specifically state-of-the-art still strong studies study substantial"
    " substantially such suffer suffers suggest suggests superior surpass surpasses surpassing"
    " take takes taking ten than that the their them then there thereby therefore these they thing"
    " things third this those though three through throughout thus time times to today together"
    " too top toward towards traditional turn two under understand underlying unified unlike until"
    " up upon us use used useful uses using usually utilize utilizes utilizing valuable various"
    " versus very via vs want was way ways we well were what when where whereas whether which while"
    " who whole whose why wide widely will with within without work works would yet yield yielding"
    " yields you your available achieve achieved achieves achieving address addresses addressing"
    " aim aims apply applied applying approach approaches challenge challenges challenging"
    " comprehensive conduct conducted contribution contributions critical crucial diverse evaluate"
    " evaluated evaluating explicit explicitly facilitate fail fails fundamental help helps"
    " identify identifies investigate investigates main method methods multiple numerous observe"
    " rapid rapidly report reports significance solution solutions technique techniques way"
    " website project page https http www com org design designed gap gaps bridge bridging generate"
    " generating generated generates domain domains input inputs usage rethinking advancing"
    " beyond unlocking exploring refine refined scales scaled align aligning aligned building built"
    " guide guided study mitigate mitigating mitigates develop developed develops developing"
    " empirical systematic enabled boost boosting boosts deploy deployed making matter matters"
    " source sources size sizes type types tasks set sets version versions amount focus focuses"
    " focusing remarkable severe common create creates creating created built build builds adopt"
    " adopts employ employs employing incorporate incorporates incorporating integrate integrates"
    " integrating integrated extend extends extending extended combine combines combining combined"
    " overcome overcoming benefit benefits capable promise inherent core modern well-known"
    " cost-effective plug-and-play knows knowing says tell tells really".split()
)
# Too common to be a phrase of their own. They may be part of a longer one.
PLAIN = frozenset(
    "ability accuracy agent algorithm analysis application architecture art baseline benchmark"
    " capability complex component computational content context cost data dataset deep design"
    " development domain efficiency efficient effort environment error evaluation example"
    " experience feature field framework function generation goal guided human image information"
    " input insight interaction joint knowledge language large large-scale layer learn learning"
    " level limitation llm machine mechanism model modeling module natural network neural object"
    " objective optimal output parameter performance pipeline policy problem process processing"
    " progress quality question rate representation research researcher resource response robust"
    " sample scale score sequence set setting space stage state step strategy structure success"
    " support survey system target task text theory token tool train trained training"
    " understanding user value video visual world generative dynamic test view reasoner static"
    " semantic semantics capabilities abilities properties property strategies policies theories"
    " queries interactive in-context think thinking mathematical inference analyses".split()
)
PLAIN |= {f"{word}s" for word in PLAIN}


def tokens(text: str) -> list[str]:
    """Split a text into its words in lower case, with ``|`` where no phrase may continue."""
    text = text.lower().rstrip(".")
    if not text.isascii():
        for mark, sign in _TYPOGRAPHIC:
            text = text.replace(mark, sign)
    # As bytes, because their `translate` is faster than that of a string.
    plain = text.encode("utf-8", "surrogatepass").translate(_MARKS)
    split = plain.replace(b". ", b"|").replace(b"|", b" | ")
    return split.decode("utf-8", "surrogatepass").split()


def find_shared(texts: Sequence[Sequence[str]], least: int) -> dict[str, list[int]]:
    """Return each phrase that at least ``least`` texts use, with the positions of these texts.

    ``texts`` are results of `tokens`. A plural counts as its singular. Phrases are in the order
    of their first use.
    """
    singulars = _phrase_words(Counter(chain.from_iterable(map(set, texts))), least)
    positions: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        for phrase in dict.fromkeys(_phrases(text, singulars)):
            positions.setdefault(phrase, []).append(position)
    return {phrase: where for phrase, where in positions.items() if len(where) >= least}


def find_titled(titles: Sequence[str], texts: Iterable[str], least: int) -> dict[str, list[int]]:
    """Return each phrase of the titles that at least ``least`` texts use, with their positions.

    Titles and texts are plain strings. A single word must be in two of the titles.
    """
    # Most phrases that long texts share are in no title, so only those of titles are searched.
    heads = list(map(tokens, titles))
    words = set().union(*heads)
    # The forms that `_phrase_words` needs to recognise a plural.
    forms = {form for word in words for form in (word, f"{word}s", word[:-1], word[:-2])}
    index = _Index(texts, forms)
    singulars = _phrase_words({word: len(where) for word, where in index.places.items()}, least)
    spellings: dict[str, list[str]] = {}
    for word, singular in singulars.items():
        spellings.setdefault(singular, []).append(word)
    # A title may use a plural that no text does.
    by_form = {form: word for word in spellings for form in (word, f"{word}s")} | singulars
    titled = Counter(chain.from_iterable(dict.fromkeys(_phrases(head, by_form)) for head in heads))
    positions = {
        phrase: index.find(phrase, spellings, least)
        for phrase, count in titled.items()
        if count > (" " not in phrase)  # more than one title for a single word
    }
    return {phrase: where for phrase, where in positions.items() if len(where) >= least}


def locate(texts: Iterable[str], phrases: Collection[str]) -> dict[str, list[int]]:
    """Return for each phrase the positions of the texts (plain strings) that use it."""
    spellings = {word: (word, f"{word}s") for phrase in phrases for word in phrase.split()}
    index = _Index(texts, set(chain.from_iterable(spellings.values())))
    return {phrase: index.find(phrase, spellings) for phrase in phrases}


def count_uses(texts: Iterable[str], phrases: Collection[str]) -> dict[str, int]:
    """Return for each phrase how many of the texts (plain strings) use it."""
    return {phrase: len(where) for phrase, where in locate(texts, phrases).items()}


class _Index:
    """Texts, and for each of the given words the positions of the texts that have it."""

    def __init__(self, texts: Iterable[str], words: set[str]) -> None:
        self.places = defaultdict[str, set[int]](set)
        self._lines = []
        for position, text in enumerate(texts):
            own = tokens(text)
            self._lines.append(f" {' '.join(own)} ")
            for word in words.intersection(own):
                self.places[word].add(position)

    def find(
        self, phrase: str, spellings: Mapping[str, Collection[str]], least: int = 1
    ) -> list[int]:
        """Return the positions of the texts that use a phrase, in any spelling of its words.

        Returns none if fewer than ``least`` texts have the words at all.
        """
        variants = product(*(spellings[word] for word in phrase.split()))
        candidates = [(" ".join(words), self._with_all(words)) for words in variants]
        if sum(len(places) for _, places in candidates) < least:
            return []
        return sorted(set().union(*(self._adjacent(*candidate) for candidate in candidates)))

    def _with_all(self, words: Sequence[str]) -> set[int]:
        first, *others = [self.places.get(word, set()) for word in words]
        return first.intersection(*others)

    def _adjacent(self, words: str, places: set[int]) -> Iterable[int]:
        """Return those of the texts in which the words stand next to each other."""
        if " " not in words:
            return places
        lines, spaced = self._lines, f" {words} "
        # Two tests, because the shorter one is faster and already excludes most texts.
        return [place for place in places if words in lines[place] and spaced in lines[place]]


def is_informative(phrase: str) -> bool:
    """Return whether a phrase on its own names a subject of papers."""
    words = phrase.split()
    if len(words) == 1 and phrase.endswith(("ed", "ly", "able")):  # these need a noun
        return False
    return not PLAIN.issuperset(words)


def usual_spelling(phrase: str, texts: Iterable[str]) -> str:
    """Return the phrase as most of the texts write it: "RAG", not "rag".

    Of forms used equally often, one that begins in lower case wins.
    """
    words = r"[\s/]+".join(map(re.escape, phrase.split()))
    pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
    forms = Counter(" ".join(form.split()) for text in texts for form in pattern.findall(text))
    return min(forms, key=lambda form: (-forms[form], -ord(form[0]), form), default=phrase)


def _phrase_words(counts: Mapping[str, int], least: int) -> dict[str, str]:
    """Return the words that may be part of a phrase, each with its singular.

    ``counts`` has the number of texts with each word. A word needs ``least``, singular and
    plural together.
    """
    singulars = {}
    for word, count in counts.items():
        singular = word[:-1] if word.endswith("s") and word[:-1] in counts else word
        total = count + (counts.get(f"{word}s", 0) if singular == word else counts[singular])
        if total >= least and word not in STOP and singular not in STOP and _WORD.fullmatch(word):
            singulars[word] = singular
    return singulars


def _phrases(text: Sequence[str], singulars: Mapping[str, str]) -> list[str]:
    """Return all phrases of a text that consist of known words, as singulars."""
    line = " ".join(map(singulars.get, text, repeat(_BREAK)))
    phrases: list[str] = []
    for run in _RUN.findall(line):
        words = run.split()
        phrases += words
        if len(words) > 1:
            second, third = words[1:], words[2:]
            phrases += map(" ".join, zip(words, second, strict=False))
            phrases += map(" ".join, zip(words, second, third, strict=False))
    return phrases
