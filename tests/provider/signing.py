"""Signatures and sealed reasoning: an HMAC of the text, so that a changed one is found out."""

import base64
import hashlib
import hmac

KEY = b"the scripted provider's key"


def sign(thinking: str) -> str:
    """Return the signature that the provider sends along with a thinking text."""
    data = thinking.encode("utf-8", "surrogatepass")
    return base64.b64encode(b"\x12\xa4\x01" + hmac.digest(KEY, data, hashlib.sha256)).decode()


def verify(thinking: str, signature: str) -> bool:
    """Tell whether the provider made this signature for this very text."""
    return hmac.compare_digest(sign(thinking).encode(), signature.encode("utf-8", "surrogatepass"))


def seal(thinking: str) -> str:
    """Return reasoning as the opaque text that only the provider can read (OpenAI's encrypted_content)."""
    data = thinking.encode("utf-8", "surrogatepass")
    return "gAAAAA" + base64.urlsafe_b64encode(hmac.digest(KEY, data, hashlib.sha256) + data).decode()


def unseal(sealed: object) -> str | None:
    """Return what `seal` sealed; None when it was not the provider who did, or it was changed since."""
    if not isinstance(sealed, str) or not sealed.startswith("gAAAAA"):
        return None
    try:
        data = base64.b64decode(sealed[6:].encode(), altchars=b"-_", validate=True)
    except ValueError:
        return None
    known = hmac.compare_digest(hmac.digest(KEY, data[32:], hashlib.sha256), data[:32])
    return data[32:].decode("utf-8", "surrogatepass") if known else None
