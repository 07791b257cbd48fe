"""A small mission with a small detector, its samples, and a unit that answers; all made by the tests."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from fdir_service.mission import Mission, load
from fdir_service.stream import Output, Stream
from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card, Channel
from models.card import Output as CardOutput
from pus import codec
from pus.application import ApplicationProcess
from pus.failure import Failure
from pus.packets import SEQUENCE_MODULO, Tc
from pus.parameters import ValueType
from pus.samples import Message, Reply, Samples
from pus.st08 import Function, FunctionManagement

MS = 1_000_000
PERIOD = 100 * MS
WINDOW = 4
"""Window of the detector of the bench mission."""

BENCH = (Path(__file__).parent / "bench_mission.toml").read_text()

# --- detectors ---------------------------------------------------------------------------------------


def card(
    window: int = WINDOW,
    channels: tuple[str, ...] = ("x", "y"),
    outputs: tuple[str, ...] = ("x", "y"),
    period: float | None = 0.1,
    tolerance: float = 0.05,
) -> Card:
    return Card(
        kind="test",
        channels=tuple(Channel(name=name) for name in channels),
        shape=(len(channels),),
        period=period,
        period_tolerance=tolerance,
        window=window,
        outputs=tuple(CardOutput(name=name, on=0.75, off=0.25) for name in outputs),
        data={},
        command="none",
        seed=0,
        version="1",
    )


def write_frozen(path: Path, card: Card) -> None:
    """Write a detector whose score of a channel is 1 if it did not change over the window, else 0."""
    constants = [
        numpy_helper.from_array(np.array([1], np.int64), "axes"),
        numpy_helper.from_array(np.float32(0), "zero"),
    ]
    nodes = [
        helper.make_node("ReduceMax", [INPUT_NAME, "axes"], ["most"], keepdims=0),
        helper.make_node("ReduceMin", [INPUT_NAME, "axes"], ["least"], keepdims=0),
        helper.make_node("Sub", ["most", "least"], ["spread"]),
        helper.make_node("Equal", ["spread", "zero"], ["same"]),
        helper.make_node("Cast", ["same"], [OUTPUT_NAME], to=TensorProto.FLOAT),
    ]
    _write(path, card, nodes, constants, len(card.channels))


def write_weighted(
    path: Path,
    card: Card,
    weights: NDArray[np.float32],
    *,
    input_name: str = INPUT_NAME,
    batch: str | int = "batch",
) -> None:
    """Write a detector whose scores are the window (W * channels) times `weights` (W * channels, outputs)."""
    size, outputs = weights.shape
    shape = np.array([batch if isinstance(batch, int) else -1, size], np.int64)
    constants = [numpy_helper.from_array(shape, "shape"), numpy_helper.from_array(weights, "weights")]
    nodes = [
        helper.make_node("Reshape", [input_name, "shape"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], [OUTPUT_NAME]),
    ]
    _write(path, card, nodes, constants, outputs, input_name, batch)


def _write(
    path: Path,
    card: Card,
    nodes: list[onnx.NodeProto],
    constants: list[onnx.TensorProto],
    outputs: int,
    input_name: str = INPUT_NAME,
    batch: str | int = "batch",
) -> None:
    window = helper.make_tensor_value_info(input_name, TensorProto.FLOAT, [batch, card.window, *card.shape])
    scores = helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, [batch, outputs])
    graph = helper.make_graph(nodes, "detector", [window], [scores], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, {METADATA_KEY: card.model_dump_json()})
    onnx.save(model, path)


def write_mission(folder: Path, text: str = BENCH) -> Path:
    """Write the bench mission, or another text, with the bench's detector beside it."""
    folder.mkdir(exist_ok=True)
    write_frozen(folder / "frozen.onnx", card())
    path = folder / "mission.toml"
    path.write_text(text)
    return path


def bench_with(folder: Path, *changes: tuple[str, str]) -> Mission:
    """Load the bench mission with parts of its text replaced."""
    text = BENCH
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load(write_mission(folder, text))


# --- samples -----------------------------------------------------------------------------------------


def samples(
    sequence: int, values: object, source: str = "s", session: int = 1, late: int = 0, period: int = PERIOD
) -> Samples:
    """Return samples whose time is their sequence number times the period, plus `late`."""
    rows = np.asarray(values, np.float64)
    rows = rows[:, None] if rows.ndim == 1 else rows
    return Samples.regular(source, session, sequence, sequence * period + late, period, rows)


def flight(n: int, frozen: slice = slice(0, 0), unit_b_from: int | None = None) -> NDArray[np.float64]:
    """Return n samples (x, y, unit): x and y move, x freezes in `frozen`, unit B is used from then on."""
    k = np.arange(n)
    x = np.sin(k) + 0.01 * k
    x[frozen] = 0.5
    unit = np.zeros(n) if unit_b_from is None else (k >= unit_b_from) * 1.0
    return np.stack([x, np.cos(k), unit], axis=1)


def cut(message: Samples, at: Iterable[int]) -> list[Samples]:
    """Return the samples as several messages, cut before the given positions."""
    edges = [0, *sorted({k for k in at if 0 < k < len(message)}), len(message)]
    return [message[a:b] for a, b in pairwise(edges)]


def recut(messages: Iterable[Message], size: int) -> Iterator[Message]:
    """Yield messages with those that hold samples cut to `size` samples at most."""
    for message in messages:
        if isinstance(message, Samples):
            yield from cut(message, range(0, len(message), size))
        else:
            yield message


def describe_message(message: Message) -> object:
    """Return a message as something that can be compared."""
    if isinstance(message, Samples):
        times, values = message.times.tolist(), message.values.tolist()
        return message.source, message.session, message.sequence, times, values
    return message


def octets(outputs: Iterable[Output]) -> list[bytes]:
    """Return all telemetry of some outputs."""
    return [tm.pack() for output in outputs for tm in output.telemetry]


def reports(output: Output) -> list[tuple[int, int]]:
    """Return (service, subtype) of each TM packet."""
    return [(tm.service, tm.subtype) for tm in output.telemetry]


# --- a unit ------------------------------------------------------------------------------------------


def unit(perform: Callable[[str, dict[int, float]], Failure | None] = lambda name, given: None):
    """Return the redundant pair of the bench as an application process."""
    functions = Function("SELECT_UNIT", {1: ValueType.U8}), Function("RESET", {})
    return ApplicationProcess(81, [FunctionManagement(functions, perform)])


def answers(process: ApplicationProcess, output: Output, time: int) -> list[Reply]:
    """Return what a unit replies to the requests of an output."""
    return [Reply(time, tm.pack()) for request in output.requests for tm in process.execute(request, time)]


SWITCH = Tc(
    81, 8, 1, Function("SELECT_UNIT", {1: ValueType.U8}).encode({1: 1.0}), sequence=SEQUENCE_MODULO // 2
).pack()
"""The first request of the ladder of the bench mission."""

RESET = Tc(81, 8, 1, codec.characters("RESET")).pack()


def freeze(stream: Stream) -> Output:
    """Let x freeze until the ladder sends its request; the stream stands at 2.5 s then."""
    output = stream.take([samples(0, flight(26, slice(20, 26)))])
    assert len(output.requests) == 1
    return output


PLAIN = """
[mission]
name = "plain"
apid = 66
epoch = "2030-01-01T00:00:00Z"
[[source]]
name = "board"
parameters = [{ id = 1, name = "a" }, { id = 2, name = "b", type = "u8" }]
[[pmon]]
id = 1
name = "a-range"
parameter = "a"
check = "limit"
low = 0
high = 1
high_event = 9
[[event]]
id = 9
name = "a-high"
severity = "medium"
"""
"""A mission of one source without detectors."""


def load_text(folder: Path, text: str) -> Mission:
    """Load a mission from its text."""
    path = folder / "mission.toml"
    path.write_text(text)
    return load(path)
