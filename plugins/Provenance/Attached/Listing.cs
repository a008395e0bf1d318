using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>What was found attached to an image, as the report keeps it beside the contents.</summary>
internal sealed record Listing
{
    public const string MediaType = "application/vnd.kubecontroller.registry.attachments.v1+json";

    /// <summary>When the registry was asked.</summary>
    public required DateTimeOffset ListedAt { get; init; }

    /// <summary>The manifests whose attachments were looked for.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>True where every place was read: only then is missing what is not there.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Why it is not complete; null where it is, or an earlier version wrote it.</summary>
    public ContentProblem? Problem { get; init; }

    /// <summary>True where nobody made sure that it was the registry that answered: no listing for a resource that insists on that.</summary>
    public bool IsUnverified { get; init; }

    /// <summary>True where a place could not be read that may be readable at the next try.</summary>
    public bool IsCut { get; init; }

    public required IReadOnlyList<ListedAttachment> Attachments { get; init; }

    /// <summary>Why a content is not there, by its digest.</summary>
    public IReadOnlyDictionary<string, ContentProblem> Problems { get; init; } = new Dictionary<string, ContentProblem>(StringComparer.Ordinal);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ListingJson.Default.Listing);

    /// <summary>Null for what an earlier version, or nobody here, has written.</summary>
    public static Listing? TryRead(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, ListingJson.Default.Listing);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An attachment in strings.</summary>
internal sealed record ListedAttachment(string Digest, string MediaType, long Size, string ArtifactType, string Subject, AttachmentSource Source, string? Tag)
{
    public static ListedAttachment Of(ImageAttachment attachment) => new(
        attachment.Descriptor.Digest.ToString(), attachment.Descriptor.MediaType, attachment.Descriptor.Size, attachment.ArtifactType,
        attachment.Subject.ToString(), attachment.Source, attachment.Tag);

    public ImageAttachment ToAttachment() => new()
    {
        Descriptor = new Descriptor { Digest = Abstractions.Oci.Digest.Parse(Digest), MediaType = MediaType, Size = Size },
        ArtifactType = ArtifactType,
        Subject = Abstractions.Oci.Digest.Parse(Subject),
        Source = Source,
        Tag = Tag,
    };
}

/// <summary>Why a manifest or a blob could not be read.</summary>
internal sealed record ContentProblem(string Reason, string Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Listing))]
internal sealed partial class ListingJson : JsonSerializerContext;
