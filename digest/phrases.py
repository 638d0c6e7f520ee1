"""The phrases that papers share: one to three words, as English abstracts use them.

Knows words, not papers: texts come in, and phrases with the positions of the texts that use
them go out. A phrase never runs over a comma, a full stop, a bracket or a stop word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import repeat

LONGEST = 3  # words of a phrase

_BREAK = "|"
_MARKS = str.maketrans(
    dict.fromkeys(',;:()?!|[]{}“”"–—…·', _BREAK) | dict.fromkeys("\t\n\r#$%&'*/<=>@\\^_`~‘’", " ")
)
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


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, ``|`` where a phrase cannot go on."""
    text = text.lower().rstrip(".").translate(_MARKS).replace(". ", _BREAK)
    return text.replace(_BREAK, f" {_BREAK} ").split()


def shared(texts: Sequence[Sequence[str]], least: int) -> dict[str, list[int]]:
    """Each phrase that so many of the texts use, with their positions, in order of finding.

    Texts are those of `tokens`. A plural counts as its singular.
    """
    words: Counter[str] = Counter()
    for text in texts:
        words.update(set(text))
    known = _known(words, least)
    found: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        for phrase in dict.fromkeys(_phrases(text, known)):
            found.setdefault(phrase, []).append(position)
    return {phrase: where for phrase, where in found.items() if len(where) >= least}


def using(texts: Iterable[str], wanted: Collection[str]) -> dict[str, list[int]]:
    """The positions of the texts, as they are written, that use each of the wanted phrases."""
    found: dict[str, list[int]] = {phrase: [] for phrase in wanted}
    for at, used in enumerate(_wanted(texts, wanted)):
        for phrase in used:
            found[phrase].append(at)
    return found


def counted(texts: Iterable[str], wanted: Collection[str]) -> Counter[str]:
    """How many of these texts, as they are written, use each of the wanted phrases."""
    counts: Counter[str] = Counter()
    for used in _wanted(texts, wanted):
        counts.update(used)
    return counts


def _wanted(texts: Iterable[str], wanted: Collection[str]) -> Iterator[Iterable[str]]:
    """The wanted phrases of each text."""
    parts = {part for phrase in wanted for part in phrase.split()}
    known = {form: part for part in parts for form in (part, f"{part}s")}
    first = {phrase.split()[0] for phrase in wanted}
    for text in texts:
        used = any(map(text.lower().__contains__, first))  # most texts use none of them
        yield set(_phrases(tokens(text), known)).intersection(wanted) if used else ()


def says_something(phrase: str) -> bool:
    """Whether a phrase tells what papers are about, standing alone."""
    words = phrase.split()
    if len(words) == 1 and phrase.endswith(("ed", "ly", "able")):
        return False
    return any(word not in PLAIN and word.removesuffix("s") not in PLAIN for word in words)


def written(phrase: str, texts: Iterable[str]) -> str:
    """The phrase as most of these texts write it: "RAG", not "rag"; of equals, plain letters."""
    words = r"[\s/]+".join(map(re.escape, phrase.split()))
    pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
    forms = Counter(" ".join(form.split()) for text in texts for form in pattern.findall(text))
    return min(forms, key=lambda form: (-forms[form], -ord(form[0]), form), default=phrase)


def _known(words: Counter[str], least: int) -> dict[str, str]:
    """The words that phrases are made of, each with its singular."""
    known = {}
    for word, count in words.items():
        singular = word[:-1] if word.endswith("s") and word[:-1] in words else word
        total = count + (words.get(f"{word}s", 0) if singular == word else words[singular])
        if total >= least and word not in STOP and singular not in STOP and _WORD.fullmatch(word):
            known[word] = singular
    return known


def _phrases(text: Sequence[str], known: dict[str, str]) -> list[str]:
    """All phrases of a text, made of known words only."""
    line = " ".join(map(known.get, text, repeat(_BREAK)))
    found: list[str] = []
    for run in _RUN.findall(line):
        words = run.split()
        found += words
        if len(words) > 1:
            for length in range(2, min(LONGEST, len(words)) + 1):
                found += map(" ".join, zip(*(words[at:] for at in range(length)), strict=False))
    return found
