using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

[assembly: AssemblyFixture(typeof(Suite))]
[assembly: AssemblyFixture(typeof(Verdicts))]
