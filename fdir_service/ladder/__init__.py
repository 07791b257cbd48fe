"""The FDIR ladder: levels 0..4, their actions, and who may take them."""
