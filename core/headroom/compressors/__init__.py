"""The compressors, in the order in which they are tried. The first that accepts a block and has something wins.

    row        takes                                                   gives
    json_rows  JSON or JSON Lines with arrays of objects               a table; lossless
    logs       lines with times or levels in front                     dates once: lossless; templates: lossy
    terminal   colours, progress bars, spinners around anything else   what the screen showed; lossless where
                                                                       only colours go

Colours are nobody's privilege: json_rows and logs read a text as the screen shows it (screen.py), so a
coloured log is a log. A new row is a file here, its line in this table, and a fixture pair.
"""

from typing import Final

from headroom.compressors.json_rows import JSON_ROWS
from headroom.compressors.logs import LOGS
from headroom.compressors.terminal import TERMINAL
from headroom.types import Compressor

COMPRESSORS: Final[tuple[Compressor, ...]] = (JSON_ROWS, LOGS, TERMINAL)
