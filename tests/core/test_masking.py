"""Secrets are masked by their shape, their name or their place; what only looks odd stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.masking import MASK, is_random, mask

A = "a1B2c3D4e5F6g7H8i9J0"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

# Each is put together here, so that no scanner takes a test for a leak.
SECRETS = {
    "OpenAI": "sk-" + A + A,
    "OpenAI project": "sk-proj-" + A + A,
    "Anthropic": "sk-ant-api03-" + A + "_" + A,
    "Stripe": "sk_live_" + A,
    "GitHub": "ghp_" + A + "abcdefghijklmnop",
    "GitHub fine-grained": "github_pat_" + A + "_" + A,
    "GitLab": "glpat-" + A,
    "AWS id": "AKIA" + "IOSFODNN7EXAMPLE",
    "Slack": "xoxb-" + "123456789012-" + A,
    "Google": "AIza" + A + "abcdefghijklmno",
    "npm": "npm_" + A + "abcdefghijklmnop",
    "PyPI": "pypi-" + A + A,
    "Hugging Face": "hf_" + A + "abcdefghijklmn",
    "SendGrid": "SG." + A + "." + A,
    "Vault": "hvs." + A,
    "Docker": "dckr_pat_" + A,
    "DigitalOcean": "dop_v1_" + HEX,
    "Telegram": "123456789:AA" + A + "abcdefghijklm",
    "JWT": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    "Supabase": "sbp_" + HEX[:40],
    "Databricks": "dapi" + HEX[:32],
    "Twilio": "SK" + HEX[:32],
    "Mailgun": "key-" + HEX[:32],
    "Figma": "figd_" + A,
    "Slack hook": "hooks.slack.com/services/" + "T00000000/B00000000/" + A,
    "Discord hook": "discord.com/api/webhooks/" + "123456789012345678/" + A,
    "a random token": "q7Zx2Lm9" + "Rt4Vb8Nc" + "1Kd6Wp3Y",
}
IN_PLACE = [
    ("API_KEY=abc123def", "API_KEY=***"),
    ("export DB_PASSWORD='hunter2 x'", "export DB_PASSWORD='***'"),
    ("PGPASSWORD=geheim psql -h db", "PGPASSWORD=*** psql -h db"),
    ('{"client_secret": "s3cr3t"}', '{"client_secret": "***"}'),
    ("password: hunter2", "password: ***"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=***"),
    ("mysql --password geheim db", "mysql --password *** db"),
    ("tool --api-key=abc123", "tool --api-key=***"),
    ("tool --token abc123 run", "tool --token *** run"),
    ("mysql -u root -pgeheim db", "mysql -u root -p*** db"),
    ("sshpass -p geheim ssh host", "sshpass -p *** ssh host"),
    ("curl -u ada:geheim https://x.test", "curl -u ada:*** https://x.test"),
    ("curl -H 'Authorization: Bearer abcdef123456' x", "curl -H 'Authorization: Bearer ***' x"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
    ("Cookie: session=abcdef; a=b", "Cookie: ***"),
    ("git clone https://ada:geheim@git.test/x.git", "git clone https://ada:***@git.test/x.git"),
    ("postgres://app:p4ss@db:5432/shop", "postgres://app:***@db:5432/shop"),
    ("redis://:p4ss@cache:6379", "redis://:***@cache:6379"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest", "***\nrest"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "***"),
    (r'"{\"api_key\": \"geheim\"}"', r'"{\"api_key\": \"***\"}"'),
    (r'"\"{\\\"password\\\": \\\"geheim\\\"}\""', r'"\"{\\\"password\\\": \\\"***\\\"}\""'),
    ("x?password%3Dgeheim", "x?password%3D***"),
    ("https://x.test/c?sv=1&sig=abc%2Fdef&x=1", "https://x.test/c?sv=1&sig=***&x=1"),
    ("password: |\n  geheim", "password: |\n  ***"),
    ("export SECRET_KEY=\\\n  geheim", "export SECRET_KEY=\\\n  ***"),
    ("machine x.test login ada password geheim", "machine x.test login ada password ***"),
    ("ada:$2y$10$abcdefghijklmnopqrstuu", "ada:***"),
    ('{"auth": "YWRhOmdlaGVpbQ=="}', '{"auth": "***"}'),
    ("define('DB_PASSWORD', 'geheim');", "define('DB_PASSWORD', '***');"),
    ('set_password("geheim")', 'set_password("***")'),
    ("create secret generic x --from-literal=key1=geheim", "create secret generic x --from-literal=key1=***"),
    ("redis-cli -a geheim ping", "redis-cli -a *** ping"),
    ("7z x -pgeheim a.7z", "7z x -p*** a.7z"),
    ("unzip -P geheim a.zip", "unzip -P *** a.zip"),
    ("smbclient //h/s -U ada%geheim", "smbclient //h/s -U ada%***"),
    ("X-Auth-Key: geheim", "X-Auth-Key: ***"),
    ("Passwort: geheim", "Passwort: ***"),
]
KEPT = [
    "git show 3f786850e387550fdab836ed7e6dc881de23001b",
    "sha256:" + HEX,
    '"integrity": "sha512-abcDEF123/+abcDEF123/+abcDEF123ABCDEF0987654321zyxwvu=="',
    "golang.org/x/net v0.1.0 h1:hZ/3BUoy5aId7sCpA/Tc5lt8DkFgdVS2onTpJsZ/fl0=",
    "/home/u/projects/a-rather-long-folder-name/src/main/java/com/example/OrderServiceImplV2Test.java",
    "/tmp/123e4567-e89b-12d3-a456-426614174000/out.txt",
    "C:\\Users\\ada\\AppData\\Local\\Programs\\Python\\Python312\\python.exe",
    "max_tokens=4096",
    "tokens: 1234",
    "API_KEY=$API_KEY make deploy",
    "curl -H 'Authorization: Bearer $TOKEN' x",
    "--token ${TOKEN}",
    "password=<your password>",
    "docker run -u 1000:1000 image",
    "docker run -u app:app image",
    "OLDPWD=/home/u/x",
    "poetry config pypi-token.pypi",
    "def set_password(self, value):",
    "git clone git@github.com:org/repo.git",
    "https://example.com:8080/path?q=1",
    "write to ada@example.com",
    "author: Ada",
    "npm run build:production -- --config webpack.config.js",
    "getAuthenticationTokenFromRequestHeaderOrCookie",
    "use pnpm instead of npm",
    "test_that_the_token_is_refreshed_after_expiry",
    "PASS src/a.test.ts",
    "tokenizer=o200k_base",
]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("place", ["{}", "run {} now", "a={}\n", "'{}'", "https://x.test/?k={}&b=1"])
def test_a_secret_is_known_by_its_shape(secret: str, place: str) -> None:
    masked = mask(place.format(secret))
    assert MASK in masked
    assert secret[-12:] not in masked
    assert secret[4:16] not in masked


@pytest.mark.parametrize(("text", "masked"), IN_PLACE)
def test_a_secret_is_known_by_where_it_stands(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text


PIECES = [
    *SECRETS.values(),
    *(text for text, _ in IN_PLACE),
    *KEPT,
    "=",
    ":",
    " ",
    "'",
    '"',
    "\n",
    "@",
    "://",
    "-p ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join) | st.text(max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.sampled_from([*SECRETS.values()]), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_comes_through_between_words(secret: str, before: str, after: str) -> None:
    assert secret not in mask(f"{before} {secret} {after}")


def test_random_words() -> None:
    assert is_random(SECRETS["a random token"])
    assert not is_random("OrderServiceImplV2Test0001IntegrationSuite")
    assert not is_random(HEX)
