"""What must be proved before a publication, and read back after it."""
