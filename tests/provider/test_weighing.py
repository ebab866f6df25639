from tests.provider.weighing import IMAGE_TOKENS, bare, leaves, part, tool_part


def test_what_the_model_does_not_read_counts_for_nothing() -> None:
    item = {"id": "1", "status": "x", "role": "user", "content": [{"text": "a", "prompt_cache_breakpoint": {}}]}
    assert bare(item) == {"role": "user", "content": [{"text": "a"}]}
    assert part(item, len).rendered == part(bare(item), len).rendered
    assert (part(item, len).marked, part(bare(item), len).marked) == (True, False)


def test_texts_are_counted_and_pictures_at_their_price() -> None:
    item = {"role": "user", "content": [{"text": "abc"}, {"image_url": {"url": "data:" + "x" * 999}}]}
    assert leaves(item) == (["user", "abc"], 1)
    assert part(item, len).tokens == len("user\nabc") + IMAGE_TOKENS
    assert part(item, len, 1).tokens == len("user\nabc") + 1


def test_lists_of_texts_are_texts_and_depth_is_no_matter() -> None:
    deep: object = "end"
    for _ in range(900):
        deep = [deep]
    assert leaves({"a": ["b", "c"], "d": 1})[0] == ["b", "c"]
    assert leaves(deep)[1] == 0


def test_a_tool_is_its_json() -> None:
    assert tool_part({"name": "é"}, len) == ('{"name": "é"}', 13, False)
