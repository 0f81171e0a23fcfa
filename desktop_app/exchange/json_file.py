"""The items of one file of JSON become conversations; those that have a line for each message are put together here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from desktop_app.exchange import chatgpt, claude, jan, llama_cpp, lm_studio, open_webui, own_json
from desktop_app.exchange.containers import Place, Refused
from desktop_app.exchange.drafts import Draft, Unusable, finished
from desktop_app.exchange.found import Found, Skipped, SkipReason, Words
from desktop_app.exchange.json_items import Item
from desktop_app.exchange.limits import CHUNK_BYTES, MAX_CONVERSATION_BYTES, MAX_TITLE_CHARACTERS
from desktop_app.exchange.loose import key_of, line_of, parsed, record_of
from desktop_app.exchange.text_stream import text_chunks

_FORMATS = (chatgpt, claude, open_webui, lm_studio, llama_cpp)
"""In this order: llama.cpp's conversations are told by the least."""
_MAX_STRANGERS = 100
"""Things of another shape in one file that are told of one by one."""
_TITLE = re.compile(r'"(?:title|name)"\s*:\s*("(?:[^"\\]|\\.){1,300}")')
_LOOKS_KNOWN = re.compile(r'"(?:mapping|chat_messages|versions|history|currNode|hearth|thread\.message)"')


class _Lines:
    """A conversation that comes one message a line."""

    def __init__(self, head: dict[str, Any], name: str) -> None:
        self.head, self.name = head, name
        self.messages: list[dict[str, Any]] = []
        self.n_characters = 0

    def add(self, message: dict[str, Any], n_characters: int) -> None:
        self.n_characters += n_characters
        if self.n_characters <= MAX_CONVERSATION_BYTES:
            self.messages.append(message)
        else:
            self.messages.clear()

    def check(self) -> None:
        if self.n_characters > MAX_CONVERSATION_BYTES:
            raise Unusable(SkipReason.TOO_LARGE)


class JsonFile:
    """Takes the items of one file in order. `is_chosen`: the person named this file, so everything is told of it."""

    def __init__(self, place: Place, words: Words, now_ms: int, *, is_chosen: bool) -> None:
        self._place, self._words, self._now_ms = place, words, now_ms
        self._is_chosen = is_chosen
        self._n_known = 0
        self._strangers: list[str] = []
        self._held: list[Skipped] = []
        """Problems of a file of which it is not known yet whether it holds conversations at all."""
        self._session: _Lines | None = None
        self._threads: dict[str, _Lines] = {}

    def take(self, item: Item, number: int) -> Iterator[Found | Skipped]:
        """Give what comes of an item."""
        name = f"{self._place.name}: {number}"
        if item.problem is not None:
            yield from self._troubled(item, name, item.problem)
            return
        try:
            value = parsed(item.text)
        except ValueError:
            yield from self._troubled(item, name, SkipReason.DAMAGED)
            return
        except RecursionError:
            yield from self._troubled(item, name, SkipReason.TOO_DEEP)
            return
        except MemoryError:
            yield from self._troubled(item, name, SkipReason.TOO_LARGE)
            return
        if isinstance(value, dict):
            yield from self._take_record(value, name, len(item.text))
        else:
            self._strangers.append(name)

    def end(self) -> Iterator[Found | Skipped]:
        """Give what is complete only now, and what was held back."""
        yield from self._end_session()
        for lines in self._threads.values():
            yield self._end_thread(lines)
        if self._n_known:
            yield from (Skipped(name, SkipReason.NOT_A_CONVERSATION) for name in self._strangers[:_MAX_STRANGERS])
        if self._n_known or self._is_chosen:
            yield from self._held

    def _troubled(self, item: Item, name: str, problem: SkipReason) -> Iterator[Skipped]:
        title = _TITLE.search(item.text[:20_000])
        try:
            name = line_of(parsed(title[1]), MAX_TITLE_CHARACTERS) if title else name
        except ValueError:
            pass
        skipped = Skipped(name, problem)
        if self._n_known or _LOOKS_KNOWN.search(item.text[:20_000]):
            self._n_known += 1
            yield skipped
        elif len(self._held) < _MAX_STRANGERS:
            self._held.append(skipped)

    def _take_record(self, value: dict[str, Any], name: str, n_characters: int) -> Iterator[Found | Skipped]:
        if llama_cpp.is_session(value):
            yield from self._end_session()
            self._session = _Lines(value, name)
        elif self._session is not None and llama_cpp.is_message(value):
            self._session.add(value["message"], n_characters)
        elif jan.is_message(value):
            self._thread(key_of(value.get("thread_id")) or "", name).add(value, n_characters)
        elif own_json.recognises(value):
            yield self._known(name, lambda: own_json.read(value, self._now_ms))
        elif (found := next((one for one in _FORMATS if one.recognises(value)), None)) is not None:
            yield self._draft(_title(value) or name, lambda: found.read(value, self._words))
        elif len(self._strangers) < _MAX_STRANGERS and not jan.is_thread(value):
            self._strangers.append(name)

    def _thread(self, id_: str, name: str) -> _Lines:
        if id_ not in self._threads:
            self._threads[id_] = _Lines(self._thread_file(), name)
        return self._threads[id_]

    def _thread_file(self) -> dict[str, Any]:
        """Give what the file beside the messages says of the thread; {} when it says nothing."""
        try:
            beside = self._place.sibling(jan.THREAD_FILE)
            if beside is None:
                return {}
            with beside as stream:
                text = next(text_chunks(stream), "")
            return record_of(parsed(text)) if len(text) < CHUNK_BYTES else {}
        except (OSError, ValueError, RecursionError, Refused):
            return {}

    def _end_session(self) -> Iterator[Found | Skipped]:
        lines, self._session = self._session, None
        if lines is not None:
            yield self._draft(_title(lines.head) or lines.name, lambda: _session(lines, self._words))

    def _end_thread(self, lines: _Lines) -> Found | Skipped:
        return self._draft(_title(lines.head) or lines.name, lambda: _thread(lines, self._words))

    def _draft(self, name: str, read: Callable[[], Draft]) -> Found | Skipped:
        return self._known(name, lambda: finished(read(), self._now_ms))

    def _known(self, name: str, read: Callable[[], Found]) -> Found | Skipped:
        self._n_known += 1
        return made(name, read)


def made(name: str, read: Callable[[], Found]) -> Found | Skipped:
    """Give the conversation that `read` makes, or why there is none."""
    try:
        return read()
    except Unusable as unusable:
        return Skipped(name, unusable.reason)
    except MemoryError:
        return Skipped(name, SkipReason.TOO_LARGE)
    except EOFError:
        return Skipped(name, SkipReason.CUT_OFF)
    except ValueError:
        return Skipped(name, SkipReason.DAMAGED)


def _title(value: dict[str, Any]) -> str:
    places = (value, record_of(value.get("conv")), record_of(value.get("chat")))
    titles = (line_of(place.get(key), MAX_TITLE_CHARACTERS) for place in places for key in ("title", "name"))
    return next((title for title in titles if title), "")


def _session(lines: _Lines, words: Words) -> Draft:
    lines.check()
    return llama_cpp.read({"conv": lines.head, "messages": lines.messages}, words)


def _thread(lines: _Lines, words: Words) -> Draft:
    lines.check()
    return jan.read(lines.head, lines.messages, words)
