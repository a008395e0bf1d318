using System.Formats.Asn1;
using System.Text;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>
/// What the authority found in the signer's token, by https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md. Null where it is not told.
/// </summary>
public sealed record FulcioClaims
{
    private const string Arc = "1.3.6.1.4.1.57264.1.";

    /// <summary>Who told the identity, such as <c>https://token.actions.githubusercontent.com</c>.</summary>
    public string? Issuer { get; private init; }

    /// <summary>The workflow that ran, or was called, to build and sign.</summary>
    public string? BuildSignerUri { get; private init; }

    /// <summary>The commit of <see cref="BuildSignerUri"/>.</summary>
    public string? BuildSignerDigest { get; private init; }

    /// <summary>Such as <c>github-hosted</c> or <c>self-hosted</c>.</summary>
    public string? RunnerEnvironment { get; private init; }

    /// <summary>The repository that was built.</summary>
    public string? SourceRepositoryUri { get; private init; }

    /// <summary>The commit that was built.</summary>
    public string? SourceRepositoryDigest { get; private init; }

    /// <summary>The branch or tag that was built.</summary>
    public string? SourceRepositoryRef { get; private init; }

    /// <summary>The repository's number, which outlives a renaming.</summary>
    public string? SourceRepositoryIdentifier { get; private init; }

    /// <summary>The repository's owner.</summary>
    public string? SourceRepositoryOwnerUri { get; private init; }

    /// <summary>The owner's number.</summary>
    public string? SourceRepositoryOwnerIdentifier { get; private init; }

    /// <summary>The workflow that began the build.</summary>
    public string? BuildConfigUri { get; private init; }

    /// <summary>The commit of <see cref="BuildConfigUri"/>.</summary>
    public string? BuildConfigDigest { get; private init; }

    /// <summary>What began the build, such as <c>push</c>.</summary>
    public string? BuildTrigger { get; private init; }

    /// <summary>The run.</summary>
    public string? RunInvocationUri { get; private init; }

    /// <summary>Such as <c>public</c>, when it was signed.</summary>
    public string? SourceRepositoryVisibility { get; private init; }

    internal static FulcioClaims Read(CertificateExtensions extensions) => new()
    {
        Issuer = Claim(extensions, 8) ?? Raw(extensions, 1),
        BuildSignerUri = Claim(extensions, 9),
        BuildSignerDigest = Claim(extensions, 10),
        RunnerEnvironment = Claim(extensions, 11),
        SourceRepositoryUri = Claim(extensions, 12),
        SourceRepositoryDigest = Claim(extensions, 13) ?? Raw(extensions, 3),
        SourceRepositoryRef = Claim(extensions, 14) ?? Raw(extensions, 6),
        SourceRepositoryIdentifier = Claim(extensions, 15),
        SourceRepositoryOwnerUri = Claim(extensions, 16),
        SourceRepositoryOwnerIdentifier = Claim(extensions, 17),
        BuildConfigUri = Claim(extensions, 18),
        BuildConfigDigest = Claim(extensions, 19),
        BuildTrigger = Claim(extensions, 20) ?? Raw(extensions, 2),
        RunInvocationUri = Claim(extensions, 21),
        SourceRepositoryVisibility = Claim(extensions, 22),
    };

    /// <summary>The first ones, up to 6, are text without DER around it.</summary>
    private static string? Raw(CertificateExtensions extensions, int number) =>
        extensions.Value(Arc + number) is { } value ? Encoding.UTF8.GetString(value) : null;

    private static string? Claim(CertificateExtensions extensions, int number)
    {
        if (extensions.Value(Arc + number) is not { } value) return null;
        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.DER);
            var text = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
            reader.ThrowIfNotEmpty();
            return text;
        }
        catch (AsnContentException)
        {
            throw RejectedException.Invalid($"The certificate's extension {Arc}{number} is no UTF8String.");
        }
    }
}
