"""What later tool calls of an agent name (paths, line numbers, hashes, ids) still stands in what the model read.

The outputs are those of real tools, run over a small repository that is made for it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from headroom import tokens
from tests.laws.engines import Engine
from tests.laws.test_repeats import calls, last, sent_results

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST_"))},
    **{f"GIT_{who}_{what}": f"{who}@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    **{f"GIT_{who}_DATE": "2026-03-01T10:00:00Z" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
AREAS = ("cart", "checkout", "orders", "pricing", "search", "users")
DISCOUNT = '''

def apply_discount(total: float, percent: float) -> float:
    """Return the total less a discount."""
    return total - total * percent / 10
'''


PYTEST = f"{sys.executable} -m pytest -v -p no:cacheprovider"


class Step(NamedTuple):
    """A command that the agent ran, and what it named afterwards because of what it read."""

    command: str
    names: tuple[str, ...]


STEPS = (
    Step("find . -name '*.py' | sort", ("src/shop/pricing/rules_11.py", "tests/test_pricing_3.py")),
    Step("ls -laR src", ("src/shop/checkout", "rules_7.py")),
    Step("grep -rn apply_discount src tests", ("src/shop/pricing/rules_11.py", "35", "tests/test_pricing_3.py")),
    Step("grep -rn 'def ' src", ("src/shop/pricing/rules_11.py", "apply_discount", "35")),
    Step("git log --stat", ("tests/test_pricing_3.py", "Discounts in percent")),
    Step("git status", ("src/shop/cart/rules_2.py", "notes_4.md")),
    Step("git diff", ("src/shop/cart/rules_2.py", "return 41")),
    Step(
        f"{sys.executable} -m pytest -v -p no:cacheprovider", ("test_discount_of_ten_percent", "test_pricing_3.py")
    ),
    Step("cat var/app.log", ("req-7f31", "ZeroDivisionError", "orders/rules_5.py")),
    Step("cat var/orders.json", ("ord-00731", "refused")),
)


def in_repository(folder: Path, command: str) -> str:
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    for tool in ("git", "grep", "find"):
        if shutil.which(tool) is None:
            assert not os.environ.get("CI"), f"{tool} is missing"
            pytest.skip(f"{tool} is not installed")
    folder = tmp_path_factory.mktemp("shop")
    in_repository(folder, "git init -q .")
    for area in AREAS:
        for number in range(14):
            file = folder / f"src/shop/{area}/rules_{number}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            body = "\n\n".join(f"def {area}_rule_{number}_{n}() -> int:\n    return {n}" for n in range(10))
            file.write_text(
                f'"""Rules of {area}."""\n\n\n{body}\n' + (DISCOUNT if file.match("pricing/*_11.py") else "")
            )
        in_repository(folder, f"git add . && git commit -qm 'Rules of {area}'")
    (folder / "tests").mkdir()
    for number in range(12):
        cases = "\n\n".join(
            f"def test_case_{number}_{n}() -> None:\n    assert {n} + 1 == {n + 1}" for n in range(12)
        )
        (folder / f"tests/test_pricing_{number}.py").write_text(cases + "\n")
    with (folder / "tests/test_pricing_3.py").open("a") as file:
        file.write("\n\ndef test_discount_of_ten_percent() -> None:\n    import importlib.util as u\n")
        file.write('    spec = u.spec_from_file_location("r", "src/shop/pricing/rules_11.py")\n')
        file.write("    rules = u.module_from_spec(spec)\n    spec.loader.exec_module(rules)\n")
        file.write("    assert rules.apply_discount(200, 10) == 180\n")
    in_repository(folder, "git add . && git commit -qm 'Discounts in percent'")
    rule = folder / "src/shop/cart/rules_2.py"
    rule.write_text(rule.read_text().replace("return 4", "return 41"))
    for number in range(9):
        (folder / f"notes_{number}.md").write_text("x")
    (folder / "var").mkdir()
    (folder / "var/app.log").write_text(log())
    (folder / "var/orders.json").write_text(orders())
    yield folder


def log() -> str:
    lines = []
    for n in range(1500):
        at = f"2026-03-01T10:{n // 60:02d}:{n % 60:02d}Z"
        lines.append(f"{at} INFO web: GET /orders/{n} 200 in {n % 37 + 3} ms id=req-{n:04x}")
        if n == 911:
            lines += [
                "2026-03-01T10:15:11Z ERROR web: unhandled in id=req-7f31",
                "Traceback (most recent call last):",
                '  File "src/shop/orders/rules_5.py", line 31, in orders_rule_5_9',
                "    return total / count",
                "ZeroDivisionError: division by zero",
            ]
    return "\n".join(lines)


def orders() -> str:
    rows = [
        {"id": f"ord-{n:05d}", "state": "paid", "total": n * 7 % 250, "note": f"parcel {n}"} for n in range(1200)
    ]
    rows[731] |= {"state": "refused", "note": "card refused by the bank"}
    return json.dumps(rows)


def stands(name: str, text: str) -> bool:
    """Whether a name stands in a text; a path may have its folder once, above its name."""
    folder, _, file = name.rpartition("/")
    return name in text or (bool(folder) and file in text and folder.rpartition("/")[2] in text)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.command.split("/")[-1][:24])
def test_what_the_agent_names_next_was_there_to_read(step: Step, repository: Path, tmp_path: Path) -> None:
    output = in_repository(repository, step.command)
    assert all(stands(name, output) for name in step.names), "the tool itself says it"
    messages: list[dict[str, Any]] = calls([("Bash", {"command": step.command}, output)])
    messages[0]["content"] = [
        {"type": "text", "text": "The discount is wrong, and an order was refused. Find out why."}
    ]
    (sent,) = sent_results(Engine(tmp_path).send(last(messages)).body)
    assert tokens.count(sent) <= tokens.count(output)
    assert [name for name in step.names if not stands(name, sent)] == []
