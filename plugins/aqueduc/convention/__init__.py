"""The convention with the Region as the city lives it: where it stands, what falls due, what is claimed under
it, and what is shown of it."""
