"""What an agent reads anyway, beside a section of ours: so that nothing is said twice."""

from contextlib import suppress

from headroom.agent_files import bullets, section
from headroom.agent_files.rewriting import CannotWrite, content_of
from headroom.agent_files.section import OWNERS, Section, Unsafe
from headroom.agent_files.targets import Target


def said_elsewhere(target: Target, name: str, content: bytes) -> frozenset[str]:
    """Return the lines that stand outside of an owner's sections, in a target's file or one that is read with it.

    Args:
        content: of the target's file.

    Returns each line as `bullets.plain` has it. What another owner's section says of another project is left out.
    Raises Unsafe.
    """
    left_out = [*section.sections(content, name), *_of_other_projects(target, name, content)]
    left_out.sort(key=lambda one: one.start)
    edges = [0, *(edge for one in left_out for edge in (one.start, one.stop)), len(content)]
    texts = [content[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    for file in target.also_read:
        try:
            texts.append(content_of(file) or b"")
        except CannotWrite:
            continue
    found = {bullets.plain(line) for text in texts for line in text.decode("utf-8", "replace").splitlines()}
    return frozenset(found - {""})


def _of_other_projects(target: Target, name: str, content: bytes) -> list[Section]:
    found: list[Section] = []
    for owner in OWNERS:
        with suppress(Unsafe):  # not ours to complain of
            found += section.sections(content, owner) if owner != name else []
    return [one for one in found if one.label not in ("", target.label)]
