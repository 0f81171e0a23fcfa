"""Ten years of conversations for the measurements: half English, half Chinese, from a fixed seed, nothing downloaded.

What a search costs depends on how often words occur, so the words follow Zipf's law: the function words and
characters of both languages in the order of their real frequency, and behind them a long tail of made-up words.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import apsw
import platformdirs

from desktop_app.storage import words
from desktop_app.storage.database import Database
from desktop_app.storage.migrations import MIGRATIONS

N_CONVERSATIONS, N_MESSAGES = 10_000, 500_000
SEED = 1
FIRST_MS, LAST_MS = 1_420_070_400_000, 1_735_689_600_000
"""2015 to 2024."""
NEVER_EXPIRED_MS = 4_000_000_000_000
LONG_CONVERSATION = f"{1:032x}"
"""Id of a conversation of 1,000 messages (of a tenth of all when there are fewer than 10,000)."""
MODELS = ("Starter", "Qwen3-4B", "Llama-3.1-8B", "Mistral-7B", "Gemma-3-12B")
TAGS = ("work", "home", "旅行", "code", "later")
N_FOLDERS = 12

ENGLISH = """the of and to a in is it you that he was for on are with as i his they be at one have this from or had by
hot but some what there we can out other were all your when up use word how said an each she which do their time if
will way about many then them would write like so these her long make thing see him two has look more day could go come
did my sound no most number who over know water than call first people may down side been now find any new work part
take get place made live where after back little only round man year came show every good me give our under name very
through just form much great think say help low line before turn cause same mean differ move right boy old too does
tell sentence set three want air well also play small end put home read hand port large spell add even land here must
big high such follow act why ask men change went light kind off need house picture try us again animal point mother
world near build self earth father model file code function error data value type list class text memory"""
CHINESE = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如"
    "都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高"
    "间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水"
    "名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社"
    "便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院"
    "让识候带导争运笔模型网络电脑存储搜索答案词语文件数据算函错误代码内容句段落图片译音乐诗歌旅游健康食谱习题考试经济历史哲学"
)
STARTS = "b c d f g l m n p r s t v st tr pl ch"
ENDS = "a e i o u an er in on ar"
N_ENGLISH_TAIL = 30_000
N_CHINESE_WORDS = 20_000


SAMPLE = "Straße snake_case don't 3.14 電腦 テスト ｶﾞ 人々 हिन्दी ภาษาไทย Łódź العَرَبِيَّة 👩‍👩‍👧"


class Writer:
    """Writes messages of any length, in either language."""

    def __init__(self, seed: int) -> None:
        self._rng = rng = random.Random(seed)
        syllables = [start + end for start in STARTS.split() for end in ENDS.split()]
        tail = {"".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(N_ENGLISH_TAIL * 2)}
        rare = sorted(tail)[::2]
        rng.shuffle(rare)
        self.english = ENGLISH.split() + rare
        # Rarer characters than those above are most of what a reader knows and a tenth of what stands in a text.
        characters = list(dict.fromkeys(CHINESE)) + [chr(0x4E00 + rng.randrange(0x5000)) for _ in range(2_500)]
        weights = list(itertools.accumulate((rank + 60) ** -1.8 for rank in range(len(characters))))
        pairs = {"".join(rng.choices(characters, cum_weights=weights, k=2)): None for _ in range(N_CHINESE_WORDS)}
        self.chinese = characters[:60] + list(pairs)
        self._english_weights = zipf(len(self.english))
        self._chinese_weights = zipf(len(self.chinese))

    def text(self, n_characters: int, is_chinese: bool) -> str:
        """Give about `n_characters`, in sentences."""
        rng = self._rng
        if is_chinese:
            words = rng.choices(self.chinese, cum_weights=self._chinese_weights, k=n_characters * 5 // 8 + 1)
            return joined(words, "", "，", "。", 7)[:n_characters]
        words = rng.choices(self.english, cum_weights=self._english_weights, k=n_characters // 5 + 1)
        return joined(words, " ", ", ", ". ", 9)[:n_characters].capitalize()


def zipf(n: int) -> list[float]:
    """Give the running sums of the weights of `n` words, the most frequent first."""
    return list(itertools.accumulate(1 / (rank + 2.7) for rank in range(n)))


def joined(words: list[str], between: str, comma: str, stop: str, n_words: int) -> str:
    """Give the words with a comma or a full stop after every `n_words`."""
    parts = [between.join(words[at : at + n_words]) for at in range(0, len(words), n_words)]
    return stop.join(comma.join(parts[at : at + 2]) for at in range(0, len(parts), 2)) + stop.strip()


def corpus(n_conversations: int = N_CONVERSATIONS, n_messages: int = N_MESSAGES) -> Path:
    """Give a database of ours with so many conversations and messages; made once and kept in the cache folder.

    It is not to be written to: work on a `copy`.
    """
    # Another schema, another way to find words, or another text is another database.
    sources = [*MIGRATIONS, str(list(words.words(SAMPLE))), Path(__file__).read_text("utf-8")]
    version = hashlib.sha256("".join(sources).encode()).hexdigest()[:12]
    folder = platformdirs.user_cache_path("hearth-bench", appauthor=False)
    path = folder / f"conversations-{n_conversations}-{n_messages}-{version}.sqlite3"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        began_s = time.monotonic()
        _generate(unfinished, n_conversations, n_messages)
        unfinished.replace(path)
        print(f"made {path} in {time.monotonic() - began_s:.0f} s", file=sys.stderr)
    return path


def copy(source: Path, folder: Path) -> Path:
    """Give a copy of a corpus that may be written to, in `folder`, named as the application names it."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(source, folder / "hearth.sqlite3"))


def _generate(path: Path, n_conversations: int, n_messages: int) -> None:
    Database.writing(path).close()
    connection = apsw.Connection(str(path))
    words.register(connection)
    for name, value in (("journal_mode", "OFF"), ("synchronous", "OFF"), ("foreign_keys", "OFF"), ("cache_size", "-200000")):
        connection.pragma(name, value)
    rng = random.Random(SEED)
    writer = Writer(SEED)
    sizes = _sizes(rng, n_conversations, n_messages)
    with connection:
        connection.executemany(
            "INSERT INTO folder (id, name, created_ms) VALUES (?, ?, ?)",
            [(f"{n:032x}", f"Folder {n}", FIRST_MS) for n in range(1, N_FOLDERS + 1)],
        )
    # The rows of a few conversations at a time, as they come in over the years: the index is merged as it grows.
    for start in range(0, n_conversations, 40):
        with connection:
            for number in range(start + 1, min(start + 41, n_conversations + 1)):
                _add_conversation(connection, writer, rng, number, sizes[number - 1], n_conversations)
    connection.pragma("journal_mode", "WAL")
    connection.close()


def _sizes(rng: random.Random, n_conversations: int, n_messages: int) -> list[int]:
    """Give the number of messages of each conversation: one is long, the others are as unlike as they are."""
    long = 1_000 if n_messages >= 10_000 else n_messages // 10
    weights = [rng.expovariate(1) + 0.05 for _ in range(n_conversations - 1)]
    total = sum(weights)
    rest = [max(2, int((n_messages - long) * weight / total)) for weight in weights]
    step = 1 if sum(rest) < n_messages - long else -1
    while sum(rest) != n_messages - long:
        at = rng.randrange(len(rest))
        rest[at] = max(2, rest[at] + step * min(50, abs(n_messages - long - sum(rest))))
    return [long, *rest]


def _add_conversation(
    connection: apsw.Connection, writer: Writer, rng: random.Random, number: int, n_messages: int, n_conversations: int
) -> None:
    is_chinese = number % 2 == 0
    id_ = f"{number:032x}"
    begun_ms = FIRST_MS + (LAST_MS - FIRST_MS) * number // n_conversations
    rows = list(_messages(writer, rng, id_, begun_ms, n_messages, is_chinese))
    folder = f"{rng.randint(1, N_FOLDERS):032x}" if rng.random() < 0.4 else None
    # Never so long ago that a start would purge it.
    trashed_ms = NEVER_EXPIRED_MS if rng.random() < 0.01 and id_ != LONG_CONVERSATION else None
    connection.execute(
        """INSERT INTO conversation (id, title, created_ms, updated_ms, leaf_id, folder_id, trashed_ms, pinned_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            id_, writer.text(rng.randint(12, 50), is_chinese), begun_ms, begun_ms + n_messages * 60_000, rows[-1][0], folder,
            trashed_ms, LAST_MS if rng.random() < 0.001 else None,
        ),
    )  # fmt: skip
    if rng.random() < 0.2:
        connection.execute("INSERT INTO conversation_tag (conversation_id, tag) VALUES (?, ?)", (id_, rng.choice(TAGS)))
    connection.executemany(
        """INSERT INTO message (id, conversation_id, parent_id, role, state, text, model, created_ms, stats)
        VALUES (?, ?, ?, ?, 'done', ?, ?, ?, ?)""",
        rows,
    )


def _messages(
    writer: Writer, rng: random.Random, conversation_id: str, begun_ms: int, n_messages: int, is_chinese: bool
) -> Iterator[tuple[str, str, str | None, str, str, str, int, str | None]]:
    """Give the rows of questions and answers, 300 characters on average."""
    stats = '{"stop": "eos", "n_prompt": 100, "n_reused": 0, "n_predicted": 214, "prompt_ms": 1, "predicted_ms": 5, "first_token_ms": 1}'
    parent = None
    model = rng.choice(MODELS)
    for at in range(n_messages):
        id_ = f"{int(conversation_id, 16):016x}{at:016x}"
        is_answer = at % 2 == 1
        n_characters = min(int(rng.lognormvariate(6.015, 0.7)), 20_000) + 3 if is_answer else rng.randint(20, 120)
        text = writer.text(n_characters, is_chinese)
        role = "assistant" if is_answer else "user"
        yield (
            id_,
            conversation_id,
            parent,
            role,
            text,
            model if is_answer else "",
            begun_ms + at * 60_000,
            stats if is_answer else None,
        )
        parent = id_


if __name__ == "__main__":
    print(corpus(*(int(one) for one in sys.argv[1:])))
