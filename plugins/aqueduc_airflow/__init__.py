"""Airflow's side of Aqueduc: thin. What is done stands in ``aqueduc``; here stands who is told, and when."""
