"""The `hub` command: the same use cases as the DAGs, without Airflow."""
