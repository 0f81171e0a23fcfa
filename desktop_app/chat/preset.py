"""A named set of sampling parameters."""

from __future__ import annotations

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.record import Record

NAME_CHARACTERS_MAX = 100


class Preset(Record):
    """The set; `parameters`: only what is chosen in it, the rest is left to whatever it is used for."""

    id: str
    name: str
    parameters: SamplingParameters = SamplingParameters()
