"""One installing at a time, without a file for that."""

import subprocess
import sys
import threading
from pathlib import Path

from headroom_service.exclusive import one_at_a_time

HOLDER = """
import sys
from pathlib import Path
from headroom_service.exclusive import one_at_a_time
with one_at_a_time(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_is_waited_for_even_one_that_is_killed(tmp_path: Path) -> None:
    held = threading.Event()

    def hold() -> None:
        with one_at_a_time(tmp_path):
            held.set()

    argv = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        waiting = threading.Thread(target=hold)
        waiting.start()
        assert not held.wait(0.05)
        other.kill()
        assert held.wait(30)
        waiting.join(30)
    assert not list(tmp_path.iterdir())
