"""Signatures of thinking blocks: an HMAC of the text, so that a changed one is found out."""

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
