import json
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import code
from headroom.types import Context, PassThrough
from tests.bench.needles import Workload, survives
from tests.bench.workloads_code import codebase_exploration
from tests.core.compressors.code_samples import ORIGINAL, SAMPLES, asked, compressed, declared, parses, sample

STDLIB = ("argparse", "json.decoder", "http.client", "asyncio.base_events", "dataclasses", "textwrap", "ast")


def stdlib(name: str) -> tuple[str, str]:
    module = __import__(name, fromlist=["x"])
    with open(module.__file__, encoding="utf-8", newline="") as lines:  # noqa: PTH123
        return module.__file__, lines.read()


def lines_of(text: str) -> list[str]:
    return text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_skeleton_parses_and_is_smaller(name: str) -> None:
    text, form = sample(name), compressed(name)
    head, body = form.text.split("\n", 1)
    assert parses(body, SAMPLES[name])
    assert not form.lossless
    assert len(form.text) < 0.8 * len(text)
    omission = markers.parse(head)
    assert omission
    assert omission.original == ORIGINAL
    assert omission.omitted == sum(form.omitted.values())
    assert omission.total == len(lines_of(text)) == form.kept + omission.omitted


@pytest.mark.parametrize("name", SAMPLES)
def test_every_line_is_there_or_in_a_range_that_is_named(name: str) -> None:
    form = compressed(name)
    _, body = form.text.split("\n", 1)
    missing = declared(body)
    assert len(missing) == sum(form.omitted.values())
    shown = set(lines_of(body))
    for number, line in enumerate(lines_of(sample(name)), 1):
        begins = any(line.strip() and other.startswith(line.rstrip("({[:")) for other in shown)
        assert number in missing or line in shown or begins or line.strip() in ("/**", "/*", "#define"), line


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("prefix", ["{}\t", "{:6d}\t", "{:6d}→"])
def test_numbered_lines_keep_their_numbers(name: str, prefix: str) -> None:
    lines = lines_of(sample(name))
    text = "".join(f"{prefix.format(number)}{line}\n" for number, line in enumerate(lines, 1))
    _, body = code.compress(text, asked(SAMPLES[name])).text.split("\n", 1)
    plain = compressed(name).text.split("\n", 1)[1]
    separator = prefix[-1]
    stripped = "".join(line.split(separator, 1)[1] + "\n" for line in lines_of(body))
    assert stripped == plain
    for line in lines_of(body):
        number, shown = line.split(separator, 1)
        if " ... " not in shown and "...  #" not in shown:
            assert lines[int(number) - 1] == shown
        else:
            assert (
                lines[int(number) - 1].split()[:1] == shown.split()[:1]
                or str(int(number)) in shown
                or "/*" in shown
            )


@pytest.mark.parametrize("name", STDLIB)
def test_the_skeletons_of_real_modules(name: str) -> None:
    path, text = stdlib(name)
    form = code.compress(text, asked(path))
    body = form.text.split("\n", 1)[1]
    compile(body, path, "exec")
    assert tokens.count(form.text) < 0.53 * tokens.count(text)


def test_what_the_query_names_stays_whole() -> None:
    path, text = stdlib("argparse")
    form = code.compress(text, asked(path, "why does ArgumentParser.parse_known_args() swallow errors?"))
    start = text.index("    def parse_known_args")
    end = text.index("    def _parse_known_args")
    assert text[start:end].rstrip() in form.text
    form = compressed("python", "what does report print?")
    assert 'lines.append("nothing,0,0")' in form.text


def test_a_nested_function_that_is_named_stays_whole() -> None:
    text = (
        "def outer(a):\n"
        + "    a += 1\n" * 30
        + "    def inner_one():\n"
        + "        a = 1\n" * 9
        + "    return a\n"
    )
    other = text.replace("outer", "other").replace("inner_one", "deep")
    form = code.compress(f"{text}\n\n{other}{other.replace('other', 'third')}", asked("a.py", "inner_one"))
    assert form.text.count("        a = 1\n") == 9


def test_a_budget_is_used_for_what_answers_the_query() -> None:
    path, text = stdlib("argparse")
    least = tokens.count(code.compress(text, asked(path)).text)
    query = "formatting of usage lines with mutually exclusive groups"
    more = code.compress(text, asked(path, query, least + 2000))
    assert least + 1000 < tokens.count(more.text) < least + 2200
    assert "group_actions" in more.text
    assert parses(more.text.split("\n", 1)[1], path)


@pytest.mark.parametrize("workload", codebase_exploration(), ids=lambda workload: workload.name)
def test_exploring_a_codebase(workload: Workload) -> None:
    before = tokens.count(workload.text)
    budget = min(3000, int(0.4 * before))
    context = Context(workload.query, workload.tool, workload.tool_input, budget, ORIGINAL, code_mode=True)
    form = code.compress(workload.text, context)
    assert not [needle for needle in workload.needles if not survives(needle, form.text)]
    assert tokens.count(form.text) < 0.53 * before


def test_the_budget_holds_for_numbered_lines_too() -> None:
    path, text = stdlib("argparse")
    text = "".join(f"{number}\t{line}\n" for number, line in enumerate(lines_of(text), 1))
    form = code.compress(text, asked(path, "formatting of usage lines", 8000))
    assert 7000 < tokens.count(form.text) < 8300


def test_nothing_happens_unless_it_is_asked_for() -> None:
    text, context = sample("python"), asked("inventory.py")
    for other, why in (
        (context._replace(code_mode=False), "code mode is off"),
        (context._replace(touched=True), "edited or read in part"),
        (context._replace(budget_tokens=None), "no lossless form"),
        (context._replace(tool_input=json.dumps({"file_path": "/a/x.py", "limit": 50})), "read in part"),
        (context._replace(tool_input=json.dumps({"command": "head -300 /a/x.py"})), "read in part"),
        (context._replace(tool_input=json.dumps({"command": "cat /a/x"})), None),
        (asked("notes.txt"), None),
    ):
        if why is None:
            continue
        with pytest.raises(PassThrough, match=why):
            code.compress(text, other)
    assert not code.looks_like(text)


def test_a_file_that_does_not_parse_passes_through() -> None:
    text = sample("python").replace("def load(folder: Path)", "def load(folder Path)")
    with pytest.raises(PassThrough, match="does not parse as python"):
        code.compress(text, asked("inventory.py"))


def test_protected_text_passes_through() -> None:
    with pytest.raises(PassThrough, match="verbatim"):
        code.compress(sample("python") + "# <system-reminder>\n", asked("inventory.py"))


def test_a_part_of_a_file_passes_through() -> None:
    lines = lines_of(sample("python"))
    with pytest.raises(PassThrough, match="in part"):
        code.compress("\n".join(f"{n}\t{line}" for n, line in enumerate(lines, 40)), asked("inventory.py"))


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("x" * 5_000_000, "a.py"),
        ("1\tx" * 1_000_000, "a.py"),
        ("(" * 100_000, "a.py"),
        ("x = " + "[(" * 50_000 + ")]" * 50_000, "a.py"),
        ("a\0b;\n" * 4_000, "a.cpp"),
        ("def f(): '\ud800'", "a.py"),
        ("function f(){\n" * 9_000 + "}\n" * 9_000, "a.js"),
        ("x = {\n" * 9_000 + "}\n" * 9_000, "a.js"),
        ("\"'`" * 100_000, "a.ts"),
        ("", "a.py"),
        ("\n", "a.rb"),
        ("1\t", "a.go"),
        ("1\tpackage a\n2", "a.go"),
    ],
)
def test_hostile_texts_pass_through_in_time(text: str, file: str) -> None:
    with pytest.raises(PassThrough):
        code.compress(text, asked(file))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.randoms(use_true_random=False), st.integers(0, 30))
def test_lines_left_out_at_random(name: str, rng: random.Random, cuts: int) -> None:
    lines = lines_of(sample(name))
    for _ in range(cuts):
        at = rng.randrange(len(lines))
        if rng.random() < 0.5:
            del lines[at]
        else:
            lines.insert(at, lines[rng.randrange(len(lines))])
    text = "\n".join(lines)
    try:
        form = code.compress(text, asked(SAMPLES[name]))
    except PassThrough:
        return
    body = form.text.split("\n", 1)[1]
    assert parses(body, SAMPLES[name])
    assert len(declared(body)) == sum(form.omitted.values())


@pytest.mark.parametrize("name", SAMPLES)
def test_windows_line_ends(name: str) -> None:
    text = sample(name).replace("\n", "\r\n")
    body = code.compress(text, asked(SAMPLES[name])).text.split("\n", 1)[1]
    assert parses(body, SAMPLES[name])
    assert declared(body) >= declared(compressed(name).text)


def test_no_grammar_is_loaded_before_it_is_needed() -> None:
    script = (
        "import sys; from headroom.compressors.code import CODE; from headroom.types import Context, PassThrough\n"
        "CODE.looks_like('def f(): pass')\n"
        "try: CODE.compress('def f(): pass', Context())\n"
        "except PassThrough: pass\n"
        "print([name for name in sys.modules if name.startswith('tree_sitter')])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_the_same_bytes_every_time() -> None:
    path, text = stdlib("http.client")
    context = Context("send a request", "Read", json.dumps({"path": path}), 6000, ORIGINAL, code_mode=True)
    assert code.compress(text, context) == code.compress(text, context)
