using IdentityPlatform.Hosting.Tests.Servers;

[assembly: AssemblyFixture(typeof(PostgresServer))]
