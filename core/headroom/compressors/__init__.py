"""The compressors, in the order in which they are tried. The first that accepts a block and has something wins.

    row        takes                                                   gives
    diff       diffs and patches                                       short headers: lossless; context and
                                                                       machine-made files counted: lossy
    tests      test runs of a dozen tools                              names packed: lossless; failures whole, what
                                                                       went well counted: lossy
    builds     compilers, linters, installers, infrastructure          places packed: lossless; errors and warnings
                                                                       whole, progress counted: lossy
    json_rows  JSON or JSON Lines with arrays of objects, whole or cut a table: lossless; some rows: lossy
                                                                       the text around a cut as it came
    search     hits of grep, rg and search tools                       each path once: lossless; every file named
                                                                       or counted, the best hits: lossy
    listing    find, ls, tree, du, Glob                                each folder once: lossless; counts by folder
                                                                       and extension, odd entries named: lossy
    git_status git status                                              each folder once: lossless; counts: lossy
    git_log    git log without patches                                 authors once: lossless; every commit shown
                                                                       or counted: lossy
    logs       lines with times or levels in front,                    what the line above has left out: lossless;
               JSON lines among them                                   templates with counts: lossy
    table      CSV, psql, markdown, boxes, columns with blanks         cells between tabs: lossless;
               between them                                            some rows: lossy
    code       files of source code, in code mode only                 signatures, bodies counted: lossy
    html       web pages                                               their text in markdown: lossy
    prose      sentences: man pages, --help, documentation             whole sentences, gaps counted: lossy
    terminal   colours, progress bars, spinners, repeated lines        what the screen showed: lossless where only
               in anything else                                        colours go and equal lines are counted

Colours are nobody's privilege: the rows read a text as the screen shows it (screen.py), so a coloured log is a
log.
A new row is a file here, its line in this table, and a fixture pair.
"""

from typing import Final

from headroom.compressors.builds import BUILDS
from headroom.compressors.code import CODE
from headroom.compressors.diff import DIFF
from headroom.compressors.git_log import GIT_LOG
from headroom.compressors.git_status import GIT_STATUS
from headroom.compressors.html import HTML
from headroom.compressors.json_rows import JSON_ROWS
from headroom.compressors.listing import LISTING
from headroom.compressors.logs import LOGS
from headroom.compressors.prose import PROSE
from headroom.compressors.search import SEARCH
from headroom.compressors.table import TABLE
from headroom.compressors.terminal import TERMINAL
from headroom.compressors.tests import TESTS
from headroom.types import Compressor

COMPRESSORS: Final[tuple[Compressor, ...]] = (
    DIFF,
    TESTS,
    BUILDS,
    JSON_ROWS,
    SEARCH,
    LISTING,
    GIT_STATUS,
    GIT_LOG,
    LOGS,
    TABLE,
    CODE,
    HTML,
    PROSE,
    TERMINAL,
)
