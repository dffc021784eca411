"""Certificates for servers of tests, signed by an authority that nobody else trusts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certify(place: Path, host: str) -> None:
    """Write `ca.pem`, and `server.pem` and `server.key` for `host` and 127.0.0.1."""
    ca_key, ca = _certificate("Tests", None, None, [])
    key, certificate = _certificate(
        host, ca_key, ca, [x509.DNSName(host), x509.IPAddress(ip_address("127.0.0.1"))]
    )  # fmt: skip
    (place / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (place / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (place / "server.key").touch(0o600)
    (place / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _certificate(
    name: str, signing_key: ec.EllipticCurvePrivateKey | None, issuer: x509.Certificate | None, names: list
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return key, builder.sign(signing_key or key, hashes.SHA256())
