"""llama.cpp's shared library: the binding, its log, its backends and devices.

Only the submodule `llama_cpp.llama_cpp` is imported, which mirrors `llama.h`. The package's own
`__init__` would bring the `Llama` class and with it numpy, jinja2 and diskcache (a pickle cache with
an unfixed CVE), so an empty package of that name is registered in its place.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil

from desktop_app.engine.protocol import Device

log = logging.getLogger(__name__)

# Otherwise an abort inside the library starts gdb or lldb where one is installed.
os.environ.setdefault("GGML_NO_BACKTRACE", "1")


def _binding() -> Any:
    """Give the module `llama_cpp.llama_cpp`, without running the package's `__init__`."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("llama-cpp-python is not installed")
    if "llama_cpp" not in sys.modules:
        package = ModuleType("llama_cpp")
        package.__path__ = list(spec.submodule_search_locations)
        package.__spec__ = spec
        sys.modules["llama_cpp"] = package
    return importlib.import_module("llama_cpp.llama_cpp")


C: Any = _binding()
"""The functions and structures of `llama.h`, by their C names."""

_FOLDER = Path(C.__file__).parent / "lib"
CARDS = "cards"
"""The folder within it that holds the backends of graphics cards, so that they can be left alone."""
_MODULE = re.compile(r"(?:lib)?ggml-(\w+)\.(?:so|dll)")
_DEVICE_TYPES = {0: "cpu", 1: "gpu", 2: "igpu", 3: "accel"}
"""Source: `enum ggml_backend_dev_type` in ggml-backend.h."""

# Source: `enum ggml_log_level` in ggml.h; the last continues the line before it.
_LEVELS = {2: logging.INFO, 3: logging.WARNING, 4: logging.ERROR}
_CONTINUED = 5
BUFFER_KINDS = ("model", "KV", "RS", "output", "compute")
"""What llama.cpp reserves: weights, KV cache, recurrent states, logits, and room to compute in."""
_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")
_BUFFER = re.compile(rf"(?P<name>\S+) +(?P<kind>{'|'.join(BUFFER_KINDS)}) buffer size = +(?P<mib>[\d.]+) MiB")


def version() -> str:
    """Give llama-cpp-python's version, "" when it can't be told (a frozen build has no such file)."""
    try:
        text = (_FOLDER.parent / "__init__.py").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'__version__ = "([^"]+)"', text)
    return found.group(1) if found else ""


def llama_version() -> str:
    """Give llama.cpp's own version."""
    return str(C.llama_version().decode("utf-8", "replace"))


def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL("ucrtbase" if os.name == "nt" else None)


def return_memory() -> None:
    """Give freed memory back to the system, where the C library would keep it: 20 MB after the starter model."""
    trim = getattr(_c_library(), "malloc_trim", None)  # glibc has it
    if trim is not None:
        trim(ctypes.c_size_t(0))


class Interrupt:
    """A flag that llama.cpp itself reads between two operations of its graph; set from any thread."""

    # ggml calls the abort callback before every node, some thousand times a token, so it must not be
    # Python. `strlen` is a C function of the right shape: its answer for the flag's bytes "\0" is 0
    # and for "\1\0" is 1, which the caller reads as a C bool.
    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)
        self.callback = ctypes.cast(_c_library().strlen, C.ggml_abort_callback)
        self.data = ctypes.cast(self._bytes, ctypes.c_void_p)

    def set(self) -> None:
        """Ask whatever runs to stop."""
        self._bytes[0] = b"\x01"

    def clear(self) -> None:
        """Forget a request to stop."""
        self._bytes[0] = b"\x00"

    @property
    def is_set(self) -> bool:
        """Whether a stop was asked for."""
        return self._bytes[0] != b"\x00"


class LibraryLog:
    """Takes llama.cpp's log: INFO and up goes to ours, and what a load must know is kept."""

    _installed: LibraryLog | None = None

    def __init__(self) -> None:
        self.last_error = ""
        """The last line of level ERROR since `start`, "" when there was none."""
        self.n_gpu_layers = 0
        """Layers that the backend said it put on a graphics card since `start`, the output layer counted as one."""
        self.n_offloadable = 0
        """Layers that it could have put there; 0 when there is no card."""
        self.buffers: list[tuple[str, str, int]] = []
        """What was reserved since `start`: (buffer, one of `BUFFER_KINDS`, bytes rounded to 10 kB)."""
        self._level = 0
        self._line = ""
        self._callback = C.llama_log_callback(self._on_logged)

    def install(self) -> None:
        """Make this the library's log; to be called before anything else of it."""
        # llama.cpp keeps the pointer: it must live as long as the process, or until another one takes its place.
        LibraryLog._installed = self
        C.llama_log_set(self._callback, None)

    def start(self) -> None:
        """Forget what was kept, before a load."""
        self.last_error = ""
        self.n_gpu_layers = self.n_offloadable = 0
        self.buffers = []

    def _on_logged(self, level: int, text: bytes, _data: object) -> None:
        if level == _CONTINUED:
            level = self._level
        self._level = level
        if level not in _LEVELS:
            return
        self._line += text.decode("utf-8", "replace")
        while "\n" in self._line:
            line, self._line = self._line.split("\n", 1)
            self._keep(level, line.rstrip())

    def _keep(self, level: int, line: str) -> None:
        # The very last line of a failed load only says that it failed; the one before says why.
        if _LEVELS[level] == logging.ERROR and not (self.last_error and line.endswith("failed to load model")):
            self.last_error = line
        if offloaded := _OFFLOADED.search(line):
            self.n_gpu_layers, self.n_offloadable = int(offloaded[1]), int(offloaded[2])
        if buffer := _BUFFER.search(line):
            self.buffers.append((buffer["name"], buffer["kind"], round(float(buffer["mib"]) * (1 << 20))))
        if line.strip(". "):
            log.log(_LEVELS[level], "%s", line)


def _function(name: str, result: Any, arguments: Sequence[Any]) -> Callable[..., Any]:
    """Give a function of ggml, which the binding does not list."""
    # On Linux and macOS a handle also finds the symbols of the libraries it needs; Windows does not look there.
    handles = [C._lib] if os.name == "posix" else [ctypes.CDLL(str(_FOLDER / part)) for part in ("ggml.dll", "ggml-base.dll")]
    for handle in handles:
        function = getattr(handle, name, None)
        if function is not None:
            function.restype, function.argtypes = result, list(arguments)
            return function  # type: ignore[no-any-return]
    raise ImportError(f"{name} is missing from ggml")


def optional_function(names: Iterable[str], result: Any, arguments: Sequence[Any]) -> Callable[..., Any] | None:
    """Give a function of llama.cpp that is not part of its C interface, by one of its names; None where there is none."""
    for name in names:
        function = getattr(C._lib, name, None)
        if function is not None:
            function.restype, function.argtypes = result, list(arguments)
            return function  # type: ignore[no-any-return]
    return None


class _BufferOverride(ctypes.Structure):
    """Source: `struct llama_model_tensor_buft_override` in llama.h, which the binding leaves out."""

    _fields_ = (("pattern", ctypes.c_char_p), ("buffer_type", ctypes.c_void_p))


def experts_in_main_memory(n_layers: int) -> Any:
    """Give the list for `tensor_buft_overrides` that keeps the experts of the first layers off the card; None for 0."""
    if n_layers <= 0:
        return None
    main_memory = _function("ggml_backend_cpu_buffer_type", ctypes.c_void_p, [])()
    # Source: `LLM_FFN_EXPS_REGEX` in llama.cpp's common.h.
    patterns = [rf"blk\.{index}\.ffn_(up|down|gate|gate_up)_(ch|)exps".encode() for index in range(n_layers)]
    return (_BufferOverride * (n_layers + 1))(*(_BufferOverride(pattern, main_memory) for pattern in patterns))


def load_backends(*, with_cards: bool = True) -> None:
    """Load the backends that lie beside the library as modules: the best one for this processor, and those for cards.

    To load one for cards is to run the drivers of this computer. In a static build there is nothing to load, and on
    macOS Metal is a part of the library: what is left out has no devices then.
    """
    if not with_cards:
        # Read when ggml makes its list of backends, at the first call of a function that looks into it, which is below.
        # Source: `ggml_backend_registry` in ggml-backend-reg.cpp, `ggml_backend_metal_reg` in ggml-metal.cpp.
        os.environ |= {"GGML_DISABLE_VULKAN": "1", "GGML_METAL_DEVICES": "0"}
    load = _function("ggml_backend_load_all_from_path", None, [ctypes.c_char_p])
    for folder in (_FOLDER, _FOLDER / CARDS) if with_cards else (_FOLDER,):
        load(os.fsencode(folder))
    C.llama_backend_init()


def has_card_modules() -> bool:
    """Say whether there are backends for cards here, loaded or not: without a driver none of them is."""
    return (_FOLDER / CARDS).is_dir()


def backend_names() -> tuple[str, ...]:
    """Give the names of the backends in this process, for instance ("CPU",)."""
    get = _function("ggml_backend_reg_get", ctypes.c_void_p, [ctypes.c_size_t])
    name = _function("ggml_backend_reg_name", ctypes.c_char_p, [ctypes.c_void_p])
    count = _function("ggml_backend_reg_count", ctypes.c_size_t, [])()
    return tuple(name(get(index)).decode("utf-8", "replace") for index in range(count))


def left_out() -> tuple[str, ...]:
    """Give the files of the backends for cards that are here and were not loaded, for want of a driver most often."""
    loaded = {name.lower() for name in backend_names()}
    modules = {found[1]: path.name for path in _FOLDER.glob(f"{CARDS}/*") if (found := _MODULE.fullmatch(path.name))}
    return tuple(file for backend, file in sorted(modules.items()) if backend not in loaded)


def _memory(pointer: int, kind: str) -> tuple[int, int]:
    if kind == "cpu":
        # WORKAROUND: ggml reports the whole memory as free for the processor on Linux.
        memory = psutil.virtual_memory()
        return memory.total, memory.available
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    size = ctypes.POINTER(ctypes.c_size_t)
    _function("ggml_backend_dev_memory", None, [ctypes.c_void_p, size, size])(pointer, ctypes.byref(free), ctypes.byref(total))
    return total.value, free.value


class _Properties(ctypes.Structure):
    """Source: `struct ggml_backend_dev_props` in ggml-backend.h; room is left for what it can do, which is not asked."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("memory_free", ctypes.c_size_t),
        ("memory_total", ctypes.c_size_t),
        ("type", ctypes.c_int),
        ("device_id", ctypes.c_char_p),
        ("caps", ctypes.c_bool * 32),
    )


def _place(pointer: int) -> bytes:
    """Give where a card is plugged in, for instance b"0000:c1:00.0"; b"" when its backend does not know."""
    properties = _Properties()
    _function("ggml_backend_dev_get_props", None, [ctypes.c_void_p, ctypes.POINTER(_Properties)])(
        pointer, ctypes.byref(properties)
    )
    return properties.device_id or b""


def each_once(devices: Iterable[Device], places: Iterable[bytes]) -> tuple[Device, ...]:
    """Leave out a card that another backend has named before: CUDA and Vulkan both name it, and llama.cpp takes the first."""
    found: dict[object, Device] = {}
    for number, (device, place) in enumerate(zip(devices, places, strict=True)):
        found.setdefault(place or number, device)
    return tuple(found.values())


def devices() -> tuple[Device, ...]:
    """Give what llama.cpp can compute on, in its own order; each card once."""
    get = _function("ggml_backend_dev_get", ctypes.c_void_p, [ctypes.c_size_t])
    name = _function("ggml_backend_dev_name", ctypes.c_char_p, [ctypes.c_void_p])
    description = _function("ggml_backend_dev_description", ctypes.c_char_p, [ctypes.c_void_p])
    type_of = _function("ggml_backend_dev_type", ctypes.c_int, [ctypes.c_void_p])
    found, places = [], []
    for index in range(_function("ggml_backend_dev_count", ctypes.c_size_t, [])()):
        pointer = get(index)
        kind = _DEVICE_TYPES.get(type_of(pointer), "accel")
        total, free = _memory(pointer, kind)
        places.append(_place(pointer) if kind in ("gpu", "igpu") else b"")
        found.append(
            Device(
                name=name(pointer).decode("utf-8", "replace"),
                description=description(pointer).decode("utf-8", "replace").strip(),
                type=kind,
                total_bytes=total,
                free_bytes=free,
            )
        )
    return each_once(found, places)
