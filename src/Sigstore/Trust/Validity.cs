using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Trust;

/// <summary>When a log or an authority is trusted; both ends belong to it.</summary>
/// <param name="Start">The first moment.</param>
/// <param name="End">The last moment; null where there is none yet.</param>
public sealed record Validity(DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>Whether a time lies in it.</summary>
    public bool Contains(DateTimeOffset time) => Start <= time && (End is not { } end || time <= end);

    /// <summary>Of a log, which has nothing else that bounds it: without a start it would be trusted for ever.</summary>
    internal static Validity Read(JsonMessage? range, string where) => range?.Time("start") is { } start
        ? new Validity(start, range?.Time("end"))
        : throw RejectedException.Invalid($"{where}.validFor.start is missing.");

    /// <summary>Of an authority: without a start, as some tools write roots, from when all of its certificates were valid.</summary>
    internal static Validity Read(JsonMessage? range, IEnumerable<Certificate> certificates) => new(
        range?.Time("start") ?? certificates.Max(certificate => certificate.NotBefore), range?.Time("end"));
}
