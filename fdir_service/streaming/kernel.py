"""The compiled step's interpreter: one sample through a layer table, in loops that numba compiles.

Plain Python over NumPy arrays: `step.interpreter` compiles it; as it is, it runs too, but slowly. One array
holds all numbers: constants, and the columns of the streams. An operand has a base and a stride, and is
stride times the present column `at` behind its base; the stride of what keeps no columns is 0.

All that is compiled is in this file: numba looks only there to see whether what it has kept is stale.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

# A row: operator, columns to compute again, elements, bases (a stride follows each), what operators need.
OP, AGAIN, N, OUT, A, B, C, P, WIDTH = 0, 1, 2, 3, 5, 7, 9, 11, 15

COPY, ADD, SUB, MUL, DIV, MAX, MIN = range(7)
POW, PRELU, ELU, EQUAL, GREATER, GREATER_EQUAL, WHERE = range(10, 17)
EXP, LOG, ERF, SIN, COS, TANH, SIGMOID, SOFTPLUS = range(20, 28)
ABS, SQRT, SIGN, FLOOR, CEIL, ROUND = range(30, 36)
CONVOLVE, POOL, TAPS = range(40, 43)
REDUCE_ADD, REDUCE_MAX, REDUCE_MIN, SOFTMAX, LOG_SOFTMAX, NORMALIZE = range(50, 56)

SLACK = 64
"""Samples until the columns move back to the beginning of their buffers."""


def arithmetic(op: int, out: Singles, x: Singles, y: Singles) -> None:
    """Apply what the processor does to many elements at once; a maximum with NaN is NaN, as in ONNX."""
    n = len(out)
    if op == ADD:
        for j in range(n):
            out[j] = x[j] + y[j]
    elif op == SUB:
        for j in range(n):
            out[j] = x[j] - y[j]
    elif op == MUL:
        for j in range(n):
            out[j] = x[j] * y[j]
    elif op == DIV:
        for j in range(n):
            out[j] = x[j] / y[j]
    elif op == MAX:
        for j in range(n):
            out[j] = x[j] if x[j] > y[j] or x[j] != x[j] else y[j]
    else:
        for j in range(n):
            out[j] = x[j] if x[j] < y[j] or x[j] != x[j] else y[j]


def paired(op: int, x: Any, y: Any, z: Any) -> Any:
    """Return what an operator makes of two elements, or three."""
    if op == POW:
        found = x**y
    elif op == PRELU:
        found = x if x >= 0 else x * y
    elif op == ELU:
        found = x if x >= 0 else y * np.expm1(x)
    elif op == EQUAL:
        found = np.float32(x == y)
    elif op == GREATER:
        found = np.float32(x > y)
    elif op == GREATER_EQUAL:
        found = np.float32(x >= y)
    else:
        found = y if x != 0 else z
    return found


def curved(op: int, x: Any) -> Any:
    """Return what a transcendental function makes of an element."""
    one = np.float32(1)
    if op == EXP:
        found = np.exp(x)
    elif op == LOG:
        found = np.log(x)
    elif op == ERF:
        found = np.float32(math.erf(x))
    elif op == SIN:
        found = np.sin(x)
    elif op == COS:
        found = np.cos(x)
    elif op == TANH:
        found = np.tanh(x)
    elif op == SIGMOID:
        found = one / (one + np.exp(-x))
    else:
        found = max(x, np.float32(0)) + np.log1p(np.exp(-abs(x)))
    return found


def exact(op: int, x: Any) -> Any:
    """Return the magnitude, root or sign of an element, or a whole number near it (for halves, the even)."""
    if op == ABS:
        found = abs(x)
    elif op == SQRT:
        found = np.sqrt(x)
    elif op == SIGN:
        found = np.sign(x)
    elif op == FLOOR:
        found = np.floor(x)
    elif op == CEIL:
        found = np.ceil(x)
    else:
        found = np.rint(x)
    return found


def elements(op: int, out: Singles, x: Singles, y: Singles, z: Singles) -> None:
    """Apply an operator element by element."""
    for j in range(len(out)):
        if op < EXP:
            out[j] = paired(op, x[j], y[j], z[j])
        elif op < ABS:
            out[j] = curved(op, x[j])
        else:
            out[j] = exact(op, x[j])


def weigh(out: Singles, x: Singles, weight: Singles) -> None:
    """Add products of x (size,) and weights (size, out), one after the other as onnxruntime does."""
    n, size = len(out), len(x)
    w = weight.reshape(size, n)
    for i in range(0, size - 3, 4):
        a, b, c, d = x[i], x[i + 1], x[i + 2], x[i + 3]
        for j in range(n):
            out[j] = out[j] + w[i, j] * a + w[i + 1, j] * b + w[i + 2, j] * c + w[i + 3, j] * d
    for i in range(size - size % 4, size):
        for j in range(n):
            out[j] += w[i, j] * x[i]


def slide(row: Ints, memory: Singles, out: Singles, a: int) -> None:
    """Convolve each channel by itself with weights (taps, out)."""
    n, taps, stride = row[N], row[P], row[P + 1] * row[P + 2]
    each = n // row[P + 2]
    for t in range(taps):
        start, first = a - (taps - 1 - t) * stride, row[B] + t * n
        x, w = memory[start : start + row[P + 2]], memory[first : first + n]
        for g in range(row[P + 2]):
            for j in range(g * each, (g + 1) * each):
                out[j] += w[j] * x[g]


def convolve(row: Ints, memory: Singles, out: Singles, a: int) -> None:
    """Multiply weights (in / group, taps, out) with the columns that they read, a group after the other."""
    taps, channels, groups, first, window = row[P], row[P + 2], row[P + 3], row[B], row[C + 1]
    stride, wide, each = row[P + 1] * channels, channels // groups, row[N] // groups
    size = taps * wide
    out[:] = 0
    if wide == 1:
        slide(row, memory, out, a)
        groups = 0
    for g in range(groups):
        start = a - (taps - 1) * stride + g * wide
        for j in range(wide):
            for t in range(taps):
                memory[window + j * taps + t] = memory[start + j + t * stride]
        weight = memory[first + g * size * each : first + (g + 1) * size * each]
        weigh(out[g * each : (g + 1) * each], memory[window : window + size], weight)
    arithmetic(ADD, out, out, memory[row[C] : row[C] + row[N]])


def pool(row: Ints, memory: Singles, out: Singles, a: int) -> None:
    """Combine the columns that a pooling reads, oldest first."""
    taps, stride = row[P], row[P + 1] * row[P + 2]
    n, op = row[N], row[P + 3]
    start = a - (taps - 1) * stride
    out[:] = memory[start : start + n]
    for _ in range(taps - 1):
        start += stride
        arithmetic(op, out, out, memory[start : start + n])


def reduce(row: Ints, memory: Singles, out: Singles, a: int) -> None:
    """Sum each group of channels, or find its extreme."""
    size, op = row[P], row[OP]
    for j in range(len(out)):
        group = memory[a + j * size : a + (j + 1) * size]
        total = group[0]
        for i in range(1, size):
            x = group[i]
            if op == REDUCE_ADD:
                total += x
            elif op == REDUCE_MAX:
                total = x if x > total or np.isnan(x) else total
            else:
                total = x if x < total or np.isnan(x) else total
        out[j] = total


def soften(op: int, out: Singles, x: Singles) -> None:
    """Fill `out` with the softmax of a group of channels, or its logarithm."""
    most, total = x.max(), np.float32(0)
    for j in range(len(x)):
        out[j] = np.exp(x[j] - most)
        total += out[j]
    for j in range(len(x)):
        out[j] = x[j] - most - np.log(total) if op == LOG_SOFTMAX else out[j] / total


def normalize(out: Singles, x: Singles, gain: Singles, offset: Singles, epsilon: Any) -> None:
    """Fill `out` with a group of channels at mean 0 and variance 1, scaled."""
    n = np.float32(len(x))
    mean, square = x.sum() / n, np.float32(0)
    for j in range(len(x)):
        square += (x[j] - mean) * (x[j] - mean)
    spread = np.sqrt(square / n + epsilon)
    for j in range(len(x)):
        out[j] = (x[j] - mean) / spread * gain[j] + offset[j]


def across(row: Ints, memory: Singles, out: int, a: int) -> None:
    """Apply an operator to each group of channels."""
    op, size, n = row[OP], row[P], row[N]
    for j in range(0, n, size):
        to, x = memory[out + j : out + j + size], memory[a + j : a + j + size]
        if op == NORMALIZE:
            gain, offset = memory[row[B] : row[B] + size], memory[row[C] : row[C] + size]
            normalize(to, x, gain, offset, memory[row[P + 1]])
        else:
            soften(op, to, x)


def compute(row: Ints, index: Ints, memory: Singles, at: int) -> None:
    """Compute the column `at` of one stream."""
    op, n = row[OP], row[N]
    out, a = row[OUT] + at * row[OUT + 1], row[A] + at * row[A + 1]
    to = memory[out : out + n]
    if op < CONVOLVE:
        b, c = row[B] + at * row[B + 1], row[C] + at * row[C + 1]
        if op == COPY:
            to[:] = memory[a : a + n]
        elif op < POW:
            arithmetic(op, to, memory[a : a + n], memory[b : b + n])
        else:
            elements(op, to, memory[a : a + n], memory[b : b + n], memory[c : c + n])
    elif op == CONVOLVE:
        convolve(row, memory, to, a)
    elif op == POOL:
        pool(row, memory, to, a)
    elif op == TAPS:
        for j in range(n):
            to[j] = memory[a + index[row[P] + j]]
    elif op < SOFTMAX:
        reduce(row, memory, to, a)
    else:
        across(row, memory, out, a)


def rewind(columns: Ints, memory: Singles, at: int) -> None:
    """Move the columns (start, past, channels) before column `at` to the beginning of their buffers."""
    for k in range(len(columns)):
        start, size = columns[k, 0], columns[k, 1] * columns[k, 2]
        read = start + at * columns[k, 2]
        for j in range(size):
            memory[start + j] = memory[read + j]


def run(
    rows: Ints, index: Ints, columns: Ints, memory: Singles, samples: Singles, scores: Singles, at: int
) -> int:
    """Put samples (n, channels) through the table and fill scores (n, outputs); return the next column.

    Samples go where the first row has its result, scores come from that of the last one. A negative column:
    a state has just been loaded, and the earlier columns that it does not hold are computed again.
    """
    if at < 0:
        for r in range(len(rows)):
            for earlier in range(-rows[r, AGAIN], 0):
                compute(rows[r], index, memory, earlier)
        at = 0
    source, last = rows[0], rows[len(rows) - 1]
    for k in range(len(samples)):
        if at == SLACK:
            rewind(columns, memory, at)
            at = 0
        start = source[OUT] + at * source[OUT + 1]
        memory[start : start + source[N]] = samples[k]
        for r in range(1, len(rows)):
            compute(rows[r], index, memory, at)
        start = last[OUT] + at * last[OUT + 1]
        scores[k] = memory[start : start + last[N]]
        at += 1
    return at


CONTRACTED: tuple[Callable[..., Any], ...] = (weigh, slide)
PARTS: tuple[Callable[..., Any], ...] = (
    *(arithmetic, paired, curved, exact, elements, convolve, pool, reduce, soften, normalize, across),
    *(compute, rewind),
)
"""What `run` calls; in the former, a product and a sum may be one operation, rounded once."""
