using IdentityPlatform.Hosting.Tests.Servers;

[assembly: AssemblyFixture(typeof(SoftHsm))]
[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]
