r"""Tables of TeX names: letters, relations, accents and fonts.

A listing that drops the backslash of ``\alpha`` shows ``alpha``, so `tex_loss` searches for the
same names.
"""

from __future__ import annotations

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip

CAPITALS = {
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

# No words of a natural language, so they mean the sign even without their backslash.
SIGNS = {
    "leq": "≤", "geq": "≥", "neq": "≠", "leqslant": "≤", "geqslant": "≥", "infty": "∞",
    "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "longrightarrow": "→",
    "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "uparrow": "↑",
    "downarrow": "↓", "cdot": "·", "cdots": "⋯", "ldots": "…", "simeq": "≃", "propto": "∝",
    "varepsilon": "ε", "varphi": "φ", "vartheta": "θ", "varrho": "ρ", "varsigma": "ς",
    "langle": "⟨", "rangle": "⟩", "lceil": "⌈", "rceil": "⌉", "lfloor": "⌊", "rfloor": "⌋",
}  # fmt: skip

# Also words or parts of words, so they need a backslash, or a rule that checks the context.
MACROS = (
    GREEK
    | CAPITALS
    | SIGNS
    | {
        "times": "×", "pm": "±", "mp": "∓", "le": "≤", "ge": "≥", "ne": "≠", "ll": "≪",
        "gg": "≫", "sim": "~", "approx": "≈", "equiv": "≡", "to": "→", "gets": "←",
        "circ": "°", "degree": "°", "deg": "°", "ell": "ℓ", "nabla": "∇", "partial": "∂",
        "sum": "∑", "prod": "∏", "int": "∫", "sqrt": "√", "in": "∈", "notin": "∉", "subset": "⊂",
        "subseteq": "⊆", "cup": "∪", "cap": "∩", "setminus": "∖", "emptyset": "∅",
        "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧", "lor": "∨", "oplus": "⊕",
        "otimes": "⊗", "odot": "⊙", "star": "⋆", "ast": "*", "dagger": "†", "bullet": "•",
        "dots": "…", "mid": "|", "perp": "⊥", "parallel": "∥", "prime": "′", "hbar": "ℏ",
        "triangle": "△", "checkmark": "✓", "quad": " ", "qquad": " ",
        "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ",
        "OE": "Œ", "aa": "å", "AA": "Å", "i": "i", "j": "j",
        "eg": "e.g.", "ie": "i.e.", "etc": "etc.", "etal": "et al.", "wrt": "w.r.t.",
        "vs": "vs.", "aka": "a.k.a.", "left": "", "right": "",
    }
)  # fmt: skip

# Accent commands and their combining characters.
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip

FUNCTIONS = frozenset(
    "log ln exp sin cos tan tanh min max arg argmin argmax sup inf lim det dim softmax".split()
)

HATS = {
    "tilde": "\u0303", "widetilde": "\u0303", "hat": "\u0302", "widehat": "\u0302",
    "bar": "\u0304", "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307",
}  # fmt: skip

# Commands that only format their argument.
FONTS = (
    r"text(?:bf|it|tt|sc|rm|sf|sl|up|md|normal|color|superscript|subscript)?"
    r"|math(?:bf|bb|cal|rm|sf|it|tt|frak|scr)|operatorname|boldsymbol|underline|emph"
    r"|mbox|hbox|bm"
)

# Commands that change the font of everything after them.
SWITCHES = (
    r"bfseries|itshape|ttfamily|scshape|rmfamily|sffamily|normalfont|textstyle"
    r"|displaystyle|small|large|bf|it|em|tt|sc|rm|sf|sl"
)

SUPERSCRIPTS = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyz",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        strict=True,
    )
)

SUBSCRIPTS = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvx",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ",
        strict=True,
    )
)
