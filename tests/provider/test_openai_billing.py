import pytest

from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.openai_billing import chat_bill, pays_writes, responses_bill
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import Json


def caches(clock: Clock | None = None) -> Caches:
    clock = clock or Clock()
    return Caches(PromptCache(clock, count=len), PrefixCache(clock))


def chat(*texts: str, **more: object) -> Json:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": text} for text in texts], **more}


def send(known: Caches, request: Json) -> Json:
    """The details of a request's input."""
    billed = chat_bill if "messages" in request else responses_bill
    bill = billed(known, request)
    bill.begin()
    usage = bill.usage(9, 4)
    details: Json = usage.get("prompt_tokens_details") or usage["input_tokens_details"]
    return details


@pytest.mark.parametrize(
    ("model", "pays"),
    [
        ("gpt-4o", False),
        ("gpt-5", False),
        ("gpt-5.5-codex", False),
        ("gpt-5.6", True),
        ("openai/gpt-5.10-mini", True),
        ("gpt-6.1-sol", True),
        ("o4-mini", False),
    ],
)
def test_writes_are_paid_since_gpt_5_6(model: str, pays: bool) -> None:
    assert pays_writes(model) is pays


def test_a_long_prefix_is_read_in_steps_of_128() -> None:
    known = caches()
    assert send(known, chat("a" * 2000)) == {"cached_tokens": 0, "audio_tokens": 0}
    assert send(known, chat("a" * 2000, "b"))["cached_tokens"] == 1920
    assert send(known, chat("a" * 2000, "b", prompt_cache_key="other"))["cached_tokens"] == 0
    assert send(known, chat("a" * 1000))["cached_tokens"] == 0


def test_tools_stand_before_the_messages() -> None:
    known = caches()
    tools = [{"type": "function", "function": {"name": "sh"}}]
    send(known, chat("a" * 2000, tools=tools))
    assert send(known, chat("a" * 2000, tools=tools))["cached_tokens"] > 0
    assert (
        send(known, chat("a" * 2000, tools=[{"type": "function", "function": {"name": "s"}}]))["cached_tokens"]
        == 0
    )


@pytest.mark.parametrize(("retention", "read"), [(None, 0), ("24h", 1920)])
def test_retention_can_be_longer(retention: str | None, read: int) -> None:
    clock = Clock()
    known = caches(clock)
    request = chat("a" * 2000, prompt_cache_retention=retention)
    send(known, request)
    clock.advance(7200)
    assert send(known, request)["cached_tokens"] == read


def test_a_new_model_pays_for_what_it_writes_at_the_newest_message() -> None:
    known = caches()
    first = {"model": "gpt-5.6", "input": [{"role": "user", "content": "a" * 2000}]}
    total = len("user\n") + 2000
    assert send(known, first) == {"cached_tokens": 0, "cache_write_tokens": total}
    second = {**first, "input": [*first["input"], {"type": "function_call_output", "call_id": "", "output": "b"}]}
    assert send(known, second)["cached_tokens"] == total
    other = {**first, "input": [{"role": "user", "content": "a" * 2000 + "!"}]}
    assert send(known, other) == {"cached_tokens": 0, "cache_write_tokens": total + 1}


def test_explicit_mode_writes_at_marked_blocks_alone() -> None:
    block = {"type": "input_text", "text": "a" * 2000, "prompt_cache_breakpoint": {"mode": "explicit"}}
    items = [{"role": "developer", "content": [block]}, {"role": "user", "content": "b" * 50}]
    request = {"model": "gpt-5.6", "input": items, "prompt_cache_options": {"mode": "explicit"}}
    written = len("developer\ninput_text\n") + 2000
    assert send(caches(), request) == {"cached_tokens": 0, "cache_write_tokens": written}


def test_both_usages_add_up() -> None:
    usage = chat_bill(caches(), chat("abc")).usage(9, 4)
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (8, 9, 17)
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 4
    items = [{"type": "additional_tools", "tools": [{"name": "sh"}]}]
    usage = responses_bill(caches(), {"model": "m", "instructions": "abc", "input": items}).usage(9, 4)
    assert usage["input_tokens"] == 3 + len('{"type": "additional_tools", "tools": [{"name": "sh"}]}')
    assert (usage["total_tokens"], usage["output_tokens_details"]) == (
        usage["input_tokens"] + 9,
        {"reasoning_tokens": 4},
    )
    assert responses_bill(caches(), {"model": "m", "input": "hi"}).usage(0, 0)["input_tokens"] == len("user\nhi")
