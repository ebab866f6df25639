"""How test runners report: a table for each. Order matters within a table: the first row that matches counts."""

from typing import Final

from headroom.compressors.run_rows import Row, Tool

_NODE: Final = r"[^\s:\[]++::[^\s\[]++(?:\[.*\])?"
"""A pytest test: a file, its names, the parameters."""
_SHARE: Final = r"\s*+(?>(?:\[ *+\d++%\])?)\s*+$"
_COUNT: Final = r"\d++ (?:passed|failed|skipped|deselected|xfailed|xpassed|errors?|warnings?|rerun)\b"
_PASS: Final = "[✓√✔]"

PYTEST: Final = Tool(
    "pytest",
    (
        r"^={3,}+ (?:test session starts|short test summary info|FAILURES|ERRORS|warnings summary) ={3,}+$",
        rf"^{_NODE} (?:PASSED|FAILED|ERROR|SKIPPED)\b",
        r"^[.FEsxX]{2,}+ ++\[ *+\d++%\]$",
        r"^(?:FAILED|ERROR) [^\s:]{1,300}\.py(?:::|$| - )",
        r"^\d++ (?:passed|failed|skipped|errors?)\b[^\n]{0,120} in [\d.]++s",
    ),
    (
        Row("section", r"={3,}+ (?:FAILURES|ERRORS) ={3,}+$", "block"),
        Row("section", r"={3,}+ (?P<label>PASSES) ={3,}+$", "quiet"),
        Row("verdict", rf"=*+ ?(?:no tests ran|{_COUNT}).* in [\d.]++s(?: \([\d:]++\))? ?=*+$", "end"),
        Row("section", r"={3,}+ [\w(].* ={3,}+$|[-_]{8,}+ coverage: .*[-_]{8,}+$", "end"),
        Row("verdict", r"!{3,}+ .* !{3,}+$", "end"),
        Row("failure", r"_{3,}+ (?P<name>.+?) _{3,}+$", "block"),
        Row("noise", rf"(?P<name>{_NODE}) (?P<label>PASSED){_SHARE}"),
        Row("noise", rf"(?P<label>PASSED) (?P<name>{_NODE})\s*+$"),
        Row("noise", rf"\[gw\d++\] \[ *+\d++%\] (?P<label>PASSED) (?P<name>{_NODE})\s*+$"),
        Row("failure", rf"(?>(?:\[gw\d++\] \[ *+\d++%\] )?)(?:FAILED|ERROR) (?P<name>{_NODE}|\S++)"),
        Row("failure", rf"(?P<name>{_NODE}) (?:FAILED|ERROR)\b"),
        Row("mild", rf"(?P<name>{_NODE}) (?P<label>SKIPPED|XFAIL|XPASS|RERUN)\b"),
        Row(
            "mild",
            r"(?>\[gw\d++\] \[ *+\d++%\] |)(?P<label>SKIPPED|XFAIL|XPASS|RERUN) (?>\[\d++\] |)(?P<name>\S++)",
        ),
        Row("noise", rf"(?P<name>{_NODE}) $", label="begun"),
        Row("noise", r"(?>(?:\S++ )?)[.sxX]++ *+\[ *+\d++%\]\s*+$|[.sxX]{10,}+$", label="progress"),
        Row("noise", r"(?P<label>PASSED)" + _SHARE),
        Row("noise", r"\S++ ++\d++ ++0(?: ++0 ++0)? ++(?P<label>100%)$"),
        Row("mild", r"[\d.]++s (?P<label>call|setup|teardown) ++(?P<name>\S++)"),
    ),
)

UNITTEST: Final = Tool(
    "unittest",
    (
        r"^Ran \d++ tests? in [\d.]++s$",
        r"^\w++ \([\w.]++\) \.\.\. (?:ok|FAIL|ERROR|skipped)",
    ),
    (
        Row("section", r"={70}$", "block"),
        Row("failure", r"(?:FAIL|ERROR): (?P<name>.+)", "block"),
        Row("verdict", r"Ran \d++ tests? in ", "end"),
        Row("verdict", r"(?:OK|FAILED)(?: \(.*\))?$", "end"),
        Row("noise", r"(?P<name>\w++ \([\w.]++\)) \.\.\. (?P<label>ok)$"),
        Row("failure", r"(?P<name>\w++ \([\w.]++\)) \.\.\. (?:FAIL|ERROR)$"),
        Row("mild", r"(?P<name>\w++ \([\w.]++\)) \.\.\. (?P<label>skipped|expected failure)"),
        Row("noise", r"\.{5,}+$", label="progress"),
    ),
)

JEST: Final = Tool(
    "jest and vitest",
    (
        r"^(?:Test Suites|Tests|Snapshots): ++\d++ ",
        r"^ *+Test Files  \d",
        r"^(?:PASS|FAIL) {1,2}\S{1,300}\.[cm]?[jt]sx?\b",
        rf"^ *+{_PASS} \S{{1,300}}\.[cm]?[jt]sx?\b",
        r"^ *+RUN +v\d++\.",
        rf"^ {{2,}}{_PASS} \S.{{0,200}}\(\d++ m?s\)$",
    ),
    (
        Row("failure", r"  ● (?P<name>.+)", "block"),
        Row("section", r"⎯+ (?:Failed|Unhandled) .*", "block"),
        Row("failure", r"FAIL {1,2}(?P<name>\S.*)", "end"),
        Row("failure", r" ++FAIL ++(?P<name>\S.*)", "block"),
        Row(
            "verdict", r" *+(?:Test Suites|Tests|Snapshots|Time|Test Files|Start at|Duration|Errors):? ++\d", "end"
        ),
        Row("section", r"Summary of all failing tests|Ran all test suites|-{3,}+\|", "end"),
        Row("noise", r"(?P<label>PASS) (?P<name> ?\S.*)", "end"),
        Row("noise", rf" *+(?P<label>{_PASS}) (?P<name>\S.*)"),
        Row("failure", r" *+[✕×✗✘] (?P<name>\S.*)"),
        Row("mild", r" *+(?P<label>[○↓✎]) (?P<name>\S.*)"),
        Row("noise", r" *+(?P<name>\S++) ++\|(?: ++(?P<label>100) \|){4} *+$"),
        Row("noise", r"(?P<label>RUNS) ", label="progress"),
    ),
)

MOCHA: Final = Tool(
    "mocha",
    (
        r"^ {2}\d++ (?:passing|failing|pending)\b",
        rf"^ {{4,}}{_PASS} \S",
    ),
    (
        Row("verdict", r"  \d++ (?:passing|pending|failing)\b", "block"),
        Row("failure", r"  \d++\) (?P<name>.+)", "block"),
        Row("noise", rf" {{4,}}(?P<label>{_PASS}) (?P<name>\S.*)"),
        Row("failure", r" {4,}\d++\) (?P<name>.+)"),
        Row("mild", r" {4,}(?P<label>-) (?P<name>\S.*)"),
    ),
)

TAP: Final = Tool(
    "TAP",
    (
        r"^TAP version \d",
        r"^(?>(?:not )?)ok \d++ - ",
    ),
    (
        Row("noise", r" *+(?P<label>ok) \d++(?>(?: - (?P<name>(?>(?:(?! # ).)+)))?)$"),
        Row("mild", r" *+(?P<label>ok) \d++ .*# (?i:skip|todo)"),
        Row("failure", r" *+not ok \d++(?: - (?P<name>.+))?"),
        Row(
            "verdict", r" *+(?:# (?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) |Bail out!|1\.\.\d)"
        ),
        Row("noise", r" *+# Subtest: (?P<name>.+)", label="Subtest"),
        # Of a test's facts in YAML those of a failure are of interest: its error, which has other keys.
        Row("noise", r" *+duration_ms: [\d.]++$", label="duration_ms"),
        Row("noise", r" *+type: '(?P<label>test|suite)'$"),
        Row("noise", r" *+(?:---|\.\.\.)$", label="YAML marks"),
    ),
)

GO_TEST: Final = Tool(
    "go test",
    (
        r"^=== RUN {3}\S",
        r"^ *+--- (?:PASS|FAIL|SKIP): \S++ \([\d.]++s\)$",
        r"^(?:ok  |FAIL)\t\S++\t(?:[\d.]++s|\(cached\)|\[)",
        r"^\?   \t\S++\t\[no test files\]$",
    ),
    (
        Row("failure", r"panic: |fatal error: |WARNING: DATA RACE", "block"),
        Row("failure", r"FAIL\t(?P<name>\S++)", "end"),
        Row("verdict", r"(?:PASS|FAIL)$|exit status \d|coverage: ", "end"),
        Row("noise", r"=== (?P<label>RUN|PAUSE|CONT|NAME) ++(?P<name>\S++)", "end"),
        Row("noise", r" *+--- (?P<label>PASS): (?P<name>\S++) \([\d.]++s\)$", "end"),
        Row("mild", r" *+--- (?P<label>SKIP): (?P<name>\S++)", "end"),
        Row("failure", r" *+--- FAIL: (?P<name>\S++)", "block"),
        Row("noise", r"(?P<label>ok)  \t(?P<name>\S++)\t(?:[\d.]++s|\(cached\))", "end"),
        Row("noise", r"(?>(?:\?   )?)\t(?P<name>\S++)\t+(?:\[(?P<label>no test files)\]|coverage: 0\.0%)", "end"),
    ),
)

CARGO_TEST: Final = Tool(
    "cargo test",
    (
        r"^running \d++ tests?$",
        r"^test \S.{0,200} \.\.\. (?:ok|FAILED|ignored)$",
        r"^test result: ",
        r"^ {4,}(?:PASS|FAIL) \[ *+[\d.]++s\] ",
        r"^ {4,}Summary \[ *+[\d.]++s\] ",
    ),
    (
        Row("section", r"(?:failures|successes):$", "block"),
        Row("failure", r"-{2,}+ (?:STDOUT|STDERR|TRY \d++ \w++): ++(?P<name>.+?) *+-*+$", "block"),
        Row("failure", r"-{4} (?P<name>.+) stdout -{4}$", "block"),
        Row("verdict", r"test result: |running \d++ tests?$| *+Summary \[", "end"),
        Row("section", r"-{8,}+$| *+(?:Doc-tests|Running|Nextest run) ", "end"),
        Row("noise", r"test (?P<name>.+) \.\.\. (?P<label>ok)$"),
        Row("noise", r" *+(?P<label>PASS) \[ *+[\d.]++s\] (?P<name>.+)", "end"),
        Row("noise", r" *+(?P<label>START) {2,}(?P<name>.+)", "end"),
        Row("mild", r"test (?P<name>.+) \.\.\. (?P<label>ignored)\b"),
        Row("mild", r" *+(?P<label>SKIP|SLOW) \[[^\]]*+\] (?P<name>.+)", "end"),
        Row("failure", r"test (?P<name>.+) \.\.\. FAILED$"),
        Row(
            "failure", r" *+(?>TRY \d++ |)(?:FAIL|SIG\w++|ABORT|TIMEOUT|LEAK) \[ *+[\d.]++s\] (?P<name>.+)", "end"
        ),
        Row("noise", r"[.i]{8,}+(?>(?: \d++/\d++)?)$", label="progress"),
    ),
)

CTEST: Final = Tool(
    "ctest",
    (
        r"^ *+\d++/\d++ Test +#\d++: ",
        r"^\d++% tests passed, ",
    ),
    (
        Row("noise", r" *+(?P<label>Start) ++\d++: (?P<name>.+)"),
        Row("noise", r" *+\d++/\d++ Test ++#\d++: (?P<name>\S++) \.*+ *+(?P<label>Passed) "),
        Row(
            "mild", r" *+\d++/\d++ Test ++#\d++: (?P<name>\S++) \.*+[* ]*+(?P<label>Not Run \(Disabled\)|Skipped)"
        ),
        Row("failure", r" *+\d++/\d++ Test ++#\d++: (?P<name>\S++) "),
        Row("verdict", r"\d++% tests passed|Total Test time|The following tests |Errors while running"),
    ),
)

RSPEC: Final = Tool(
    "rspec",
    (
        r"^\d++ examples?, \d++ failures?\b",
        r"^Finished in [\d.]++ (?:seconds|minutes) \(files took ",
    ),
    (
        Row("section", r"Failures:$|Failed examples:$|Pending: ", "block"),
        Row("failure", r"  \d++\) (?P<name>.+)", "block"),
        Row("verdict", r"Finished in |\d++ examples?, |Randomized with seed|Coverage: ", "end"),
        Row("failure", r"rspec (?P<name>\S++) # ", "end"),
        Row("failure", r" *+(?P<name>.+) \(FAILED - \d++\)$"),
        Row("mild", r" *+(?P<name>.+) \((?P<label>PENDING): "),
        Row("noise", r"[.*]{5,}+$", label="progress"),
        Row("mild", r" {2,}(?P<name>\S.*)", label="example titles"),
    ),
    guarded=True,
)

TEST_TOOLS: Final = (PYTEST, UNITTEST, JEST, MOCHA, TAP, GO_TEST, CARGO_TEST, CTEST, RSPEC)
"""Maven and Gradle build as well as test: they stand in run_build_tools."""
