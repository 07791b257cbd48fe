"""Detectors of images without training: statistics of one image inside an ONNX graph."""
