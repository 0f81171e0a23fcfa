"""The lines between the window and the engine process."""

from __future__ import annotations

import os

from desktop_app.engine.protocol import LoadRequest
from desktop_app.engine.wire import decode_request, encode


def test_a_path_that_is_no_text_arrives_as_it_is() -> None:
    path = os.fsdecode(b"/models/\xd6\xd0\xce\xc4.gguf")

    assert decode_request(encode(LoadRequest(1, path))) == LoadRequest(1, path)
