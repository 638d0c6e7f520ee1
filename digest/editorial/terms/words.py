"""The closed lists of `rules`: words by what they do at either end of a phrase, or alone.

All in lower case; nouns in singular.
"""

from __future__ import annotations

# Nouns at the end of a phrase that any subject may have, so that the phrase names none.
GENERAL_NOUNS = frozenset(
    "ability accuracy advance advancement advances advantage amount analysis answer"
    " application approach area aspect assessment assumption author behavior behaviour"
    " capability capacity capture case category challenge characteristic choice clip"
    " collection community company comparison completion complexity component computational"
    " concept condition configuration concern constraint content context contribution"
    " correctness cost count coverage criteria cue demand design detail difference difficulty"
    " dimension domain effect effectiveness efficiency effort element environment et example"
    " execution experiment expert exploration factor failure feature fidelity field format"
    " foundation framework gap goal improvement information innovation input insight instance"
    " interest investigation item key knowledge-base layer level limitation line manner"
    " mechanism method metric module need number object objective observation output overhead"
    " paper paradigm part path pattern performance perspective phase phenomenon pipeline"
    " platform point potential principle problem procedure process progress property protocol"
    " quality question region requirement research researcher resource response result"
    " robustness role sample scalability scenario scene series setting setup shift size"
    " solution source space-time stability stage state step strategy strength structure study"
    " system task technology today token trade-off truth type usage user value variant variety"
    " weakness weight work world year".split()
)

# With these words before them, some of them are names all the same.
NAMED = frozenset(
    "action-space attention-mechanism camera-pose content-creation context-length decision-"
    " process denoising-process diffusion-process discrete-token distribution-shift dynamical-"
    " system expert-system feature-extraction gaussian-process human-behavior in-context"
    " information-retrieval knowledge-graph latent-space long-context lora-weight loss-"
    " function markov-process memory-mechanism multi-agent-system multi-agent-systems"
    " operating-system optimal-control point-cloud radiance-field reasoning-token"
    " recommendation-system recommender-system safety-alignment state-space structured-output"
    " visual-question visual-token".split()
)

# Adjectives that compare or praise, and verbs: a phrase that begins with one is no name.
NO_BEGINNING = frozenset(
    "accelerate additional advanced allow arbitrary assess automate automated average avoid"
    " better bigger billion broad capable capture careful closed-source competitive complete"
    " complex concrete consider control correct curated current deeper depend difficult"
    " effective emerging encourage enhanced entire essential excellent exhibit exploit"
    " external extra fall fast faster fewer final fine-tuned flexible follow framework free-"
    " form high-difficulty high-fidelity high-quality high-resolution huge ideal important"
    " impressive improved incorrect inferior initial intensive intuitive key large large-scale"
    " larger largest layer leading long maintain massive meaningful million minimal minor"
    " model natural necessary numerous optimal outstanding overall perform plausible powerful"
    " precise preserve previous principled promising proprietary public rapid real-world"
    " realistic reduce related relevant reliable remain remarkable represent require rich"
    " rigorous robust sacrifice scalable shared shed significant small smaller smallest smooth"
    " solve sophisticated special specialized standard strong stronger strongest struggle"
    " subtle suffer sufficient suitable superior total trillion unprecedented update useful"
    " valuable various vast weak whole wide".split()
)

# Words in -ing that are nouns. All others are verbs ("allowing users").
GERUNDS = frozenset(
    "annealing bargaining binding bonding boosting bootstrapping brewing briefing"
    " broadcasting building cabling caching camouflaging captioning charging chunking cleaning"
    " climbing clustering coding computing conditioning cooking cooling counting crawling"
    " crossing crowdsourcing decision-making decoding deep-learning denoising docking drawing"
    " drifting driving dubbing editing embedding encoding engineering farming few-shot"
    " filtering fine-tuning finetuning fishing flooding folding forecasting gaming gating"
    " grasping grounding grouping hacking handwriting harvesting hashing hearing heating"
    " hedging imaging indexing inpainting instruction-tuning interleaving inverting joining"
    " jumping king labeling launching layering learning lending lensing locking logging"
    " machining manufacturing mapping marketing masking matching meaning meeting merging"
    " mining mirroring mixing modeling modelling moderating monitoring morphing multiplexing"
    " nesting outpainting painting parking parsing phishing planning pooling positioning post-"
    " training posting pre-training preconditioning pretraining pricing printing probing"
    " processing profiling programming prompting pruning purchasing pushing questioning racing"
    " ranking ray-tracing reading reasoning recommending recording red-teaming refactoring"
    " referring relighting rendering reranking restaking rewriting ring roaming routing"
    " sailing sampling scaling scanning scheduling scraping sculpting searching segmenting"
    " self-training sensing serving setting shaping shearing shipping shopping signaling"
    " simulating skinning slicing smoothing sorting spelling spinning splatting spoofing"
    " spring stacking steering stitching storing storytelling streaming string switching"
    " tagging teaming testing texturing thinking throttling tokenizing tracing tracking"
    " trading training transcribing translating tuning typing understanding unlearning"
    " upsampling voting walking warping watermarking weighting wiring working writing".split()
)

# Adjectives and verbs that endings do not tell: no name ends with one.
NO_END = frozenset(
    "absolute accurate action adequate aggregate al allow allowing alternate appropriate"
    " approximate augmented autoregressive based capture chinese coarse coherent complex"
    " concrete consistent constant containing covering cross cross-modal definite deliberate"
    " delicate dense depend dependent depends desperate different discrete distant diverse"
    " domain dominant efficient enabling end-to-end english et exhibit exhibits expression-"
    " based facing fall fast faster featuring few-shot fine finite follow following frequent"
    " generalize giving global high-dimensional high-quality high-resolution hybrid image-text"
    " image-to-video immediate important in-context including independent indicate indicates"
    " infinite inner intelligent intermediate inverse involving japanese korean large large-"
    " scale latent light limits linear local long long-context long-horizon long-range long-"
    " term low-rank low-resource maintain medium mixed multi multi-step multi-task multi-turn"
    " multi-view multiple neural novel one-shot one-step open-domain open-source open-world"
    " outer persistent plug-and-play pre-train pre-trained predict pretrained prior private"
    " reach real-time real-world reason recent reducing redundant relevant remain remote"
    " represent requiring reverse robust salient self-supervised separate short significant"
    " single slow small solve sparse step-by-step struggle struggles sufficient text-to-image"
    " text-to-speech text-to-video textual token-level transparent two-stage ultimate uni"
    " unique update upper using various versus video-text vision-language visual vs"
    " zero-shot".split()
)

# Nouns with the ending of an adjective or a participle.
NOUNS_ALL_THE_SAME = frozenset(
    "adversarial aesthetic alternative anomaly archive arithmetic assembly assistant bed"
    " boundary breed cable canonical category commentary credential deed dialogue dictionary"
    " differential directive drive dynamic embed executive exponential factory fallible family"
    " feed genetic glossary heuristic history hypersonic incentive initiative inventory"
    " laboratory lexicon library logic logistic magnetic material memory mnemonic music"
    " narrative need negative objective perspective physic polynomial potential primitive"
    " proposal protocol reed reply repository rubric seed speed statistic story summary supply"
    " table territory theory topic traffic trajectory trial tutorial variable vocabulary"
    " weed".split()
)

# Plain words that are no subject by themselves, besides `PLAIN`.
PLAIN_ALONE = frozenset(
    "access action adapt adaptive addition advance advancement advantage aggregate ai animal"
    " annotation answer api ar area aspect assessment assist attack attribute augmentation"
    " author balance barrier base basis behavior behaviour benchmarking billion black-box"
    " block body bottleneck boundary box branch budget building camera candidate capture"
    " category chain change channel character characteristic choice claim class cognition"
    " collection color colour column combination community comparison completion complexity"
    " comprehension computation compute concept condition confidence configuration connection"
    " consistency constraint construction contrast control conversion corpus correct coverage"
    " cpu creation critique cue curve cv damage day db decision decomposition definition"
    " degree demand demo demonstration dense density depend deployment depth description"
    " detail device difference difficulty dimension direct direction discovery distance"
    " distribution divergence diversity document edge editing effect element emergence encoder"
    " energy engine english entity equation estimation eu event evidence expert explanation"
    " exploit exploration expression extension extraction face fact factor failure faq fast"
    " faster feedback fidelity field file flow focus following form format formulation forward"
    " foundation fps frame freedom frequency front fusion future game gap generalise"
    " generalist gpt gpu generalization generalize geometry global goal google gradient grid"
    " group guarantee guidance guideline head height history hour html human hybrid id idea"
    " identity impact implementation in-depth improvement index indicator individual industry"
    " initialization instance instruction integration intelligence intent interest interface"
    " internet intervention introduction issue item iteration json judge judgment key label"
    " lack law learned length light limit line linear link list literature lm local location"
    " logic loss management manner map mapping mask master match matching material math"
    " mathematics matrix measure measurement media medium memory merging message meta metric"
    " microsoft million mind mitigation mixture ml modality mode modeling modelling"
    " modification moment month motion movement name need network news nlp node noise nvidia"
    " notion observation offline online openai operation operator opportunity option origin os"
    " outcome overhead overview pair panel paradigm partner path pattern pc pdf people"
    " perception period person personality perspective phase phenomenon physical picture place"
    " plan platform player point pool portion pose position power practice precision predict"
    " predicting prediction preference preparation presence pressure principle prior"
    " probability procedure product production profile program prompt proof protocol prototype"
    " purpose quantity ranking ratio reaction reader reading realism reason recipe"
    " reconstruction red reduction redundancy reference referring refinement region relation"
    " relationship relevance reliability reliable removal represent representing request"
    " requirement residual rl resolution responsibility reward rgb risk role room root round"
    " route rule sampling scaling scenario scene schedule scheme scope scratch seamless search"
    " section sector selection self segmentation sense sensor separation series service"
    " session shape shaping shared shift shortcut side sight signal similarity site situation"
    " skill social solve solving sota sound sparse spatial specification speed splatting"
    " stability stack standard star start statement statistic status storage stream strength"
    " stress struggle style subject success suite sum summary supervision support surface"
    " switch symbol synergy synthesis table tail talk teaming technical technology temperature"
    " tempo tendency tension term thought topic total trace track tradition trajectory"
    " transfer transformation transition transparency tree trend trial trick trust truth"
    " tuning turn ui uk understanding unit update url us usa usd utility validation variance"
    " variant variation variety vector vehicle view viewpoint vocabulary volume walk wave"
    " weakness web weight width window word worker workflow working workload writing year"
    " zero".split()
)

# Methods and tasks of one word that readers look up.
SUBJECTS = frozenset(
    "agi animation anonymization attention autoencoder backdoor backpropagation bandit"
    " calibration captioning chain-of-thought chatbot clustering cryptography deblurring"
    " deepfake dehazing denoising deraining diffusion distillation dropout entropy"
    " explainability factuality fine-tuning forecasting grounding hallucination hypernetwork"
    " inpainting jailbreak jailbreaking kv-cache lipreading localization misinformation"
    " mixture-of-expert moe morphing neuroscience odometry outpainting overfitting"
    " personalization pre-training preconditioning pretraining prompting pruning quantization"
    " regularization relighting rendering reranking rotary sarcasm scheduling self-attention"
    " self-consistency self-correction self-improvement self-reflection self-supervision"
    " softmax sparsification speculation steganography stylization subtitle summarization"
    " super-resolution swarm sycophancy telemetry tokenization tokenizer transformer"
    " translation triangulation tts unlearning upscaling virtual-try-on watermark"
    " watermarking".split()
)

# Conferences: where a paper appeared is not its subject.
CONFERENCES = frozenset("acl cvpr eccv emnlp iccv iclr icml icra interspeech naacl neurip".split())
