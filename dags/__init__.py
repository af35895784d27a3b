"""When does the hub's work run? A file per kind of DAG; `adapter` alone turns Airflow's things into the hub's."""
