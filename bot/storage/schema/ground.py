"""What every table is made of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Dialect, Integer, MetaData

metadata = MetaData()


def take_over_conditions(dialect: Dialect) -> None:
    """Have the indexes of some rows alone be that in another database as well, before tables are made there.

    They are declared for SQLite: naming another database in a declaration imports all that SQLAlchemy has of
    it, 2 MB and 60 ms at each start.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            if where is not None:
                index.dialect_options[dialect.name]["where"] = where


Snowflake = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere: SQLite's only integer type has them, and strict tables know no other name."""

GUILD = "guilds.guild_id"
"""What the rows of a server point at."""
