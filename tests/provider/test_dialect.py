from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.openai_chat import OPENAI_CHAT
from tests.provider.prefix_cache import PrefixCache


def test_all_caches_count_alike() -> None:
    assert Caches(PromptCache(Clock(), count=len), PrefixCache(Clock())).count("abc") == 3


def test_a_dialect_without_a_memory_takes_requests_as_they_are() -> None:
    from tests.provider.history import History

    history = History()
    OPENAI_CHAT.remember({}, {"id": "a"}, history)
    assert history.recall("a") is None
    assert OPENAI_CHAT.expand({"a": 1}, history) == {"a": 1}
