"""Checkpoints of the city's ledgers: made, signed, put elsewhere (``places``), and read back before each publication."""
