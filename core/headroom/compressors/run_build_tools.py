"""How compilers, linters, build tools and installers report: a table for each."""

from typing import Final

from headroom.compressors.run_rows import Row, Tool

_PLACE: Final = r"[^\s:()][^:()\n]{0,300}+"
"""A file's path."""
_COMPILERS: Final = (
    r"(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+|[\w-]{1,40}-(?:gcc|g\+\+)|javac|rustc|ar|ranlib|ld|nvcc)"
)

MAVEN: Final = Tool(
    "maven",
    (
        r"^\[(?:INFO|ERROR)\] (?:Scanning for projects|BUILD (?:SUCCESS|FAILURE)|Tests run: \d)",
        r"^\[INFO\] (?:Running \S++$|-{3,}+[< ])",
    ),
    (
        Row(
            "verdict",
            r"\[\w++\] (?:BUILD |Total time: |Finished at: |Tests run: [\d, :A-Za-z]++$|Reactor Summary)",
        ),
        Row("noise", r"\[INFO\] (?P<label>Running) (?P<name>\S++)$"),
        Row("noise", r"\[INFO\] (?P<label>Tests run): \d++, Failures: 0, Errors: 0,.*(?:in|- in) (?P<name>\S++)$"),
        Row("noise", r"(?>(?:\[INFO\] )?)(?P<label>Download(?:ing|ed)) (?>(?:from )?).*"),
        Row("noise", r"Progress \(\d++\): .*", label="progress"),
        Row("noise", r"\[INFO\] *+-*+(?>(?:[<\[].*[>\]]-*+)?)$", label="rules"),
        Row("failure", r"\[ERROR\] (?P<name>\S.*)"),
        Row("other", r"\[ERROR\]"),
        Row("warning", r"\[WARNING\] (?P<name>\S.*)"),
        Row("noise", r"\[WARNING\] *+$", label="blank"),
        Row("mild", r"\[(?P<label>INFO|DEBUG)\] "),
    ),
)

GRADLE: Final = Tool(
    "gradle",
    (
        r"^> Task :\S",
        r"^BUILD (?:SUCCESSFUL|FAILED) in \d",
        r"^> Configure project ",
    ),
    (
        Row("verdict", r"BUILD (?:SUCCESSFUL|FAILED) in |\d++ actionable tasks?:|\d++ tests completed"),
        Row("section", r"\* (?:What went wrong|Try|Where|Exception is):?|FAILURE: "),
        Row("failure", r"> Task (?P<name>:\S++) FAILED$"),
        Row("noise", r"> (?P<label>Task) (?P<name>:\S++)(?: (?:UP-TO-DATE|NO-SOURCE|FROM-CACHE))?$"),
        Row("mild", r"> (?P<label>Task) (?P<name>:\S++) SKIPPED$"),
        Row("noise", r"(?P<name>\S++(?: >.*| \S.*\(\))?) (?P<label>PASSED)$"),
        Row("failure", r"(?P<name>\S++ >.*) FAILED$"),
        Row("mild", r"(?P<name>\S++ >.*) (?P<label>SKIPPED)$"),
        Row("noise", r"(?P<label>Download) |<[=-]++> \d++%|Starting a Gradle Daemon", label="progress"),
    ),
    guarded=True,
)

RUST: Final = Tool(
    "cargo",
    (
        r"^ {2,}(?:Compiling|Checking|Downloaded|Fresh|Documenting) \S++ v\d",
        r"^(?:error|warning)(?:\[[EW]\d++\])?: .*\n *+--> \S",
        r"^ {4}Finished (?:`|\w++ \[)",
    ),
    (
        Row(
            "noise",
            r" *+(?P<label>Compiling|Checking|Downloaded|Downloading|Fresh|Adding|Removing"
            r"|Documenting|Scraping"
            r"|Building|Dirty|Installing|Unpacking) (?P<name>\S.*)",
        ),
        Row("mild", r" *+(?P<label>Updating|Locking|Blocking|Running|Executable|Installed|Replaced) "),
        Row("verdict", r" *+Finished "),
        Row("failure", r"error(?:\[(?P<rule>\w++)\])?: (?P<name>.+)"),
        Row("warning", r"warning(?:\[(?P<rule>\w++)\])?: (?P<name>.+)"),
        Row("section", r"For more information about this error|Some errors have detailed explanations"),
    ),
    guarded=True,
)

TSC: Final = Tool(
    "tsc",
    (
        rf"^{_PLACE}\(\d++,\d++\): (?:error|warning) TS\d++: ",
        rf"^{_PLACE}:\d++:\d++ - error TS\d++: ",
        r"^Found \d++ errors? in ",
    ),
    (
        Row("failure", rf"(?P<name>{_PLACE}\(\d++,\d++\)): error (?P<rule>TS\d++): "),
        Row("failure", rf"(?P<name>{_PLACE}:\d++:\d++) - error (?P<rule>TS\d++): ", "block"),
        Row("verdict", r"Found \d++ errors?\b", "end"),
    ),
    guarded=True,
)

ESLINT: Final = Tool(
    "eslint",
    (
        r"^ ++\d++:\d++ ++(?:error|warning)  \S",
        r"^✖ \d++ problems? \(",
    ),
    (
        Row("verdict", r"✖ \d++ problems? \(| *+\d++ errors? and \d++ warnings? potentially"),
        Row("failure", r" ++(?P<name>\d++:\d++) ++error ++(?:.*  (?P<rule>\S++)|.*)$"),
        Row("warning", r" ++(?P<name>\d++:\d++) ++warning ++(?:.*  (?P<rule>\S++)|.*)$"),
        Row("section", r"/\S.*\.\w++$"),
    ),
    guarded=True,
)

PYTHON_LINT: Final = Tool(
    "ruff, flake8 and mypy",
    (
        rf"^{_PLACE}:\d++:\d++: [A-Z]{{1,5}}\d{{2,5}} ",
        rf"^{_PLACE}:\d++: (?:error|note|warning): .*",
        r"^Found \d++ errors?\b",
        r"^[A-Z]{1,5}\d{3,4} (?>(?:\[\*\] )?)\S.*\n ++--> \S",
    ),
    (
        Row("failure", rf"(?P<name>{_PLACE}:\d++:\d++): (?P<rule>[A-Z]{{1,5}}\d{{2,5}}) "),
        Row("failure", r"(?P<rule>[A-Z]{1,5}\d{3,4}) (?>(?:\[\*\] )?)(?P<name>\S.*)"),
        Row("failure", rf"(?P<name>{_PLACE}:\d++(?::\d++)?): error: .*?(?:\[(?P<rule>[\w-]++)\])?\s*+$"),
        Row(
            "verdict",
            r"Found \d++ errors?\b|Success: no issues|All checks passed|\[\*\] \d++ fixable|No fixes available",
        ),
    ),
    guarded=True,
)

CC: Final = Tool(
    "compilers and make",
    (
        rf"^{_PLACE}:\d++:(?>(?:\d++:)?) (?>(?:fatal )?)(?:error|warning): ",
        r"^make(?>(?:\[\d++\])?): (?:\*\*\*|Entering|Leaving|Nothing)",
        r"^\[ *+\d++%\] (?:Building|Linking|Built|Generating) ",
        rf"^\[\d++/\d++\] (?:Building|Linking|Compiling|\S*{_COMPILERS} )",
        r"^-- (?:The \w++ compiler|Detecting|Configuring|Generating done|Build files)",
        r"^CMake (?:Error|Warning)",
        r"^# \S++\n(?>(?:vet: )?)\S{1,300}\.go:\d++:\d++: ",
        r"^ninja: ",
        r"^  (?:CC|CXX|LD|AR|CCLD|GEN) +\S++$",
    ),
    (
        Row("failure", rf"(?P<name>{_PLACE}:\d++:(?>\d++:|)) (?>fatal |)error: .*?(?:\[(?P<rule>-W\S++)\])?$"),
        Row("warning", rf"(?P<name>{_PLACE}:\d++:(?>(?:\d++:)?)) warning: .*?(?:\[(?P<rule>-W\S++)\])?$"),
        Row("failure", r"(?>(?:vet: )?)(?P<name>\S{1,300}\.go:\d++:\d++): "),
        Row(
            "failure",
            r"make(?>(?:\[\d++\])?): \*\*\* (?P<name>.+)|ninja: (?:build stopped|error"
            r"|fatal).*|FAILED: .*",
        ),
        Row("failure", r"CMake Error.*|collect2: error|(?:\S*/)?ld(?:\.\w++)?: .*|.*: undefined reference to .*"),
        Row("warning", r"CMake (?:Deprecation )?Warning.*"),
        Row(
            "verdict",
            r"\d++ (?:errors?|warnings?)(?: and \d++ \w++)? generated"
            r"|ninja: no work to do|-- Configuring incomplete",
        ),
        Row("noise", r"make(?>(?:\[\d++\])?): (?P<label>Entering|Leaving) directory "),
        Row(
            "noise",
            r"\[ *+(?:\d++%|\d++/\d++)\] (?P<label>Building|Linking|Built|Generating"
            r"|Consolidate|Scanning|Compiling)"
            r"(?P<name> .*)",
        ),
        Row("noise", rf"(?>\[\d++/\d++\] |)(?>: && |)(?:/[\w./-]*/)?(?P<label>{_COMPILERS}) (?P<name>-.*)"),
        Row("noise", rf"\[\d++/\d++\] (?>(?:: && )?)(?:/[\w./-]*/)?(?P<label>{_COMPILERS}|cmake) "),
        Row("noise", r"  (?P<label>CC|CXX|LD|AR|CCLD|GEN|HOSTCC|AS)(?>(?: \[M\])?) ++(?P<name>\S++)$"),
        Row("noise", r"(?>(?:/bin/(?:ba)?sh )?)(?>(?:\S*/)?)(?P<label>libtool|config\.status)[: ]"),
        Row("mild", r"(?P<label>checking) .*\.\.\. no$"),
        Row("noise", r"(?P<label>checking) .*\.\.\. \S*$"),
        Row("noise", r"-- (?P<label>Detecting|Looking for|Performing Test|Check for) ?.*"),
    ),
    guarded=True,
    hints=(rf"^(?:/\S*/)?{_COMPILERS} -\S",),
)

NPM: Final = Tool(
    "npm, pnpm and yarn",
    (
        r"^npm (?:warn|error|WARN|ERR!|notice) ",
        r"^(?:added|removed|changed|up to date|audited)[, ].*packages? .*in \d",
        r"^Progress: resolved \d",
        r"^➤ YN\d",
        r"^yarn install v",
    ),
    (
        Row("warning", r"npm (?:warn|WARN) (?P<rule>\w++) (?P<name>.+)|(?: WARN | ?WARN )(?P<rule2>\S++)?.*"),
        Row(
            "failure",
            r"npm (?:error|ERR!) ?(?P<name>.*)|(?: ERR_PNPM_\S++| ERROR ).*|➤ YN\d++: .*(?:Error|failed).*",
        ),
        Row(
            "verdict",
            r"(?:added|removed|changed|up to date|audited)[, ].*in \d|Done in |found \d++ vulnerabilit|Packages: ",
        ),
        Row("noise", r"npm (?:http|verb|sill|timing) ?(?P<label>fetch|GET)?.*", label="npm http"),
        Row("noise", r"(?P<label>Progress): resolved \d"),
        Row("noise", r"[+-]{8,}+$", label="progress"),
        Row("noise", r"➤ YN0013: .*", label="fetched"),
        Row("noise", r"\[\d/\d\] \S", label="steps"),
    ),
    guarded=True,
)

PIP: Final = Tool(
    "pip",
    (
        r"^(?:Collecting|Requirement already satisfied:) \S",
        r"^(?:Successfully installed|Installing collected packages:) \S",
        r"^ {2}(?:Downloading|Using cached) \S{1,300}\.(?:whl|tar\.gz)",
    ),
    (
        Row("failure", r" *+ERROR: (?P<name>.+)|error: (?P<name2>.+)"),
        Row("warning", r" *+(?:WARNING|DEPRECATION): (?P<name>.+)"),
        Row(
            "verdict",
            r"Successfully (?:installed|uninstalled|built)|Installing collected packages"
            r"|Would install",
        ),
        Row("noise", r" *+(?P<label>Collecting|Obtaining|Processing) (?P<name>\S.*)"),
        Row(
            "noise",
            r" *+(?P<label>Downloading|Using cached|Requirement already satisfied:"
            r"|Building wheel|Created wheel"
            r"|Stored in directory:|Preparing metadata|Getting requirements"
            r"|Installing build dep\w++|Installing backend dep\w++"
            r"|Building editable|Attempting uninstall:|Found existing|Uninstalling|Running command"
            r"|Looking in)(?P<name> .*)",
        ),
        Row("noise", r" *+(?:━|╸|╺|─|\|█)[^\n]*(?:[kKMG]?B|eta).*", label="progress"),
    ),
    guarded=True,
)

DOCKER: Final = Tool(
    "docker build",
    (
        r"^#\d++ (?:\[[^\]\n]{1,60}\] |DONE \d|CACHED$|ERROR|transferring |sha256:|naming to )",
        r"^(?:Step \d++/\d++ : | ---> [0-9a-f]{12}$)",
    ),
    (
        Row("failure", r"#\d++ ERROR: (?P<name>.+)|ERROR: (?P<name2>.+)|-{6}$"),
        Row("noise", r"#\d++ (?P<label>DONE) [\d.]++s$"),
        Row("noise", r"#\d++ (?P<label>CACHED)$"),
        Row(
            "noise",
            r"#\d++ (?P<label>transferring|sha256:|extracting|resolve|exporting|writing|naming|unpacking) ?.*",
        ),
        Row("noise", r"#\d++ \[internal\] (?P<label>load) "),
        Row("noise", r" ?-{3}> (?P<label>Running in|Using cache|[0-9a-f]{12})|Removing intermediate container"),
    ),
    guarded=True,
)

APT: Final = Tool(
    "apt",
    (
        r"^(?:Get:\d++ |Selecting previously unselected package|Setting up \S++ \()",
        r"^(?:Reading package lists|Unpacking \S++ \([^)\s]++\) \.\.\.$)",
    ),
    (
        Row("warning", r"W: (?P<name>.+)|debconf: (?P<name2>.+)"),
        Row("failure", r"(?:E|Err:\d++):? (?P<name>.+)|dpkg: error.*"),
        Row("verdict", r"\d++ upgraded, \d++ newly installed"),
        Row("noise", r"(?P<label>Get:|Hit:|Ign:)\d++ "),
        Row(
            "noise",
            r"(?P<label>Selecting|Preparing|Unpacking|Setting up|Processing triggers"
            r"|Reading|Building|Fetched|Created"
            r" symlink)[ :.](?P<name>.*)",
        ),
        Row("noise", r"\(Reading database .*", label="progress"),
    ),
    guarded=True,
)

TERRAFORM: Final = Tool(
    "terraform",
    (
        r"^Terraform (?:will perform|used the selected|has been successfully)",
        r"^(?:Plan|Apply complete!|No changes)[:.] ?",
        r"^│ Error: ",
        r"^\S{1,300}: (?:Refreshing state|Creating|Creation complete|Still creating|Destroying|Modifying)\b",
    ),
    (
        Row("verdict", r"Plan: \d|Apply complete!|No changes\.|Destroy complete!|Changes to Outputs"),
        Row("failure", r"(?>(?:│ )?)Error: (?P<name>.+)", "block"),
        Row("warning", r"(?>(?:│ )?)Warning: (?P<name>.+)"),
        Row("section", r"╵", "end"),
        Row("item", r"  # (?P<name>\S++) (?:will|must) be "),
        Row("noise", r"(?P<name>\S{1,300}): (?P<label>Refreshing state|Still \w++|Reading|Read complete)\b.*"),
        Row(
            "mild",
            r"(?P<name>\S{1,300}): (?P<label>Creating|Creation complete|Destroying"
            r"|Destruction complete|Modifying"
            r"|Modifications complete)\b.*",
        ),
        Row("noise", r" ++[+~] (?>(?:[\w.\"-]++ ++= )?)\((?P<label>known after apply)\),?$"),
    ),
    guarded=True,
)

BUILD_TOOLS: Final = (
    *(MAVEN, GRADLE, RUST, TSC, ESLINT, PYTHON_LINT),
    *(DOCKER, APT, PIP, NPM, TERRAFORM, CC),
)
PREFIXED: Final = r"#\d++ \d++\.\d++ "
"""What Docker puts before each line that a step prints: the line behind it may be any tool's."""
