"""The certificate authority that the agent alone trusts: made on this machine, for LLM hosts only, for a month.

Needs `cryptography`, which comes with mitmproxy. Its key is in our state folder and nowhere else.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from headroom.system import files as system

LIFETIME = timedelta(days=30)
RENEWED = timedelta(days=10)
"""Before its end, so that a session that begins has at least this long."""
_SKEW = timedelta(days=1)
_FILE = "authority.pem"
_DAY = "%Y%m%d"


class Authority(NamedTuple):
    """A certificate authority: the key, its certificate, and the folder that both are in."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    folder: Path

    @property
    def pem(self) -> bytes:
        """The certificate, as it is trusted."""
        return bytes(self.certificate.public_bytes(serialization.Encoding.PEM))


class Leaf(NamedTuple):
    """A host's certificate, with its key, which is never written to a file."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def keep(folder: Path, names: Iterable[str], now: datetime) -> Authority:
    """Return the authority for these host names: the one that is there, or a new one.

    One that ends soon is left where it is for the sessions that began with it; one that has ended is removed, and
    so is one that somebody else could have read.

    Args:
        folder: of all authorities, in our state folder.
        now: with a time zone.

    Raises OSError when the folder cannot be used.
    """
    wanted = sorted(set(names))
    form = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:16]
    _make_folder(folder)
    _tidy(folder, now)
    for found in sorted(folder.glob(f"{form}-*"), reverse=True):
        authority = _load(found, now + RENEWED)
        if authority:
            return authority
    return _save(folder, form, make(wanted, now))


def make(names: Sequence[str], now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a new authority that can vouch for these host names (and hosts below them), and for no address.

    RFC 5280, section 4.2.1.10.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    # Clients look an authority up by its name: no two may have the same.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"headroom on this machine {serial:x}"[:64])])
    constraints = x509.NameConstraints(
        permitted_subtrees=[x509.DNSName(host) for host in names],
        excluded_subtrees=[x509.IPAddress(ip_network("0.0.0.0/0")), x509.IPAddress(ip_network("::/0"))],
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key, builder.sign(key, hashes.SHA256())


def leaf(authority: Authority, name: str, now: datetime) -> Leaf:
    """Return a certificate for a host."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    issuer = authority.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
        )
    )
    return Leaf(key, builder.sign(authority.key, hashes.SHA256()))


def write_private(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all, that only the user may read. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    descriptor = system.open_private(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        system.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _make_folder(folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if _is_open(folder.lstat()):
        folder.chmod(0o700)


def _tidy(folder: Path, now: datetime) -> None:
    """Remove what has ended: a folder's name says when."""
    for found in folder.iterdir():
        end = found.name.rpartition("-")[2]
        with suppress(ValueError):
            if datetime.strptime(end, _DAY).replace(tzinfo=UTC) + timedelta(days=1) < now:
                shutil.rmtree(found, ignore_errors=True)


def _load(folder: Path, until: datetime) -> Authority | None:
    """Read an authority that holds until then; None, with nothing left of it, for one that is not fit for use."""
    file = folder / _FILE
    try:
        if file.is_symlink() or _is_open(file.lstat()) or _is_open(folder.lstat()):
            raise ValueError("others could have read it")
        data = file.read_bytes()
        key = serialization.load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise ValueError("key and certificate do not belong together")
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return Authority(key, certificate, folder) if certificate.not_valid_after_utc > until else None


def _save(folder: Path, form: str, made: tuple[ec.EllipticCurvePrivateKey, x509.Certificate]) -> Authority:
    """Put a new authority in its place. If another process was quicker, its one is used."""
    key, certificate = made
    end = certificate.not_valid_after_utc
    place = folder / f"{form}-{end.strftime(_DAY)}"
    part = folder / f".{form}.{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(part / _FILE, private + certificate.public_bytes(serialization.Encoding.PEM))
    try:
        part.rename(place)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        there = _load(place, end - LIFETIME)
        if there is None:
            raise
        return there
    return Authority(key, certificate, place)


def _is_open(status: os.stat_result) -> bool:
    """Tell whether anybody but the user has a right to it. Windows has no such bits; the profile protects it."""
    return system.is_open_to_others(status)
