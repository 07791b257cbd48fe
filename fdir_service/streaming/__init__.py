"""From a window model to a streaming one with equal scores: plan, emit, check, keep.

A window that slides by one sample recomputes almost everything. The *plan* follows each element of each
tensor of an ONNX model back to a channel of a stream and a delay in samples; the *emitter* writes a graph
that computes each stream once, sample by sample, and carries what later samples need. What has no such form
is named with node and reason, and the model runs on whole windows.

`prepare` is the way in. Only what compiles a model imports onnx, and only when there is one to compile.
"""
