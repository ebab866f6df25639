import importlib.util

import pytest

from headroom.compressors import code, code_extras
from headroom.types import PassThrough
from tests.core.compressors.code_samples import asked, parses

SAMPLES = {
    "a.kt": "class Clock {\n    fun advance(seconds: Long): Instant {\n" + "        step()\n" * 60 + "    }\n}\n",
    "a.lua": "function M.add(list, item)\n" + "  step()\n" * 60 + "end\n",
    "a.swift": "func total(_ shapes: [Shape]) -> Double {\n" + "    step()\n" * 60 + "}\n",
    "a.scala": "object A {\n  def f(a: Int): Int = {\n" + "    step()\n" * 60 + "  }\n}\n",
    "a.dart": "void main() {\n" + "  step();\n" * 60 + "}\n",
    "a.jl": "function f(a)\n" + "    step()\n" * 60 + "end\n",
    "a.r": "f <- function(a) {\n" + "  step()\n" * 60 + "}\n",
    "a.sol": "contract A {\n    function f() public {\n" + "        step();\n" * 60 + "    }\n}\n",
}
needs_pack = pytest.mark.skipif(
    importlib.util.find_spec(code_extras.PACK) is None, reason="needs the extra [languages]"
)


@needs_pack
@pytest.mark.parametrize("file", SAMPLES)
def test_a_skeleton_parses(file: str) -> None:
    body = code.compress(SAMPLES[file], asked(file)).text.split("\n", 1)[1]
    assert " ... " in body
    assert body.count("step()") == 0
    assert parses(body, file)


@needs_pack
def test_every_row_names_a_grammar_of_the_pack() -> None:
    for name, _ in code_extras._BY_EXTENSION.values():
        code_extras.grammar(name)


def test_without_the_pack_the_reason_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_extras, "PACK", "no_such_module")
    with pytest.raises(PassThrough, match=r"headroom-local\[languages\]"):
        code_extras.by_extension(".kt")
    assert code_extras.by_extension(".xyz") is None
