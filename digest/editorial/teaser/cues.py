"""Score a sentence of an abstract by the cues of proposals, findings and background.

The weights are a ranking fitted to the tuning papers of `benchmarks/teaser_labels.json`
(`python -m benchmarks.teaser_train`), in whole tenths: sums of fractions differ in their last digit
between versions of Python. Since then clause borders were added to `shorten`: a new fit differs by
a tenth in three weights. The words were collected by reading abstracts.
"""

from __future__ import annotations

import re

WEIGHTS = {
    "presents": 17,
    "begins with its name": 15,
    "has its name": 13,
    "compares": 8,
    "figure": 6,
    "proves": 5,
    "result": 4,
    "improves": 4,
    "long": 4,
    "presents more": 4,
    "novel": 3,
    "named": 3,
    "code": 1,
    "problem": -2,
    "vague": -2,
    "studies": -4,
    "last": -4,
    "points": -5,
    "first": -5,
    "future": -6,
    "only presents": -6,
    "no act": -8,
    "does": -9,
    "further": -10,
    "background": -10,
    "cut": -16,
    "never": -40,
    "question": -40,
}

_PRESENTING = frozenset(
    "propose proposes proposed introduce introduces introduced present presents presented develop"
    " develops developed build built design designed release releases devise devised create created"
    " construct constructed launch formulate formulates reformulate reformulates unveil derive"
    " establish".split()
)
_PROVING = frozenset(
    "find finds found show shows demonstrate demonstrates reveal reveals discover observe prove"
    " proves argue argues indicate indicates suggest suggests identify confirm".split()
)
_STUDYING = frozenset(
    "study investigate investigates analyze examine examines explore explores evaluate evaluates"
    " compare revisit validate aim aims seek provide provides offer describe describes collect"
    " curate discuss conduct perform consider structure survey review".split()
)
_DOING = frozenset(
    "enhance extend adapt apply use train scale partition decompose achieve achieves improve"
    " reduce leverage incorporate integrate employ adopt combine utilize replace bridge unify"
    " enable".split()
)
_VERBS = {
    "presents": (_PRESENTING, 3), "proves": (_PROVING, 8), "studies": (_STUDYING, 3),
    "does": (_DOING, 3),
}  # fmt: skip
# A verb counts only within some words after its speaker ("we", "our paper").
_SPEAKERS = frozenset(
    "we our paper work study report article survey results result experiments experiment evaluation"
    " evaluations findings analysis analyses".split()
)
# One word is enough for these.
_WORDS = {
    "compares": "outperform outperforms outperforming outperformed surpass surpasses surpassing"
    " exceed exceeds exceeding accelerate accelerates faster state-of-the-art sota",
    "improves": "improve improves improving improved improvement improvements reduce reduces"
    " reducing achieve achieves achieving gain gains increase increases higher lower better"
    " boost boosts",
    "future": "hope future insight insights anticipate pave paves paving potential encourage"
    " aspire underscore underscores highlight highlights",
    "code": "code codes github website publicly open-source open-sourced available",
    "problem": "challenge challenges challenging struggle struggles struggling lack lacks remain"
    " remains often suffer suffers limited difficult costly",
    "named": "called named dubbed termed namely",
    "novel": "novel new first framework benchmark dataset method approach model",
    "several": "several two three four multiple various",
}  # fmt: skip
_CUE_OF = {word: cue for cue, words in _WORDS.items() for word in words.split()}
_FIGURE = re.compile(r"\d ?(?:%|×|x\b|-?fold\b|times\b|points?\b|FPS\b)")
_VAGUE = re.compile(
    r"effectiveness|superiority|efficacy|(?:extensive|comprehensive|thorough|detailed|systematic)"
    r" (?:experiment|evaluation|examination|analys|stud|overview|review)|real-world datasets"
    r"|(?:promising|strong|impressive|experimental) (?:results? (?:of|with|on)|performance)"
    r"|competitive|agnostic to|orthogonal to"
)
# Points to what is not shown. "This paper" and "that can" do not.
_POINTS = re.compile(
    r"\b(?:this|these|those|such) (?!paper|work|study|article|report|survey|review|thesis|letter"
    r"|is |are |can |as |an? )[a-z-]+"
)
_BACKGROUND = re.compile(
    r"(?:recent|rapid|existing|despite|although|yet|current|while|prior|previous|unfortunately"
    r"|traditional|most|many|large language models|with the (?:rapid|rise|advent|growing)|in recent"
    r"|as the|understanding|the (?:rapid|recent|growing)|in the (?:field|era|realm)|to date)",
)
_FURTHER = re.compile(
    r"(?:we|our \w+|this \w+) (?:also|further|additionally|then|next|finally|first|subsequently)\b",
)
_NEVER = re.compile(
    r"(?:this|these|those|such|it|they|its|their|he|she|both|each|the (?:former|latter|resulting"
    r"|second|third|other|proposed (?:method|methodology|approach|model|framework))|doing so|which"
    r"|one|another|others|some|all of|that|there)\b"
    r"(?! (?:paper|work|study|article|report|survey|review|thesis|letter|technical report"
    r"|position paper|tutorial|dissertation|is the first|research|chapter|note)\b)"
    r"|(?:the|our|these) (?:\w+ )?(?:contributions?|codes?|dataset|datasets|data|project|models?"
    r"|source|weights|demo|benchmark) (?:and \w+ )?(?:is|are|will be|can be|has been|have been)\b"
    r"|(?:code|data|models?|dataset|project page|demo|codes|source code|resources)"
    r" (?:and \w+ )?(?:is|are|will|can|at|available|:)"
    r"|we (?:hope|believe|think|(?:also )?(?:discuss|conclude|release (?:our|the|all|code)"
    r"|open-source|make (?:our|the|all|code)|publicly|plan|thank|ask))|together, our|our hope"
    r"|our (?:main |key )?contributions|(?:can|do|does|how|what|why|is|are|which|when) .*\?$"
    r"|and |besides|hence|thus\b|second\b",
)
# A search of each sentence would take most of the time: first, whether it has one of the words.
_SEARCHED = (
    (
        "vague",
        frozenset(
            "effectiveness superiority efficacy extensive comprehensive thorough detailed"
            " systematic real-world promising strong impressive experimental competitive agnostic"
            " orthogonal".split()
        ),
        _VAGUE,
    ),
    ("points", frozenset(("this", "these", "those", "such")), _POINTS),
)
_OPENINGS = (("background", _BACKGROUND), ("further", _FURTHER), ("never", _NEVER))


def find_cues(clause: str, name: str) -> list[str]:
    """Return the cues of a sentence without its lead-in.

    ``name`` is what the title calls the contribution, or "".
    """
    lower = clause.lower()
    words = lower.replace(",", "").rstrip(".").split()
    cues = _acts(words) or ["no act"]
    cues += sorted({_CUE_OF[word] for word in words if word in _CUE_OF})
    if _FIGURE.search(clause):
        cues.append("figure")
        if "compares" in cues or "improves" in cues:
            cues.append("result")
    if name and name in clause:
        cues.append("begins with its name" if clause.startswith(name) else "has its name")
    if "?" in clause or "http" in clause:
        cues.append("question")
    cues += [
        cue
        for cue, some, pattern in _SEARCHED
        if not some.isdisjoint(words) and pattern.search(lower)
    ]
    cues += [cue for cue, pattern in _OPENINGS if pattern.match(lower)]
    return cues


def _acts(words: list[str]) -> list[str]:
    """Return what the authors do in a sentence: the kinds of its verbs after a speaker."""
    if _SPEAKERS.isdisjoint(words):
        return []
    found = []
    for place, word in enumerate(words, 1):
        if word in _SPEAKERS:
            for act, (verbs, within) in _VERBS.items():
                if act not in found and not verbs.isdisjoint(words[place : place + within]):
                    found.append(act)
    return found
