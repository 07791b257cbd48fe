"""The minimal procedure language: N, {step ID, request (whole TC), delay (relative time)}.

The steps leave one after the other; their IDs are not 0. Procedures take no arguments.
"""

from pus import cuc
from pus.codec import DEFAULT, Codec, Reader
from pus.procedure import Step, read_delay, read_request


def read_code(code: bytes, codec: Codec = DEFAULT) -> tuple[Step, ...]:
    """Decode the code of a procedure; raises `RequestError`."""
    reader = Reader(code, codec.widths)
    steps = []
    for _ in range(reader.count(least=0)):
        step, request, delay = reader.id(), read_request(reader), read_delay(reader)
        steps.append(Step(request, delay, step))
    reader.end()
    return tuple(steps)


def encode_code(steps: tuple[Step, ...], codec: Codec = DEFAULT) -> bytes:
    """Encode the code of a procedure."""
    return codec.counted([codec.id(s.id) + s.request + cuc.encode_relative(s.delay) for s in steps])
