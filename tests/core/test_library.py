"""`from headroom import compress`."""

import copy
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import headroom
from headroom import CompressResult, Policy, compress, markers, tokens
from headroom.library import compress_json, compress_text
from headroom.settings import load
from headroom.store import SqliteStore
from tests.core.test_messages import ANTHROPIC, CHAT, RESPONSES, Model
from tests.laws.conversations import KINDS, OUTPUTS, conversation, log, requests, rows
from tests.laws.engines import Engine

EVERYTHING = conversation(sorted(OUTPUTS) * 2)
SAME_HOME = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "state"


def chat(texts: list[str]) -> list[Any]:
    """The same results as OpenAI's Chat Completions has them."""
    messages: list[Any] = [{"role": "user", "content": "Why do the orders fail?"}]
    for n, text in enumerate(texts):
        call = {"id": f"c{n}", "type": "function", "function": {"name": "run", "arguments": f'{{"n": {n}}}'}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": text})
    return messages


def responses(texts: list[str]) -> list[Any]:
    """And as its Responses has them."""
    messages: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": "Why?"}]}]
    for n, text in enumerate(texts):
        messages.append({"type": "function_call", "call_id": f"c{n}", "name": "run", "arguments": f'{{"n": {n}}}'})
        messages.append({"type": "function_call_output", "call_id": f"c{n}", "output": text})
    return messages


@pytest.mark.parametrize("messages", [EVERYTHING, chat([rows(100), log(300)]), responses([rows(100), log(300)])])
def test_tool_results_are_shorter_and_nothing_else_is_changed(messages: list[Any], home: Path) -> None:
    before = copy.deepcopy(messages)
    result = compress(messages)
    assert messages == before
    assert len(result.messages) == len(messages)
    changed = {block.message for block in result.blocks if block.compressor}
    assert changed
    for number, (old, new) in enumerate(zip(messages, result.messages, strict=True)):
        assert (new is old) is (number not in changed)
        assert new.keys() == old.keys()
    assert result.tokens_saved == result.tokens_before - result.tokens_after > 0
    saved = sum(block.tokens_before - block.tokens_after for block in result.blocks)
    assert saved == result.tokens_saved
    store = SqliteStore(home / "store")
    for block in result.blocks:
        assert (block.ref == "") is block.lossless
        assert bool(block.reason) is not bool(block.compressor)
        if block.ref:
            assert store.get(block.ref)


def test_the_account_is_of_all_text() -> None:
    messages = chat([rows(100)])
    result = compress(messages)
    said = ["Why do the orders fail?", '{"n": 0}', rows(100)]
    assert result.tokens_before == sum(map(tokens.count, said))
    assert result.tokens_after == sum(map(tokens.count, [*said[:2], result.messages[2]["content"]]))
    (block,) = result.blocks
    assert (block.message, block.kind, block.tool, block.compressor) == (2, "tool_result", "run", "json_rows")
    assert result.transforms_applied == ("json_rows",)


def test_tokens_are_counted_as_the_model_does() -> None:
    messages = chat(["völlig anders 漢字 " * 100])
    for model, encoding in (("gpt-4", "cl100k_base"), ("gpt-4o", "o200k_base"), ("", "o200k_base")):
        expected = tokens.count(messages[2]["content"], encoding)
        assert compress(messages, model=model).blocks[0].tokens_before == expected


@SAME_HOME
@given(KINDS, st.booleans(), st.data())
def test_what_a_conversation_begins_with_stays_as_it_was_sent(
    kinds: list[str], as_blocks: bool, data: st.DataObject
) -> None:
    messages = conversation(kinds, as_blocks)
    whole = compress(messages).messages
    end = data.draw(st.integers(0, len(messages)))
    assert compress(messages[:end]).messages == whole[:end]


@SAME_HOME
@given(st.lists(st.sampled_from([rows(60), log(200), "ok", rows(61)]), max_size=5), st.booleans(), st.data())
def test_so_it_does_in_openais_lists(texts: list[str], as_chat: bool, data: st.DataObject) -> None:
    messages = chat(texts) if as_chat else responses(texts)
    whole = compress(messages).messages
    end = data.draw(st.integers(0, len(messages)))
    assert compress(messages[:end]).messages == whole[:end]


@SAME_HOME
@given(KINDS)
def test_the_proxy_would_send_the_same(home: Path, kinds: list[str]) -> None:
    messages = json.loads(json.dumps(conversation(kinds)))
    engine = Engine(home / "store", protected_tools=load()["compress.protected_tools"])
    (*_, body) = requests(messages, moves_breakpoint=False)
    sent = json.loads(engine.send(body).body)["messages"]
    assert compress(messages).messages[: len(sent)] == sent


def test_twice_is_the_same_and_so_it_is_in_many_threads() -> None:
    expected = compress(EVERYTHING)
    found: list[CompressResult] = []
    threads = [threading.Thread(target=lambda: found.append(compress(EVERYTHING))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6


@pytest.mark.parametrize("messages", [[], (), ANTHROPIC, CHAT, RESPONSES, [None, 1, "x", object()]])
def test_where_nothing_is_gained_the_same_objects_come_back(messages: Any) -> None:
    result = compress(messages)
    assert isinstance(result.messages, list)
    assert all(new is old for new, old in zip(result.messages, messages, strict=True))
    assert (result.tokens_saved, result.transforms_applied) == (0, ())


@pytest.mark.parametrize("odd", ["text", b"bytes", {"messages": CHAT}, None, 5])
def test_what_is_no_list_is_refused(odd: Any) -> None:
    with pytest.raises(TypeError, match=f"must be a list of messages, not a {type(odd).__name__}"):
        compress(odd)


def test_any_other_iterable_is_read_once() -> None:
    messages = chat([rows(100)])
    once: Any = iter(messages)
    assert compress(once).messages == compress(messages).messages


def test_the_level_says_how_far_it_goes() -> None:
    messages = chat([log(1000)])
    (lossless,), (balanced,), (aggressive,) = (
        compress(messages, policy=level).blocks for level in ("lossless", "balanced", "aggressive")
    )
    assert lossless.lossless
    assert not balanced.lossless
    assert lossless.tokens_after > balanced.tokens_after
    assert aggressive.tokens_after <= balanced.tokens_after
    with pytest.raises(ValueError, match="must be one of lossless, balanced, aggressive, not 'brutal'"):
        compress(messages, policy="brutal")
    off = compress(messages, policy=Policy(protected_tools=("r*",)))
    assert (off.blocks[0].reason, off.tokens_saved) == ("protected", 0)


def test_what_is_looked_for_is_kept() -> None:
    messages = chat([log(1000)])
    assert "path=/api/orders/437 " not in compress(messages).messages[2]["content"]
    for query in ("what of orders/437", "id=13547"):
        assert "path=/api/orders/437 " in compress(messages, query=query).messages[2]["content"]


def test_the_tools_are_read_where_a_call_is_missing() -> None:
    messages = chat([rows(100)])[2:]
    assert compress(messages).blocks[0].tool == ""
    for tool in ({"name": "Read"}, {"type": "function", "function": {"name": "Read"}}):
        tools = [tool]
        result = compress(messages, tools=tools)
        assert (result.blocks[0].tool, result.blocks[0].reason) == ("Read", "protected")
        assert tools == [tool]
    for odd in ([], [{"name": "Read"}, {"name": "Bash"}], [3], [{"name": 3}], [{}]):
        assert compress(messages, tools=odd).blocks[0].tool == ""


def test_objects_of_an_sdk_come_back_as_such() -> None:
    message = Model(role="tool", tool_call_id="c0", content=rows(100))
    (_, _, changed) = compress([*chat([rows(100)])[:2], message]).messages
    assert isinstance(changed, Model)
    assert len(changed.content) < len(message.content) == len(rows(100))  # type: ignore[attr-defined]


def test_every_omission_can_be_read_back(home: Path) -> None:
    result = compress(EVERYTHING)
    found = [
        (omission, block)
        for block in result.blocks
        for omission in markers.find(json.dumps(result.messages[block.message], ensure_ascii=False))
        if block.ref
    ]
    assert found
    for omission, block in found:
        assert omission.key == block.ref
        assert Path(omission.original).read_text(encoding="utf-8")


def test_one_text_is_a_conversation_of_its_own() -> None:
    shorter, result = compress_text(rows(100), tool="Bash")
    assert (len(shorter) < len(rows(100)), result.compressor, result.lossless) == (True, "json_rows", True)
    same = "short"
    assert compress_text(same)[0] is same


def test_a_request_is_changed_in_its_results_alone() -> None:
    raw = json.dumps({"model": "gpt-4o", "messages": chat([rows(100), "ok"]), "n": 1.0}, indent=1).encode()
    sent, result = compress_json(raw)
    body = json.loads(sent)
    assert body["messages"] == compress(chat([rows(100), "ok"])).messages
    body["messages"] = chat([rows(100), "ok"])
    assert json.dumps(body, indent=1).encode() == raw
    assert result.tokens_saved > 0
    assert compress_json(sent)[0] is sent, "a second time there is nothing to gain"


def test_its_names_are_the_librarys() -> None:
    assert headroom.__all__ == ["CompressResult", "Policy", "__version__", "compress"]
    with pytest.raises(AttributeError, match="module 'headroom' has no attribute 'nothing'"):
        headroom.nothing  # type: ignore[attr-defined] # noqa: B018


def test_the_import_is_light() -> None:
    code = "import sys, headroom; print(sorted(n for n in sys.modules if n.startswith(('headroom.', 'tiktoken'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_source_that_was_edited_is_left_alone_in_code_mode_too() -> None:
    body = "".join(f"def f{n}(a):\n    b = a + {n}\n    c = b * 2\n    return c\n\n\n" for n in range(80))
    read = {"type": "tool_use", "id": "r", "name": "Read", "input": {"file_path": "/srv/app/main.py"}}
    edit = {"type": "tool_use", "id": "e", "name": "Edit", "input": {"file_path": "/srv/app/main.py"}}
    result = {"type": "tool_result", "tool_use_id": "r", "content": body}
    messages = [
        {"role": "user", "content": "what does f3 do?"},
        {"role": "assistant", "content": [edit, read]},
        {"role": "user", "content": [result]},
    ]
    assert compress(messages, policy=Policy(code_mode=True)).messages == messages


def test_the_same_comes_out_of_another_process(home: Path) -> None:
    code = (
        "import json; from headroom import compress; from tests.laws.conversations import OUTPUTS, conversation;"
        "print(json.dumps(compress(conversation(sorted(OUTPUTS) * 2)).messages))"
    )
    expected = json.dumps(compress(EVERYTHING).messages)
    root = Path(__file__).parent.parent.parent
    for seed in ("0", "1"):
        environ = {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": "/nonexistent", "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environ, capture_output=True, text=True)
        assert done.stdout.rstrip("\n") == expected
