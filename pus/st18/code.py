"""The minimal procedure language: N, {step ID u16, request (whole TC), delay (relative time)}.

The steps leave one after the other; their IDs are not 0. Procedures take no arguments.
"""

from pus import codec, cuc
from pus.codec import Reader
from pus.procedure import Step, read_delay, read_request


def read_code(code: bytes) -> tuple[Step, ...]:
    """Decode the code of a procedure; raises `RequestError`."""
    reader = Reader(code)
    steps = []
    for _ in range(reader.u16()):
        step, request, delay = reader.u16(), read_request(reader), read_delay(reader)
        steps.append(Step(request, delay, step))
    reader.end()
    return tuple(steps)


def encode_code(steps: tuple[Step, ...]) -> bytes:
    """Encode the code of a procedure."""
    entries = (codec.u16(s.id) + s.request + cuc.encode_relative(s.delay) for s in steps)
    return codec.u16(len(steps)) + b"".join(entries)
