"""How users correct an agent, by language; what asks, what blames, and what says nothing on its own."""

import re
from typing import Final

from headroom.learn.finders.correction_english import ENGLISH
from headroom.learn.finders.correction_language import language

LANGUAGES: Final = (
    ENGLISH,
    language(
        "de",
        r"^(?:(?:nein|nee|nö|falsch|stopp?|halt|bitte|doch|aber|eigentlich|nochmal|nicht so"
        r"|das (?:ist|war) (?:falsch|nicht richtig)|ich (?:habe?|hatte) (?:doch |dir )*(?:schon )?gesagt"
        r"|wie gesagt"
        r"|ich sagte(?: doch)?|du (?:sollst|musst|solltest)|ab jetzt|in zukunft)(?:[,.:;!—–-]+\s*|\s+))+",
        lasting=(
            (
                r"^(?:immer (?!noch|wieder|mehr)|(?:nie|niemals|ab jetzt|künftig|in zukunft|grundsätzlich)\b"
                r"|wir \w+ (?:immer|nie|niemals|hier|nur)\b).{3,}"
            ),
            (
                r"^\w+(?<!ist)(?<!wird)(?<!hat) (?:bitte )?(?:immer (?!noch|wieder)|niemals|grundsätzlich"
                r"|stets)\b.{2,}"
            ),
            (
                r"^(?:verwende|benutze?|nutze?|ändere?|schreibe?|lösche?|pushe?|committe?|fass"
                r"|rühre?)\b.{0,30}\bnie\b.{2,}"
            ),
            r"^in diesem (?:repo|projekt)\b.{3,}",
            r"^(?:verwende|benutze?|nutze?|nimm|schreibe?|lege?|setze?)\b.{3,}\bin diesem (?:repo|projekt)$",
            r"^(?:erst|zuerst|vorher) .{3,}\b(?:bevor|dann|danach)\b",
            r"^[\w-]+(?: \w+){0,3} bitte (?:immer |nur |stets )?(?:auf|in|mit|ohne|nach|als|unter) .{2,}",
            (
                r"^(?:tests?|commits?|commit-\w+|funktionen|komponenten|migrationen|skripte|dateien) (?:gehören"
                r"|kommen) .{3,}"
            ),
        ),
        forbids=(
            r"^(?:kein\w*|nicht|ohne) .{3,}|^lass (?:die finger|die hände) (?:von|weg) .{3,}",
            (
                r"^(?:verwende|benutze?|nutze?|nimm|führe?|schreibe?|mache?|lasse?|lösche?|ändere?|fasse?"
                r"|rühre?|committe?"
                r"|pushe?|installiere?|bearbeite|starte?)\b.{1,}\b(?:nicht|kein\w*|nie)\b.{0,}"
            ),
        ),
        contrast=(
            (
                r"^(?:verwende\w*|benutz\w*|nutz\w*|nimm|nehmt|schreib\w*|starte\w*|installiere\w*|führe?|wir \w+"
                r"|hier \w+)\b.{2,}(?:\b(?:statt|anstatt|anstelle|stattdessen|sondern)\b|, nicht \S)"
            ),
            r"^\S+ statt \S+$",
            r"^(?:das|die|der)\b.{0,40}\b(?:gehör\w+|kommt|kommen|liegt|liegen) .{2,}, nicht .{2,}",
        ),
        imperative=(
            (
                r"^.{2,}\b(?:statt|anstatt|anstelle|stattdessen|sondern)\b|^.{3,80}, nicht (?!das|die|der|so"
                r"|jetzt|mehr)\S+"
            ),
            (
                r"^(?:verwende|benutze?|nutze?|nimm|führe?|schreibe?|mache?|lasse?|setze?|rufe?|starte?"
                r"|installiere?|teste?"
                r"|halte?|bleibe?|lege?|nur|mit|wir nehmen|wir benutzen|wir verwenden) .{2,}"
            ),
            r"^.{2,} (?:verwenden|benutzen|nutzen|nehmen|schreiben|ausführen|lassen)$",
        ),
        harmless=(
            r"^kein(?:e)? (?:problem|sorge|ahnung|ursache|eile|thema|frage|fehler|änderung)",
            r"^nicht (?:schlimm|schlecht|übel|nötig|wichtig|so wild|jetzt|sicher|ganz|wirklich|weiter)",
            r"macht nichts|passt so|^das (?:ist|war) nicht",
        ),
        passing=(r"\b(?:noch nicht|jetzt nicht|vorerst|erst ?mal|diesmal|heute|bis )\b",),
    ),
    language(
        "fr",
        r"^(?:(?:non|nan|faux|stop|arrête|mais|en fait|s['’]il (?:te|vous) pla[iî]t|encore une fois|pas comme ça"
        r"|ce n['’]est pas (?:ça|bon|correct)|c['’]est faux|j['’](?:ai|avais) (?:déjà )?dit(?: (?:de|d['’]))?"
        r"|je t['’]ai dit(?: (?:de|d['’]))?|comme je l['’]ai dit|tu dois|vous devez|il faut)"
        r"(?:[ \u00a0]?[,.:;!—–-]+\s*|\s+|(?<=d['’])))+",
        lasting=(
            (
                r"^(?:toujours (?!la même|le même|les mêmes|pas|rien|en\b|une?\b)"
                r"|(?:jamais|désormais|à l['’]avenir|dorénavant)\b).{3,}"
            ),
            r"^(?!non\b|c['’]|ça|il |elle |les? |la )\S+ toujours\b.{2,}|^on \w+ (?:toujours|jamais)\b.{2,}",
            r"^dans ce (?:dépôt|projet|repo)\b.{3,}",
            r"^(?:utilise[zr]?|écri[st]|écrivez|garde[zr]?)\b.{3,}\bdans ce (?:dépôt|projet|repo)$",
        ),
        forbids=(
            r"^(?:ne |n['’])(?!t['’]?inqui|vous inqui|sais|est)\S+ .{0,}?\b(?:pas|jamais|plus)\b.{0,}",
            r"^(?:pas|plus) de .{3,}|^(?:arrête|arrêtez) (?:de |d['’]).{3,}|^évite[zr]? .{3,}",
        ),
        contrast=(
            (
                r"^(?:utilise\w*|emploie\w*|lance\w*|exécute\w*|écri\w+|garde\w*|installe\w*|prends|prenez"
                r"|on \w+|ici)"
                r"\b.{2,}(?:\bau lieu d|\bplutôt que|, pas |\bet non|\bà la place)|^utilise\w* plutôt \S+ que \S+"
            ),
            r"^\S+ plutôt que \S+$|^pas \S+[,:;] .{3,}",
            r"^les? .{2,60} (?:va|vont|est|sont) dans .{2,}, pas .{2,}",
        ),
        imperative=(
            r"^.{2,}(?:\bau lieu d|\bplutôt que|, pas |\bà la place)",
            (
                r"^(?:utilise[zr]?|emploie|employez|lance[zr]?|exécute[zr]?|écri[st]|écrivez|mets|mettez|garde[zr]?"
                r"|installe[zr]?|appelle[zr]?|prends|prenez|fais|faites|teste[zr]?) .{2,}"
            ),
        ),
        harmless=(
            r"pas de (?:problème|souci|soucis|quoi)|ne t['’]inqui|ne vous inqui|ce n['’]est pas grave",
            r"^non,? (?:c['’]est|ça va|merci)",
        ),
        passing=(r"\b(?:pas encore|pour l['’]instant|pour le moment|cette fois|aujourd['’]hui)\b",),
    ),
    language(
        "es",
        r"^(?:¡?(?:no(?:[,.:;!—–-]+\s*|!?\s+(?!\w+(?:es|as)\b|quiero|toques))|(?:incorrecto|mal|para|pero"
        r"|por favor"
        r"|en realidad|de nuevo|otra vez|así no|eso (?:está mal|no es correcto|no)|(?:ya )?(?:te )?dije(?: que)?"
        r"|como (?:ya )?dije|debes|tienes que|hay que)(?:[,.:;!—–-]+\s*|!?\s+)))+",
        lasting=(
            (
                r"^(?:siempre (?!falla|pasa|es\b|está|funciona|hay|ocurre|me\b|se\b|lo\b|da\b)"
                r"|(?:nunca|jamás|de ahora en adelante|a partir de ahora)\b).{3,}"
            ),
            r"^(?!es |lo |la |el |eso )\S+ siempre\b.{2,}|^en este (?:repo|repositorio|proyecto)\b.{3,}",
            r"^(?:usa|utiliza|ejecuta|escribe|pon|mantén)\b.{3,}\ben este (?:repo|repositorio|proyecto)$",
            r"^(?:aquí |nosotros )(?:usamos|utilizamos|ejecutamos|escribimos|no usamos) .{2,}",
        ),
        forbids=(
            (
                r"^(?:no|nunca|jamás) (?:lo |la |me )?(?:uses?|utilices?|ejecutes?|toques?|cambies?|hagas?"
                r"|edites?|borres?"
                r"|modifiques?|instales?|escribas?|agregues?|añadas?|elimines?|pongas?|corras?|crees|vuelvas"
                r"|subas|llames)"
                r"\b.{2,}"
            ),
            r"^no (?:quiero|usar) .{3,}|^(?:evita|deja de) .{3,}",
        ),
        contrast=(
            (
                r"^(?:usa|utiliza|ejecuta|escribe|instala|corre|aquí|usamos)\b.{2,}\b(?:en vez de|en lugar de"
                r"|no con)\b"
            ),
            r"^(?:usa|utiliza|ejecuta) .{1,}, no ",
        ),
        imperative=(
            r"^.{2,}\b(?:en vez de|en lugar de)\b|^.{3,80}, no (?:en|a|con|de|al) \S+",
            (
                r"^(?:usa|utiliza|ejecuta|escribe|pon|mantén|corre|instala|llama|prueba|deja|sigue (?!\w+ndo)"
                r"|usar|usaras"
                r"|uses|haz) .{2,}"
            ),
        ),
        harmless=(
            r"no hay (?:problema|prisa)|no te preocupes|no pasa nada|no importa|no sé",
            r"^no,? (?:está|gracias|así está)|de nada",
        ),
        passing=(r"\b(?:todavía no|aún no|por ahora|de momento|esta vez|hoy)\b",),
    ),
    language(
        "ja",
        r"^(?:(?:いや|いいえ|違う|違います|ちがう|だめ|ダメ|やめて|そうじゃなくて|そうではなく|じゃなくて|さっきも?言った(?:けど|通り|ように)?"
        r"|言ったでしょう?)[、。，,！!…\s]*)+",
        lasting=(
            (
                r"(?:必ず|常に|いつも|絶対に?|毎回|今後は|これからは|決して).{2,}(?:て|で|ください|下さい|こと|ように|する|な|ない)(?:ね|よ)?$"
                r"|^この(?:リポジトリ|プロジェクト)では.{3,}"
            ),
        ),
        forbids=(
            r".{1,}(?:ないで|ないでください|ないで下さい|しないこと|禁止|はだめ|使うな|するな|やめて(?:ください)?)(?:ね|よ)?$",
        ),
        contrast=(
            r".{1,}(?:ではなく|じゃなくて|じゃなく|の代わりに|よりも?).{1,}(?:て|で|ください|下さい|こと|です|だ|する)(?:ね|よ)?$",
        ),
        imperative=(
            r".{1,}(?:使って|実行して|書いて|置いて|にして|でやって|してください|して)(?:ください|下さい)?(?:ね|よ)?$",
        ),
        harmless=(r"問題(?:ない|ありません|なし)|大丈夫|気にしないで|心配しないで|ありがとう",),
        passing=(r"まだ|今は|とりあえず|今回は|今日は",),
    ),
    language(
        "zh",
        r"^(?:(?:不对|不對|不是|错了|錯了|不，|不,|不行|停|我说过?|我說過?|我已经说过?|请|請|但是?|其实|應該|应该|你应该|你應該|以后|以後)[，,。！!：:\s]*)+",
        lasting=(
            (
                r"^(?:总是|總是|始终|始終|必须|必須|务必|務必|一律|每次都?|永远|永遠|绝不|絕不|以后|以後|今后).{2,}|^在?(?:这个|這個|本)(?:仓库"
                r"|項目|项目|倉庫).{3,}"
            ),
        ),
        forbids=(
            r"^(?:不要再?|别再?|別再?|勿|禁止|不准|不许|不許|永远不要|永遠不要|千万别|千萬別|不能用|不应该|不應該).{2,}",
        ),
        contrast=(r".{1,}(?:而不是|而非|不要用|别用|別用|代替|不是).{1,}",),
        imperative=(r"^(?:改?用|使用|运行|運行|执行|執行|写|放|保持|安装|调用|叫|直接).{1,}",),
        harmless=(
            r"没问题|沒問題|不用担心|不用擔心|别担心|別擔心|不要紧|不要緊|没关系|沒關係|不要担心|不客气|谢谢",
        ),
        passing=(r"暂时|暫時|先不要|先别|这次|這次|今天|现在先",),
    ),
)
"""The languages; a sentence is tried with each in this order."""

QUESTION: Final = re.compile(r"[?？¿]\s*$|^¿|か[。]?$|吗[。？]?$|嗎[。？]?$")
"""A sentence asks. What asks why something was done begins a correction as well."""
BLAME: Final = re.compile(
    r"^(?:no,? )?not (?:with )?\S+$|^you (?:keep|kept|always|again|still|used|forgot|missed|ignored|broke"
    r"|should(?:n['’]?t)? have"
    r"|were supposed)\b"
    r"|^du (?:hast|benutzt|nimmst|machst|vergisst)\b.{0,60}\b(?:wieder|falsch\w*|vergessen)\b"
    r"|^tu (?:as|utilises|oublies)\b.{0,60}\b(?:encore|oublié|mauvais\w*)\b"
    r"|^(?:has|usaste|olvidaste|otra vez)\b.{0,60}\b(?:otra vez|olvidado|equivocad\w*|mal)\b",
    re.IGNORECASE,
)
"""Says what was done wrong; what is to be done stands in the next sentence."""
REPROACH: Final = re.compile(
    r"^(?:why|warum|wieso|pourquoi|por qué|¿por qué|なぜ|なんで|为什么|為什麼)", re.IGNORECASE
)
ONCE: Final = re.compile(
    r"\b(?:again|now|once more|this (?:file|test|function|line|one|bug|error|commit|branch|time)"
    r"|the (?:bug|error|failing|last|previous|other|same))\b",
    re.IGNORECASE,
)
"""What is asked for is to be done but once."""
POINTS_BACK: Final = re.compile(
    r"^(?:don['’]?t|do not|stop|never|use|run|keep|put|leave|always)\s+(?:(?:do|doing|change|changing"
    r"|touch|touching|use|using"
    r"|run|running|delete|make|edit|editing|to)\s+)?(?:that|this|it|those|these|them|so|there|here"
    r"|the (?:other|first|second|last|same)(?: one)?)"
    r"(?: (?:one|again|please|way|there|here|now|file|any|more|anymore|further))*[\s.!,]*$",
    re.IGNORECASE,
)
"""A sentence that says nothing without what stood before it."""
