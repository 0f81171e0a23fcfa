"""Frozen values with named fields, made without generating code.

What `dataclass` gives, for classes that every start imports and of which there are many (the messages of the engine,
the errors) or that have many fields or few instances (those of the windows). Measured: a frozen dataclass with slots
takes 0.75 ms to make, one of these 0.02; for 42 classes that is a tenth of the time to the first painted window.
Everything else stays a dataclass.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """Base of values: fields are the annotations of the class, a class attribute is the default."""

    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = inspect.get_annotations(cls)
        cls._names = (*cls._names, *(name for name, kind in own.items() if not str(kind).startswith("ClassVar")))

    def __init__(self, *args: Any, **named: Any) -> None:
        values = dict(zip(self._names, args, strict=False)) | named
        missing = [name for name in self._names if name not in values and not hasattr(type(self), name)]
        is_known = values.keys() <= set(self._names) and len(args) + len(named) == len(values)
        if missing or not is_known:
            raise TypeError(f"{type(self).__name__} takes {self._names}, not {len(args)} values and {tuple(named)}")
        self.__dict__.update(values)

    def as_dict(self) -> dict[str, Any]:
        """Give the fields by name, defaults included, in order."""
        return {name: getattr(self, name) for name in self._names}

    def replaced(self, **changes: Any) -> Self:
        """Give the same value with other fields."""
        return type(self)(**{**self.as_dict(), **changes})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and type(other) is type(self) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((type(self), *self.as_dict().values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.as_dict().items())})"

    def __reduce__(self) -> tuple[type[Record], tuple[Any, ...]]:
        return type(self), tuple(self.as_dict().values())

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._names:
            raise AttributeError(f"{type(self).__name__} is a value: {name} cannot be set")
        # An exception gets `__traceback__` and the like on its way through a context manager.
        super().__setattr__(name, value)
