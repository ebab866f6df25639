"""What of Codex's configuration is in force. More is in the golden files, see test_agents."""

import json
from pathlib import Path

import pytest

from headroom_wrappers.codex import arguments, configured, overruled
from headroom_wrappers.spec import Session

OURS = "http://p/s/x"
KEY = {"OPENAI_API_KEY": "k"}
CORP = 'model_providers.corp={name="c",base_url="https://corp/v1"}'


def session(folder: Path, *user: str, **environ: str) -> Session:
    environment = {"HOME": str(folder)} | environ
    return Session(OURS, Path("/o"), user, environment, folder, Path("/private"))


def redirected(folder: Path, *user: str, **environ: str) -> str:
    """Return our -c."""
    argv = arguments(session(folder, *user, **environ)).argv
    (at,) = [at for at, argument in enumerate(argv) if OURS in argument]
    assert argv[at - 1] == "-c"
    return argv[at]


@pytest.mark.parametrize(
    ("user", "key", "upstreams"),
    [
        (["-c", "model_provider=corp", "-c", CORP], "model_providers.corp.base_url", {"corp": "https://corp"}),
        (["exec", "-c", 'model_provider="corp"', "--config=" + CORP], "model_providers.corp.base_url", {"corp": "https://corp"}),
        (["-c", "openai_base_url=https://g/v1/"], "openai_base_url", {"openai": "https://g"}),
        (["--config", "openai_base_url=https://g/llm"], "openai_base_url", {"openai": "https://g/llm"}),
        (["-copenai_base_url=https://g/v1"], "openai_base_url", {"openai": "https://g"}),
        (["exec", "-c=openai_base_url=https://g/v1"], "openai_base_url", {"openai": "https://g"}),
        (["--", "-c", "openai_base_url=https://g"], "openai_base_url", {}),
    ],
)  # fmt: skip
def test_the_users_own_options_say_where_it_went(
    user: list[str], key: str, upstreams: dict[str, str], tmp_path: Path
) -> None:
    assert redirected(tmp_path, *user, **KEY).startswith(f"{key}=")
    assert configured({"HOME": str(tmp_path)} | KEY, tmp_path, user) == upstreams


def test_ours_stands_behind_a_whole_table_that_would_replace_it(tmp_path: Path) -> None:
    ours = f'model_providers.corp.base_url="{OURS}/corp/v1"'
    for table in (["-c", CORP], ["--config=" + CORP], ["-c" + CORP]):
        user = ["exec", *table, "-c", "model_provider=corp", "hi", "--", "-c", CORP]
        argv = arguments(session(tmp_path, *user)).argv
        place = 1 + len(table)
        assert argv == [*user[:place], "-c", ours, *user[place:]]


def test_a_base_url_without_the_usual_path_keeps_having_none(tmp_path: Path) -> None:
    assert redirected(tmp_path, "-c", "openai_base_url=https://g/llm", **KEY) == f'openai_base_url="{OURS}"'


def test_only_the_users_option_for_the_same_key_is_taken_out(tmp_path: Path) -> None:
    user = [
        "exec",
        "-c",
        "model=x",
        "--config=openai_base_url=https://g/v1",
        "-c",
        "openai_base_url=https://h",
        "-copenai_base_url=https://i",
        "hi",
        "-c",
    ]
    argv = arguments(session(tmp_path, *user, **KEY)).argv
    assert argv[2:] == ["exec", "-c", "model=x", "hi", "-c"]


@pytest.mark.parametrize(
    "config",
    [
        'model_provider = "odd.name"\n[model_providers."odd.name"]\nbase_url = "https://x/v1"',
        'model_provider = "none"',
        'model_provider = "ollama"\n[model_providers.ollama]\nbase_url = "http://127.0.0.1:11434/v1"',
    ],
)
def test_a_provider_that_cannot_be_named_is_left_alone(config: str, tmp_path: Path) -> None:
    (tmp_path / ".codex").mkdir()
    (tmp_path / ".codex" / "config.toml").write_text(config)
    assert arguments(session(tmp_path, "hi", **KEY)).argv == ["hi"]
    assert configured({"HOME": str(tmp_path)} | KEY, tmp_path, ["hi"]) == {}


@pytest.mark.parametrize(
    ("auth", "environ", "is_chatgpt"),
    [
        (None, {}, True),
        (None, KEY, False),
        ({"tokens": {"a": 1}, "OPENAI_API_KEY": None}, KEY, True),
        ({"tokens": None, "OPENAI_API_KEY": "k"}, {}, False),
        ({"auth_mode": "apikey", "tokens": {"a": 1}}, {}, False),
        ({"auth_mode": "chatgpt", "OPENAI_API_KEY": "k"}, KEY, True),
        ({"auth_mode": "chatgpt"}, {"CODEX_API_KEY": "k"}, False),
    ],
)
def test_the_login_decides_where_the_built_in_provider_is(
    auth: object, environ: dict[str, str], is_chatgpt: bool, tmp_path: Path
) -> None:
    if auth:
        (tmp_path / ".codex").mkdir()
        (tmp_path / ".codex" / "auth.json").write_text(json.dumps(auth))
    path = "/backend-api/codex" if is_chatgpt else "/v1"
    assert redirected(tmp_path, **environ) == f'openai_base_url="{OURS}{path}"'


def test_a_gateway_of_a_chatgpt_login_is_its_upstream(tmp_path: Path) -> None:
    user = ["-c", "openai_base_url=https://g/backend-api/codex"]
    assert configured({"HOME": str(tmp_path)}, tmp_path, user) == {"chatgpt": "https://g"}


@pytest.mark.parametrize(
    ("managed", "file"),
    [
        ('openai_base_url = "https://g/v1"', "managed_config.toml"),
        ('model = "m"', ""),
        ('[model_providers.corp]\nbase_url = "https://corp/v1"', ""),
        ('model_provider = "corp"\n[model_providers.corp]\nbase_url = "https://corp/v1"', "managed_config.toml"),
    ],
)
def test_an_administrators_file_that_wins_over_ours_is_named(managed: str, file: str, tmp_path: Path) -> None:
    (tmp_path / "managed_config.toml").write_text(managed)
    found = overruled({"HOME": str(tmp_path / "home")} | KEY, tmp_path, ["hi"], tmp_path)
    assert found == (str(tmp_path / file) if file else "")
    where = configured({"HOME": str(tmp_path / "home")} | KEY, tmp_path, ["hi"], tmp_path)
    assert bool(where) is bool(file), "it is what is asked, by --intercept too"
    assert not overruled({"HOME": str(tmp_path / "home")} | KEY, tmp_path, ["--oss"], tmp_path)
