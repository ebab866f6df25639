from tests.provider.anthropic import ANTHROPIC, COUNTING
from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import UNDISTURBED, Json, Turn

REQUEST: Json = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def test_a_turn_becomes_a_message_and_its_events() -> None:
    caches = Caches(PromptCache(Clock(), count=len), PrefixCache(Clock()))
    usage = ANTHROPIC.bill(caches, REQUEST).usage(7, 3)
    assert (usage["input_tokens"], usage["output_tokens"]) == (2, 7)
    whole = ANTHROPIC.whole(Turn("hi"), REQUEST, usage, "seed")
    chunks = ANTHROPIC.chunks(ANTHROPIC.events(whole, REQUEST, UNDISTURBED))
    assert chunks[0].startswith(b"event: message_start\n")
    assert chunks[-1].startswith(b"event: message_stop\n")


def test_only_an_answer_needs_a_limit() -> None:
    assert ANTHROPIC.problem(REQUEST) == "max_tokens: Field required"
    assert COUNTING.problem(REQUEST) == ""
