"""Judge whether a phrase may be a term or a sub-heading: a noun phrase that names a subject.

The rules are closed lists and endings, not a parser. A phrase of several words must end with a
noun that is not a word of every abstract ("reasoning capabilities"), and begin with neither a
verb nor an adjective that only praises or compares ("larger model"). A single word must not be
an adjective, a participle or a plain word. What the lists do not know passes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from digest.editorial.common_words import BREAKING, PLAIN

_PARTS = re.compile(r"[^\W_][\w.+]*")

# Nouns at the end of a phrase that any subject may have, so that the phrase names none.
_GENERAL_NOUNS = frozenset(
    "choice coverage manner count phase shift token correctness completion company et ability accuracy advantage advance advancement analysis aspect assumption category challenge"
    " capability capacity characteristic collection complexity component computational condition"
    " configuration constraint contribution criteria demand detail difference difficulty dimension"
    " effect element effort expert experiment factor failure fidelity format foundation framework"
    " improvement information innovation insight interest key level limitation metric"
    " number observation objective overhead paradigm paper path pattern performance perspective"
    " phenomenon pipeline platform potential principle problem procedure process progress property"
    " protocol quality question requirement research resource result role sample scalability"
    " scenario setting setup solution stage step strategy strength structure study system task"
    " execution technology trade-off user variant variety weakness world work size ability stability cost"
    " author community researcher exploration assessment investigation comparison capture area"
    " field truth clip cue weight behavior behaviour answer approach method output input space-time"
    " efficiency effectiveness robustness usage need gap line amount series today year goal"
    " advances knowledge-base module mechanism layer state type value case domain source design"
    " concept content context feature example instance object item region part point response"
    " category scene environment application".split()
)
# With these words before them, some of them are names all the same.
_NAMED = frozenset(
    "attention-mechanism radiance-field discrete-token visual-token reasoning-token distribution-shift gaussian-process diffusion-process denoising-process decision-process"
    " markov-process context-length state-space latent-space action-space optimal-control"
    " multi-agent-system operating-system recommender-system recommendation-system expert-system"
    " dynamical-system memory-mechanism human-behavior safety-alignment camera-pose loss-function"
    " point-cloud content-creation information-retrieval feature-extraction lora-weight"
    " in-context structured-output long-context knowledge-graph multi-agent-systems"
    " visual-question".split()
)
# Adjectives that compare or praise, and verbs: with one of them in front a phrase is no name.
_NO_BEGINNING = frozenset(
    "external robust fewer automated accelerate high-difficulty closed-source high-resolution additional advanced average arbitrary better bigger billion broad capable careful competitive"
    " complex concrete correct incorrect curated current deeper difficult effective emerging"
    " enhanced entire essential excellent extra fast faster flexible fine-tuned free-form"
    " high-quality high-fidelity huge ideal impressive important improved inferior intensive"
    " intuitive key larger largest leading long massive meaningful million minimal natural necessary"
    " numerous optimal outstanding overall plausible powerful precise previous principled promising"
    " proprietary public rapid realistic real-world related relevant reliable remarkable rich rigorous"
    " scalable shared significant smaller smallest smooth sophisticated special specialized"
    " standard strong stronger strongest subtle suitable sufficient superior total trillion"
    " unprecedented useful valuable vast weak whole wide careful"
    " large large-scale small complete final initial minor model framework layer"
    " allow automate assess avoid capture consider control depend encourage exhibit exploit fall"
    " follow maintain perform preserve reduce remain represent require sacrifice shed solve"
    " struggle suffer update various".split()
)
# Of the words above, those that may begin a name if the noun is one of these.
_LARGE = frozenset({"large", "long", "small", "final", "natural", "model", "optimal", "large-scale"})
_NAMES_WITH_LARGE = re.compile(
    r"(large|small) .*(model|llm|mllm|lmm|vlm)s?"
    r"|long (video|context|chain-of-thought|cot|document|sequence|horizon).*"
    r"|natural (gradient|image|scene|evolution|gas|science).*|optimal (transport|control).*"
    r"|model (merging|selection|collapse|compression|editing|distillation|stealing|routing"
    r"|predictive|checking|extraction|inversion|fusion|poisoning).*"
)
# Gerunds that are nouns. All others are verbs at the beginning of a phrase ("allowing users").
_GERUNDS = frozenset(
    "hacking understanding hearing warping charging lensing folding binding docking bargaining gaming spoofing phishing profiling scraping hedging trading pricing lending shopping cooking walking climbing parking printing crawling annealing bonding brewing briefing broadcasting camouflaging cabling chunking cleaning computing cooling counting crossing drawing drifting dubbing farming filtering fishing flooding gating grasping grouping harvesting heating indexing interleaving inverting joining jumping launching layering locking logging machining marketing meeting mixing mirroring moderating morphing multiplexing nesting painting positioning posting probing purchasing pushing questioning racing ray-tracing reading recording refactoring relighting restaking rewriting roaming sailing scanning sculpting searching segmenting shearing shipping simulating skinning slicing sorting spelling spinning stacking stitching storytelling storing switching tagging texturing throttling tokenizing tracing translating transcribing typing walking wiring working writing decision-making boosting bootstrapping caching clustering coding computing conditioning crowdsourcing"
    " decoding deep-learning denoising driving editing embedding encoding engineering"
    " few-shot fine-tuning finetuning forecasting grounding hashing inpainting instruction-tuning"
    " learning manufacturing matching mapping masking merging mining modeling modelling monitoring"
    " outpainting parsing planning pre-training pretraining programming prompting pruning ranking"
    " reasoning recommending red-teaming referring rendering reranking routing sampling scaling"
    " scheduling self-training sensing serving shaping splatting steering streaming teaming"
    " testing thinking tracking training tuning unlearning upsampling voting watermarking weighting"
    " post-training captioning labeling smoothing pooling preconditioning signaling imaging king"
    " ring string spring processing building handwriting meaning setting".split()
)
# Verbs and parts of other phrases, which never end a name.
_NO_END = frozenset(
    "action et al high-resolution pretrained pre-trained limits visual neural textual allow allowing based containing covering depend depends exhibit exhibits fall featuring follow"
    " following including indicate indicates involving remain requiring short struggle struggles"
    " using maintain robust reducing generalize represent solve reason predict capture update"
    " enabling facing giving large small long fast novel various vs versus token-level reach"
    " pre-train large-scale real-world plug-and-play high-quality expression-based light domain"
    " english chinese japanese korean dense sparse discrete complex linear global local hybrid"
    " mixed single multiple multi cross vision-language text-to-image text-to-video image-to-video"
    " text-to-speech image-text video-text real-time long-term long-context long-range long-horizon"
    " low-rank low-resource high-dimensional zero-shot few-shot one-shot end-to-end step-by-step"
    " in-context multi-turn multi-view multi-step multi-task one-step two-stage open-source"
    " open-world open-domain self-supervised cross-modal fast faster slow uni medium augmented"
    " unique accurate appropriate alternate intermediate private separate ultimate aggregate"
    " concrete discrete deliberate desperate adequate approximate delicate immediate infinite"
    " definite finite absolute remote coarse fine diverse inverse reverse inner outer upper"
    " prior efficient recent latent consistent coherent persistent intelligent independent"
    " dependent different frequent salient sufficient transparent important relevant redundant"
    " dominant constant distant significant autoregressive".split()
)
_ADJECTIVES = (
    ("able", "ible", "ive", "ous", "ful", "less", "ical", "onal", "ural", "ual", "oral", "eral", "ial")
    + ("istic", "etic", "antic", "actic", "amic", "omic", "ific", "entic", "matic", "ptic", "odic", "aic")
    + ("ly", "ed", "ary", "ory", "wise", "-free", "-based", "-driven", "-aware", "-level")
    + ("-agnostic", "-modal", "modal", "-grained", "-guided", "-specific", "-efficient", "-like")
    + ("-centric", "-oriented", "-shot", "-language", "lingual", "ian", "ese", "-purpose", "-scale")
)
_NOUNS_ALL_THE_SAME = frozenset(
    "adversarial archive canonical dictionary directive embed executive feed history incentive"
    " laboratory memory narrative need objective perspective potential primitive proposal speed"
    " seed table trial tutorial variable vocabulary boundary territory theory category inventory"
    " summary library commentary glossary trajectory repository factory story credential material"
    " differential exponential polynomial initiative archive alternative negative drive archive"
    " cable dialogue fallible assembly family anomaly assistant supply reply magnetic"
    " genetic logistic heuristic statistic arithmetic aesthetic protocol traffic dynamic music"
    " rubric topic logic physic mnemonic hypersonic lexicon bed breed deed reed weed".split()
)
# Plain words that are no subject by themselves, besides `PLAIN`.
_PLAIN_ALONE = frozenset(
    "memory sota url api fps rgb ui cpu pc os id db usd usa uk us eu ar cv pdf html json faq openai google microsoft meta limit benchmarking implementation internet black-box storage addition scratch billion deployment advancement demo assist aspect ai lm ml nlp access action advance advantage aggregate animal annotation answer area assessment attack"
    " attribute augmentation author balance barrier base basis behavior behaviour block body"
    " bottleneck boundary box branch budget building camera candidate capture category chain change"
    " channel character characteristic choice class claim cognition collection color colour column"
    " combination community comparison completion complexity comprehension computation compute"
    " concept condition confidence configuration connection consistency constraint construction"
    " contrast control conversion correct corpus coverage creation critique cue curve damage day"
    " decision decomposition definition degree demand demonstration density depth description"
    " detail detection device difference difficulty dimension direction discovery distance"
    " distribution divergence diversity document edge editing effect element emergence encoder"
    " energy engine english entity equation estimation event evidence exploration expert exploit"
    " explanation expression extension extraction face fact factor failure fast faster feedback"
    " fidelity field file flow focus following form format formulation foundation frame freedom"
    " frequency front fusion future game gap generalist generalization geometry goal gradient"
    " grid group guarantee guidance guideline head height history hour human hybrid idea identity"
    " impact improvement index indicator individual industry initialization instance instruction"
    " integration intelligence intent interest interface intervention introduction issue item"
    " iteration judge judgment key label lack law length light line link list literature location"
    " logic loss management manipulation manner map mapping mask master match matching material"
    " matrix measure measurement media medium merging message metric million mind mitigation mixture"
    " mode modification modality moment month motion movement name navigation need network news"
    " node noise notion observation offline online operation operator opportunity option origin"
    " outcome overhead overview pair panel paradigm partner path pattern people perception period"
    " person personality perspective phase phenomenon physical picture place plan platform player"
    " point pool portion pose position power practice precision prediction preference preparation"
    " presence pressure principle prior probability procedure product production profile program"
    " prompt proof protocol prototype purpose quantity ranking ratio reaction reader reading"
    " realism reason recipe recognition reconstruction red reduction redundancy reference"
    " referring refinement region relation relationship relevance reliability removal request"
    " requirement residual resolution responsibility reward risk role room root round route rule"
    " sampling scaling scenario scene schedule scheme scope search section sector selection self"
    " sense sensor separation series service session shape shaping shift shortcut side sight signal"
    " similarity simulation site situation skill social solving sound spatial specification speed"
    " splatting stability stack standard star start statement statistic status stream strength"
    " stress style subject success suite sum summary supervision support surface switch symbol"
    " synergy synthesis table tail talk teaming technical technology tempo temperature tendency"
    " tension term thought topic total trace track tracking tradition trajectory transfer"
    " transformation transition transparency tree trend trial trick trust truth tuning turn"
    " understanding unit update utility validation variance variant variation variety vector"
    " vehicle view viewpoint vocabulary volume walk wave weakness web weight width window word"
    " worker workflow working workload working writing year zero access compute direct represent"
    " representing predict predicting generalize generalise solve power depend fast reliable advance"
    " modelling modeling shared forward global local dense sparse linear adaptive seamless learned"
    " math mathematics map planning adapt struggle point".split()
)


_ALL_PLAIN = PLAIN | _PLAIN_ALONE
# Methods and tasks in one word that are subjects, in the form of `_singular`.
_SUBJECTS = frozenset(
    "agi animation anonymization attention autoencoder backdoor backpropagation bandit calibration"
    " captioning chain-of-thought chatbot clustering cryptography deblurring deepfake dehazing"
    " denoising deraining diffusion distillation dropout entropy explainability factuality"
    " fine-tuning forecasting grounding hallucination hypernetwork inpainting jailbreak"
    " jailbreaking kv-cache lipreading localization misinformation mixture-of-expert moe"
    " morphing neuroscience odometry outpainting overfitting personalization pre-training"
    " pretraining preconditioning prompting pruning quantization regularization relighting"
    " rendering reranking rotary sarcasm scheduling segmentation self-attention"
    " self-consistency self-correction self-improvement self-reflection self-supervision softmax"
    " sparsification speculation steganography stylization subtitle summarization"
    " super-resolution swarm sycophancy telemetry tokenization tokenizer transformer translation"
    " triangulation tts unlearning upscaling virtual-try-on watermark watermarking".split()
)
_CONFERENCES = frozenset("acl cvpr eccv emnlp iccv iclr icml icra naacl neurip interspeech".split())


def is_subject(word: str) -> bool:
    """Return whether a single word (in lower case) is a known method or task."""
    return _singular(word) in _SUBJECTS


def may_be_term(phrase: str, headings: Iterable[Collection[str]] = ()) -> bool:
    """Return whether a phrase (in lower case) is a noun phrase that a reader would look up.

    ``headings`` are the words of each heading, as `heading_words` gives them. A phrase all of
    whose words stand in one of them would repeat it.
    """
    words = phrase.split()
    if BREAKING.issuperset(words) or any("." in word[1:-1] for word in words):
        return False
    if not _CONFERENCES.isdisjoint(map(_singular, words)):
        return False
    if len(words) == 1:
        is_noun = _singular(phrase) not in _ALL_PLAIN and not _needs_a_noun(phrase)
    else:
        is_noun = not PLAIN.issuperset(words) and _begins_well(words) and _ends_well(words)
    return is_noun and not any(repeats_heading(words, heading) for heading in headings)


def is_name(spelling: str) -> bool:
    """Return whether a single word is written like a name: "RAG", "LoRA", "GPT-4"."""
    capitals = sum(letter.isupper() for letter in spelling)
    return capitals > 1 or (capitals == 1 and not spelling[0].isupper())


def heading_words(heading: str) -> frozenset[str]:
    """Return the words of a heading, in the form that `may_be_term` compares."""
    return frozenset(map(_singular, _split(heading.lower())))


def repeats_heading(words: Iterable[str], heading: Collection[str]) -> bool:
    """Return whether a heading has all these words, in singular or plural."""
    # "pre-training" repeats "pretraining" too.
    return all(
        _singular(word.replace("-", "")) in heading
        or all(_singular(part) in heading for part in _split(word))
        for word in words
    )


def _split(words: str) -> list[str]:
    return _PARTS.findall(words)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "ties", "dies"
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _begins_well(words: list[str]) -> bool:
    first = words[0]
    if first in _LARGE and _NAMES_WITH_LARGE.fullmatch(" ".join(words)):
        return True
    is_verb = first.endswith("ing") and first.split("-")[-1] not in _GERUNDS
    return first not in _NO_BEGINNING and _singular(first) not in _NO_BEGINNING and not is_verb \
        and not first.endswith("ly")


def _ends_well(words: list[str]) -> bool:
    last = _singular(words[-1])
    if words[-2:] == ["large", "language"]:
        return False
    if f"{words[-2]}-{last}" in _NAMED:
        return True
    return last not in _GENERAL_NOUNS and not _needs_a_noun(words[-1])


def _needs_a_noun(word: str) -> bool:
    """Return whether a word is an adjective, a participle or a verb, as far as its form tells."""
    if word in _NO_END or (word.endswith("ing") and word.split("-")[-1] not in _GERUNDS):
        return True
    return word.endswith(_ADJECTIVES) and _singular(word) not in _NOUNS_ALL_THE_SAME
