"""What a person types or pastes is understood as they mean it."""

from __future__ import annotations

import pytest

from desktop_app.hub.query import Named, Words, understood

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("qwen 4b", Words("qwen 4b")),
        ("  qwen \n 4b ", Words("qwen 4b")),
        ("", Words("")),
        ("author:unsloth qwen", Words("qwen", "unsloth")),
        ("qwen by:Qwen", Words("qwen", "Qwen")),
        ("author:", Words("author:")),
        ("Qwen/Qwen3-4B-GGUF", Named("Qwen/Qwen3-4B-GGUF")),
        ("Qwen/Qwen3-4B-GGUF:Q4_K_M", Named("Qwen/Qwen3-4B-GGUF")),
        ("chat and/or code", Words("chat and/or code")),
        ("a/b/c", Words("a/b/c")),
        ("通义/千问", Words("通义/千问")),
        ("https://huggingface.co/Qwen/Qwen3-4B-GGUF", Named("Qwen/Qwen3-4B-GGUF", is_address=True)),
        ("huggingface.co/Qwen/Qwen3-4B-GGUF/", Named("Qwen/Qwen3-4B-GGUF", is_address=True)),
        ("hf.co/Qwen/Qwen3-4B-GGUF:Q8_0", Named("Qwen/Qwen3-4B-GGUF", is_address=True)),
        ("ollama run hf.co/Qwen/Qwen3-4B-GGUF:Q8_0", Named("Qwen/Qwen3-4B-GGUF", is_address=True)),
        ("https://hf-mirror.com/a/b/tree/main", Named("a/b", is_address=True)),
        ("https://mirror.example:8443/a/b?x=1#files", Named("a/b", is_address=True)),
        ("https://huggingface.co/api/models/a/b", Named("a/b", is_address=True)),
        ("hf://a/b", Named("a/b", is_address=True)),
        (f"https://huggingface.co/a/b/tree/{COMMIT}", Named("a/b", COMMIT, is_address=True)),
        (
            "https://huggingface.co/a/b/blob/main/Q4/x-00001-of-00002.gguf",
            Named("a/b", "", "Q4/x-00001-of-00002.gguf", is_address=True),
        ),
        ("https://huggingface.co/a/b/resolve/v1/x%20y.gguf?download=true", Named("a/b", "v1", "x y.gguf", is_address=True)),
        ("https://huggingface.co/datasets/a/b", Words("https://huggingface.co/datasets/a/b")),
        ("https://huggingface.co/a", Words("https://huggingface.co/a")),
        ("https://huggingface.co/../..", Words("https://huggingface.co/../..")),
        ("file:///etc/passwd", Words("file:///etc/passwd")),
        ("http://[::1/a/b", Words("http://[::1/a/b")),
    ],
)
def test_what_was_typed_is_understood(text: str, meant: Named | Words) -> None:
    assert understood(text) == meant
