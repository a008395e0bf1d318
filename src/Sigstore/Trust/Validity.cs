using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Trust;

/// <summary>When a log or an authority is trusted; both ends belong to it.</summary>
/// <param name="Start">The first moment.</param>
/// <param name="End">The last moment; null where there is none yet.</param>
public sealed record Validity(DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>Whether a time lies in it.</summary>
    public bool Contains(DateTimeOffset time) => Start <= time && (End is not { } end || time <= end);

    /// <summary>A start is needed: what it leaves out must not count as trusted for ever.</summary>
    internal static Validity Read(JsonMessage? range, string where)
    {
        if (range is not { } read || read.Time("start") is not { } start) throw Findings.RejectedException.Invalid($"{where}.validFor.start is missing.");
        return new Validity(start, read.Time("end"));
    }
}
