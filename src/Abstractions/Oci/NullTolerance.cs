namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// JSON may have null where the contract promises a value. Go, in which registries and runtimes are written, reads a null string as the empty
/// one, and so does this; a descriptor that is null describes nothing and is left out.
/// </summary>
internal static class NullTolerance
{
    public static ImageManifest WithoutNulls(this ImageManifest manifest) => manifest with
    {
        Config = WithoutNulls(manifest.Config),
        Layers = WithoutNulls(manifest.Layers),
        Subject = WithoutNulls(manifest.Subject),
        Annotations = WithoutNulls(manifest.Annotations),
    };

    public static ImageIndex WithoutNulls(this ImageIndex index) => index with
    {
        Manifests = WithoutNulls(index.Manifests),
        Subject = WithoutNulls(index.Subject),
        Annotations = WithoutNulls(index.Annotations),
    };

    public static ImageConfiguration WithoutNulls(this ImageConfiguration configuration) => configuration with
    {
        Config = configuration.Config is not { } container ? null : container with
        {
            Entrypoint = WithoutNulls(container.Entrypoint),
            Command = WithoutNulls(container.Command),
            Environment = WithoutNulls(container.Environment),
            Labels = WithoutNulls(container.Labels),
        },
    };

    private static Descriptor? WithoutNulls(Descriptor? descriptor) => descriptor is null ? null : descriptor with
    {
        MediaType = descriptor.MediaType ?? "",
        Platform = descriptor.Platform is { } platform ? platform with { Os = platform.Os ?? "", Architecture = platform.Architecture ?? "" } : null,
        Annotations = WithoutNulls(descriptor.Annotations),
    };

    private static IReadOnlyList<Descriptor>? WithoutNulls(IReadOnlyList<Descriptor?>? descriptors) =>
        descriptors is null ? null : [.. descriptors.Select(WithoutNulls).OfType<Descriptor>()];

    private static IReadOnlyList<string>? WithoutNulls(IReadOnlyList<string?>? texts) => texts is null ? null : [.. texts.Select(text => text ?? "")];

    private static IReadOnlyDictionary<string, string>? WithoutNulls(IReadOnlyDictionary<string, string>? texts) =>
        texts is null || texts.Values.All(text => text is not null)
            ? texts
            : texts.ToDictionary(text => text.Key, text => text.Value ?? "", StringComparer.Ordinal);
}
