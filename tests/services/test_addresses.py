"""What a person types for the address of a hub or a proxy."""

from __future__ import annotations

import pytest

from desktop_app.services.addresses import checked_endpoint, checked_proxy, shown_host, with_password


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("huggingface.co", "https://huggingface.co"),
        (" https://HF-Mirror.com/ ", "https://hf-mirror.com"),
        ("https://mirror.example:443/hub/", "https://mirror.example/hub"),
        ("https://mirror.example:8443", "https://mirror.example:8443"),
        ("http://192.168.1.2:8080", "http://192.168.1.2:8080"),
        ("http://nas.local", "http://nas.local"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://镜像.example", "https://xn--9kq60z.example"),
    ],
)
def test_an_address_of_a_hub_gets_its_one_spelling(typed: str, address: str) -> None:
    if "镜像" in typed:
        address = "https://" + "镜像.example".encode("idna").decode()
    assert checked_endpoint(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "https://", "http://huggingface.co", "http://8.8.8.8", "ftp://huggingface.co", "file:///etc/passwd",
        "https://user:secret@huggingface.co", "https://huggingface.co/?x=1", "https://huggingface.co/#x", "https://a b.example",
        "https://huggingface.co:0", "https://huggingface.co:99999", "https://huggingface.co\\@evil.example", "https://a\u202e.example",
        "https://[::1", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_hub_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        checked_endpoint(typed)


@pytest.mark.parametrize(
    ("typed", "address", "password"),
    [
        ("127.0.0.1:7890", "http://127.0.0.1:7890", ""),
        ("socks5://localhost:1080/", "socks5://localhost:1080", ""),
        ("http://anna:s%40cret@proxy.example:3128", "http://anna@proxy.example:3128", "s@cret"),
        ("http://a%20b@proxy.example", "http://a%20b@proxy.example", ""),
    ],
)
def test_the_password_of_a_proxy_is_taken_out_of_its_address(typed: str, address: str, password: str) -> None:
    assert checked_proxy(typed) == (address, password)


@pytest.mark.parametrize("typed", ["", "ftp://proxy.example", "http://", "http://proxy.example/pac.js", "socks4://x:1"])
def test_what_is_no_address_of_a_proxy_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        checked_proxy(typed)


def test_the_password_is_put_back_for_the_client() -> None:
    assert with_password("http://anna@proxy.example:3128", "s@cret") == "http://anna:s%40cret@proxy.example:3128"
    assert with_password("http://proxy.example", "unused") == "http://proxy.example"
    assert with_password("http://anna@proxy.example", "") == "http://anna@proxy.example"


def test_a_usual_port_is_not_shown() -> None:
    assert shown_host("huggingface.co", 443) == "huggingface.co"
    assert shown_host("127.0.0.1", 41234) == "127.0.0.1:41234"
