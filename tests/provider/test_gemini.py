import json

import pytest

from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.gemini import IMAGE_TOKENS, bill, chunks, events, listed_chunks, prepared, whole
from tests.provider.gemini_checks import signature
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import UNDISTURBED, Call, Json, Stream, Turn

WORDS = "Héllo 🎉, this is more than one piece of text"
TURN = Turn(WORDS, thinking="hm", calls=(Call("sh", {"command": "ls"}, id="1"), Call("js", "text(1)")))
REQUEST: Json = {"model": "gemini-3-flash", "contents": [{"role": "user", "parts": [{"text": "go"}]}]}
WHOLE = whole(TURN, REQUEST, {"promptTokenCount": 3}, "seed")


def caches() -> Caches:
    return Caches(PromptCache(Clock(), count=len), PrefixCache(Clock()))


def parts(response: Json) -> list[Json]:
    return list(response["candidates"][0]["content"]["parts"])


def test_a_turn_is_a_response_whose_first_call_is_signed() -> None:
    text, first, second = parts(WHOLE)
    assert text == {"text": WORDS}
    call = {"id": "1", "name": "sh", "args": {"command": "ls"}}
    assert first == {"functionCall": call, "thoughtSignature": signature(call)}
    assert second["functionCall"]["args"] == {"input": "text(1)"}
    assert "thoughtSignature" not in second
    assert (WHOLE["candidates"][0]["finishReason"], WHOLE["modelVersion"]) == ("STOP", "gemini-3-flash")


def test_thoughts_are_told_where_they_are_asked_for() -> None:
    asking = {**REQUEST, "generationConfig": {"thinkingConfig": {"includeThoughts": True}}}
    assert parts(whole(TURN, asking, {}, "seed"))[0] == {"text": "hm", "thought": True}


def test_pieces_add_up_to_the_whole_and_the_last_one_ends_it() -> None:
    listed = events(WHOLE, REQUEST, UNDISTURBED)
    assert "".join(part.get("text", "") for event in listed for part in parts(event)) == WORDS
    assert [part for event in listed for part in parts(event) if "functionCall" in part] == parts(WHOLE)[1:]
    assert ["finishReason" in event["candidates"][0] for event in listed] == [False] * (len(listed) - 1) + [True]
    (empty,) = events(whole(Turn(), REQUEST, {}, "seed"), REQUEST, UNDISTURBED)
    assert parts(empty) == [{"text": ""}]


def test_both_framings_carry_the_same() -> None:
    listed = events(WHOLE, REQUEST, Stream(error_at=-1))
    assert json.loads(b"".join(listed_chunks(listed))) == listed
    assert [json.loads(chunk.removeprefix(b"data: ")) for chunk in chunks(listed)] == listed
    assert listed[-1]["error"]["status"] == "UNAVAILABLE"


def test_the_path_names_the_model() -> None:
    assert prepared({"contents": []}, {"model": "m"}) == {"contents": [], "model": "m"}


@pytest.mark.parametrize(("model", "size", "read"), [("gemini-3-flash", 2000, 1920), ("gemini-3-pro", 2000, 0)])
def test_a_common_prefix_is_cached_by_itself(model: str, size: int, read: int) -> None:
    known = caches()
    request = {"model": model, "contents": [{"role": "user", "parts": [{"text": "a" * size}]}]}
    for _ in range(2):
        billed = bill(known, request)
        billed.begin()
    usage = billed.usage(9, 4)
    assert usage.get("cachedContentTokenCount", 0) == read
    assert (usage["candidatesTokenCount"], usage["thoughtsTokenCount"]) == (5, 4)
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + 9


def test_pictures_are_told_apart() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": "x" * 999}}
    request = {
        "model": "gemini-3-pro",
        "systemInstruction": {"parts": [{"text": "s"}]},
        "tools": [{"functionDeclarations": []}],
        "contents": [{"role": "user", "parts": [picture]}],
    }
    usage = bill(caches(), request).usage(0, 0)
    text, image = usage["promptTokensDetails"]
    assert image == {"modality": "IMAGE", "tokenCount": IMAGE_TOKENS}
    assert text["tokenCount"] + IMAGE_TOKENS == usage["promptTokenCount"]
