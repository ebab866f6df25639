"""Secrets are masked before anything of a transcript is told or written.

What gives a secret away: its own shape (a prefix, a PEM block, a JWT), what stands before it (a name such as
API_KEY, an option such as --password, an Authorization header, a URL's user), or that it looks drawn at random.
Too much is masked rather than too little; hashes, commits, UUIDs and paths stay. E-mail addresses are no secrets.
Each pattern is bounded or takes what it has read with it, so that the time is linear in the text.
"""

import math
import re
from collections import Counter
from typing import Final

MASK: Final = "***"
"""What stands for a secret."""

_PEM: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)", re.DOTALL
)

_SHAPE_ROWS: Final = (
    r"(?:sk|pk|rk)[-_](?:[a-z]{2,8}[-_]){0,3}[\w-]{16,}",  # OpenAI, Anthropic, Stripe, OpenRouter
    r"gh[opsur]_\w{16,}",
    r"github_pat_\w{16,}",
    r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}",
    r"xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}",
    r"AIza[\w-]{30,}",
    r"GOCSPX-[\w-]{16,}|ya29\.[\w.-]{16,}",
    r"gl(?:pat|dt|rt|ptt|oas|ft|soat)-[\w.-]{16,}",
    r"npm_\w{30,}|pypi-[\w-]{30,}",
    r"hf_\w{30,}|r8_\w{30,}|gsk_\w{30,}|xai-\w{30,}|nvapi-[\w-]{30,}|pplx-\w{30,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"hv[sbr]\.[\w-]{16,}|do[opr]_v1_\w{16,}|dckr_[po]at_[\w-]{16,}|shp(?:at|ss|ca|pa)_\w{16,}",
    r"whsec_[\w+/=-]{16,}|lin_api_\w{16,}|tskey-[\w-]{16,}|PMAK-[\w-]{16,}|sntry[su]_[\w+/=-]{16,}",
    r"AGE-SECRET-KEY-1\w{16,}|ATATT3[\w=-]{16,}|ATCTT3[\w=-]{16,}|ntn_\w{16,}|secret_\w{30,}",
    r"\d{8,10}:AA[\w-]{30,}",  # Telegram
    r"sbp_\w{16,}|dp\.(?:pt|st|sa|ct)\.\w{16,}|pscale_\w{2,8}_[\w-]{16,}|figd_[\w-]{16,}|NRAK-[A-Z0-9]{16,}",
    r"dapi[0-9a-f]{32}|SK[0-9a-f]{32}|key-[0-9a-f]{32}",  # Databricks, Twilio, Mailgun
    r"hooks\.slack\.com/services/[\w/]{16,}|discord(?:app)?\.com/api/webhooks/[\w/-]{16,}",
    r"eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?",  # JWT
)
_SHAPES: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_SHAPE_ROWS)})")
_CRYPT: Final = re.compile(r"\$(?:2[abxy]|[156y]|apr1|argon2\w{1,2})\$[\w./$=,+-]{12,}")
"""What a password file holds: crypt(3)."""

_URL_USER: Final = re.compile(r"(://)(?:([^\s/:@'\"`]{0,64}):([^\s/@'\"`]{1,256})|([^\s/:@'\"`]{16,256}))@")
_SCHEME: Final = re.compile(r"(?i)\b((?:bearer|basic)[ \t]{1,4})([\w.~+/=-]{8,})")
_HEADER: Final = re.compile(
    r"(?i)\b((?:proxy-)?authorization[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?(?:(?:bearer|basic|token"
    r"|digest)[ \t]{1,4})?)"
    r"([^\s\"'`]+)"
)
_COOKIE: Final = re.compile(r"(?i)\b((?:set-)?cookie[ \t]{0,4}:[ \t]{0,4})([^\r\n\"']+)")

_NAME: Final = (
    r"(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|api[_-]?keys?|(?:access|private|secret"
    r"|signing|encryption"
    r"|account|master|auth)[_-]?keys?|credentials?|connection[_-]?string|client[_-]?secret"
    r"|passwort|kennwort|contrase\u00f1a|senha|mot de passe)"
)
_QUOTED: Final = r"\"[^\"\r\n]{1,512}\"|'[^'\r\n]{1,512}'"
_ESCAPED: Final = r"\\{1,8}[\"'][^\"'\r\n]{0,511}[^\"'\\\r\n]"
"""In JSON that stands in JSON, however deep."""
_VALUE: Final = rf"({_ESCAPED}|{_QUOTED}|[^\s\"'`,;&|<>(){{}}\[\]]{{1,512}})"
_BREAK: Final = r"(?:[|>][-+]?[ \t]{0,3}\r?\n[ \t]{1,24}|\\\r?\n[ \t]{0,24})?"
"""A value on the next line: a block of YAML, a shell line that goes on."""
_NAMED: Final = re.compile(
    rf"(?i)((?<![a-z]){_NAME}(?:[_-]\w{{1,24}})?|(?:[a-z]{{1,8}}{_NAME}))"
    rf"((?:\\{{0,8}}[\"'])?[ \t]{{0,3}}(?:=>?|:|%3[ad])[ \t]{{0,3}}{_BREAK}){_VALUE}"
)
_CALL: Final = re.compile(
    rf"(?i)((?<![a-z]){_NAME}(?:[_-]\w{{1,24}})?)([\"']?[ \t]{{0,3}}[,(][ \t]{{0,3}})({_QUOTED})"
)
_OPTION: Final = re.compile(
    rf"(?i)(--?(?:[a-z]{{1,12}}[_-]){{0,3}}{_NAME}(?:[_-][a-z]{{1,12}})?)([ \t]{{1,3}}){_VALUE}"
)
_LOGIN: Final = re.compile(
    r"((?:^|[ \t])(?:-u|--user|--proxy-user)[ \t=]{0,2}[\"']?)([^\s:\"'/]{1,64}):([^\s\"']{1,256})"
)
_CLIENT_ROWS: Final = (
    r"\b(?:mysql\w*|mariadb\w*|sshpass|7za?)\b[^\n|;&]{0,200}?[ \t]-p[ \t]?",
    r"\b(?:docker login|podman login|ldapsearch)\b[^\n|;&]{0,200}?[ \t]-[pw][ \t]?",
    r"\bredis-cli\b[^\n|;&]{0,200}?[ \t]-a[ \t]{1,3}",
    r"\b(?:un)?zip\b[^\n|;&]{0,200}?[ \t]-P[ \t]{1,3}",
    r"\bsmbclient\b[^\n|;&]{0,200}?[ \t]-U[ \t]{0,3}[^\s%]{1,64}%",
    r"\blogin[ \t]{1,3}\S{1,64}[ \t]{1,3}password[ \t]{1,3}",  # netrc
    r"--from-literal[= ][^\s=]{1,64}=",  # kubectl create secret
    r"[?&](?:sig|[\w-]{0,24}signature)=",  # signed URLs
)
_CLIENT: Final = re.compile(rf"((?:{'|'.join(_CLIENT_ROWS)}))([^\s-][^\s&]{{0,256}})")
_DOCKER: Final = re.compile(r"([\"']auth\\{0,8}[\"'][ \t]{0,3}:[ \t]{0,3}\\{0,8}[\"'])([\w+/=-]{12,})")

_RANDOM: Final = re.compile(r"(?:sha(?:1|256|384|512)-|h1:)[\w+/=]+|[A-Za-z0-9_-]{24,}={0,2}")
_HEX: Final = re.compile(r"[0-9a-fA-F_-]+=*")
_CLASS_CHANGE: Final = re.compile(r"[a-z][A-Z0-9]|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])")
_PLAIN_VALUE: Final = re.compile(
    r"[\"']?(?:\*{3}.*|\$.*|%\w+%|\d{1,7}|true|false|null|none|nil|undefined|yes|no|os\.\w.*|process\.env.*)[\"']?"
    r"|[\"']?<.*",
    re.IGNORECASE,
)
_PASSES: Final = 5
"""One secret may hide where the next begins; what is left after so many passes does not occur."""
_ENTROPY_BITS: Final = 3.7
"""Per character. Words and names of 24 characters and more stay below, random ones of 62 letters lie above."""
_CHANGES: Final = 0.22
"""How often a random text changes between small, capital and digit, in shares of its length; names do so less."""


def mask(text: str) -> str:
    """Return a text with every secret in it replaced by MASK. What is masked stays as it is."""
    for _ in range(_PASSES):
        masked = _masked(text)
        if masked == text:
            break
        text = masked
    return text


def _masked(text: str) -> str:
    text = _PEM.sub(MASK, text)
    text = _HEADER.sub(_second, text)
    text = _COOKIE.sub(_second, text)
    text = _SCHEME.sub(_second, text)
    text = _URL_USER.sub(_url_user, text)
    text = _CRYPT.sub(MASK, _SHAPES.sub(MASK, text))
    text = _OPTION.sub(_named, text)
    text = _NAMED.sub(_named, text)
    text = _CALL.sub(_named, text)
    text = _LOGIN.sub(_login, text)
    text = _DOCKER.sub(_second, _CLIENT.sub(_second, text))
    return _RANDOM.sub(_random, text)


def _second(found: re.Match[str]) -> str:
    return found[0] if _PLAIN_VALUE.fullmatch(found[2]) else found[1] + MASK


def _named(found: re.Match[str]) -> str:
    value = found[3]
    inner = value.lstrip("\\").strip("\"'")
    is_folder = found[1].lower() in ("pwd", "oldpwd") and inner.startswith(("/", "~"))
    if _PLAIN_VALUE.fullmatch(inner) or value.startswith("--") or is_folder:
        return found[0]
    before = value[: len(value) - len(value.lstrip("\\\"'"))]
    after = value[-1] if len(before) == 1 and value[-1] == before else ""
    return f"{found[1]}{found[2]}{before}{MASK}{after}"


def _url_user(found: re.Match[str]) -> str:
    if found[4]:
        return f"://{MASK}@"
    return found[0] if _PLAIN_VALUE.fullmatch(found[3]) else f"://{found[2]}:{MASK}@"


def _login(found: re.Match[str]) -> str:
    # A user and a group, as of `docker run -u 1000:1000`.
    is_group = found[2] == found[3] or (found[2].isdigit() and found[3].isdigit())
    return found[0] if is_group or found[3].startswith((MASK, "$")) else f"{found[1]}{found[2]}:{MASK}"


def _random(found: re.Match[str]) -> str:
    return MASK if is_random(found[0]) else found[0]


def is_random(word: str) -> bool:
    """Whether a word looks drawn at random: letters of both sizes and digits, mixed, none said twice as often.

    Hashes in hex, UUIDs and a lock file's hashes ("sha512-...") do not count: they name something public.
    """
    if word.startswith(("sha", "h1:")) or _HEX.fullmatch(word):
        return False
    has_all = any(c.islower() for c in word) and any(c.isupper() for c in word) and any(c.isdigit() for c in word)
    if not has_all or len(_CLASS_CHANGE.findall(word)) < _CHANGES * len(word):
        return False
    counts = Counter(word)
    bits = -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
    return bits >= _ENTROPY_BITS
