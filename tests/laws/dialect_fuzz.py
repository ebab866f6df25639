"""Damage requests of every dialect, and see that reading them never fails otherwise than with ValueError.

python -m tests.laws.dialect_fuzz 100000 [--seed 1] [--dialect gemini]
"""

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable

from headroom.dialects.base import Dialect, Reading, Resume
from headroom.spans import Replacement, splice
from tests.laws.dialect_seeds import DIALECTS, seeds

NEW = "[shorter]"
_VALUE = re.compile(rb'(?<=:)\s*(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|\[\]|\{\})')
_MEMBER = re.compile(rb'"\w+"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|\[\]|\{\})')
_KEYS = [
    b'"content":[]', b'"content":"x"', b'"role":"user"', b'"type":"text"', b'"text":"t"', b'"output":"o"',
    b'"id":""',
    b'"tools":[]', b'"messages":[]', b'"input":[]', b'"contents":[]', b'"parts":[]', b'"response":{}',
    b'"json":{}',
    b'"tool_call_id":7', b'"caller":{"type":"x"}', b'"cache_control":1', b'"name":null', b'"call_id":{}',
]  # fmt: skip
_VALUES = [
    b"null", b"true", b"[]", b"{}", b'""', b'"\\ud800"', b'"\\uDFFF\\u0000"', b"1e400", b"-0", b"NaN", b"0x1",
    b"123456789012345678901", b'"\xff"', b'"\\x"', b'"\n"', b"[[[]]]", b'{"a":{"a":1,"a":2}}', b'"user"',
    b'"tool"', b'"assistant"',
]  # fmt: skip
_BYTES = b'"\\{}[]:, \n\t0\xff\x00u'


def _overwrite(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    at = chance.randrange(len(body))
    byte = chance.choice(_BYTES) if chance.random() < 0.7 else chance.randrange(256)
    return body[:at] + bytes([byte]) + body[at + 1 :]


def _insert(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + bytes(chance.choice(_BYTES) for _ in range(chance.randint(1, 3))) + body[at:]


def _cut(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + (b"" if chance.random() < 0.3 else body[at + chance.randint(1, 60) :])


def _splice_in(body: bytes, chance: random.Random, other: bytes) -> bytes:
    at, there = chance.randrange(len(body)), chance.randrange(len(other))
    return body[:at] + other[there : there + chance.randint(1, 400)] + body[at + chance.randint(0, 40) :]


def _nest(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    depth = 3000 if chance.random() < 0.01 else chance.choice([3, 30, 200])
    pair = chance.choice([(b"[", b"]"), (b'{"a":', b"}")])
    return _replace_value(body, chance, pair[0] * depth + b"1" + pair[1] * depth)


def _revalue(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    return _replace_value(body, chance, chance.choice(_VALUES))


def _replace_value(body: bytes, chance: random.Random, value: bytes) -> bytes:
    match = _VALUE.search(body, chance.randrange(len(body)))
    return body[: match.start()] + value + body[match.end() :] if match else body


def _repeat(body: bytes, chance: random.Random, _other: bytes) -> bytes:
    """Put a member twice, or one more of another kind, into some object."""
    match = _MEMBER.search(body, chance.randrange(len(body)))
    if not match:
        return body
    member = match[0] if chance.random() < 0.5 else chance.choice(_KEYS)
    return body[: match.start()] + member + b"," + body[match.start() :]


DAMAGES: tuple[Callable[[bytes, random.Random, bytes], bytes], ...] = (
    *(_overwrite, _insert, _cut, _splice_in, _nest),
    *(_revalue, _repeat, _revalue, _repeat),
)


def damaged(body: bytes, chance: random.Random, other: bytes) -> bytes:
    """Return the body after one to three damages."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        body = chance.choice(DAMAGES)(body, chance, other) or b"{"
    return body


def check(dialect: Dialect, body: bytes, old: Reading, old_body: bytes) -> str:
    """Read a damaged body as the pipeline does, and replace all that may be; return what came of it.

    Args:
        old: the reading of a request that the body may begin like: a walk resumed from there must say what a
            whole one says.
        old_body: that request.
    """
    reading = _read(dialect, body, None)
    _check_resumed(dialect, body, reading, old, old_body)
    try:
        outline = dialect.outline(body)
    except ValueError:
        outline = None
    if reading is None:
        return "refused"
    if outline is None:
        assert not _is_json(body), "the outline refuses what is read"
    else:
        assert [message.span.stop for message in outline] == [mark.pos for mark in reading.walk.marks]
    replaced = []
    for block in reading.walk.blocks:
        if not block.untouchable:
            before, behind = block.frame or (b"", b"")
            literal = before + json.dumps(NEW).encode() + behind
            replaced.append(Replacement(block.start, block.end, literal))
    out = splice(body, replaced)
    at = shift = 0
    for start, end, literal in replaced:
        assert at <= start < end <= len(body)
        assert out[at + shift : start + shift] == body[at:start]
        at, shift = end, shift + len(literal) - (end - start)
    assert out[at + shift :] == body[at:]
    return _compare(body, out, [block.text for block in reading.walk.blocks if not block.untouchable])


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _read(dialect: Dialect, body: bytes, resume: Resume | None) -> Reading | None:
    try:
        return dialect.read(body, resume)
    except ValueError:
        return None


def _check_resumed(dialect: Dialect, body: bytes, whole: Reading | None, old: Reading, old_body: bytes) -> None:
    marks = [mark for mark in old.walk.marks if body.startswith(old_body[: mark.pos])]
    if not marks:
        return
    resumed = _read(dialect, body, Resume(old, marks[-1], marks, old_body[old.end :]))
    assert (resumed is None) == (whole is None), "a resumed walk reads what a whole one refuses, or the reverse"
    if resumed and whole:
        assert resumed.walk.blocks == whole.walk.blocks[marks[-1].blocks :]
        assert (resumed.walk.marks, resumed.head) == (whole.walk.marks, whole.head)
        assert resumed.conversation == whole.conversation


def _compare(body: bytes, out: bytes, texts: list[str]) -> str:
    """See that of two parsed requests only whole values differ: those that were replaced, and all of these."""
    try:
        pairs = [(json.loads(body, object_pairs_hook=_Pairs), json.loads(out, object_pairs_hook=_Pairs))]
    except (ValueError, RecursionError):
        return "read, though no JSON" if texts else "nothing to touch"
    found: list[str] = []
    while pairs:
        one, other = pairs.pop()
        if isinstance(other, str) and other == NEW:
            found.append(one)
        elif isinstance(other, _Pairs) and other == _Pairs([("output", NEW)]):
            found.append("")
        elif isinstance(one, _Pairs):
            assert [key for key, _ in one] == [key for key, _ in other]
            pairs += [(a[1], b[1]) for a, b in zip(one, other, strict=True)]
        elif isinstance(one, list):
            pairs += zip(one, other, strict=True)
        else:
            assert repr(one) == repr(other)
    assert len(found) == len(texts)
    assert not Counter(text for text in found if text) - Counter(texts)
    return "replaced" if texts else "nothing to touch"


class _Pairs(list):  # type: ignore[type-arg]
    """The members of an object, repeated keys and all."""


def run(name: str, count: int, seed: int) -> Counter[str]:
    """Check so many damaged bodies of a dialect; return how many came to what."""
    chance = random.Random(f"{seed} {name}")
    dialect, bodies = DIALECTS[name], seeds(name)
    readings = [dialect.read(body) for body in bodies]
    seen: Counter[str] = Counter()
    for number in range(count):
        which = chance.randrange(len(bodies))
        body = damaged(bodies[which], chance, chance.choice(bodies))
        try:
            seen[check(dialect, body, readings[which], bodies[which])] += 1
        except Exception:
            print(f"{name} number {number} of seed {seed}: {body!r}", file=sys.stderr)
            raise
    return seen


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dialect", choices=sorted(DIALECTS), action="append")
    asked = parser.parse_args()
    for name in asked.dialect or sorted(DIALECTS):
        began = time.perf_counter()
        seen = run(name, asked.count, asked.seed)
        said = ", ".join(f"{what} {number:,}" for what, number in seen.most_common())
        print(f"{name}: {asked.count:,} in {time.perf_counter() - began:.0f} s: {said}", flush=True)


if __name__ == "__main__":
    main()
