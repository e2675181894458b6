"""script/bench: the server measured beside what the hardware can do."""
