"""Exports with something wrong with them: one seed, one mistake or several."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from tests.exchange import corpus

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**400, 1e308, float("nan"), float("inf"), -1e30, "", "\ud800", "\0", "x" * 5000, [], {}, [None], {"": None},
    "../../etc/passwd", [[[[[]]]]], {"parts": {}}, "9" * 5000, "2025-13-45T99:00:00Z", "-271821-04-20T00:00:00.000Z", {"type": "text"},
)  # fmt: skip

DEPTHS = (50, 250, 3000)
"""Levels of nesting: taken, refused by us, and too many for Python's reader."""


def exports(seed: int = 0) -> dict[str, Any]:
    """Give one whole export in every form that is JSON."""
    return {
        "chatgpt": [corpus.chatgpt_conversation(number, seed) for number in range(3)],
        "claude": [corpus.claude_conversation(number, seed) for number in range(3)],
        "open_webui": [corpus.open_webui_chat(number, seed) for number in range(3)],
        "lm_studio": corpus.lm_studio_conversation(1, seed),
        "llama_cpp": [corpus.llama_cpp_conversation(number, seed) for number in range(2)],
        "hearth": {"hearth": 1, "conversations": [corpus.own_conversation(number) for number in range(3)]},
    }


def mutated(seed: int) -> bytes:
    """Give an export with mistakes in its values, and after every third seed in its bytes as well."""
    random_ = random.Random(seed)
    found = exports(seed)
    value = copy.deepcopy(found[random_.choice(sorted(found))])
    for _ in range(random_.randint(1, 6)):
        _change(value, random_)
    text = json.dumps(value, ensure_ascii=random_.random() < 0.5)
    for levels in DEPTHS:
        # Put in as text: Python cannot write what is nested like this.
        text = text.replace(f'"@{levels}"', "[" * levels + "]" * levels)
    encoding = random_.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"))
    data = text.encode(encoding, "surrogatepass")
    return _broken(data, random_) if seed % 3 == 0 else data


def mutated_chat(seed: int) -> bytes:
    """Give a chat of GPT4All with mistakes in its bytes."""
    random_ = random.Random(seed)
    turns = [(("Prompt: ", "Response: ")[turn % 2], corpus.say(random_)) for turn in range(random_.randint(1, 6))]
    data = corpus.gpt4all_chat(turns, random_.randint(1, 12), (("a.txt", b"text"),))
    for _ in range(random_.randint(1, 3)):
        data = _broken(data, random_) or data
    return data


def mutated_lines(seed: int) -> bytes:
    """Give llama.cpp's records or Jan's messages, one a line, with mistakes in their bytes."""
    random_ = random.Random(seed)
    text = "\n".join(corpus.llama_cpp_lines(corpus.llama_cpp_conversation(number, seed)) for number in range(2))
    if seed % 2:
        text = "\n".join(json.dumps(message) for message in corpus.jan_messages(1, seed))
    data = text.encode()
    for _ in range(random_.randint(0, 3)):
        data = _broken(data, random_) or data
    return data


def _change(value: Any, random_: random.Random) -> None:
    places = list(_places(value))
    if not places:
        return
    holder, key = random_.choice(places)
    match random_.randrange(8):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.insert(random_.randrange(len(holder) + 1), holder[key])
        case 2:
            holder[key] = [holder[key]]
        case 3:
            holder[key] = f"@{random_.choice(DEPTHS)}"
        case 4 | 5:
            _point_elsewhere(value, random_)
        case _:
            holder[key] = random_.choice(ODD)


def _places(value: Any) -> Any:
    """Give every (holder, key) below `value`."""
    stack = [value]
    while stack:
        holder = stack.pop()
        keys = range(len(holder)) if isinstance(holder, list) else list(holder) if isinstance(holder, dict) else ()
        for key in keys:
            yield holder, key
            stack.append(holder[key])


def _point_elsewhere(value: Any, random_: random.Random) -> None:
    """Let a parent be another, a missing, or its own child: circles and holes."""
    names = {"parent", "parentId", "parent_id", "parent_message_uuid", "current_node", "currentId", "currNode", "leaf_id", "id"}
    links = [(holder, key) for holder, key in _places(value) if key in names]
    if links:
        holder, key = random_.choice(links)
        other, name = random_.choice(links)
        holder[key] = random_.choice((other[name], "nowhere", holder.get("id"), None, 7))


def _broken(data: bytes, random_: random.Random) -> bytes:
    changed = bytearray(data)
    at = random_.randrange(len(changed))
    match random_.randrange(5):
        case 0:
            del changed[at:]
        case 1:
            del changed[at : at + random_.randint(1, 200)]
        case 2:
            changed[at] = random_.randrange(256)
        case 3:
            changed[at:at] = random_.choice((b'"', b"{", b"]", b"\\", b"\xff\xfe", b"NaN", b"\0", b"}}]]", b"[" * 5000))
        case _:
            begin = random_.randrange(len(changed))
            changed[at:at] = changed[begin : begin + random_.randint(1, 2000)]
    return bytes(changed)
