import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.provider.app import running_provider
from tests.provider.script import Turn

REPOSITORY = Path(__file__).parents[2]


def test_the_process_serves_a_script_and_writes_what_it_saw(tmp_path: Path) -> None:
    script, seen = tmp_path / "script.json", tmp_path / "seen.jsonl"
    script.write_text(json.dumps([{"text": "from a file"}]))
    command = [
        sys.executable,
        "-m",
        "tests.provider",
        "--port",
        "0",
        "--script",
        str(script),
        "--record",
        str(seen),
    ]
    body = {"model": "m", "max_tokens": 1, "tools": [{}], "messages": [{"role": "user", "content": "hi"}]}
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        request = urllib.request.Request(f"{url}/v1/messages", data=json.dumps(body).encode())
        with urllib.request.urlopen(request) as response:
            assert json.loads(response.read())["content"][0]["text"] == "from a file"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    (line,) = seen.read_text().splitlines()
    assert (json.loads(line)["target"], json.loads(line)["status"]) == ("/v1/messages", 200)


def test_a_canned_answer_is_a_stream_of_its_own() -> None:
    from tests.provider.__main__ import canned_stream

    with running_provider([Turn("unused")], canned=canned_stream("always this"), keep=0) as provider:
        request = urllib.request.Request(f"{provider.url}/v1/messages", data=b"{}")
        with urllib.request.urlopen(request) as response:
            assert b"always this" in response.read()
