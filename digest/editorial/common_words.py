"""Words that say little about a paper: those that end a phrase, and those that are none alone."""

from __future__ import annotations

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
PLAIN |= frozenset({"ai", "prediction"})
PLAIN |= {f"{word}s" for word in PLAIN}
# Words of `STOP` that names of subjects need: "time series", "domain adaptation".
IN_NAMES = frozenset("time code domain domains input design source task tasks long".split())
BREAKING = STOP - IN_NAMES
PLAIN |= IN_NAMES
