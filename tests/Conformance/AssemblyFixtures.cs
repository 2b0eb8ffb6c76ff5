using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Presentation;
using IdentityPlatform.Conformance.Report;

[assembly: AssemblyFixture(typeof(Suite))]
[assembly: AssemblyFixture(typeof(Verdicts))]
[assembly: AssemblyFixture(typeof(VerifierSuite))]
