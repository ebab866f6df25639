"""Deciding about a whole conversation: as the proxy would, with originals kept, or with nothing written."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from headroom import conversation
from headroom.conversation import decide, effective, encoding_of, foresee, text_block
from headroom.policy import LEVELS, Policy
from headroom.settings import SettingError
from headroom.store import SqliteStore
from tests.laws.conversations import log, rows


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "headroom.toml"))
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "state"
    for folder in (tmp_path, tmp_path / "state"):
        if folder.is_dir():
            folder.chmod(0o700)


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        *(
            (name, "cl100k_base")
            for name in ("gpt-4", "gpt-4-turbo", "gpt-4-0613", "gpt-3.5-turbo", "gpt-35-turbo")
        ),
        *((name, "cl100k_base") for name in ("openai/gpt-4", "GPT-4", "azure:gpt-3.5-turbo")),
        *((name, "o200k_base") for name in ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.5-preview", "gpt-5", "o3")),
        *((name, "o200k_base") for name in ("claude-sonnet-4-5", "", "gemini-2.5-pro", "gpt-40", "my-gpt-4")),
    ],
)
def test_models_are_counted_with_their_encoding(model: str, encoding: str) -> None:
    assert encoding_of(model) == encoding


def test_a_policy_is_itself_a_level_or_the_users(tmp_path: Path) -> None:
    ours = Policy(floor_tokens=3)
    assert effective(ours) is ours
    (tmp_path / "headroom.toml").write_text("[compress]\nfloor_tokens = 7\nlevel = 'lossless'", encoding="utf-8")
    assert (effective(None).floor_tokens, effective(None).lossy) == (7, False)
    assert (effective("aggressive").floor_tokens, effective("aggressive").lossy) == (7, True)
    assert effective("aggressive").enough_ratio == LEVELS["aggressive"].enough_ratio
    (tmp_path / ".headroom.toml").write_text("[compress]\nfloor_tokens = 8", encoding="utf-8")
    assert effective(None).floor_tokens == 8
    with pytest.raises(SettingError, match=r"policy: compress\.level must be one of lossless, balanced, agg"):
        effective("brutal")


def test_what_is_left_out_is_in_the_store_first(home: Path) -> None:
    text = log(300)
    (decision,) = decide([text_block(text, "Bash")], [""], Policy())
    assert not decision.lossless
    assert decision.original
    assert str(home / "store" / "originals" / f"{decision.original}.txt") in (decision.text or "")
    assert SqliteStore(home / "store").get(decision.original) == text


def test_a_forecast_is_the_same_and_writes_nothing(home: Path) -> None:
    blocks = [text_block(text, "Bash") for text in (log(300), rows(100), "short")]
    forecast = foresee(blocks, ["", "", ""], Policy())
    assert not home.exists()
    assert forecast == decide(blocks, ["", "", ""], Policy())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_where_the_store_cannot_be_written_nothing_is_left_out(home: Path) -> None:
    home.mkdir(mode=0o500)
    policy = Policy(tools=("Bash=aggressive",))
    for decision in decide([text_block(log(300), "Bash"), text_block(rows(100), "Bash")], ["", ""], policy):
        assert decision.lossless
        assert not decision.original


def test_a_store_that_is_in_the_way_of_a_file_is_not_written_either(home: Path) -> None:
    home.write_text("a file")
    lossy, lossless = decide([text_block(log(300), "Bash"), text_block(rows(100), "Bash")], ["", ""], Policy())
    assert lossy.lossless
    assert lossless.text is not None


def test_an_error_of_ours_leaves_the_block_as_it_was() -> None:
    policy = Policy(floor_tokens=None)  # type: ignore[arg-type]
    (decision,) = decide([text_block(rows(50))], [""], policy)
    assert decision.text is None
    assert decision.reason.startswith("error: TypeError at decision.py:")
    assert decision.tokens_before == decision.tokens_after > 0


def test_originals_that_nobody_used_for_long_are_taken_away_once(home: Path) -> None:
    store = SqliteStore(home / "store", clock=lambda: 1e9)
    old = store.put("old")
    conversation._pruned.clear()
    decide([text_block(rows(100))], [""], Policy())
    assert Path(store.path(old)).exists(), "nothing was left out, so nothing is looked at"
    decide([text_block(log(300))], [""], Policy())
    assert not Path(store.path(old)).exists()
    old = store.put("old")
    decide([text_block(log(301))], [""], Policy())
    assert Path(store.path(old)).exists()


def test_a_second_copy_points_back_to_the_first() -> None:
    again = json.dumps({"command": "orders"})
    first, second = decide([text_block(rows(100), "Bash", again)] * 2, [again, again], Policy())
    assert first.text is not None
    assert second.compressor == "reread"
    assert second.tokens_after < first.tokens_after / 5


def test_a_rule_for_a_tool_holds_for_its_results() -> None:
    policy = Policy(tools=("Ba*=lossless", "Grep=off"))
    bash, grep, other = decide(
        [text_block(log(300 + n), t) for n, t in enumerate(("Bash", "Grep", "X"))], [""] * 3, policy
    )
    assert bash.lossless
    assert grep.text is None
    assert not other.lossless
