"""llama.cpp through its C interface: the only folder that imports `llama_cpp`."""
