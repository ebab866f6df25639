"""Settings: one table, four layers, and errors that say what to do."""

from pathlib import Path

import pytest

from headroom.settings import SETTINGS, SettingError, load, state_dir


def test_later_layers_win_and_say_so(tmp_path: Path) -> None:
    file = tmp_path / "headroom.toml"
    file.write_text('[store]\nttl_days = 3\nmax_mb = 5\n[upstream]\nanthropic = "http://toml"\n', encoding="utf-8")
    environ = {
        "HEADROOM_CONFIG": str(file),
        "HEADROOM_STORE_MAX_MB": "6",
        "HEADROOM_UPSTREAM_ANTHROPIC": "http://env",
    }
    values = load({"upstream.anthropic": "http://flag"}, environ)
    assert [values[n] for n in ("store.ttl_days", "store.max_mb", "upstream.anthropic")] == [3, 6, "http://flag"]
    names = ("store.ttl_days", "store.max_mb", "upstream.anthropic", "compress.lossy")
    assert [values.origins[n] for n in names] == [str(file), "environment", "command line", "default"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("COMPRESS_LOSSY", "off", False),
        ("COMPRESS_LOSSY", "Yes", True),
        ("COMPRESS_ENOUGH_RATIO", "0.5", 0.5),
        ("COMPRESS_PROTECTED_TOOLS", "Read, mcp__*", ("Read", "mcp__*")),
        ("STORE_TTL_DAYS", "30", 30),
    ],
)
def test_environment_values_take_the_type_of_their_row(
    name: str, text: str, value: object, tmp_path: Path
) -> None:
    values = load(environ={f"HEADROOM_{name}": text, "HEADROOM_CONFIG": str(tmp_path / "none.toml")})
    (row,) = [row for row in SETTINGS if row.env == f"HEADROOM_{name}"]
    assert values[row.name] == value
    assert type(values[row.name]) is type(row.default)


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ("[store]\nttl_dayz = 3", ["store.ttl_dayz", "known:", "store.ttl_days"]),
        ('[store]\nttl_days = "soon"', ["store.ttl_days must be a whole number", "soon"]),
        ("[compress]\nlossy = 3", ["compress.lossy must be true or false"]),
        ("[compress]\nprotected_tools = [1]", ["compress.protected_tools must be a list of texts"]),
        ("[compress]\nfloor_tokens = 1.5", ["compress.floor_tokens must be a whole number"]),
        ("[compress]\nfloor_tokens = true", ["compress.floor_tokens must be a whole number"]),
        ("[upstream]\nanthropic = 4", ["upstream.anthropic must be a text", "scheme://host"]),
        (
            '[upstream]\nanthropic = "api.anthropic.com"',
            ["upstream.anthropic", "scheme://host", "api.anthropic.com"],
        ),
        ('[upstream]\nanthropic = "https://"', ["upstream.anthropic", "scheme://host"]),
        ("[store]\nmax_mb = -1", ["store.max_mb must be a whole number from 0 on"]),
        ("[compress]\nenough_ratio = nan", ["compress.enough_ratio must be a number from 0 on"]),
        ("[store", ["not valid TOML"]),
    ],
)
def test_a_wrong_setting_names_itself_its_file_and_what_is_allowed(
    toml: str, parts: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "headroom.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(SettingError) as caught:
        load(environ={"HEADROOM_CONFIG": str(file)})
    assert str(file) in str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(SettingError, match="HEADROOM_STORE_TTL_DAYS"):
        load(environ={"HEADROOM_STORE_TTL_DAYS": "x", "HEADROOM_CONFIG": "/nonexistent"})


def test_a_variable_that_means_nothing_is_an_error() -> None:
    with pytest.raises(SettingError, match="there is no HEADROOM_COMPRESS_ENABLD"):
        load(environ={"HEADROOM_COMPRESS_ENABLD": "false", "HEADROOM_CONFIG": "/nonexistent"})


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "headroom.toml"
    file.write_bytes(b"\xef\xbb\xbf[store]\r\nttl_days = 1\r\n")
    assert load(environ={"HEADROOM_CONFIG": str(file)})["store.ttl_days"] == 1


def test_the_policy_follows_the_settings() -> None:
    policy = load(
        {"compress.floor_tokens": 7, "compress.lossy": False}, {"HEADROOM_CONFIG": "/nonexistent"}
    ).policy()
    assert (policy.floor_tokens, policy.lossy) == (7, False)
    assert "Read" in policy.protected_tools


def test_the_state_folder_can_be_named(tmp_path: Path) -> None:
    assert state_dir({"HEADROOM_HOME": str(tmp_path)}) == tmp_path
    assert state_dir({}).name == "headroom"
    assert state_dir({"HEADROOM_HOME": "here"}) == Path("here").absolute()
    assert state_dir({"HEADROOM_HOME": "~/there"}) == Path("~/there").expanduser()
