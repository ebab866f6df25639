"""The compressors, in the order in which they are tried. The first that accepts a block and has something wins.

    row        takes                                                   gives
    json_rows  JSON or JSON Lines with arrays of objects               a table: lossless; some rows: lossy
    diff       diffs and patches                                       short headers: lossless; context and
                                                                       machine-made files counted: lossy
    logs       lines with times or levels in front,                    what the line above has left out: lossless;
               JSON lines among them                                   templates with counts: lossy
    table      CSV, psql, markdown, boxes, columns between blanks      cells between tabs: lossless; some rows: lossy
    html       web pages                                               their text in markdown: lossy
    prose      sentences: man pages, --help, documentation             whole sentences, gaps counted: lossy
    terminal   colours, progress bars, spinners, repeated lines        what the screen showed: lossless where only
               in anything else                                        colours go and equal lines are counted

Colours are nobody's privilege: the rows read a text as the screen shows it (screen.py), so a coloured log is a log.
A new row is a file here, its line in this table, and a fixture pair.
"""

from typing import Final

from headroom.compressors.diff import DIFF
from headroom.compressors.html import HTML
from headroom.compressors.json_rows import JSON_ROWS
from headroom.compressors.logs import LOGS
from headroom.compressors.prose import PROSE
from headroom.compressors.table import TABLE
from headroom.compressors.terminal import TERMINAL
from headroom.types import Compressor

COMPRESSORS: Final[tuple[Compressor, ...]] = (JSON_ROWS, DIFF, LOGS, TABLE, HTML, PROSE, TERMINAL)
