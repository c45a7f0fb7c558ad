import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a tool that stands on JDBC asks for: java Meta.java URL; the login is in PGUSER and PGPASSWORD. */
public class Meta {
  static void print(String title, ResultSet rows, String... columns) throws SQLException {
    while (rows.next()) {
      StringBuilder line = new StringBuilder(title);
      for (String column : columns) line.append(' ').append(rows.getString(column));
      System.out.println(line);
    }
  }

  public static void main(String[] arguments) throws SQLException {
    try (Connection connection = DriverManager.getConnection(arguments[0], System.getenv("PGUSER"), System.getenv("PGPASSWORD"))) {
      DatabaseMetaData data = connection.getMetaData();
      print("schema", data.getSchemas(), "TABLE_SCHEM");
      print("table", data.getTables(null, "bank", "%", new String[] {"TABLE", "VIEW"}), "TABLE_NAME", "TABLE_TYPE");
      print("column", data.getColumns(null, "bank", "txns", "%"), "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE", "DECIMAL_DIGITS", "IS_NULLABLE");
      print("key", data.getPrimaryKeys(null, "bank", "txns"), "COLUMN_NAME", "KEY_SEQ", "PK_NAME");
      print("index", data.getIndexInfo(null, "bank", "txns", false, false), "INDEX_NAME", "COLUMN_NAME");
      print("imported", data.getImportedKeys(null, "bank", "txns"), "FK_NAME");
      print("exported", data.getExportedKeys(null, "bank", "txns"), "FK_NAME");
      print("function", data.getFunctions(null, null, "%"), "FUNCTION_NAME");
      data.getTypeInfo().close();
      data.getTablePrivileges(null, "bank", "txns").close();
      PreparedStatement prepared = connection.prepareStatement("SELECT txn_id, amount, ok, at, d FROM bank.txns WHERE txn_id = ? AND amount > ? LIMIT ?");
      // From the fifth run on, the driver names the statement and asks for binary values.
      for (int run = 0; run < 7; run += 1) {
        prepared.setLong(1, 9007199254740993L);
        prepared.setBigDecimal(2, new BigDecimal("-0.5"));
        prepared.setInt(3, 5);
        ResultSet rows = prepared.executeQuery();
        while (rows.next()) System.out.println("row " + rows.getLong(1) + " " + rows.getBigDecimal(2) + " " + rows.getObject(3) + " " + rows.getTimestamp(4) + " " + rows.getDate(5));
      }
      connection.setAutoCommit(false);
      Statement paged = connection.createStatement();
      paged.setFetchSize(1_000);
      ResultSet rows = paged.executeQuery("SELECT n FROM big ORDER BY n");
      long sum = 0;
      while (rows.next()) {
        sum += rows.getLong(1);
        // Another statement while a result is open.
        if (rows.getRow() == 1_500) connection.createStatement().executeQuery("SELECT 1").close();
      }
      System.out.println("sum " + sum);
      try {
        connection.createStatement().execute("DELETE FROM bank.txns");
      } catch (SQLException refused) {
        System.out.println("refused " + refused.getSQLState());
      }
      connection.rollback();
    }
  }
}
