"""Without any network but a provider behind a company's own CA: install, wrap, one turn, and nobody else is asked.

It runs in a network namespace, which has a loopback device and no route. Headroom is installed there with all
that it depends on, into a new environment, from a folder of wheels.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
ASKING = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(")

INSIDE = """
import asyncio, fcntl, json, os, socket, ssl, struct, subprocess, sys, threading
from pathlib import Path
from tests.provider.app import running_provider
from tests.provider.script import Turn

folder = Path(sys.argv[1])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:  # the loopback device is down at first
    fcntl.ioctl(sock, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING

def front(target, started):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    async def copy(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()
    async def take(reader, writer):
        back, there = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(copy(reader, there), copy(back, writer), return_exceptions=True)
    async def serve():
        server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
        started.append(server.sockets[0].getsockname()[1])
        ready.set()
        await asyncio.Event().wait()
    asyncio.run(serve())

ready, started = threading.Event(), []
trace = ["strace", "-f", "-e", "trace=network", "-s", "0", "-o", str(folder / "trace")] if sys.argv[2] else []
new = folder / "new" / "bin"
subprocess.run([sys.executable, "-m", "venv", str(new.parent)], check=True, stdout=sys.stderr)
pip = [str(new / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index",
       "--find-links", str(folder / "wheels"), "headroom-local"]
subprocess.run(pip, check=True, stdout=sys.stderr)
with running_provider([Turn("one turn")], side=lambda _asked: False) as provider:
    threading.Thread(target=front, args=(provider.port, started), daemon=True).start()
    ready.wait()
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "ANTHROPIC_BASE_URL": f"https://localhost:{started[0]}",
        "SSL_CERT_FILE": str(folder / "ca.pem"),
    }
    done = subprocess.run([*trace, str(new / "headroom"), "wrap", "claude"],
                          env=environ, capture_output=True, text=True, timeout=100)
    asked = [request.target for request in provider.requests]
    print(json.dumps([done.returncode, done.stdout, done.stderr, asked, provider.problems]))
"""
CLAUDE = """#!{python}
import headroom, json, os, urllib.request
body = {{"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [{{"role": "user", "content": "hi"}}]}}
headers = {{"content-type": "application/json", "x-api-key": "k", "anthropic-version": "2023-06-01"}}
url = os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages"
request = urllib.request.Request(url, json.dumps(body).encode(), headers)
with urllib.request.urlopen(request, timeout=60) as answer:
    print(json.load(answer)["content"][0]["text"])
print(headroom.__file__)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A CA, a certificate of its for localhost, the wheels, and a stand-in for the agent."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    for name in ("unshare", "openssl"):
        if not shutil.which(name):
            pytest.skip(f"{name} is not installed")
    if subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True).returncode:
        pytest.skip("network namespaces are not permitted here")
    wheel = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--prefer-binary",
        "--wheel-dir",
        "wheels",
        str(ROOT),
    ]
    built = subprocess.run(wheel, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    if built.returncode:
        pytest.skip(f"the wheels cannot be had here: {built.stderr[-300:]}")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=Corp")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=localhost")  # fmt: skip
    (tmp_path / "names").write_text("subjectAltName=DNS:localhost")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "server.pem")  # fmt: skip
    for name in ("bin", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin" / "claude").write_text(CLAUDE.format(python=tmp_path / "new" / "bin" / "python"))
    (tmp_path / "bin" / "claude").chmod(0o755)
    return tmp_path


@pytest.mark.timeout(420)
def test_install_wrap_and_a_turn_need_no_network(folder: Path) -> None:
    is_traced = shutil.which("strace") is not None
    keep = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    environ = keep | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "HEADROOM_HOME": str(folder / "state"),
        "HEADROOM_CONFIG": str(folder / "none.toml"),
        "PYTHONPATH": str(ROOT),
    }
    argv = ["unshare", "-rn", sys.executable, "-c", INSIDE, str(folder), "strace" if is_traced else ""]
    done = subprocess.run(argv, env=environ, cwd=folder, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    code, out, err, asked, problems = json.loads(done.stdout)
    assert (code, problems) == (0, []), err
    answer, where = out.splitlines()
    assert answer == "one turn"
    assert where.startswith(str(folder / "new" / "lib")), "what was installed, and not this checkout"
    assert asked == ["/v1/messages"]
    if is_traced:
        assert elsewhere((folder / "trace").read_text()) == []


def elsewhere(trace: str) -> list[str]:
    """Return the calls that speak to another machine, or ask for a name."""
    calls = [line for line in trace.splitlines() if ASKING.search(line) and "AF_INET" in line]
    assert calls, "the turn itself is in the trace"
    return [
        line
        for line in calls
        if set(ADDRESS.findall(line)) - {"127.0.0.1", "::1"} or {"53", "853", "5353"} & set(PORT.findall(line))
    ]


def test_the_trace_would_show_another_machine() -> None:
    lines = [
        'connect(7, {sa_family=AF_INET, sin_port=htons(4711), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        'connect(7, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1',
        'sendto(7, ""..., 28, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")}, 16) = 28',
        'connect(7, {sin6_port=htons(443), sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1")}) = 0',
    ]
    assert elsewhere("\n".join(lines)) == lines[1:]
