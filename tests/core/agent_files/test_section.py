"""The managed part of a memory file: what stands outside it keeps every byte."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headroom.agent_files import section
from headroom.agent_files.section import Put, Section, Unsafe, take_back

BEGIN, END = "<!-- headroom:learn:begin -->", "<!-- headroom:learn:end -->"
RULES = [b"## Learned", b"- Use `python3`."]
SECTION = f"{BEGIN}\n## Learned\n- Use `python3`.\n{END}\n".encode()


def put(content: bytes, inner: list[bytes], label: str = "") -> tuple[bytes, Put]:
    return section.put(content, inner, "learn", label)


def find(content: bytes) -> Section | None:
    return section.find(content, "learn")


def sections(content: bytes) -> list[Section]:
    return section.sections(content, "learn")


PLACED = {
    "an empty file": (b"", SECTION),
    "only a byte order mark": (b"\xef\xbb\xbf", b"\xef\xbb\xbf" + SECTION),
    "text": (b"# Mine\ntext\n", b"# Mine\ntext\n\n" + SECTION),
    "a blank last line": (b"text\n\n", b"text\n\n" + SECTION),
    "no final newline": (b"text", b"text\n\n" + SECTION),
    "CRLF": (b"a\r\nb\r\n", b"a\r\nb\r\n\r\n" + SECTION.replace(b"\n", b"\r\n")),
    "CRLF without a last one": (b"a\r\nb", b"a\r\nb\r\n\r\n" + SECTION.replace(b"\n", b"\r\n")),
    "CR": (b"a\rb\r", b"a\rb\r\r" + SECTION.replace(b"\n", b"\r")),
    "mixed line ends": (b"a\nb\r\nc\n", b"a\nb\r\nc\n\n" + SECTION),
    "no UTF-8": (b"caf\xe9 \xff\n", b"caf\xe9 \xff\n\n" + SECTION),
    "a closed code block": (b"```sh\nls\n```\n", b"```sh\nls\n```\n\n" + SECTION),
    "a code block within one": (b"````\n```\n````\n", b"````\n```\n````\n\n" + SECTION),
    "words that are no fence": (b"``` a`b\n", b"``` a`b\n\n" + SECTION),
    "a marker in a line": (f"see {BEGIN}\n".encode(), f"see {BEGIN}\n\n".encode() + SECTION),
    "an indented marker": (f"    {BEGIN}\n".encode(), f"    {BEGIN}\n\n".encode() + SECTION),
    "a section of another project": (
        b"<!-- headroom:learn:begin /other -->\n- x\n<!-- headroom:learn:end -->\n",
        b"<!-- headroom:learn:begin /other -->\n- x\n<!-- headroom:learn:end -->\n\n" + SECTION,
    ),
}


@pytest.mark.parametrize(("before", "after"), PLACED.values(), ids=PLACED)
def test_a_new_section_stands_at_the_end_and_goes_again(before: bytes, after: bytes) -> None:
    made, done = put(before, RULES)
    assert made == after
    found = find(made)
    assert found and list(found.lines) == RULES
    assert take_back(made, done) == before


REFUSED = {
    "UTF-16": ("text".encode("utf-16"), "UTF-8"),
    "UTF-16 without a mark": ("text".encode("utf-16-le"), "UTF-8"),
    "a marker in a code block": (f"```\n{BEGIN}\n{END}\n```\n".encode(), "line 2"),
    "a marker in a block of tildes": (f"~~~ md\n{BEGIN}\n{END}\n~~~\n".encode(), "line 2"),
    "an end in a code block": (f"{BEGIN}\n```\n{END}\n```\n".encode(), "line 3"),
    "two sections": (f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n".encode(), "two sections"),
    "two of one project": (
        f"<!-- headroom:learn:begin /a -->\n{END}\n<!-- headroom:learn:begin /a -->\n{END}\n".encode(),
        "/a",
    ),
    "two begins": (f"{BEGIN}\n{BEGIN}\n{END}\n".encode(), "line 1"),
    "only a begin": (f"a\n{BEGIN}\n- x\n".encode(), "line 2"),
    "only an end": (f"a\n\n{END}\n".encode(), "line 3"),
    "an end before the begin": (f"{END}\n{BEGIN}\n".encode(), "line 1"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_unclear_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(Unsafe, match=why):
        sections(content)
    with pytest.raises(Unsafe, match=why):
        put(content, RULES)


def test_no_section_is_put_into_an_open_code_block() -> None:
    with pytest.raises(Unsafe, match="line 2"):
        put(b"a\n```sh\nls\n", RULES)


CHANGED = {
    "in its place": (b"above\n", b"\nbelow\n"),
    "nothing below": (b"above\n", b""),
    "no newline below": (b"above\n", b"below"),
    "no UTF-8 around": (b"\xff\n", b"\xfe\x01\n"),
}


@pytest.mark.parametrize(("above", "below"), CHANGED.values(), ids=CHANGED)
def test_a_section_changes_in_its_place(above: bytes, below: bytes) -> None:
    content = above + SECTION + below
    made, done = put(content, [b"- other"])
    assert made == above + f"{BEGIN}\n- other\n{END}\n".encode() + below
    assert take_back(made, done) == content


def test_a_last_line_without_its_end_stays_so() -> None:
    content = b"a\n" + SECTION.rstrip()
    made, done = put(content, [b"- other"])
    assert made == f"a\n{BEGIN}\n- other\n{END}".encode()
    assert take_back(made, done) == content


def test_what_was_written_around_it_since_stays() -> None:
    made, done = put(b"mine", RULES)
    later = made.replace(b"mine", b"mine, edited") + b"more\n"
    assert take_back(later, done) == b"mine, edited\nmore\n"
    assert take_back(made.replace(b"mine\n\n", b"mine\n"), done) == b"mine\n"


@pytest.mark.parametrize("line", [b"- Use `python3.12`.", b"- Use `python3`.\n- mine"])
def test_a_section_that_was_changed_since_is_not_taken_back(line: bytes) -> None:
    made, done = put(b"mine\n", RULES)
    assert take_back(made.replace(b"- Use `python3`.", line), done) is None
    assert take_back(b"mine\n", done) is None


def test_blank_lines_that_a_program_moved_are_no_change() -> None:
    made, done = put(b"mine\n", RULES)
    tidied = made.replace(b"- Use", b"\n\n- Use").replace(b"`.\n", b"`.  \n\n").replace(b"\n", b"\r\n")
    assert take_back(tidied, done) == b"mine\r\n"


def test_sections_of_projects_stand_side_by_side() -> None:
    one, first = put(b"mine\n", [b"- a"], "/proj/a b")
    two, second = put(one, [b"- b"], "/proj/b--> \u00e9")
    assert [(each.label, each.lines) for each in sections(two)] == [
        ("/proj/a b", (b"- a",)),
        ("/proj/b--> \u00e9", (b"- b",)),
    ]
    assert take_back(take_back(two, first) or b"", second) == b"mine\n"
    assert take_back(two, second) == one


WORDS = b"a|```|~~~|    |# x|\xff|\xef\xbb\xbf|- y|<!--|-->".split(b"|")
PIECES = st.sampled_from([b"\n", b"\r\n", b"\r", *WORDS, BEGIN.encode(), END.encode(), SECTION])
CONTENT = st.lists(PIECES | st.binary(max_size=8), max_size=12).map(b"".join)


@given(CONTENT, st.lists(st.sampled_from([b"- a", b"- b", b"", b"text"]), max_size=4))
@example(b"a\nb\r", [b"- a"])
@example(b"\xef\xbb\xbf" + SECTION, [])
def test_law_what_is_put_can_be_taken_back(content: bytes, inner: list[bytes]) -> None:
    try:
        made, done = put(content, inner)
    except Unsafe:
        return
    found = find(made)
    assert found and list(found.lines) == inner
    assert take_back(made, done) == content
    assert put(made, inner)[0] == made
    at = find(content)
    start, stop = (at.start, at.stop) if at else (len(content), len(content))
    assert made.startswith(content[:start])
    assert made.endswith(content[stop:])


@given(CONTENT, st.sampled_from([b"x\n", b"\n\nx", b"\xff"]), st.sampled_from([b"x\n", b"x"]))
def test_law_what_is_written_around_it_stays(content: bytes, above: bytes, below: bytes) -> None:
    try:
        made, done = put(content, RULES)
        if done.before is not None:
            return
        restored = take_back(above + made + below, done)
    except Unsafe:
        return
    assert restored is not None
    assert restored.replace(b"\n", b"").replace(b"\r", b"") == (above + content + below).replace(
        b"\n", b""
    ).replace(b"\r", b"")
    assert restored.startswith(above + content)


@pytest.mark.parametrize("name", ["learn", "memory"])
def test_what_is_wrong_is_said_in_the_owners_name(name: str) -> None:
    with pytest.raises(Unsafe, match=f"section of headroom {name} that nothing ends"):
        section.sections(f"<!-- headroom:{name}:begin -->\n".encode(), name)


def text_of(content: bytes, name: str) -> bytes:
    """A section but for the end of its last line, which a section at the end of a file may lack."""
    return (section.text_of(content, name) or b"").rstrip(b"\r\n")


def test_a_section_without_a_line_end_is_taken_back_from_above_another() -> None:
    content = section.put(b"mine\n", [b"- a"], "learn")[0].rstrip(b"\n")
    one, done = section.put(content, [b"- b"], "learn")
    two, also = section.put(one, [b"- c"], "memory")
    without = take_back(two, done)
    assert without
    assert take_back(without, also) == content


@example(b"<!-- headroom:learn:begin -->\n<!-- headroom:learn:end -->", ["learn", "memory"])
@example(b"<!-- headroom:learn:begin -->\n<!-- headroom:learn:end -->", ["memory", "learn"])
@given(CONTENT, st.permutations(["learn", "memory"]))
def test_law_sections_of_two_owners_stand_in_one_file_without_meeting(content: bytes, names: list[str]) -> None:
    first, second = names
    try:
        one, done = section.put(content, [b"- one of ours"], first)
        two, also = section.put(one, [b"- two of ours"], second)
    except Unsafe:
        return
    assert text_of(two, first) == text_of(one, first)
    assert section.put(two, [b"- another of ours"], second)[0] == two.replace(
        b"- two of ours", b"- another of ours"
    )
    assert take_back(two, also) == one
    without = take_back(two, done)
    assert without
    assert text_of(without, second) == text_of(two, second)
    assert section.find(without, first) == section.find(content, first) or done.before is not None
