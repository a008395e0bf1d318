using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Reading;

/// <summary>Bytes that hash to their digest. Only verification makes one, so that what takes it can't be given anything else.</summary>
public sealed class VerifiedContent
{
    private VerifiedContent(Digest digest, ReadOnlyMemory<byte> bytes)
    {
        Digest = digest;
        Bytes = bytes;
    }

    /// <summary>The digest of <see cref="Bytes"/>, in the algorithm in which they were asked for.</summary>
    public Digest Digest { get; }

    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Names bytes by what they hash to.</summary>
    public static VerifiedContent Of(ReadOnlyMemory<byte> bytes) => new(Digest.Compute(bytes.Span), bytes);

    /// <summary>Verifies bytes; false where they have another digest, or one that can't be computed here.</summary>
    public static bool TryVerify(Digest expected, ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out VerifiedContent? content)
    {
        content = expected.Matches(bytes.Span) ? new VerifiedContent(expected, bytes) : null;
        return content is not null;
    }

    /// <summary>Reads an image configuration that every reader reads alike.</summary>
    /// <exception cref="JsonException">It is no such document.</exception>
    public ImageConfiguration ReadImageConfiguration()
    {
        CheckImageConfiguration();
        return OciDocument.ReadImageConfiguration(Bytes.Span);
    }

    /// <summary>Refuses an image configuration that readers read differently: by its names in their own case, each once.</summary>
    /// <exception cref="JsonException">It is such a document, or none.</exception>
    public void CheckImageConfiguration()
    {
        string? problem = null;
        var reader = new Utf8JsonReader(Bytes.Span);
        reader.Read();
        MemberNames.Look(ref reader, MemberNames.Configuration, ref problem);
        if (problem is not null) throw new JsonException(problem);
    }
}
