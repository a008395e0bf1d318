namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>What strangers' attachments may cost: whoever may push to a repository attaches what he likes.</summary>
internal static class AttachedLimits
{
    /// <summary>Manifests that are read of one image; the rest is named.</summary>
    public const int Attachments = 64;

    /// <summary>Attachments that are kept in mind while no complete list can be had.</summary>
    public const int Listed = 1024;

    /// <summary>Signatures and statements of one image, over all manifests.</summary>
    public const int Items = 128;

    /// <summary>Envelopes in one blob of JSON lines.</summary>
    public const int Lines = 32;

    public const long BlobBytes = 4 * 1024 * 1024;

    /// <summary>Manifests and blobs of one image.</summary>
    public const long ImageBytes = 32 * 1024 * 1024;
}
