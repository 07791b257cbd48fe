"""Where messages come from: ZeroMQ sockets, recordings, tables (CSV, Parquet)."""
