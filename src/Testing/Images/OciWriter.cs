using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>
/// Writes manifests and indexes property by property, in the specification's order: the bytes, and so the digests, of a test image are the
/// same on every machine and with every version of the serializer.
/// </summary>
internal static class OciWriter
{
    private const int SchemaVersion = 2;

    // As every builder writes it: `+json` and not `\u002Bjson`.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] WriteManifest(ImageManifest manifest) => Write(json =>
    {
        WriteHead(json, manifest.MediaType, manifest.ArtifactType);
        if (manifest.Config is { } config) WriteDescriptor(json, "config", config);
        WriteDescriptors(json, "layers", manifest.Layers ?? []);
        if (manifest.Subject is { } subject) WriteDescriptor(json, "subject", subject);
        WriteStrings(json, "annotations", manifest.Annotations);
    });

    public static byte[] WriteIndex(ImageIndex index) => Write(json =>
    {
        WriteHead(json, index.MediaType, index.ArtifactType);
        WriteDescriptors(json, "manifests", index.Manifests ?? []);
        if (index.Subject is { } subject) WriteDescriptor(json, "subject", subject);
        WriteStrings(json, "annotations", index.Annotations);
    });

    /// <summary>Writes a map of strings; nothing where it is null or empty.</summary>
    public static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string>? values)
    {
        if (values is null or { Count: 0 }) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }

    /// <summary>Writes a list of strings; nothing where it is null.</summary>
    public static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Writes a string; nothing where it is null.</summary>
    public static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteHead(Utf8JsonWriter json, string? mediaType, string? artifactType)
    {
        json.WriteNumber("schemaVersion", SchemaVersion);
        WriteOptional(json, "mediaType", mediaType);
        WriteOptional(json, "artifactType", artifactType);
    }

    private static void WriteDescriptors(Utf8JsonWriter json, string name, IReadOnlyList<Descriptor> descriptors)
    {
        json.WriteStartArray(name);
        foreach (var descriptor in descriptors) WriteDescriptor(json, null, descriptor);
        json.WriteEndArray();
    }

    private static void WriteDescriptor(Utf8JsonWriter json, string? name, Descriptor descriptor)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteString("mediaType", descriptor.MediaType);
        json.WriteString("digest", descriptor.Digest.ToString());
        json.WriteNumber("size", descriptor.Size);
        WriteOptional(json, "artifactType", descriptor.ArtifactType);
        if (descriptor.Platform is { } platform) WritePlatform(json, platform);
        WriteStrings(json, "annotations", descriptor.Annotations);
        json.WriteEndObject();
    }

    private static void WritePlatform(Utf8JsonWriter json, Platform platform)
    {
        json.WriteStartObject("platform");
        json.WriteString("architecture", platform.Architecture);
        json.WriteString("os", platform.Os);
        WriteOptional(json, "os.version", platform.OsVersion);
        WriteOptional(json, "variant", platform.Variant);
        json.WriteEndObject();
    }
}
