"""The phrases that papers share: one to three words, as English abstracts use them.

Knows words, not papers: texts come in, and phrases with the positions of the texts that use
them go out. A phrase never runs over a comma, a full stop, a bracket or a stop word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, product, repeat

_BREAK = "|"
_BREAKING, _PARTING = ',;:()?!|[]{}"', "\t\n\r#$%&'*/<=>@\\^_`~"
_MARKS = bytes.maketrans(
    f"{_BREAKING}{_PARTING}".encode(), f"{_BREAK * len(_BREAKING)}{'':{len(_PARTING)}}".encode()
)
_TYPOGRAPHIC = (*((mark, _BREAK) for mark in "“”–—…·"), ("‘", " "), ("’", " "))
_RUN = re.compile(r"[^| ]+(?: [^| ]+)*")
_WORD = re.compile(r"[^\W\d_][\w.+-]*[\w+]")

# Never part of a phrase: grammar, and what abstracts say whatever they are about.
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
# Too common to say anything alone: only within a longer phrase.
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
    """The words of a text in lower case, ``|`` where a phrase cannot go on."""
    text = text.lower().rstrip(".")
    if not text.isascii():
        for mark, sign in _TYPOGRAPHIC:
            text = text.replace(mark, sign)
    plain = text.encode("utf-8", "surrogatepass").translate(_MARKS)  # faster than that of a text
    parted = plain.replace(b". ", b"|").replace(b"|", b" | ")
    return parted.decode("utf-8", "surrogatepass").split()


def shared(texts: Sequence[Sequence[str]], least: int) -> dict[str, list[int]]:
    """Each phrase that so many of the texts use, with their positions, in order of finding.

    Texts are those of `tokens`. A plural counts as its singular.
    """
    known = _known(Counter(chain.from_iterable(map(set, texts))), least)
    found: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        for phrase in dict.fromkeys(_phrases(text, known)):
            found.setdefault(phrase, []).append(position)
    return {phrase: where for phrase, where in found.items() if len(where) >= least}


def headed(titles: Sequence[str], texts: Iterable[str], least: int) -> dict[str, list[int]]:
    """Each phrase of these titles that so many of the texts use, with their positions.

    Titles and texts are as they are written; a single word must stand in two of the titles. What
    no title has is not looked for, and that is most of what long texts share.
    """
    heads = list(map(tokens, titles))
    words = set().union(*heads)
    # what `_known` must see to tell singular from plural
    near = {form for word in words for form in (word, f"{word}s", word[:-1], word[:-2])}
    index = _Index(texts, near)
    known = _known({word: len(where) for word, where in index.places.items()}, least)
    spelled: dict[str, list[str]] = {}
    for word, singular in known.items():
        spelled.setdefault(singular, []).append(word)
    forms = {form: word for word in spelled for form in (word, f"{word}s")} | known
    titled = Counter(chain.from_iterable(dict.fromkeys(_phrases(head, forms)) for head in heads))
    found = {
        phrase: index.having(phrase, spelled, least)
        for phrase, count in titled.items()
        if count > (" " not in phrase)
    }
    return {phrase: where for phrase, where in found.items() if len(where) >= least}


def using(texts: Iterable[str], wanted: Collection[str]) -> dict[str, list[int]]:
    """The positions of the texts, as they are written, that use each of the wanted phrases."""
    spelled = {word: (word, f"{word}s") for phrase in wanted for word in phrase.split()}
    index = _Index(texts, set(chain.from_iterable(spelled.values())))
    return {phrase: index.having(phrase, spelled) for phrase in wanted}


def counted(texts: Iterable[str], wanted: Collection[str]) -> dict[str, int]:
    """How many of these texts, as they are written, use each of the wanted phrases."""
    return {phrase: len(where) for phrase, where in using(texts, wanted).items()}


class _Index:
    """Texts, and the positions of those that have each of the words that matter."""

    def __init__(self, texts: Iterable[str], words: set[str]) -> None:
        self.places = defaultdict[str, set[int]](set)
        self._lines = []
        for at, text in enumerate(texts):
            found = tokens(text)
            self._lines.append(f" {' '.join(found)} ")
            for word in words.intersection(found):
                self.places[word].add(at)

    def having(
        self, phrase: str, spelled: Mapping[str, Collection[str]], least: int = 1
    ) -> list[int]:
        """The positions of the texts with a phrase, each word in one of the ways it is spelled.

        None at all where fewer than so many texts have the words.
        """
        ways = product(*(spelled[word] for word in phrase.split()))
        able = [(" ".join(way), self._with_all(way)) for way in ways]
        if sum(len(places) for _, places in able) < least:
            return []
        return sorted(set().union(*(self._side_by_side(*one) for one in able)))

    def _with_all(self, words: Sequence[str]) -> set[int]:
        first, *others = [self.places.get(word, set()) for word in words]
        return first.intersection(*others)

    def _side_by_side(self, words: str, places: set[int]) -> Iterable[int]:
        if " " not in words:
            return places
        lines, spaced = self._lines, f" {words} "
        # most texts have the words apart, which shows sooner without the blanks
        return [at for at in places if words in lines[at] and spaced in lines[at]]


def says_something(phrase: str) -> bool:
    """Whether a phrase tells what papers are about, standing alone."""
    words = phrase.split()
    if len(words) == 1 and phrase.endswith(("ed", "ly", "able")):
        return False
    return not PLAIN.issuperset(words)


def written(phrase: str, texts: Iterable[str]) -> str:
    """The phrase as most of these texts write it: "RAG", not "rag"; of equals, plain letters."""
    words = r"[\s/]+".join(map(re.escape, phrase.split()))
    pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
    forms = Counter(" ".join(form.split()) for text in texts for form in pattern.findall(text))
    return min(forms, key=lambda form: (-forms[form], -ord(form[0]), form), default=phrase)


def _known(words: Mapping[str, int], least: int) -> dict[str, str]:
    """The words that phrases are made of, each with its singular."""
    known = {}
    for word, count in words.items():
        singular = word[:-1] if word.endswith("s") and word[:-1] in words else word
        total = count + (words.get(f"{word}s", 0) if singular == word else words[singular])
        if total >= least and word not in STOP and singular not in STOP and _WORD.fullmatch(word):
            known[word] = singular
    return known


def _phrases(text: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """All phrases of a text, made of known words only."""
    line = " ".join(map(known.get, text, repeat(_BREAK)))
    found: list[str] = []
    for run in _RUN.findall(line):
        words = run.split()
        found += words
        if len(words) > 1:
            second, third = words[1:], words[2:]
            found += map(" ".join, zip(words, second, strict=False))
            found += map(" ".join, zip(words, second, third, strict=False))
    return found
