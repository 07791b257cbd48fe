"""Offline training: data sets, features, architectures, thresholds, metrics and ONNX export."""
