namespace IdentityPlatform.Hosting.Storage;

/// <summary>The database engines: SQLite is embedded, PostgreSQL serves many nodes.</summary>
public enum StorageEngine
{
    Sqlite,
    Postgres,
}
