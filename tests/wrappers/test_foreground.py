"""A child in the foreground behaves as if the shell had started it: real processes, a real terminal."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

RUNNER = """
import os, signal, sys
from headroom_wrappers import foreground
for number in (signal.SIGINT, signal.SIGQUIT):  # ignored where the tests run in the background of a script
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
code = foreground.run(sys.argv[1:], os.environ, lambda pid: print("started", pid, flush=True))
print("code", code, flush=True)
"""


def runner(*argv: str) -> list[str]:
    return [sys.executable, "-c", RUNNER, *argv]


def start(*argv: str) -> tuple[subprocess.Popen[str], psutil.Process]:
    process = subprocess.Popen(runner(*argv), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, psutil.Process(int(process.stdout.readline().split()[1]))


def output(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=20)[0]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)]
)
def test_the_exit_code_is_the_childs(script: str, code: int) -> None:
    done = subprocess.run(runner("sh", "-c", script), capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.splitlines()[-1] == f"code {code}"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'test "$1 $2" = "a b -c" && exit 6', 6), (b"", 0), (b"exit 6\n\0\0", None), (b"\x7fELF no", None)],
)
def test_a_script_without_a_first_line_is_the_shells(content: bytes, code: int | None, tmp_path: Path) -> None:
    (tmp_path / "script").write_bytes(content)
    (tmp_path / "script").chmod(0o755)
    for path in (str(tmp_path / "script"), "./script"):
        argv = runner(path, "a b", "-c")
        done = subprocess.run(argv, capture_output=True, text=True, timeout=20, cwd=tmp_path)
        if code is None:
            assert "OSError: [Errno 8]" in done.stderr
        else:
            assert done.stdout.splitlines()[-1] == f"code {code}"


def test_streams_are_inherited() -> None:
    done = subprocess.run(
        runner("sh", "-c", "cat; echo err >&2"), input="in\n", capture_output=True, text=True, timeout=20
    )
    assert "in\n" in done.stdout
    assert done.stderr == "err\n"


def ready(*argv: str) -> subprocess.Popen[str]:
    """Start in a session without a terminal, and wait until the child says that it is ready."""
    process = subprocess.Popen(runner(*argv), stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout
    while "ready" not in process.stdout.readline():
        pass
    return process


SENT_ON = ("TERM", "HUP", "USR1", "USR2", "INT", "QUIT")


@pytest.mark.parametrize("name", SENT_ON)
def test_what_reaches_us_alone_is_sent_on(name: str) -> None:
    process = ready("sh", "-c", f"trap 'exit 9' {name}; echo ready; while :; do sleep 0.05; done")
    process.send_signal(signal.Signals[f"SIG{name}"])
    assert output(process).splitlines()[-1] == "code 9"


def test_an_interrupt_from_a_terminal_reaches_the_child_once() -> None:
    pid, fd = pty.fork()
    if pid == 0:
        script = "trap 'echo got' INT; echo ready; read word; read word; echo $word; exit 5"
        os.execv(sys.executable, runner("sh", "-c", script))
    text = b""
    for until, keys in ((b"ready", b"\x03"), (b"got", b"one\ntwo\n"), (b"code 5", b"")):
        while until not in text:
            text += os.read(fd, 4096)
        os.write(fd, keys)
    os.waitpid(pid, 0)
    os.close(fd)
    assert text.count(b"got") == 1


def test_an_interrupt_from_the_terminal_is_the_childs_to_handle() -> None:
    process = ready("sh", "-c", "trap 'exit 5' INT; echo ready; while :; do sleep 0.05; done")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole foreground group
    assert output(process).splitlines()[-1] == "code 5"


def test_ignored_signals_stay_ignored_for_the_child() -> None:
    """nohup: SIGHUP ignored by who started us is ignored by the child too."""
    done = subprocess.run(
        ["sh", "-c", 'trap "" HUP; exec "$0" "$@"', *runner("sh", "-c", "kill -HUP $$; exit 4")],
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "code 4"


def test_a_child_that_stops_stops_us_and_both_go_on() -> None:
    process, child = start("sh", "-c", "kill -STOP $$; exit 3")
    us = psutil.Process(process.pid)
    wait_for(lambda: us.status() == psutil.STATUS_STOPPED)
    assert child.status() == psutil.STATUS_STOPPED
    us.resume()
    assert output(process).splitlines()[-1] == "code 3"


def test_the_child_has_the_terminal() -> None:
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(sys.executable, runner("sh", "-c", "test -t 0 && test -t 1 && test -t 2 && stty size && exit 6"))
    text = b""
    with contextlib.suppress(OSError):  # Linux says EIO at the end
        while data := os.read(fd, 4096):
            text += data
    os.waitpid(pid, 0)
    os.close(fd)
    assert b"code 6" in text


def test_what_cannot_be_executed_is_an_os_error(tmp_path: Path) -> None:
    file = tmp_path / "agent"
    file.write_bytes(b"\x7fELF no program")
    file.chmod(0o755)
    done = subprocess.run(runner(str(file)), capture_output=True, text=True, timeout=20)
    assert "OSError" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
def test_closed_streams_are_kept_free_of_what_we_open_and_closed_for_the_child() -> None:
    script = (
        "import os, socket, sys\n"
        "from headroom_wrappers import foreground\n"
        "foreground.keep_places()\n"
        "with socket.socket() as ours:\n"
        "    is_free = ours.fileno() > 2\n"
        "    argv = ['sh', '-c', 'for n in 0 1 2; do test -e /dev/fd/$n && exit 1; done; exit 7']\n"
        "    code = foreground.run(argv, os.environ, print)\n"
        "os._exit(code if is_free else 100)\n"
    )
    argv = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", script]
    assert subprocess.run(argv, timeout=20, check=False).returncode == 7


def test_signals_that_are_held_back_end_nobody_and_reach_the_child_that_starts_then() -> None:
    script = (
        "import os, signal, sys\n"
        "from headroom_wrappers import foreground\n"
        "with foreground.held_back() as came:\n"
        "    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):\n"
        "        os.kill(os.getpid(), number)\n"
        "    print(sorted(came) == sorted([1, 2, 15]), flush=True)\n"
        "    print(foreground.run(['sleep', '30'], os.environ, lambda _pid: None, came[-1:]))\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.split() == ["True", "143", "True"]


def test_a_stop_that_is_over_already_stops_nobody() -> None:
    """`fg` continues a group's processes one after the other: us first, then the child."""
    process, child = start("sleep", "30")
    us = psutil.Process(process.pid)
    us.suspend()
    child.suspend()
    wait_for(lambda: {us.status(), child.status()} == {psutil.STATUS_STOPPED})
    us.resume()
    time.sleep(0.03)
    child.resume()
    time.sleep(0.5)
    assert us.status() != psutil.STATUS_STOPPED
    child.kill()
    assert "code 137" in output(process)
