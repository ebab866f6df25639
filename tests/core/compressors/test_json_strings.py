"""Outputs in the strings of JSON: found where they are one, told where they stand and what made them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import json_strings, sources

LOG = "".join(f'10:00:{n:02} INFO "job" {n} took {n * 7 % 13} ms\n' for n in range(60))


def found(value: object) -> list[tuple[str, str]]:
    text = json.dumps(value)
    contents = json_strings.contents(text)
    for each in contents:
        assert text[each.start - 1] == text[each.end] == '"'
        assert json.loads(text[each.start - 1 : each.end + 1]) == each.text
    return [(each.text, each.command) for each in contents]


@pytest.mark.parametrize(
    ("value", "command"),
    [
        ({"output": LOG, "metadata": {"exit_code": 0, "duration_seconds": 0.1}}, ""),
        ([{"query": "git log", "result": LOG, "success": True}], "git log"),
        ({"command": "git log", "stdout": LOG, "stderr": "", "exit_code": 0}, "git log"),
        ({"stdout": LOG, "command": ["git", "log", "--grep", "a b"]}, "git log --grep 'a b'"),
        ({"command": "git log", "result": {"returncode": 0, "output": LOG}}, "git log"),
        ({"content": [{"type": "text", "text": LOG}], "isError": False}, ""),
        ([{"type": "text", "text": LOG}], ""),
        ({"path": "/var/log/app.log", "content": LOG}, '{"path": "/var/log/app.log"}'),
        ({"url": "https://a.b/c.py", "body": LOG}, ""),
        ({"cwd": "/home/a/site.py", "output": LOG}, ""),
    ],
)
def test_an_output_and_what_made_it(value: object, command: str) -> None:
    assert found(value) == [(LOG, command)]


@pytest.mark.parametrize(
    "value",
    [
        {"path": "src/app.py", "content": LOG},
        {"file": {"name": "app.py"}, "command": "cat x", "filename": "b.ts", "output": LOG},
        {"filename": "app.py", "result": {"text": LOG}},
        [{"query": "/w/app.py", "result": LOG}],
        [{"query": "/w/app.py:10-20", "result": LOG}],
        {"content": [{"type": "text", "uri": "repo://o/r/contents/src/app.py", "text": LOG}]},
        {"command": "cat src/app.py", "stdout": LOG},
        {"command": ["bash", "-lc", "cat src/app.py"], "stdout": LOG},
    ],
)
def test_what_stands_beside_the_text_of_a_source_file_tells_so(value: object) -> None:
    ((_, command),) = found(value)
    assert sources.content("", command) == "source"


def test_several_outputs_have_their_own_commands() -> None:
    value = [{"query": "git log", "result": LOG}, {"query": "ls", "result": "a"}, {"query": "make", "result": LOG}]
    assert [command for _, command in found(value)] == ["git log", "make"]


@pytest.mark.parametrize(
    "value",
    [
        *({"output": "short"}, {"error": LOG}, {"message": LOG}, {"output": [LOG]}, [LOG], LOG),
        *({"output": LOG + "\0"}, {"output": LOG + "\ud800"}, {"output": LOG, "rest": "x" * len(LOG) * 2}),
        [{"title": str(n), "content": LOG} for n in range(3)],
        [{"command": "ls", "output": LOG} for _ in range(21)],
        {"output": LOG, "rows": [{"a": "b"}] * 400},
        {"type": "image", "data": LOG},
    ],
)  # fmt: skip
def test_other_documents_carry_none(value: object) -> None:
    assert not found(value)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"output": LOG})[:-1],
        json.dumps({"output": LOG}) + "x",
        json.dumps({"output": LOG}) + "\n" + json.dumps({"output": LOG}),
        json.dumps({"output": LOG})[:-2] + '\\q"}',
        json.dumps({"output": LOG})[:-2] + '\n"}',
        f'{{"output": {json.dumps(LOG)}, "output": "x"}}',
    ],
)
def test_what_is_no_strict_json_carries_none(text: str) -> None:
    assert json_strings.contents(text) == []


def test_what_is_spelled_in_unusual_ways_is_found_where_it_stands() -> None:
    text = '\n{ "a" : 1e400, "\\u006futput": "' + "\\u00e9\\/\\ud83d\\ude00\\n" * 100 + '" ,"b":-0.0}\n'
    (each,) = json_strings.contents(text)
    assert each.text == "é/😀\n" * 100
    assert text[each.start - 1] == text[each.end] == '"'


@pytest.mark.parametrize("start", range(3000, 3030))
@pytest.mark.parametrize("past", range(6000, 6004))
def test_a_cut_that_broke_an_escape_parts_an_output(start: int, past: int) -> None:
    output = 'a "word" \\ and\té\n' * 600
    whole = json.dumps({"exit_code": 0, "output": output, "cmd": "ls"})
    text = whole[:start] + "…14123 tokens truncated…" + whole[past:]
    halves = json_strings.contents(text)
    if len(halves) == 1:
        assert json.loads(text)["output"] == halves[0].text
        return
    above, below = halves
    assert output.startswith(above.text)
    assert output.endswith(below.text[-900:])
    assert {above.command, below.command} == {"ls"}
    for each in halves:
        assert json.loads(f'"{text[each.start : each.end]}"') == each.text
    between = text[above.end : below.start]
    assert "…14123 tokens truncated…" in between
    assert len(between) <= len("…14123 tokens truncated…") + 7
    assert text[above.start - 1] == text[below.end] == '"'


def test_of_broken_json_with_a_cut_only_whole_escapes_are_read() -> None:
    mark = "…5 tokens truncated…"
    long = "x" * 900
    for text in (
        f'{{"output": "{long}\\{mark}"{long}", "a": {{',
        f'{{"output": "{long}' + "\\" * 200 + f'\\{mark}"{long}"}}',
        f'{{"output": "{long}\\ud83d\\{mark}n{long}"}}',
        f'{{"output": "{long}", "a": "b\\{mark}"}}',
    ):
        for each in json_strings.contents(text):
            assert json.loads(f'"{text[each.start : each.end]}"') == each.text


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just(LOG),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["output", "text", "type", "query", 'a"b', "path"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.booleans(), st.sampled_from([None, 2]))
def test_where_contents_stand_is_where_they_are(value: object, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    at = 0
    for each in json_strings.contents(text):
        assert at < each.start < each.end
        assert json.loads(text[each.start - 1 : each.end + 1]) == each.text
        at = each.end


@pytest.mark.parametrize(
    "text",
    [
        *('{"' * 1_000_000, '{"output":"' + '\\"' * 2_000_000, "[" * 3_000_000, '["' + "\\" * 3_000_000),
        *('{"output":' * 300_000, "[" + "1," * 1_000_000 + '"x"]', "{" + " " * 3_000_000),
        '{"output": "' + "x" * 3_000_000 + '", "a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    assert len(json_strings.contents(text)) <= 20
