import pytest

from headroom.compressors import run_build_tools
from headroom.compressors.run_rows import Tool
from tests.core.compressors.tool_lines import has_sense, kinds

CASES = {
    "maven": (
        run_build_tools.MAVEN,
        """\
[INFO] Scanning for projects...
[INFO] Downloading from central: https://repo.example.com/a.pom
[INFO] Running shop.ATest
[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in shop.ATest
[WARNING] Tests run: 2, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.1 s -- in shop.BTest
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0 <<< FAILURE!
[INFO] Failed to read the cache
[INFO]
[INFO] Tests run: 6, Failures: 1, Errors: 0, Skipped: 1
[INFO] BUILD FAILURE""",
        (
            "mild INFO|noise Downloading|noise Running|noise Tests run|warning|failure|other|noise "
            "rules|verdict|verdict"
        ),
    ),
    "gradle": (
        run_build_tools.GRADLE,
        """\
> Task :compileJava UP-TO-DATE
> Task :test FAILED
ATest > adds() PASSED
ATest > totals() FAILED
ATest > pays() SKIPPED
BUILD FAILED in 7s""",
        "noise Task|failure|noise PASSED|failure|mild SKIPPED|verdict",
    ),
    "cargo": (
        run_build_tools.RUST,
        """\
   Compiling serde v1.0.2
   Compiling error-chain v0.12.4
error[E0308]: mismatched types
 --> src/main.rs:1:2
warning: unused variable: `x`
    Finished `dev` profile in 2s""",
        "noise Compiling|other|failure|other|warning|verdict",
    ),
    "tsc": (
        run_build_tools.TSC,
        "a.ts(1,2): error TS2322: no\n  inner\na.ts:1:2 - error TS2322: no\n\n1 x\nFound 2 errors in 1 file.",
        "failure|other|failure|other|other|verdict",
    ),
    "eslint": (
        run_build_tools.ESLINT,
        """\
/srv/a.js
  1:2   error    Missing semicolon  semi
  1:12  warning  'a' is unused      no-unused-vars

✖ 2 problems (1 error, 1 warning)""",
        "section|failure|warning|other|verdict",
    ),
    "linters of Python": (
        run_build_tools.PYTHON_LINT,
        "a.py:1:2: F401 `os` unused\na.py:3: error: No [arg-type]\na.py:3: note: See\nFound 2 errors.",
        "failure|failure|other|verdict",
    ),
    "docker": (
        run_build_tools.DOCKER,
        """\
#1 [internal] load .dockerignore
#1 transferring context: 2B done
#1 DONE 0.0s
#2 [1/2] RUN make
#2 0.311 something new
#2 ERROR: process "make" did not complete successfully: exit code: 2""",
        "noise load|noise transferring|noise DONE|other|other|failure",
    ),
    "apt": (
        run_build_tools.APT,
        """\
Get:1 http://deb.example.com/debian bookworm InRelease [1 kB]
Selecting previously unselected package a.
Setting up a (1.0) ...
E: Unable to locate package b
0 upgraded, 1 newly installed, 0 to remove""",
        "noise Get|noise Selecting|noise Setting up|failure|verdict",
    ),
    "pip": (
        run_build_tools.PIP,
        """\
Collecting flask
  Downloading flask-3.1.3-py3-none-any.whl (103 kB)
     ━━━━━━━━━━━━ 103.4/103.4 kB 79.8 MB/s eta 0:00:00
WARNING: a is yanked
ERROR: No matching distribution found for b
Successfully installed flask-3.1.3""",
        "noise Collecting|noise Downloading|noise progress|warning|failure|verdict",
    ),
    "npm": (
        run_build_tools.NPM,
        """\
npm http fetch GET 200 https://registry.example.com/a 3ms
npm warn deprecated a@1.0.0: use b
npm error code ERESOLVE
Progress: resolved 1, reused 0
added 2 packages in 1s""",
        "noise fetch|warning|failure|noise Progress|verdict",
    ),
    "terraform": (
        run_build_tools.TERRAFORM,
        """\
a.b: Refreshing state... [id=1]
  # a.b will be created
  + resource "a" "b" {
      + id = (known after apply)
    }
Plan: 1 to add, 0 to change, 0 to destroy.
a.b: Creating...
│ Error: no such zone
│ in main.tf
╵""",
        (
            "noise Refreshing state|item|other|noise known after apply|other|verdict|mild Creating"
            "|failure|other|section"
        ),
    ),
    "compilers": (
        run_build_tools.CC,
        """\
make[1]: Entering directory '/srv'
[  2%] Building C object a.o
/usr/bin/cc -O2 -c a.c
arm-none-eabi-gcc -O2 -c b.c
  CC      drivers/a.o
-- Looking for pthread.h
checking for gcc... gcc
a.c:1:2: warning: unused [-Wunused]
    1 | int x;
a.c:1:2: error: no
make: *** [all] Error 2""",
        (
            "noise Entering|noise Building|noise cc|noise arm-none-eabi-gcc|noise CC|noise Looking for"
            "|noise checking|warning|other|failure|failure"
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_lines_are(name: str) -> None:
    tool, text, expected = CASES[name]
    assert kinds(tool, text) == expected.split("|")


@pytest.mark.parametrize("tool", run_build_tools.BUILD_TOOLS, ids=lambda tool: tool.name)
def test_whatever_may_go_is_counted_as_something(tool: Tool) -> None:
    assert has_sense(tool)
