import pytest

from headroom.compressors import run_test_tools
from headroom.compressors.run_rows import Tool
from tests.core.compressors.tool_lines import has_sense, kinds

CASES = {
    "pytest": (
        run_test_tools.PYTEST,
        """\
tests/test_a.py::test_b PASSED                                           [  0%]
tests/test_a.py::test_c[x y] PASSED [ 50%]
[gw1] [ 51%] PASSED tests/test_a.py::test_b
tests/test_a.py ..s. [ 60%]
tests/test_a.py ..F. [ 60%]
tests/test_a.py::test_d SKIPPED (no net) [ 61%]
tests/test_a.py::test_e FAILED [ 62%]
tests/test_a.py::test_e some printed text
shop/cart.py 13 0 100%
shop/rates.py 13 2 85% 4-5
FAILED tests/test_a.py::test_e - assert 1 == 2
!!!!!! stopping after 1 failures !!!!!!
=== 1 failed, 9 passed in 0.41s ===
3 passed in 0.01s
==== no tests ran in 0.00s ====""",
        (
            "noise PASSED|noise PASSED|noise PASSED|noise progress|other|mild SKIPPED|failure|other|noise 100%"
            "|other|failure|verdict|verdict|verdict|verdict"
        ),
    ),
    "pytest's blocks": (
        run_test_tools.PYTEST,
        """\
=== FAILURES ===
____ test_e ____
PASSED
E   assert 1 == 2
12 rows loaded in 0.31s
PASSED tests/test_a.py::test_b
=== PASSES ===
____ test_b ____
printed
=== short test summary info ===
PASSED tests/test_a.py::test_b""",
        "section|failure|other|other|other|other|section PASSES|failure|other|section|noise PASSED",
    ),
    "unittest": (
        run_test_tools.UNITTEST,
        """\
test_a (t.A.test_a) ... ok
test_b (t.A.test_b) ... FAIL
test_c (t.A.test_c) ... skipped 'no'
......
..F..
Ran 3 tests in 0.1s
OK (skipped=1)""",
        "noise ok|failure|mild skipped|noise progress|other|verdict|verdict",
    ),
    "jest": (
        run_test_tools.JEST,
        """\
PASS src/a.test.ts
  cart
    ✓ adds (2 ms)
    ✕ totals
    ○ skipped pays
 a.js | 100 | 100 | 100 | 100 |
 b.js | 85 | 100 | 100 | 85 | 4
  ● cart › totals
    ✓ shown in a failure
Tests:       1 failed, 1 passed, 2 total""",
        "noise PASS|noise titles|noise ✓|failure|mild ○|noise 100|other|failure|other|verdict",
    ),
    "mocha": (
        run_test_tools.MOCHA,
        """\
  cart
    ✔ adds
    1) totals
    - pays
  1 passing (4ms)
  1 failing
  1) cart
       totals:""",
        "noise titles|noise ✔|failure|mild -|verdict|verdict|failure|other",
    ),
    "TAP": (
        run_test_tools.TAP,
        "TAP version 13\nok 1 - adds\nok 2 - pays # SKIP\nnot ok 3 - totals\n# pass 1\n1..3",
        "other|noise ok|mild ok|failure|verdict|verdict",
    ),
    "go test": (
        run_test_tools.GO_TEST,
        """\
=== RUN   TestA
--- PASS: TestA (0.00s)
--- SKIP: TestB (0.00s)
--- FAIL: TestC (0.00s)
    c_test.go:7: got 1
--- PASS: TestD (0.00s)
FAIL
FAIL\tshop/c\t0.01s
ok  \tshop/a\t0.01s
?   \tshop/b\t[no test files]""",
        "noise RUN|noise PASS|mild SKIP|failure|other|noise PASS|verdict|failure|noise ok|noise no test files",
    ),
    "cargo test": (
        run_test_tools.CARGO_TEST,
        """\
running 3 tests
test a ... ok
test b ... ignored
test c ... FAILED
        PASS [   0.005s] shop tests::a
        FAIL [   0.006s] shop tests::c
failures:
---- c stdout ----
test x ... ok
test result: FAILED. 1 passed; 1 failed""",
        "verdict|noise ok|mild ignored|failure|noise PASS|failure|section|failure|other|verdict",
    ),
    "ctest": (
        run_test_tools.CTEST,
        """\
      Start  1: a
1/4 Test  #1: a ....   Passed    0.00 sec
2/4 Test  #2: b ....***Failed    0.00 sec
3/4 Test  #3: c ....Subprocess aborted***Exception:   0.00 sec
4/4 Test  #4: d ....***Not Run (Disabled)   0.00 sec
4/4 Test  #5: e ....***Not Run   0.00 sec
50% tests passed, 2 tests failed out of 4""",
        "noise Start|noise Passed|failure|failure|mild Not Run (Disabled)|failure|verdict",
    ),
    "rspec": (
        run_test_tools.RSPEC,
        """\
Cart
  adds one
  totals (FAILED - 1)
  pays (PENDING: no sandbox)
........
..F.
Failures:
  1) Cart totals
     expected: 10
Finished in 0.1 seconds (files took 0.2 seconds to load)
3 examples, 1 failure, 1 pending
rspec ./spec/a.rb:3 # Cart totals""",
        (
            "other|mild example titles|failure|mild PENDING|noise progress|other|section|failure|other"
            "|verdict|verdict|failure"
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_lines_are(name: str) -> None:
    tool, text, expected = CASES[name]
    assert kinds(tool, text) == expected.split("|")


@pytest.mark.parametrize("tool", run_test_tools.TEST_TOOLS, ids=lambda tool: tool.name)
def test_whatever_may_go_is_counted_as_something(tool: Tool) -> None:
    assert has_sense(tool)
