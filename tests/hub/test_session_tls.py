"""Certificates: one that the system knows is taken, any other is refused."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest

from desktop_app.errors import CertificateRefused
from desktop_app.hub.access import Endpoint, HubAccess
from desktop_app.hub.failures import as_app_error
from desktop_app.hub.session import ConnectionCount, make_client

if sys.platform == "linux":
    # It comes with the store for passwords there; elsewhere it is not installed.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

pytestmark = pytest.mark.linux("what makes certificates is locked for Linux")


class Greeting(BaseHTTPRequestHandler):
    """Answers everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> Path:
    """Make a certificate for this computer that nobody has signed; its key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub under test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / "hub.pem"
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """Give the address of a server with TLS, and its certificate."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    path = certificate(tmp_path)
    server = HTTPServer(("127.0.0.1", 0), Greeting)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", path
    server.shutdown()
    thread.join()
    server.server_close()


def _client(url: str) -> httpx2.Client:
    return make_client(HubAccess(endpoints=(Endpoint(url, sends_token=True),)), ConnectionCount(lambda _: None))


def test_a_certificate_that_nobody_knows_is_refused(served: tuple[str, Path]) -> None:
    with _client(served[0]) as client, pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED") as refused:
        client.get(served[0])

    assert as_app_error(refused.value, served[0]) == CertificateRefused(served[0])


def test_a_certificate_that_the_system_knows_is_taken(served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(served[1]))
    with _client(served[0]) as client:
        assert client.get(served[0]).text == "hi"
