"""The pages of the city's open data inside Airflow's own: read from the store, never from the vault."""
