"""What a publication wants, what is there, and the writes in between: data, and no effect."""
