"""What a tool that stands on SQLAlchemy asks for: reflect.py URL."""
import sys
import sqlalchemy

engine = sqlalchemy.create_engine(sys.argv[1])
inspector = sqlalchemy.inspect(engine)
print("schemas", inspector.get_schema_names())
print("tables", inspector.get_table_names("bank"), inspector.get_view_names("bank"))
print("key", inspector.get_pk_constraint("txns", "bank")["constrained_columns"])
print("foreign", inspector.get_foreign_keys("txns", "bank"), inspector.get_indexes("txns", "bank"), inspector.get_check_constraints("txns", "bank"))
metadata = sqlalchemy.MetaData()
metadata.reflect(engine, schema="bank", views=True)
for table in metadata.sorted_tables:
    for column in table.columns:
        print("column", table.name, column.name, repr(column.type), column.nullable, column.primary_key)
txns = metadata.tables["bank.txns"]
with engine.connect() as connection:
    print("row", connection.execute(sqlalchemy.select(txns.c.txn_id, txns.c.amount, txns.c.at).where(txns.c.acct == "it's \\ ok")).fetchall())
with engine.connect().execution_options(stream_results=True) as connection:
    print("sum", sum(row[0] for row in connection.execute(sqlalchemy.text("SELECT n FROM big"))))
