"""Tables as archives keep them: CSV, Parquet, NPY and HDF5 in, CSV and Parquet out; always block by block."""
