"""Settings: one table, five layers, and errors that say what to do."""

from pathlib import Path

import pytest

from headroom.policy import LEVELS
from headroom.settings import SETTINGS, SettingError, load, project_file, state_dir, working_folder


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
    names = ("store.ttl_days", "store.max_mb", "upstream.anthropic", "compress.code_mode")
    assert [values.origins[n] for n in names] == [str(file), "environment", "command line", "default"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("COMPRESS_ENABLED", "off", False),
        ("COMPRESS_CODE_MODE", "Yes", True),
        ("COMPRESS_LEVEL", "aggressive", "aggressive"),
        ("COMPRESS_TOOLS", "mcp__github__* = lossless,Grep=off", ("mcp__github__*=lossless", "Grep=off")),
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
        ("[store]\nttl_dayz = 3", ["store.ttl_dayz", "is it store.ttl_days"]),
        ('[store]\nttl_days = "soon"', ["store.ttl_days must be a whole number", "soon"]),
        ("[compress]\ncode_mode = 3", ["compress.code_mode must be true or false"]),
        ("[compress]\nlossy = false", ["there is no setting 'compress.lossy'"]),
        (
            '[compress]\nlevel = "brutal"',
            ["compress.level must be one of lossless, balanced, aggressive", "brutal"],
        ),
        ("[compress.level]\nx = 1", ["compress.level must be one of lossless, balanced, aggressive"]),
        (
            '[compress.tools]\nGrep = "brutal"',
            [
                "compress.tools must be a table of globs, each with one of off, lossless, balanced, aggressive",
                "brutal",
            ],
        ),
        ("[compress.tools]\nGrep = 1", ["compress.tools must be a table of globs"]),
        ('[compress]\ntools = ["Grep=off"]', ["compress.tools must be a table of globs"]),
        ('[compress.tools]\n"" = "off"', ["compress.tools must be a table of globs"]),
        ("[compress]\nprotected_tools = [1]", ["compress.protected_tools must be a list of texts"]),
        ("[compress]\nfloor_tokens = 1.5", ["compress.floor_tokens must be a whole number"]),
        ("[compress]\nfloor_tokens = true", ["compress.floor_tokens must be a whole number"]),
        ("[upstream]\nanthropic = 4", ["upstream.anthropic must be a URL", "scheme://host"]),
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
    with pytest.raises(SettingError, match=r"HEADROOM_COMPRESS_ENABLD \(is it HEADROOM_COMPRESS_ENABLED"):
        load(environ={"HEADROOM_COMPRESS_ENABLD": "false", "HEADROOM_CONFIG": "/nonexistent"})


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "headroom.toml"
    file.write_bytes(b"\xef\xbb\xbf[store]\r\nttl_days = 1\r\n")
    assert load(environ={"HEADROOM_CONFIG": str(file)})["store.ttl_days"] == 1


def test_the_policy_follows_the_settings() -> None:
    flags = {"compress.floor_tokens": 7, "compress.level": "lossless", "compress.code_mode": True}
    policy = load(flags, {"HEADROOM_CONFIG": "/nonexistent"}).policy()
    assert (policy.floor_tokens, policy.lossy, policy.code_mode, policy.enabled) == (7, False, True, True)
    assert "Read" in policy.protected_tools


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_its_row_but_for_what_is_set_beside_it(level: str) -> None:
    environ = {"HEADROOM_CONFIG": "/nonexistent", "HEADROOM_COMPRESS_LEVEL": level}
    values = load(environ=environ)
    policy = values.policy()
    assert {name: getattr(policy, name) for name in LEVELS[level]._fields} == LEVELS[level]._asdict()
    assert values["compress.enough_ratio"] == LEVELS[level].enough_ratio
    policy = load(environ=environ | {"HEADROOM_COMPRESS_ENOUGH_RATIO": "0.4"}).policy()
    assert (policy.enough_ratio, policy.enough_tokens) == (0.4, LEVELS[level].enough_tokens)


def test_switched_off_is_a_policy_too() -> None:
    assert not load({"compress.enabled": False}, {"HEADROOM_CONFIG": "/nonexistent"}).policy().enabled


def project(folder: Path, toml: str, name: str = ".headroom.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(toml, encoding="utf-8")
    return file


def test_a_projects_file_stands_between_the_users_and_the_environment(tmp_path: Path) -> None:
    user = project(tmp_path, "[compress]\nfloor_tokens = 1\ncode_mode = true\nlevel = 'lossless'", "user.toml")
    ours = project(tmp_path / "shop", "[compress]\nfloor_tokens = 2\nlevel = 'aggressive'\ndeadline_ms = 2")
    environ = {"HEADROOM_CONFIG": str(user), "HEADROOM_COMPRESS_FLOOR_TOKENS": "3"}
    values = load({"compress.deadline_ms": 4}, environ, folder=tmp_path / "shop")
    expected = {
        "compress.floor_tokens": (3, "environment"),
        "compress.level": ("aggressive", str(ours)),
        "compress.code_mode": (True, str(user)),
        "compress.deadline_ms": (4, "command line"),
        "compress.enabled": (True, "default"),
    }
    assert {name: (values[name], values.origins[name]) for name in expected} == expected
    assert load(environ=environ)["compress.level"] == "lossless", "without a folder there is no project"


def test_rules_for_tools_add_up_and_the_last_that_fits_holds(tmp_path: Path) -> None:
    user = project(tmp_path, "[compress.tools]\n'mcp__*' = 'lossless'\nGrep = 'off'", "user.toml")
    project(tmp_path / "shop", "[compress.tools]\n'mcp__github__*' = 'aggressive'\nGrep = 'balanced'")
    environ = {"HEADROOM_CONFIG": str(user), "HEADROOM_COMPRESS_TOOLS": "Bash=off"}
    policy = load(environ=environ, folder=tmp_path / "shop").policy()
    assert policy.tools == (
        *("mcp__*=lossless", "Grep=off", "mcp__github__*=aggressive", "Grep=balanced"),
        "Bash=off",
    )
    assert policy.for_tool("Grep").lossy
    assert not policy.for_tool("mcp__jira").lossy
    assert not policy.for_tool("Bash").enabled


def test_names_in_bedrock_add_up(tmp_path: Path) -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
    user = project(
        tmp_path, f"[bedrock.models]\n'claude-opus-*' = '{arn}'\n[bedrock.betas]\nx = 'off'", "user.toml"
    )
    environ = {"HEADROOM_CONFIG": str(user), "HEADROOM_BEDROCK_MODELS": "claude-haiku-*=us.anthropic.h-v1:0"}
    values = load({"proxy.backend": "bedrock"}, environ=environ)
    assert values["bedrock.models"] == (f"claude-opus-*={arn}", "claude-haiku-*=us.anthropic.h-v1:0")
    assert values["bedrock.betas"] == ("x=off",)
    with pytest.raises(SettingError, match=r"proxy\.backend must be"):
        load({"proxy.backend": "vertex"}, environ=environ)


@pytest.mark.parametrize(
    ("toml", "name"),
    [
        ("[upstream]\nanthropic = 'https://evil.example.com'", "upstream.anthropic"),
        ("[store]\nttl_days = 0", "store.ttl_days"),
        ("[proxy]\nidle_timeout_s = 0", "proxy.idle_timeout_s"),
        ("[prices]\nfile = '/etc/passwd'", "prices.file"),
        ("[proxy]\nbackend = 'bedrock'", "proxy.backend"),
        ("[bedrock.models]\n'*' = 'm'", "bedrock.models"),
    ],
)
def test_a_project_may_set_only_what_is_compressed(toml: str, name: str, tmp_path: Path) -> None:
    file = project(tmp_path / "shop", toml)
    with pytest.raises(SettingError) as caught:
        load(environ={"HEADROOM_CONFIG": "/etc/headroom.toml"}, folder=tmp_path / "shop")
    assert str(caught.value) == (
        f"{file}: a project may not set {name}, only compress.*; it belongs in /etc/headroom.toml"
    )


@pytest.mark.parametrize(
    ("toml", "part"), [("[compres]\nlevel = 1", "there is no setting 'compres.level'"), ("[", "not valid TOML")]
)
def test_a_projects_mistakes_name_its_file(toml: str, part: str, tmp_path: Path) -> None:
    file = project(tmp_path / "shop", toml)
    with pytest.raises(SettingError) as caught:
        load(environ={"HEADROOM_CONFIG": "/nonexistent"}, folder=tmp_path / "shop")
    assert str(file) in str(caught.value)
    assert part in str(caught.value)


def test_the_nearest_file_up_to_the_root_of_the_repository_is_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = project(tmp_path, "")
    inner = tmp_path / "shop" / "web" / "src"
    inner.mkdir(parents=True)
    assert project_file(inner) is None, "outside a repository and the home folder, no folder above counts"
    assert project_file(tmp_path) == outside
    (tmp_path / "shop" / ".git").mkdir()
    assert project_file(inner) is None, "not above the repository"
    root = project(tmp_path / "shop", "")
    assert project_file(inner) == root
    nearer = project(tmp_path / "shop" / "web", "")
    assert project_file(inner) == nearer
    nearer.unlink()
    root.unlink()
    (tmp_path / "shop" / ".git").rmdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert project_file(inner) == outside, "the home folder's counts for what lies in it"


def test_a_working_folder_that_is_gone_has_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    assert working_folder() == gone
    gone.rmdir()
    assert working_folder() is None


def test_the_state_folder_can_be_named(tmp_path: Path) -> None:
    assert state_dir({"HEADROOM_HOME": str(tmp_path)}) == tmp_path
    assert state_dir({}).name == "headroom"
    assert state_dir({"HEADROOM_HOME": "here"}) == Path("here").absolute()
    assert state_dir({"HEADROOM_HOME": "~/there"}) == Path("~/there").expanduser()
