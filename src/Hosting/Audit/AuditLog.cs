using System.Data.Common;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Audit;

public sealed class AuditLog(Database database, PersonKeys.PersonKeys personKeys, Signer signer, TimeProvider time, string node)
{
    public Task AppendAsync(AuditEvent e, CancellationToken ct) => throw new NotImplementedException($"{database}{personKeys}{signer}{time}{node}");

    /// <summary>Appends inside a unit of work that is under way, so that event and deed stand or fall together.</summary>
    public Task AppendAsync(DbConnection connection, DbTransaction transaction, AuditEvent e, CancellationToken ct) => throw new NotImplementedException();

    public Task<IReadOnlyList<HolderLogEntry>> ReadForHolderAsync(string personId, CancellationToken ct) => throw new NotImplementedException();

    public Task<AuditVerdict> VerifyAsync(CancellationToken ct) => throw new NotImplementedException();
}
