"""A revision: the partitions it is made of, its rows, and its files."""
