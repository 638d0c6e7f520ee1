"""The words of the papers that `corpus` makes up: areas of research, sentences, names.

An area has tasks, methods, objects and measures. A sentence has slots: ``{name}`` and ``{task}``
are those of the paper, and `CHOICES` and `NUMBERS` list the others.
"""

from __future__ import annotations

from typing import NamedTuple


class Area(NamedTuple):
    """The vocabulary of one field of research."""

    tasks: tuple[str, ...]
    methods: tuple[str, ...]
    objects: tuple[str, ...]
    measures: tuple[str, ...]


def _area(tasks: str, methods: str, objects: str, measures: str) -> Area:
    return Area(*(tuple(words.split("|")) for words in (tasks, methods, objects, measures)))


AREAS = (
    _area(
        "long-context pretraining|tokenizer design|expert routing|length extrapolation",
        "a state-space language model|a mixture-of-experts transformer|a recurrent transformer",
        "layers|attention heads|tokens|experts|positions",
        "perplexity|recall at long range|training loss",
    ),
    _area(
        "mathematical problem solving|chain-of-thought verification|formal theorem proving",
        "a process verifier|test-time search|a reasoning model with early stopping",
        "proof steps|lemmas|chains of thought|candidate answers",
        "accuracy on competition problems|solved theorems|pass rate",
    ),
    _area(
        "web navigation|tool use over thousands of interfaces|multi-agent planning|deep research",
        "an LLM agent with episodic memory|a multi-agent system|a planner with tool calls",
        "actions|tools|pages|messages|sub-goals",
        "task success|steps per task|recovered failures",
    ),
    _area(
        "preference optimization|instruction tuning|reward modelling|RLHF from sparse labels",
        "a calibrated reward model|a group-wise policy objective|an alignment curriculum",
        "preference pairs|instructions|annotators|rollouts",
        "win rate|reward hacking|agreement with annotators",
    ),
    _area(
        "KV cache quantization|structured pruning|speculative decoding|knowledge distillation",
        "a blockwise quantization scheme|a sparse draft model|a layer-dropping schedule",
        "channels|weights|cached keys|draft tokens",
        "decoding throughput|memory footprint|accuracy at four bits",
    ),
    _area(
        "pipeline-parallel training|elastic GPU scheduling|model serving under bursts",
        "a topology-aware scheduler|a fault-tolerant runtime|a fused kernel compiler",
        "workers|micro-batches|checkpoints|requests",
        "tail latency|cluster utilisation|time to recover",
    ),
    _area(
        "parameter-efficient fine-tuning|continual learning|federated adaptation|model merging",
        "a shared pool of LoRA adapters|a rank allocator|a replay-free learner",
        "adapters|tasks|clients|gradients",
        "forward transfer|forgetting|accuracy after fifty tasks",
    ),
    _area(
        "dense retrieval|retrieval-augmented generation|session-based recommendation|reranking",
        "a late-interaction retriever|a generative recommender|a listwise reranker",
        "passages|queries|documents|user sessions",
        "recall at ten|answer faithfulness|click-through",
    ),
    _area(
        "monocular depth estimation|instance segmentation|multi-object tracking|stereo matching",
        "a camera-agnostic encoder|a point-prompted segmenter|a Gaussian scene representation",
        "pixels|masks|views|camera rays",
        "depth error|boundary accuracy|tracked identities",
    ),
    _area(
        "text-to-image generation|long video diffusion|image editing|texture synthesis",
        "a few-step diffusion model|a flow-matching generator|a latent video model",
        "frames|prompts|noise levels|reference images",
        "human preference|temporal consistency|prompt fidelity",
    ),
    _area(
        "speech recognition in noise|speaker diarization|music generation|voice conversion",
        "a streaming speech encoder|a neural audio codec|a spectrogram transformer",
        "utterances|speakers|phonemes|audio frames",
        "word error rate|diarization error|listening scores",
    ),
    _area(
        "dexterous manipulation|legged locomotion|autonomous driving at night|visual navigation",
        "a vision-language-action policy|a world model with memory|an imitation learner",
        "grasps|trajectories|demonstrations|obstacles",
        "success in unseen rooms|interventions per kilometre|sim-to-real gap",
    ),
    _area(
        "protein design|medical image analysis|climate downscaling|PDE simulation",
        "an equivariant graph network|a neural operator|a physics-informed surrogate",
        "residues|patients|grid cells|molecules",
        "agreement with experiment|calibration error|forecast skill",
    ),
    _area(
        "program repair|code review|unit test generation|repository-level completion",
        "a code language model with execution feedback|a patch ranker|a static-analysis guide",
        "commits|functions|test cases|stack traces",
        "accepted patches|compilation rate|mutation score",
    ),
    _area(
        "backdoor detection|jailbreak defence|privacy auditing|mechanistic interpretability",
        "a sparse probe of activations|a certified filter|an adversarial red team",
        "neurons|triggers|membership queries|refusals",
        "attack success|false alarms|leaked records",
    ),
    _area(
        "time series forecasting|graph classification|tabular learning|anomaly detection",
        "a calendar-aware forecaster|a graph transformer|an in-context tabular learner",
        "nodes|columns|seasons|edges",
        "forecast error|ranking across datasets|area under the curve",
    ),
    _area(
        "query optimization|index selection|text-to-SQL|cardinality estimation",
        "a learned cost model|an adaptive join planner|a trace-driven tuner",
        "joins|queries|partitions|histograms",
        "query latency|estimation error|storage cost",
    ),
    _area(
        "stochastic optimization|bandits with delays|uncertainty quantification|sampling",
        "a variance-reduced method|a parameter-free optimizer|a conformal procedure",
        "gradients|arms|iterates|confidence sets",
        "regret|coverage|convergence rate",
    ),
)

# The slots that are filled with words of an area, and those filled with a number in a range.
CHOICES = {
    "method": "methods",
    "thing": "objects",
    "measure": "measures",
    "other": "methods",  # of another area
    "othertask": "tasks",
}
NUMBERS = {"few": (2, 9), "count": (11, 990), "low": (1, 9), "digit": (0, 9), "pct": (41, 97)}

ADJECTIVES = (
    "Patient|Sparse|Braided|Deferred|Honest|Local|Layered|Quiet|Lazy|Frugal|Anchored|Elastic|"
    "Folded|Gradual|Mutual|Nested|Portable|Reversible|Selective|Shared|Steady|Tidal|Uneven|Wary"
).split("|")

SETTINGS = (
    "under Shifting Budgets|without Labels|at the Edge|from a Single Example|across Languages|"
    "with Missing Data|in the Wild|beyond the Training Horizon|with Provable Limits|on Old Hardware"
).split("|")

OPENINGS = (
    "Progress in {task} has been driven by scale, and scale hides what the {thing} contribute.",
    "Most work on {task} assumes that all {thing} matter equally, which they do not.",
    "{Task} is usually evaluated on {thing} that were collected once and never looked at again.",
    "Despite steady gains in {measure}, {task} still fails when {thing} arrive out of order.",
    "Practitioners of {task} know that {measure} says little about rare {thing}.",
)

BODY = (
    "We ask how much of the remaining error is due to {thing} and how much to the objective.",
    "We present {name}, {method} that decides for each of its {thing} how much work it deserves.",
    "The key observation is that {pct}\\% of the {thing} carry almost none of the information.",
    "{name} is trained in two stages, first on {count} thousand {thing}, then on its own errors.",
    "Unlike earlier approaches it needs neither a second model nor access to the training data.",
    "A controller, {few} layers deep, is learned with the rest and adds {low}.{digit}\\% cost.",
    "We derive a bound that relates {measure} to the number of {thing} that are kept.",
    "At the core is a table of {thing} that is filled while the model works, and read only once.",
    "Training needs {count} hours on a single node, most of them spent on waiting for {thing}.",
    "Our analysis shows that errors concentrate on {thing} seen fewer than {count} times.",
    "In contrast to {other}, the procedure is deterministic and can be resumed at any point.",
    "This makes it possible to compare {thing} across runs, which earlier systems could not do.",
    "The same mechanism applies to {othertask}, where it behaves in a markedly different way.",
    "On {few} public benchmarks, {name} improves {measure} by {low}.{digit} points on average.",
    "It does so with {few}times fewer {thing} and on a single accelerator.",
    "Compared with {other}, it is {few}times faster and loses {low}.{digit}\\% in the worst case.",
    "An ablation over {count} configurations attributes most of the gain to the choice of {thing}.",
    "For {othertask} we reuse the released checkpoints of {other} without any further change.",
    "Gains are largest where {thing} are scarce, and vanish once more than {count} are available.",
    "A study with {count} participants confirms that the differences in {measure} are noticed.",
    "Results hold across {few} sizes and {few} random seeds, with a spread of pm {low}.{digit}\\%.",
    "Failures are rare and easy to name: in {count} of a thousand cases the {thing} are mistaken.",
    "To keep the comparison fair, every system sees the same {thing} in the same order.",
    "We also report what did not work, in particular replacing {thing} by their averages.",
)

CLOSINGS = (
    "Code, models and all {count} evaluation logs are released.",
    "We discuss when {task} should not be automated in this way.",
    "These findings suggest that {measure} is a better guide to {task} than model size.",
    "We hope that {name} makes {task} affordable outside of large laboratories.",
)

# Damaged TeX in these sentences, and the text that was meant.
LOST = {"\\%": "%", "times fewer": " times fewer", "times faster": " times faster", " pm ": " ±"}

GIVEN = (
    "Ada|Anouk|Bao|Chidi|Dalia|Emre|Farah|Goran|Hana|Ines|Jun|Katya|Liam|Mei|Nadia|Oskar|Priya|"
    "Quentin|Rosa|Sami|Tove|Uma|Viktor|Wen|Ximena|Yuki|Zoltan"
).split("|")

FAMILY = (
    "Abara|Bergqvist|Castellano|Dubois|Eriksen|Fujita|Greene|Haddad|Ivanova|Jansen|Kowalski|Lindt|"
    "Moreau|Nakamura|Okafor|Petrov|Quispe|Rahman|Sato|Tanaka|Ueda|Varga|Weiss|Xu|Yilmaz|Zhou"
).split("|")

ORGANIZATIONS = (
    ("northquay", "Northquay Labs"),
    ("lumen-field", "Lumen Field"),
    ("ostrava-ai", "Ostrava AI"),
    ("karst-bio", "Karst Biosciences"),
    ("tallgrass-db", "Tallgrass"),
    ("polaris-drive", "Polaris Drive"),
)
