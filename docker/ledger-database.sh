#!/bin/sh
# Run once by the database image: the ledger has a database and a user of its own beside Airflow's.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --set password="$LEDGER_PASSWORD" <<'SQL'
CREATE ROLE hub LOGIN PASSWORD :'password';
CREATE DATABASE hub OWNER hub;
SQL
