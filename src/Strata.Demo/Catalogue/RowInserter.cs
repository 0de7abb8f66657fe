using Microsoft.Data.Sqlite;

namespace Strata.Demo.Catalogue;

/// <summary>Inserts rows into one table through one prepared statement.</summary>
internal sealed class RowInserter : IDisposable
{
    private readonly SqliteCommand _command;

    public RowInserter(SqliteConnection connection, string table, params ReadOnlySpan<string> columns)
    {
        _command = connection.CreateCommand();
        foreach (string column in columns)
            _command.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
        string names = string.Join(", ", columns);
        _command.CommandText = $"INSERT INTO {table} ({names}) VALUES (${names.Replace(", ", ", $", StringComparison.Ordinal)})";
    }

    /// <summary>Inserts one row; the values stand in the order of the columns.</summary>
    public void Add(params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i];
        _command.ExecuteNonQuery();
    }

    public void Dispose() => _command.Dispose();
}
