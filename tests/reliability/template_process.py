"""A process that tries every hostile template and says what became of it: one JSON line each, on standard output.

Between the two lines that begin with "#" it opens no file and starts no program of its own accord, so whatever
strace sees there was done by a template.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import time

from desktop_app.engine.chat_template import SpecialTexts
from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.template_doctor import choose
from tests.reliability.hostile_templates import BACKDOORS, HOSTILE, TOKENS

TEXTS = SpecialTexts("<s>", "</s>")
LIMIT_S = 2
"""Of the processor: a template that still runs then ends this process."""


def tried(name: str, source: str) -> dict[str, object]:
    """Give what became of one template."""
    limit_s = math.ceil(time.process_time()) + LIMIT_S
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, resource.RLIM_INFINITY))
    # Of the processor: tests run beside others, and a busy machine is not the template's fault.
    started = time.process_time()
    choice = choose(source, TEXTS, TOKENS)
    prompt = choice.template.render([ChatMessage("user", "Hello")])
    return {
        "name": name,
        "seconds": time.process_time() - started,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "template": choice.name,
        "fault": choice.fault,
        "problem": choice.problem,
        "prompt": prompt,
    }


def say(line: str) -> None:
    """Write a line at once."""
    os.write(1, line.encode() + b"\n")


def main() -> None:
    """Try them all."""
    warm_up = "{{ messages[0].content }}{{ nothing.of.it }}{% if %}"
    tried("warm-up", warm_up)
    say("# begins")
    for name, source in {**HOSTILE, **BACKDOORS}.items():
        say(json.dumps(tried(name, source)))
    say("# ends")


if __name__ == "__main__":
    sys.exit(main())
