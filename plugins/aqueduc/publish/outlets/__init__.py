"""Places of the city's own, which a platform only links to."""
