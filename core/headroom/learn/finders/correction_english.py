"""How users correct an agent in English."""

from typing import Final

from headroom.learn.finders.correction_language import Language, language

_VERBS: Final = (
    "use|run|prefer|put|keep|follow|stick|write|name|leave|import|install|call|go with|commit|test|format|place"
    "|only|work|make sure|ask|read|check|edit|build|do it|start|stay|create|store|log|pin|target|branch|push"
    "|switch to"
)
_NOUNS: Final = (
    "(?:prs?|pull requests?|commits?|commit messages?|functions?|class(?:es)?|modules?|tests?|migrations?"
    "|endpoints?|components?|branch(?:es)?|releases?|methods?|types?|variables?|imports?|packages?|services?|scripts?|tables?"
    "|quer(?:y|ies)|routes?|hooks?|comments?|docstrings?|dependenc(?:y|ies)|secrets?|configs?|names?|dates?)"
)
"""What the rules of a project are about."""
_FAULTS: Final = "bug|error|problem|issue|fix|cause|reason|failure|fault"
_REPO: Final = "(?:repo|repository|project|codebase)"

ENGLISH: Final[Language] = language(
    "en",
    r"^(?:(?:hm+|one (?:more )?thing|btw|by the way|(?:that|this|it) works|works|no+|nope|nah|wrong|stop"
    r"|hey|ugh|sorry|ok(?:ay)?|but|and|so|please|actually|again|as i said"
    r"|like i said"
    r"|same (?:mistake|error|problem)(?: as before)?(?: again)?"
    r"|that(?:['’]?s| is| was) (?:(?:the )?wrong(?: [\w-]{2,20})?|not right|incorrect|deprecated|outdated"
    r"|obsolete"
    r"|legacy|not allowed|forbidden|not what i (?:asked|said|meant|wanted)(?: for)?)|not (?:that|like that"
    r"|quite)"
    r"|i (?:already )?(?:said|told you|asked you|meant)(?: (?:already|before|to|that|you))*"
    r"|you (?:should|must|need to|have to)"
    r"|you (?:keep|kept|used|forgot|ignored|broke|picked|chose|put|should(?:n['’]t)? have)\b[^,.:;—–]{2,60}"
    r"(?=[:—–]|, (?:use|please|put|don|run|always))"
    r"|(?:just )?(?:for the record|fyi|to be clear|heads up|a reminder|reminder|note that|note|just so you know)"
    r"|for the (?:last|second|third) time|once (?:more|again)|next time|in (?:the )?future|from now on)"
    r"(?:[,.:;!—–-]+\s*|\s+))+",
    lasting=(
        (
            r"^(?:always|never|from now on|in (?:the )?future|next time|every time|we (?:always|never|only)"
            r"|only ever)\b,? "
            r"(?!an?\b|the\b|been\b|had\b|mind\b|seen\b|nice\b|good\b|great\b|fun\b"
            r"|happy\b)\w+(?<!s)(?<!ed)\b .{2,}"
        ),
        r"^(?:this|the|our) (?:repo|repository|project|codebase|team) (?:uses?|runs?|follows?)\b.{2,}",
        r"^(?:i(?:['’]d)?|we) prefer (?!the\b|this|that|it\b|option).{3,}",
        r"^remember (?:to|that)\b.{3,}",
        rf"^(?:in|for) this {_REPO}\b.{{4,}}",
        r"^we (?:use|run|write|keep|don['’]?t|do not)\b.{2,}\b(?:here|in this|around here)\b",
        (
            r"^we (?:only )?(?:target|support|require|follow|stick to|deploy (?:with|via|from)) (?!it\b|that"
            r"|this).{3,}"
        ),
        r"^we have an? (?:rule|policy|convention)[: ].{3,}",
        rf"^we(?:['’]re| are) on .{{2,}}\b(?:here|in this {_REPO})\b",
        rf"^(?:{_VERBS})\b.{{2,}}(?:\balways$|\b(?:from now on|every time|in this {_REPO})\b)",
        (
            r"^only (?:ever )?(?:use|run|write|commit|push|read|edit|test|log|change|touch|modify|add"
            r"|create)\b.{2,}"
        ),
        r"^make sure (?:to|that you|you) .{3,}\b(?:after|before|every|each|always|all)\b",
        r"^make sure (?:that )?(?:you|to) always\b.{3,}|^i want you to always .{3,}",
        (
            rf"^(?:all|every|each|any) (?:[\w/-]+ ){{0,3}}?{_NOUNS} (?:must|ha(?:ve|s) to|needs?) "
            r"(?!to |pass|be (?:green|fixed)).{3,}"
        ),
        (
            rf"^(?:[\w/-]+ ){{0,2}}{_NOUNS} (?:must|always|never|have to) "
            r"(?!fail|work|crash|pass|break|happen|ran\b|got\b)\w+ .{3,}"
        ),
        (
            rf"^(?:(?:all|the|new|our|unit|integration) ){{0,2}}{_NOUNS} (?:go|belong|live)s? "
            r"(?:in|into|under|below|next to) \S+"
        ),
        (
            r"^(?:use|prefer|follow|stick to) (?!the\b|an?\b|this|that|it\b|my\b|your\b|our\b).{3,}? (?:in|for) "
            r"(?:the |all |our )?(?:docs|tests|comments|commit messages|names|code|messages|logs|migrations"
            r"|documentation|commits|branches|prs|pull requests)$"
        ),
        (
            rf"^keep (?:all |the |your |new )?{_NOUNS}(?<=s) (?:in|next to|under|below|inside|out of|beside"
            rf"|small"
            rf"|short) ?.*"
        ),
        r"^(?:[\w-]+ ){1,4}always \w+ .{2,}, (?:and )?never .{2,}",
    ),
    forbids=(
        r"^(?:stop|quit) (?!being|looking|working)\w+ing\b.{2,}",
        r"^let['’]?s not (?!do\b|worry|forget|go\b)\w+ .{2,}",
        r"^leave (?!it\b|that|this|them|as\b).{2,60}? (?:alone|as (?:is|it is|they are))\b",
        r"^(?:no|without) [\w.-]+(?: \w+)? please\b.*|^i (?:don['’]?t|do not) want (?:you to|any) .{3,}",
        r"^you(?:['’]?re| are) not allowed to .{3,}|^you don['’]?t (?:need|have) to \w+ (?!that|this|it\b).{3,}",
        (
            r"^(?!that|this|it\b|they|these)\S+(?: \S+){0,3} (?:is|are) (?:deprecated|not used|forbidden"
            r"|not allowed|off limits)\b.*"
        ),
        r"^stop using .{2,}",
        (
            r"^(?:don['’]?t|do not|never|avoid|you (?:shouldn['’]?t|should not|must not|mustn['’]?t|may not"
            r"|can['’]?t"
            r"|cannot)|no more) (?!worry|know|think|see|get\b|mind|bother|forget|hesitate|be\b|understand|care"
            r"|have\b|want"
            r"|like\b|need|panic|stop\b|seen|heard)\w+ .{2,}"
        ),
        r"^we (?:don['’]?t|do not|never) \w+ .{2,}",
    ),
    contrast=(
        (
            rf"^(?:{_VERBS}|we (?:use|run|write)|let['’]?s (?:use|stick|keep|write|put|go with))\b.{{1,}}?"
            r"\b(?:instead|rather than|and not|not)\b"
        ),
        r"^(?:use|prefer) .{2,} over \S+|^(?:use|prefer|stick to) (?!the\b|this|that).{2,}, we .{3,}",
        (
            r"^(?:instead of|rather than) .{2,60}?, (?:just |please |always )?"
            r"(?:use|write|run|put|import|call|make|add|keep) .{2,}"
        ),
        r"^i['’]?d rather (?:you |we |have )?.{3,} than \S+",
        (
            r"^(?!no\b|yes\b|ok|option|version|answer|number|the\b|return|show|sort|make|set\b|add\b|print"
            r"|give|move|change|display|open|close|send|not\b)"
            r"[\w./@-]+(?: \w+)?, not (?!that\b|this\b|now|an?\b)[\w./@-]+(?: \w+)?$"
        ),
        r"^(?:the|this|our) (?:\w+ ){1,2}(?:uses?|runs?) .{2,}?,? (?:and )?not \S+",
        (
            rf"^(?:the|our|all) (?!{_FAULTS})[\w -]{{2,40}}? (?:lives?|goes|go|belongs?|sits?|stays?|is|are) "
            r"(?:in|under|at|into|below|on) .{2,}?,? (?:and )?not .{2,}"
        ),
        (
            r"^(?:(?:it['’]?s|it is|that['’]?s) (?!an?\b|the\b|just|only)|it should be "
            rf"|the (?!{_FAULTS})[\w -]{{2,40}}? is (?!an?\b|the\b|just|only)).{{2,}}?(?:, (?:and )?"
            rf"| and )not \S+"
        ),
        r"^(?:it['’]?s|it is|that['’]?s) (?=\S*[\d./_-])\S+,? not \S+$",
        r"^we \w+ .{2,}?(?:,? (?:and )?not|instead of|rather than) \S+",
        (
            r"^not (?!what|sure|yet|bad|now|really|quite|only|just|working|needed|necessary|important|that\b"
            r"|this\b|too\b)"
            r".{2,60}?[,—-] ?(?:but |use |it['’]?s )?\S+"
        ),
    ),
    imperative=(
        rf"^(?:{_VERBS}|we use|we run|it['’]?s (?:called|named|in|at|under)|no) .{{2,}}",
        (
            rf"^(?:all|every|each|any) (?:[\w/-]+ ){{0,3}}?{_NOUNS} .{{0,40}}?"
            r"(?:must|should|ha(?:ve|s) to|needs? to|are|is) .{2,}"
        ),
        (
            rf"^the (?!{_FAULTS})[\w -]{{2,40}}? (?:is|are|lives in|is called|is named) "
            r"[`'\"]?(?=\S*[a-z]\S*)\S*(?:[/_`]|\w\.\w)\S*"
        ),
        r"^.{3,80}, not (?!this|that|it\b|the other)\S+",
        r"^(?:[\w-]+ ){1,4}(?:go|belong|live)(?:e?s)? (?:in|into|under|below|to|at) .{2,}",
    ),
    harmless=(
        r"^(?:no,? )?i meant (?!use|run|write|put|keep|call)",
        r"^(?:sure|ok(?:ay)?|yes|well|fine|hm+|maybe|probably|of course)\b.{0,20}\bnot\b",
        r", not (?:sure|now|yet|bad|really|needed|necessary|a problem|today|only|just)\b",
        (
            r"^no (?:problem|worries|worry|need|idea|rush|hurry|thanks|thank you|issues?|errors?|changes?"
            r"|further"
            r"|more (?:changes|questions)|one|way|good|luck|wait)\b"
        ),
        r"never ?mind|looks? (?:good|great|right|fine)|lgtm|well done",
        r"no, (?:that['’]?s|it['’]?s|this is) (?:fine|ok(?:ay)?|good|great|right|correct)",
        r"^(?:it|they|this|that|(?:the )?tests?)\b.{0,40}\b(?:never|always)\b|^don['’]?t you\b",
    ),
    passing=(
        r"\b(?:yet|for now|right now|this time|for the moment|at the moment|today|tonight|until|later)\b",
        r"\bin this (?:change|commit|pr|branch|task)\b|\b(?:the|that|this) (?:failing|first|last|second) \w+",
        r", (?:please )?\w+ (?:it|that|them)$",
    ),
)
