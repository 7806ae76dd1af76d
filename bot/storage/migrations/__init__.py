"""The history of the schema, as Alembic revisions. Imported only where there is something to do."""
