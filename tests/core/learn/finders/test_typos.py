"""A slip of the pen is told from a guess."""

import pytest

from headroom.learn.finders.typos import is_typo, is_typo_of_path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gti", "git"),
        ("pyhton", "python"),
        ("stauts", "status"),
        ("comit", "commit"),
        ("biuld", "build"),
        ("staging", "staking"),
    ],
)
def test_one_slip(one: str, other: str) -> None:
    assert is_typo(one, other)
    assert is_typo(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("test", "tests"),
        ("python", "python3"),
        ("sed", "gsed"),
        ("mvn", "mvnw"),
        ("test-unit", "test:unit"),
        ("dev", "deb"),
        ("ls", "sl"),
        ("build", "build"),
        ("fmt", "format"),
    ],
)
def test_more_or_less_than_a_slip(one: str, other: str) -> None:
    assert not is_typo(one, other)
    assert not is_typo(other, one)


def test_paths() -> None:
    assert is_typo_of_path("src/componets/Nav.tsx", "src/components/Nav.tsx")
    assert not is_typo_of_path("config/app.yml", "config/app.yaml")
    assert not is_typo_of_path("app/user.py", "app/users.py")
    assert not is_typo_of_path("a/comit.py", "b/commit.py")
    assert not is_typo_of_path("comit.py", "lib/commit.py")
