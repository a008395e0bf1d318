using System.Globalization;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Trust;

/// <summary>
/// Whom to believe: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto. Read once, used for many bundles, by several
/// threads at the same time.
/// </summary>
public sealed class TrustedRoot
{
    private const string MediaType = "application/vnd.dev.sigstore.trustedroot";

    /// <summary>Far more than any instance has.</summary>
    private const int MostOfAKind = 256;

    private const int Largest = 4 * 1024 * 1024;

    private static readonly Lazy<TrustedRoot> Shipped = new(ReadShipped);

    private TrustedRoot(JsonMessage root)
    {
        Logs = [.. root.Messages("tlogs", MostOfAKind).Select(TrustedLog.Read)];
        CertificateLogs = [.. root.Messages("ctlogs", MostOfAKind).Select(TrustedLog.Read)];
        CertificateAuthorities = [.. root.Messages("certificateAuthorities", MostOfAKind).Select(TrustedAuthority.Read)];
        TimestampAuthorities = [.. root.Messages("timestampAuthorities", MostOfAKind).Select(TrustedAuthority.Read)];
    }

    /// <summary>The public-good instance's (sigstore.dev), as it was when this version was made.</summary>
    public static TrustedRoot PublicGood => Shipped.Value;

    /// <summary>Transparency logs (Rekor).</summary>
    public IReadOnlyList<TrustedLog> Logs { get; }

    /// <summary>Certificate transparency logs.</summary>
    public IReadOnlyList<TrustedLog> CertificateLogs { get; }

    /// <summary>Authorities that issue signing certificates (Fulcio).</summary>
    public IReadOnlyList<TrustedAuthority> CertificateAuthorities { get; }

    /// <summary>Authorities that sign timestamps.</summary>
    public IReadOnlyList<TrustedAuthority> TimestampAuthorities { get; }

    /// <summary>
    /// When the youngest of its logs and authorities began: the root can't be older, and knows nothing that came later. Null where it has none.
    /// </summary>
    public DateTimeOffset? NewestStart => Logs.Concat(CertificateLogs).Select(log => log.Validity)
        .Concat(CertificateAuthorities.Concat(TimestampAuthorities).Select(authority => authority.Validity))
        .Select(validity => (DateTimeOffset?)validity.Start)
        .Max();

    /// <summary>Reads a <c>trusted_root.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="SigstoreFormatException">It is none; the message says where.</exception>
    public static TrustedRoot Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (json.Length > Largest) throw RejectedException.Invalid($"It has {json.Length} bytes; up to {Largest} are read.");
            var root = JsonMessage.Parse(json, "trustedRoot");
            var mediaType = root.RequiredText("mediaType");
            return mediaType is MediaType + "+json;version=0.1" or MediaType + ".v0.1+json" or MediaType + ".v0.2+json"
                ? new TrustedRoot(root)
                : throw RejectedException.Invalid($"trustedRoot.mediaType is {Words.Quote(mediaType)}; trusted roots of version 0.1 and 0.2 are read.");
        }
        catch (Exception problem) when (Unreadable.Is(problem))
        {
            throw new SigstoreFormatException($"The trusted root can't be used: {problem.Message} Take the instance's current trusted_root.json.", problem);
        }
    }

    /// <summary>For messages: "the trusted root of 2026-01-31".</summary>
    internal string Description => NewestStart is { } start
        ? $"the trusted root of {start.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"
        : "the trusted root, which is empty";

    /// <summary>A log or an authority is not in it.</summary>
    internal RejectedException DoesNotKnow(string what) => new(
        VerificationReasons.TrustedRootOutdated,
        $"{what} is not in {Description} (when its newest log or authority began): "
            + "the bundle is of another Sigstore instance, or the root is outdated; give the instance's current trusted_root.json.");

    private static TrustedRoot ReadShipped()
    {
        using var stream = typeof(TrustedRoot).Assembly.GetManifestResourceStream("public-good-trusted-root.json")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.ToArray());
    }
}
