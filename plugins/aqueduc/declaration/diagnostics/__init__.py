"""What is wrong in a declaration: where each value is written, what was expected, how it is shown."""
