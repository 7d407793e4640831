"""Aqueduc's engine: declarations in, verified publications out. It knows nothing of Airflow."""

__version__ = "0.1.0"
