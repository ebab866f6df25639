"""Takes Codex's wrapping off the output of a call: a header, or JSON around it."""

import re
from typing import NamedTuple

from headroom.learn.transcripts.records import inside, number, objects, parsed, word

_OUTPUT = "Output:\n"
_HEADER_CHARS = 400
_CODE = re.compile(r"^(?:Process exited with code|Exit code:) (-?\d+)$", re.MULTILINE)
_FAILED = re.compile(r"^Script (?:failed|error)\b", re.MULTILINE)
_ERROR = "Script error:\n"
_REFUSED = re.compile(
    r"unsupported (?:custom tool )?call: |apply_patch verification failed: |(?:exec command|patch) rejected\b"
    r"|rejected by user|approval policy is |exec_command failed for |`.{1,500}` rejected: "
)
"""How outputs begin of calls that came to nothing, where nothing else tells it."""


class Unwrapped(NamedTuple):
    """What a call gave."""

    text: str
    failed: bool
    exit_code: int | None


def unwrapped(output: object) -> Unwrapped:
    """Return an output without its wrapping: a text, {"content": text, "success": bool}, or a list of parts."""
    failed = inside(output, "success") is False
    if isinstance(output, dict):
        output = output.get("content")
    if isinstance(output, list):
        texts = [word(part.get("text")) for part in objects(output)]
        header = texts[0] if texts and texts[0].endswith(_OUTPUT) else ""
        return _below(header, "".join(texts[1:] if header else texts), failed)
    text = word(output)
    told = _as_json(text)
    if told:
        return told._replace(failed=failed or told.failed)
    at = text.find(_OUTPUT, 0, _HEADER_CHARS)
    header = text[: at + len(_OUTPUT)] if at >= 0 else ""
    if not _CODE.search(header) and "Wall time" not in header:
        return Unwrapped(text, failed or _REFUSED.match(text) is not None, None)
    return _below(header, text[len(header) :], failed)


def _below(header: str, text: str, failed: bool) -> Unwrapped:
    found = _CODE.search(header)
    code = int(found[1]) if found else None
    failed = failed or _FAILED.search(header) is not None or code not in (None, 0)
    told = _as_json(text)
    if told:
        return told._replace(failed=failed or told.failed)
    text = text.removeprefix(_ERROR)
    return Unwrapped(text, failed or (code is None and _REFUSED.match(text) is not None), code)


def _as_json(text: str) -> Unwrapped | None:
    """Read {"output": text, "metadata": {"exit_code": 1}}, or what a script prints of a result, which is flat."""
    if not text.startswith("{") or '"output"' not in text:
        return None
    record = parsed(text)
    code = number(inside(record, "metadata", "exit_code"))
    code = number(inside(record, "exit_code")) if code is None else code
    output = inside(record, "output")
    if not isinstance(output, str) or code is None:
        return None
    return Unwrapped(output, code != 0, code)
