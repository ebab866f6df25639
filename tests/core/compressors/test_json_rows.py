import contextlib
import json
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom import tokens
from headroom.compressors import json_rows
from headroom.types import Context, PassThrough
from tests.core.compressors.decode_json_rows import Spelled, decode, plain, same

ODD_STRINGS = (
    *("", " ", "1", "-0", "1.0", "1e5", "007", "+1", ".5", "null", "Null", "true", "None", "NaN", "Infinity"),
    *("[", "{}", '"', "\\", "\t", "a\tb", "a\nb", "\r", "\x00", "\x7f", "\u2028", "\u00a0x", " x", "x "),
    *("@1", "@1: 2 objects", "(key)", "(more)", "a.b", "a[0]", "[0]", "a=b", "In every row: ", "Prefixes: x=1"),
    *("https://host/a/b/1", "https://host/a/b/22", "https://host/a/b/", "/usr/lib/python3/x", "é中🎉", "e\u0301"),
)
NUMBERS = (
    "0",
    "-0",
    "1",
    "1.0",
    "1e5",
    "1E+5",
    "9223372036854775808",
    "-1.50",
    "1e400",
    "0.1",
    "1" * 5000,
    "NaN",
    "Infinity",
    "-Infinity",
)

strings = st.sampled_from(ODD_STRINGS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.sampled_from(NUMBERS).map(Spelled)
scalars = strings | numbers | st.booleans() | st.none()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def rows(draw: st.DrawFn) -> list[object]:
    """Objects that mostly have the same keys, with values that mostly look alike, as real ones do."""
    keys = draw(st.lists(strings, min_size=1, max_size=5, unique=True))
    kinds = {key: draw(st.sampled_from([scalars, strings, numbers, values])) for key in keys}
    made: list[object] = []
    for _ in range(draw(st.integers(2, 12))):
        chosen = [key for key in keys if draw(st.integers(0, 5))]
        row = {key: draw(kinds[key]) for key in chosen}
        if not draw(st.integers(0, 9)):
            row |= draw(st.dictionaries(strings, values, max_size=2))
        made.append(row)
    return made


likely = st.sampled_from(
    ["src/api/", "src/core/", "2024-01-01T", "a.b.", "ERROR: it went wrong again and again at "]
)


@st.composite
def alike(draw: st.DrawFn) -> list[object]:
    """Rows in which columns follow from others, and share beginnings, ends, stems and values."""
    stems = draw(st.lists(likely | strings, min_size=1, max_size=3))
    ends = draw(
        st.lists(st.sampled_from(["", ".py", "Z", "10:00:0", "~", "$1", "$1 x", "= ", "/"]) | strings, min_size=1)
    )
    form = draw(st.sampled_from(["%s", "https://host/%s", "%s/x", "{%s}", "$%s", "~%s"]))
    made: list[object] = []
    for at in range(draw(st.integers(3, 30))):
        path = draw(st.sampled_from(stems)) + draw(st.sampled_from(ends)) + str(at if draw(st.booleans()) else "")
        row = {"path": path, "id": Spelled(str(at)), "url": form % path, "name": path[path.rfind("/") + 1 :]}
        row |= {"dir": path[: path.rfind("/")], "twin": draw(st.sampled_from(stems)), "n": str(at)}
        made.append(row | ({"x": draw(values)} if draw(st.booleans()) else {}))
    return made


@st.composite
def mixed(draw: st.DrawFn) -> list[object]:
    """Objects with a few other values in between, or lists of equal length, or strings."""
    width = draw(st.integers(1, 4))
    return draw(
        st.lists(st.lists(scalars, min_size=width, max_size=width), min_size=2, max_size=6)
        | st.lists(st.sampled_from(ODD_STRINGS) | likely, min_size=8, max_size=20)
        | st.builds(lambda made, more: made + more, rows(), st.lists(scalars, max_size=2)).flatmap(st.permutations)
    )


envelopes = st.recursive(
    rows() | alike() | mixed() | rows().map(lambda made: {f"k{at}": row for at, row in enumerate(made)}),
    lambda inner: (
        st.dictionaries(strings, inner | values, max_size=3)
        | st.lists(inner | scalars, max_size=3)
        | inner.map(lambda nested: [{"nested": nested, "n": Spelled("1")}, {"nested": nested}])
    ),
    max_leaves=4,
)


def spell(value: object) -> str:
    """Write JSON, numbers as they are spelled, with some of the freedom that JSON allows."""
    if isinstance(value, Spelled):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {spell(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ",\n".join(map(spell, value)) + "]"
    return json.dumps(value, ensure_ascii=len(str(value)) % 2 == 0)


def compress(text: str) -> str:
    return json_rows.compress(text, Context()).text


@settings(max_examples=250, deadline=None)
@example([{"a": Spelled("NaN")}, [{"b": 1}, {"b": 2}, {"b": 3}]])
@given(envelopes)
def test_no_value_is_lost_and_none_changes(value: object) -> None:
    text = spell(value)
    try:
        encoded, _ = json_rows.encode(text)
    except PassThrough:
        return
    assert same(decode(encoded), [plain(text)])


@settings(max_examples=100, deadline=None)
@given(rows())
def test_json_lines_come_back_line_by_line(made: list[object]) -> None:
    text = "\n".join(spell(row).replace("\n", " ") for row in made) + "\n"
    encoded, count = json_rows.encode(text)
    assert count == len(made)
    assert same(decode(encoded), [plain(line) for line in text.split("\n") if line])


@settings(max_examples=100, deadline=None)
@given(envelopes)
def test_the_result_is_never_longer(value: object) -> None:
    text = spell(value)
    with contextlib.suppress(PassThrough):
        assert len(compress(text)) < len(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 200_000, "nested deeper"),
        ("[" * 200_000 + "]" * 200_000, "nested deeper"),
        ('{"a":' * 200_000, "nested deeper"),
        ('[{"a": 1, "a": 2}, {"a": 3}]', "same key twice"),
        ('[{"a": 1}, {"a": 2}] and more', "text after"),
        ('[{"a": 1}, {"a": 2}] []', "text after"),
        ('[{"a": 1}, {"a": 2},]', "not JSON"),
        ('[{"a": "\\ud800"}, {"a": "x"}]', "surrogate"),
        ('[{"a": "\ud800"}, {"a": "x"}]', "surrogate"),
        ('[{"a": 1}, 2]', "not shorter"),
        ('{"a": {"b": 1}}', "not shorter"),
        ('{"a":{"b":1}}', "no array of objects"),
        ('{"a": 1}\n[1]', "not all objects"),
        ("", "empty"),
        ("plain text", "not JSON"),
        ('[{"a": 1}, {"a": 2}]', "not shorter"),
        ('[{"a": "<system-reminder>"}, {"a": 1}]', "verbatim"),
        ('[{"a": "\\u003csystem-reminder>"}, {"a": 1}]', "verbatim"),
    ],
)
def test_what_cannot_be_read_back_passes_through(text: str, reason: str) -> None:
    with pytest.raises(PassThrough, match=reason):
        compress(text)


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": 2}]', '{"a": "x"}', '[{"type": "text", "text": "{}"}]'])
def test_a_small_text_has_no_lossy_form(text: str) -> None:
    with pytest.raises(PassThrough, match=r"nothing to leave out|no rows"):
        json_rows.compress(text, Context(budget_tokens=100))


@settings(max_examples=60, deadline=None)
@given(envelopes)
def test_json_in_the_text_block_of_a_tool_result_comes_back(value: object) -> None:
    block = {"type": "text", "text": spell(value)}
    for text in (spell([block]), spell({"content": [block, {"type": "text", "text": "@1 string(x)"}]})):
        try:
            encoded, _ = json_rows.encode(text)
        except PassThrough:
            continue
        assert same(decode(encoded), [plain(text)])


def test_colours_do_not_hide_json() -> None:
    text = json.dumps([{"name": f"n{at}", "size": at} for at in range(50)], indent=2)
    coloured = text.replace('"name"', '\x1b[34;1m"name"\x1b[0m')
    assert json_rows.looks_like(coloured)
    assert compress(coloured) == compress(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  [1]", True), ('\n{"a": 1}', True), ("\x1b[1m[\x1b[0m", True), ("x [1]", False), ("", False)],
)
def test_looks_like_what_begins_like_json(text: str, expected: bool) -> None:
    assert json_rows.looks_like(text) is expected


def test_a_megabyte_comes_back() -> None:
    chance = random.Random(1)
    made = [
        {"id": at, "name": f"user {at}", "score": chance.random(), "tags": ["a", "b"], "at": {"x": at, "y": None}}
        for at in range(9_000)
    ]
    text = json.dumps(made)
    assert len(text) > 900_000
    assert same(decode(compress(text)), [plain(text)])


@pytest.mark.parametrize("width", [1, 500])
def test_many_different_keys_take_linear_time(width: int) -> None:
    text = json.dumps([{f"key{at}-{key}": at for key in range(width)} for at in range(60_000 // width)])
    encoded, _ = json_rows.encode(text)
    assert same(decode(encoded), [plain(text)])


def test_it_saves_what_it_promises() -> None:
    made = [{"id": at, "name": f"user{at}", "active": True, "role": "admin"} for at in range(100)]
    text = json.dumps(made, indent=2)
    assert tokens.count(compress(text)) < 0.35 * tokens.count(text)


@pytest.mark.parametrize("seed", range(60))
def test_listings_come_back(seed: int) -> None:
    """Sorted paths and times with directories, dates and values in common, and odd names in between."""
    chance = random.Random(seed)
    folders = [f"{chance.choice(['src', 'lib/x', 'a b', '= x', '~'])}/module_{at}/handlers/" for at in range(4)]
    said = ["the connection was reset by the peer while reading the header", "all is well", "$1", "= a", "~x", ""]
    made = []
    for at in range(chance.randrange(8, 90)):
        name = chance.choice(ODD_STRINGS) if not chance.randrange(6) else f"file_{at}.py"
        between = chance.choice("TT ") if seed % 2 else "T"
        time = f"2024-03-{1 + at // 12:02d}{between}{at % 12 + 8:02d}:{at % 60:02d}:07"
        row = {"path": chance.choice(folders) + name, "at": time + chance.choice(["Z", ""])[seed % 2 :], "n": at}
        row |= {"said": chance.choice(said), "tags": chance.choice([[], [{"id": 1, "name": "bug"}] * 3, None])}
        made.append(row)
    if seed % 3:
        made.sort(key=lambda row: str(row["path"]))
    for value in (made, {"items": made, "names": [row["path"] for row in made]}, [*made, None, "x"]):
        text = json.dumps(value)
        encoded, _ = json_rows.encode(text)
        assert same(decode(encoded), [plain(text)])


def test_a_number_that_is_none_stands_in_its_row() -> None:
    made = [f'{{"id": {at}, "ratio": 0.{at * 37 % 997:03d}, "said": "{at * 7 % 5}"}}' for at in range(400)]
    made[200] = '{"id": 200, "ratio": NaN, "said": "NaN"}'
    result = json_rows.compress("\n".join(made), Context(original="/srv/o.txt", budget_tokens=500))
    assert '200\tNaN\t"NaN"' in result.text or "200\tNaN\tNaN" in result.text
