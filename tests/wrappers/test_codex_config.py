"""What of Codex's configuration is in force; tests/agents/test_settings_files.py asks the real one."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from headroom_wrappers.codex_config import Option, Setup, options, setup

SYSTEM, USER, PROFILE, PROJECT = (
    "etc/config.toml",
    "home/config.toml",
    "home/new.config.toml",
    "work/.codex/config.toml",
)
MANAGED = "etc/managed_config.toml"


def url(name: str) -> str:
    return f'openai_base_url = "{name}"\n'


def table(**keys: str) -> str:
    return "\n".join(["[model_providers.corp]", *(f'{key} = "{value}"' for key, value in keys.items()), ""])


CORP = table(base_url="user", name="c")


@pytest.mark.parametrize(
    ("user", "found"),
    [
        (["-c", "a=1"], [("config", "a=1", 0, 2)]),
        (["exec", "-ca=1", "hi"], [("config", "a=1", 1, 1)]),
        (["-c=a=1"], [("config", "a=1", 0, 1)]),
        (["--config=a=b=c"], [("config", "a=b=c", 0, 1)]),
        (["--config", "a", "-pnew"], [("config", "a", 0, 2), ("profile", "new", 2, 1)]),
        (["-p=new", "--profile=x"], [("profile", "new", 0, 1), ("profile", "x", 1, 1)]),
        (["-c", "-p", "new"], [("config", "-p", 0, 2)]),
        (["--oss", "--ignore-user-config"], [("--oss", "", 0, 1), ("--ignore-user-config", "", 1, 1)]),
        (["--configuration=x", "--", "-c", "a=1"], []),
        (["-c"], [("config", "", 0, 2)]),
        ([], []),
    ],
)
def test_options_are_found_in_every_form(user: list[str], found: list[tuple[str, str, int, int]]) -> None:
    assert options(user) == [Option(*each) for each in found]


@pytest.mark.parametrize(
    ("files", "user", "base_url"),
    [
        ({SYSTEM: url("system")}, [], "system"),
        ({SYSTEM: url("system"), USER: url("user")}, [], "user"),
        ({SYSTEM: url("system"), USER: url("user")}, ["exec", "--ignore-user-config"], "system"),
        ({USER: url("user"), PROJECT: url("project")}, [], "user"),
        ({USER: url("user"), PROFILE: url("profile")}, [], "user"),
        ({USER: url("user"), PROFILE: url("profile")}, ["-pnew"], "profile"),
        ({USER: url("user"), PROFILE: url("profile")}, ["-p", "gone", "--profile=new"], "profile"),
        ({USER: url("user")}, ["-p", "gone"], "user"),
        ({USER: url("user") + "[profiles.old]\n" + url("old")}, ["-p", "old"], "old"),
        ({USER: 'profile = "old"\n[profiles.old]\n' + url("old")}, [], "old"),
        ({PROFILE: url("profile")}, ["-c", "openai_base_url=flag", "-p", "new"], "flag"),
        ({PROFILE: url("profile")}, ["-copenai_base_url=one", "exec", "--config=openai_base_url = 'two'"], "two"),
        ({MANAGED: url("managed"), USER: url("user")}, ["-c", "openai_base_url=flag"], "managed"),
        ({USER: "[[[["}, [], ""),
        ({USER: "a = " + "[" * 20_000}, [], ""),
    ],
)  # fmt: skip
def test_of_layers_the_later_one_holds(
    files: Mapping[str, str], user: list[str], base_url: str, tmp_path: Path
) -> None:
    assert _setup(tmp_path, files, user).base_url == base_url


@pytest.mark.parametrize(
    ("files", "user", "corp"),
    [
        ({USER: CORP, PROFILE: table(base_url="new")}, ["-p", "new"], {"base_url": "new", "name": "c"}),
        ({USER: CORP}, ["-c", "model_providers.corp.base_url=x"], {"base_url": "x", "name": "c"}),
        ({USER: CORP}, ["-c", 'model_providers={corp={name="n"}}'], {"base_url": "user", "name": "n"}),
        ({}, ["-c", "model_providers.corp.base_url=x", "-c", 'model_providers.corp={name="n"}'], {"name": "n"}),
        ({}, ["-c", "model_providers=3", "-c", "model_providers.corp.name=n"], {"name": "n"}),
        ({USER: 'model_providers = "none"'}, [], None),
    ],
)  # fmt: skip
def test_a_providers_table_is_joined_of_all_layers(
    files: Mapping[str, str], user: list[str], corp: object, tmp_path: Path
) -> None:
    assert _setup(tmp_path, files, user).tables.get("corp") == corp


def _setup(folder: Path, files: Mapping[str, str], user: list[str]) -> Setup:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return setup({"CODEX_HOME": str(folder / "home"), "OPENAI_API_KEY": "k"}, user, folder / "etc")
