"""What a model's context holds, by its name as a request spells it."""

import tomllib
from datetime import date
from importlib import resources

import pytest

from headroom import windows
from headroom.windows import Window, WindowError

NAMES = [
    ("claude-sonnet-4-5", 200_000),
    ("claude-sonnet-4-5-20250929", 200_000),
    ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000),
    ("claude-sonnet-4-5@20250929", 200_000),
    ("claude-sonnet-4-5[1m]", 1_000_000),
    ("anthropic/claude-opus-4.6", 1_000_000),
    ("claude-opus-5-5", 1_000_000),
    ("claude-haiku-5-5", 1_000_000),
    ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0", 200_000),
    ("gpt-4o", 128_000),
    ("gpt-4o-mini-2024-07-18", 128_000),
    ("gpt-4.1-mini-2025-04-14", 1_047_576),
    ("gpt-4", 8_192),
    ("gpt-5.1-2025-11-13", 400_000),
    ("GPT-5", 400_000),
    ("openai/gpt-5.4", 1_050_000),
    ("o3-2025-04-16", 200_000),
    ("us.amazon.nova-pro-v1:0", 300_000),
    ("meta.llama3-3-70b-instruct-v1:0", 128_000),
    ("llama3.1:8b", 128_000),
    ("deepseek-chat", 128_000),
    ("grok-code-fast-1", 256_000),
]


@pytest.mark.parametrize(("model", "total"), NAMES)
def test_known_models(model: str, total: int) -> None:
    window = windows.find(model)
    assert window is not None
    assert window.total == total


@pytest.mark.parametrize("model", ["models/gemini-2.5-pro", "gemini-3-pro-preview", "gemini-3.5-flash"])
def test_a_prompt_with_a_limit_of_its_own(model: str) -> None:
    window = windows.find(model)
    assert window is not None
    assert (window.total, window.prompt_tokens(65_536)) == (None, 1_048_576)


@pytest.mark.parametrize("model", ["", "my-model", "gpt-5.9", "claude-opus-7", "gpt-4-vision-preview"])
def test_unknown_is_unknown(model: str) -> None:
    assert windows.find(model) is None


def test_the_users_rules_win_and_the_last_of_them_holds() -> None:
    rules = ("claude-*=100_000", "claude-sonnet*= 50000", "my-*=4096")
    assert windows.find("claude-opus-4-5", rules) == Window(100_000, factor=1.2)
    assert windows.find("us.anthropic.claude-sonnet-4-5-20250929-v1:0", rules) == Window(50_000, factor=1.2)
    assert windows.find("my-Model", rules) == Window(4096)
    assert windows.find("gpt-4o", rules) == Window(128_000)


@pytest.mark.parametrize("rule", ["claude", "=5", "claude=", "claude=many", "claude=0", "claude=-5", "claude=1.5"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(WindowError, match="glob=tokens"):
        windows.find("gpt-4o", (rule,))


@pytest.mark.parametrize(
    ("window", "answer", "prompt"),
    [
        (Window(200_000), 64_000, 136_000),
        (Window(400_000, 272_000), 16_000, 272_000),
        (Window(400_000, 272_000), 200_000, 200_000),
        (Window(None, 1_048_576), 65_536, 1_048_576),
        (Window(8192), 10_000, 0),
    ],
)
def test_room_for_the_answer_is_kept(window: Window, answer: int, prompt: int) -> None:
    assert window.prompt_tokens(answer) == prompt


def test_every_row_is_dated_sourced_and_reachable() -> None:
    text = resources.files("headroom").joinpath("data/windows.toml").read_text(encoding="utf-8")
    seen = set()
    for row in tomllib.loads(text)["window"]:
        assert row.keys() <= {"match", "window", "input", "factor", "source", "looked_up"}
        assert row.get("window") or row.get("input")
        assert row.get("input", 0) <= row.get("window", row.get("input"))
        assert 1 <= row.get("factor", 1) <= 2
        assert row["source"].startswith("https://")
        assert isinstance(row["looked_up"], date)
        for glob in row["match"]:
            example = glob.replace("[[]", "[").rstrip("*").replace("*", "x")
            assert glob == glob.lower()
            assert "." not in glob
            assert windows.find(example), glob
            assert glob not in seen
            seen.add(glob)
