"""How users correct an agent, by language: what begins a correction, what forbids, what prefers, what is none."""

import re
from typing import Final, NamedTuple


class Language(NamedTuple):
    """The words of one language, each a pattern over one sentence."""

    name: str
    lead: re.Pattern[str]
    """Begins a correction and is no part of the rule: "no, ", "I said "."""
    lasting: re.Pattern[str]
    """Says how it is always to be done."""
    forbids: re.Pattern[str]
    contrast: re.Pattern[str]
    """Prefers one thing to another."""
    imperative: re.Pattern[str]
    """Asks for something: a correction only behind a lead."""
    harmless: re.Pattern[str]
    """Looks like one of these and corrects nothing."""
    passing: re.Pattern[str]
    """Holds for the moment only."""


def _language(name: str, **patterns: str) -> Language:
    return Language(name, **{key: re.compile(pattern, re.IGNORECASE) for key, pattern in patterns.items()})


_EN_VERBS: Final = (
    "use|run|prefer|put|keep|follow|stick|write|name|leave|import|install|call|go with|commit|test|format|place"
    "|only|work|make sure|ask|read|check"
    "|edit|build|do it|start|stay|create|store|log|pin|target|branch|push|switch to"
)

LANGUAGES: Final = (
    _language(
        "en",
        lead=r"^(?:(?:no+|nope|nah|wrong|stop|hey|ugh|sorry|ok(?:ay)?|but|and|so|please|actually|again"
        r"|as i said|like i said"
        r"|that(?:['’]?s| is) (?:wrong|not right|not what i (?:asked|said|meant|wanted)(?: for)?"
        r"|incorrect)|not (?:that|like that|quite)"
        r"|i (?:already )?(?:said|told you|asked you|meant)(?: (?:already|before|to|that|you))*"
        r"|you (?:should|must|need to|have to)"
        r"|for the (?:last|second|third) time|once (?:more|again)|next time|in (?:the )?future|from now on)"
        r"(?:[,.:;!—–-]+\s*|\s+))+",
        lasting=r"^(?:always|never|from now on|in (?:the )?future|next time|every time|we (?:always"
        r"|never|only)|only ever)\b,? (?!an?\b|the\b|been\b|had\b|mind\b|seen\b)\w+(?<!s)(?<!ed)\b .{2,}"
        r"|^(?:this|the|our) (?:repo|repository|project|codebase|team) (?:uses?|runs?|follows?)\b.{2,}"
        r"|^i(?:['’]d)? prefer\b.{3,}|^remember (?:to|that)\b.{3,}"
        r"|^(?:in|for) this (?:repo|repository|project|codebase)\b.{4,}|^we (?:use|run|write|keep"
        r"|don['’]?t|do not)\b.{2,}\b(?:here|in this|around here)\b"
        rf"|^(?:{_EN_VERBS})\b.{{2,}}(?:\balways$|\b(?:from now on|every time|in this (?:repo|project))\b)"
        r"|^only (?:use|run|write|commit|push|read|edit|test|log)\b.{2,}"
        r"|^we(?:['’]re| are) on .{2,}\b(?:here|in this (?:repo|repository|project))\b"
        r"|^(?:[\w-]+ ){1,4}always \w+ .{2,}, (?:and )?never .{2,}",
        forbids=r"^(?:don['’]?t|do not|never|stop|avoid|quit|you (?:shouldn['’]?t|should not|must not"
        r"|mustn['’]?t|may not|can['’]?t|cannot)|no more)"
        r" (?!worry|know|think|see|get\b|mind|bother|forget|hesitate|be\b|understand|care|have\b|want"
        r"|like\b|need|panic|stop\b|seen|heard)\w+ .{2,}"
        r"|^we (?:don['’]?t|do not|never) \w+ .{2,}",
        contrast=rf"^(?:{_EN_VERBS}|we (?:use|run|write))\b.{{1,}}?\b(?:instead|rather than|and not|not)\b"
        r"|^(?:use|prefer) .{2,} over \S+|^[\w./@-]+(?: \w+)?, not [\w./@-]+(?: \w+)?$"
        r"|^(?:the|this|our) (?:\w+ ){1,2}(?:uses?|runs?) .{2,}?,? (?:and )?not \S+"
        r"|^(?:it['’]?s|it is|that['’]?s|it should be"
        r"|the (?!bug|error|problem|issue|fix|cause|reason|failure)\w+ is) .{2,}?(?<!\bdo)(?<!\bdid)"
        r",? (?:and )?not \S+"
        r"|^we \w+ .{2,}?(?:,? (?:and )?not|instead of|rather than) \S+|^not .{2,60}?[,—-] ?(?:but "
        r"|use |it['’]?s )?\S+",
        imperative=rf"^(?:{_EN_VERBS}|we use|we run|it['’]?s|no) .{{2,}}"
        r"|^.{3,80}, not (?!this|that|it\b|the other)\S+"
        r"|^(?:[\w-]+ ){1,4}(?:go|belong|live)(?:e?s)? (?:in|into|under|below|to|at) .{2,}",
        harmless=r"^(?:sure|ok(?:ay)?|yes|well|fine|hm+|maybe|probably|of course)\b.{0,20}\bnot\b"
        r"|, not (?:sure|now|yet|bad|really|needed|necessary|a problem|today|only|just)\b"
        r"|^no (?:problem|worries|worry|need|idea|rush|hurry|thanks|thank you|issues?|errors?"
        r"|changes?|further|more (?:changes|questions)|one|way|good)\b"
        r"|never ?mind|looks? (?:good|great|right|fine)|lgtm|well done|no, (?:that['’]?s|it['’]?s"
        r"|this is) (?:fine|ok(?:ay)?|good|great|right|correct)"
        r"|^(?:it|they|this|that|(?:the )?tests?)\b.{0,40}\b(?:never|always)\b|^don['’]?t you\b",
        passing=r"\b(?:yet|for now|right now|this time|for the moment|at the moment|today|tonight"
        r"|until|later)\b",
    ),
    _language(
        "de",
        lead=r"^(?:(?:nein|nee|nö|falsch|stopp?|halt|bitte|doch|aber|eigentlich|nochmal|nicht so"
        r"|das (?:ist|war) (?:falsch|nicht richtig)"
        r"|ich (?:habe?|hatte) (?:doch |dir )*(?:schon )?gesagt|wie gesagt|ich sagte(?: doch)?"
        r"|du (?:sollst|musst|solltest)|ab jetzt|in zukunft)"
        r"(?:[,.:;!—–-]+\s*|\s+))+",
        lasting=r"^(?:immer|nie|niemals|ab jetzt|künftig|in zukunft|grundsätzlich|wir \w+ (?:immer|nie"
        r"|niemals|hier|nur))\b.{3,}|^\w+(?<!ist)(?<!wird)(?<!hat) (?:bitte )?(?:immer|nie|niemals"
        r"|grundsätzlich|stets)\b.{2,}"
        r"|^in diesem (?:repo|projekt)\b.{3,}",
        forbids=r"^(?:kein\w*|nicht) .{3,}|^(?:verwende|benutze?|nutze?|nimm|führe?|schreibe?|mache?"
        r"|lasse?|lösche?|ändere?|fasse?|rühre?|committe?|pushe?|installiere?|bearbeite"
        r"|starte?)\b.{1,}\b(?:nicht|kein\w*|nie)\b.{0,}",
        contrast=r"^.{2,}\b(?:statt|anstatt|anstelle|stattdessen|sondern)\b",
        imperative=r"^(?:verwende|benutze?|nutze?|nimm|führe?|schreibe?|mache?|lasse?|setze?|rufe?"
        r"|starte?|installiere?|teste?|halte?|bleibe?|lege?|nur|mit) .{2,}"
        r"|^.{2,} (?:verwenden|benutzen|nutzen|nehmen|schreiben|ausführen|lassen)$",
        harmless=r"^kein(?:e)? (?:problem|sorge|ahnung|ursache|eile|thema|frage|fehler|änderung)"
        r"|^nicht schlimm|macht nichts|passt so|^das (?:ist|war) nicht",
        passing=r"\b(?:noch nicht|jetzt nicht|vorerst|erst ?mal|diesmal|heute|bis )\b",
    ),
    _language(
        "fr",
        lead=r"^(?:(?:non|nan|faux|stop|arrête|mais|en fait|s['’]il (?:te|vous) pla[iî]t"
        r"|encore une fois|pas comme ça|ce n['’]est pas (?:ça|bon|correct)|c['’]est faux"
        r"|j['’](?:ai|avais) (?:déjà )?dit(?: (?:de|d['’]))?|je t['’]ai dit(?: (?:de|d['’]))?"
        r"|comme je l['’]ai dit|tu dois|vous devez|il faut)(?:[ \u00a0]?[,.:;!—–-]+\s*|\s+"
        r"|(?<=d['’])))+",
        lasting=r"^(?:toujours|jamais|désormais|à l['’]avenir|dorénavant)\b.{3,}|^(?!c['’]|ça|il "
        r"|elle |les? )\S+ toujours\b.{2,}|^dans ce (?:dépôt|projet|repo)\b.{3,}|^on \w+ (?:toujours"
        r"|jamais)\b.{2,}",
        forbids=r"^(?:ne |n['’])(?!t['’]?inqui|vous inqui|sais|est)\S+ .{0,}?\b(?:pas|jamais"
        r"|plus)\b.{0,}|^(?:pas|plus) de .{3,}|^(?:évite|évitez|arrête|arrêtez) (?:de |d['’]).{3,}",
        contrast=r"^.{2,}(?:\bau lieu d|\bplutôt que|, pas |\bet non|\bà la place)",
        imperative=r"^(?:utilise[zr]?|emploie|employez|lance[zr]?|exécute[zr]?|écri[st]|écrivez|mets"
        r"|mettez|garde[zr]?|installe[zr]?|appelle[zr]?|prends|prenez|fais|faites|teste[zr]?) .{2,}",
        harmless=r"pas de (?:problème|souci|soucis|quoi)|ne t['’]inqui|ne vous inqui"
        r"|ce n['’]est pas grave|^non,? (?:c['’]est|ça va|merci)",
        passing=r"\b(?:pas encore|pour l['’]instant|pour le moment|cette fois|aujourd['’]hui)\b",
    ),
    _language(
        "es",
        lead=r"^(?:¡?(?:no|incorrecto|mal|para|pero|por favor|en realidad|de nuevo|otra vez|así no"
        r"|eso (?:está mal|no es correcto|no)|(?:ya )?(?:te )?dije(?: que)?|como (?:ya )?dije|debes"
        r"|tienes que|hay que)(?:[,.:;!—–-]+\s*|!?\s+(?!\w+(?:es|as)\b)))+",
        lasting=r"^(?:siempre|nunca|jamás|de ahora en adelante|a partir de ahora)\b.{3,}|^(?!es |lo "
        r"|la |el |eso )\S+ siempre\b.{2,}|^en este (?:repo|repositorio|proyecto)\b.{3,}",
        forbids=r"^(?:no|nunca|jamás) (?:lo |la |me )?(?:uses?|utilices?|ejecutes?|toques?|cambies?"
        r"|hagas?|edites?|borres?|modifiques?|instales?|escribas?|agregues?|añadas?|elimines?|pongas?"
        r"|corras?|crees|vuelvas|subas|llames)\b.{2,}|^(?:evita|deja de) .{3,}",
        contrast=r"^.{2,}\b(?:en vez de|en lugar de|no con)\b|^(?:usa|utiliza|ejecuta) .{1,}, no ",
        imperative=r"^(?:usa|utiliza|ejecuta|escribe|pon|mantén|corre|instala|llama|prueba|deja|sigue"
        r"|usar|usaras|uses|haz) .{2,}",
        harmless=r"no hay (?:problema|prisa)|no te preocupes|no pasa nada|no importa|no sé"
        r"|^no,? (?:está|gracias|así está)|de nada",
        passing=r"\b(?:todavía no|aún no|por ahora|de momento|esta vez|hoy)\b",
    ),
    _language(
        "ja",
        lead=r"^(?:(?:いや|いいえ|違う|違います|ちがう|だめ|ダメ|やめて|そうじゃなくて|そうではなく|じゃなくて|さっきも?言った(?:けど|通り|ように)?"
        r"|言ったでしょう?)[、。，,！!…\s]*)+",
        lasting=r"(?:必ず|常に|いつも|絶対に?|毎回|今後は|これからは|決して).{2,}(?:て|で|ください|下さい|こと|ように|する|な|ない)(?:ね|よ)?$"
        r"|^この(?:リポジトリ|プロジェクト)では.{3,}",
        forbids=r".{1,}(?:ないで|ないでください|ないで下さい|しないこと|禁止|はだめ|使うな|するな|やめて(?:ください)?)(?:ね|よ)?$",
        contrast=r".{1,}(?:ではなく|じゃなくて|じゃなく|の代わりに|よりも?).{1,}(?:て|で|ください|下さい|こと|です|だ|する)(?:ね|よ)?$",
        imperative=r".{1,}(?:使って|実行して|書いて|置いて|にして|でやって|してください|して)(?:ください|下さい)?(?:ね|よ)?$",
        harmless=r"問題(?:ない|ありません|なし)|大丈夫|気にしないで|心配しないで|ありがとう",
        passing=r"まだ|今は|とりあえず|今回は|今日は",
    ),
    _language(
        "zh",
        lead=r"^(?:(?:不对|不對|不是|错了|錯了|不，|不,|不行|停|我说过?|我說過?|我已经说过?|请|請|但是?|其实|應該|应该|你应该|你應該|以后|以後)[，,。！!：:\s]*)+",
        lasting=r"^(?:总是|總是|始终|始終|必须|必須|务必|務必|一律|每次都?|永远|永遠|绝不|絕不|以后|以後|今后).{2,}|^在?(?:这个|這個|本)(?:仓库"
        r"|項目|项目|倉庫).{3,}",
        forbids=r"^(?:不要再?|别再?|別再?|勿|禁止|不准|不许|不許|永远不要|永遠不要|千万别|千萬別|不能用|不应该|不應該).{2,}",
        contrast=r".{1,}(?:而不是|而非|不要用|别用|別用|代替|不是).{1,}",
        imperative=r"^(?:改?用|使用|运行|運行|执行|執行|写|放|保持|安装|调用|叫|直接).{1,}",
        harmless=r"没问题|沒問題|不用担心|不用擔心|别担心|別擔心|不要紧|不要緊|没关系|沒關係|不要担心|不客气|谢谢",
        passing=r"暂时|暫時|先不要|先别|这次|這次|今天|现在先",
    ),
)
"""The languages; a sentence is tried with each in this order."""

QUESTION: Final = re.compile(r"[?？¿]\s*$|^¿|か[。]?$|吗[。？]?$|嗎[。？]?$")
"""A sentence asks. What asks why something was done begins a correction as well."""
REPROACH: Final = re.compile(
    r"^(?:why|warum|wieso|pourquoi|por qué|¿por qué|なぜ|なんで|为什么|為什麼)", re.IGNORECASE
)
POINTS_BACK: Final = re.compile(
    r"^(?:don['’]?t|do not|stop|never|use|run|keep|put|leave|always)\s+(?:(?:do|doing|change|changing"
    r"|touch|touching|use|using"
    r"|run|running|delete|make|edit|editing|to)\s+)?(?:that|this|it|those|these|them|so|there|here"
    r"|the (?:other|first|second|last|same)(?: one)?)"
    r"(?: (?:one|again|please|way|there|here|now|file|any|more|anymore|further))*[\s.!,]*$",
    re.IGNORECASE,
)
"""A sentence that says nothing without what stood before it."""
