"""`headroom memory export` and `import`: facts as JSON lines, from one machine to another."""

import json
from typing import TYPE_CHECKING

from headroom_cli import exports
from headroom_cli.exports import From, To
from headroom_cli.fail import fail
from headroom_cli.memory_open import opened
from headroom_cli.memory_show import as_json as print_json
from headroom_cli.options import AsJson
from headroom_cli.page import BAD, Page, console

if TYPE_CHECKING:
    from headroom.memory import Fact

_VERSION = 1
_MOST_LINE_BYTES = 1 << 16


def export(file: To = None) -> None:
    """Write all facts, history too, as JSON lines. Exit code: 2 when the file is there, or cannot be written."""
    from headroom.memory.facts import to_dict

    with opened() as held:
        facts = held.list(history=True, anywhere=True)
    # The oldest first: in this order they are taken in again.
    lines = [json.dumps({"v": _VERSION, **to_dict(fact)}, ensure_ascii=False) + "\n" for fact in reversed(facts)]
    exports.put("".join(lines).encode(), file, f"{len(lines):,} facts")


def import_(file: From, as_json: AsJson = False) -> None:
    """Take in facts that were exported. What is known already is not kept twice; what is no fact is counted.

    Exit code: 2 when the file cannot be read, or nothing in it is a fact.
    """
    counts = {"new": 0, "known": 0, "masked": 0, "refused": 0}
    why = ""
    with opened() as held, exports.opened(file) as lines:
        from headroom.memory import Refused

        for line in iter(lambda: lines.readline(_MOST_LINE_BYTES), b""):
            if line.isspace():
                continue
            try:
                added = held.take(_fact(line))
            except Refused as error:
                counts["refused"] += 1
                why = str(error)
                continue
            counts["new" if added.is_new else "known"] += 1
            counts["masked"] += added.was_masked
    if why and not counts["new"] + counts["known"]:
        fail(f"{file}: {why}; give a file that `headroom memory export` has written")
    if as_json:
        print_json(counts)
    else:
        told = f"{counts['new']:,} new facts, {counts['known']:,} known already"
        told += f", {counts['masked']:,} without their secrets" if counts["masked"] else ""
        page = Page(console())
        page.line((told, ""))
        if why:
            page.line((f"{counts['refused']:,} refused, the last because {why}", BAD))


def _fact(line: bytes) -> "Fact":
    from headroom.memory import Refused
    from headroom.memory.facts import from_dict

    try:
        return from_dict(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, Refused) else Refused("it is no JSON") from None
