"""DCLOP: deep clustering and clustering-based local outlier probabilities.

Obied et al., "Deep Clustering-Based Anomaly Detection and Health Monitoring for Satellite Telemetry", Big
Data and Cognitive Computing 2023, 7(1), 39; called the DCLOP paper here.
"""
