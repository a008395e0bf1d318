using System.Globalization;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>One line of an image's history.</summary>
/// <param name="CreatedBy">The command that made the layer.</param>
/// <param name="EmptyLayer">True where the command changed only the configuration.</param>
public sealed record ImageHistory(string CreatedBy, bool EmptyLayer = false);

/// <summary>Writes an image's configuration (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md"/>).</summary>
internal static class ImageConfigWriter
{
    public static byte[] Write(ImageConfiguration image, IReadOnlyList<Digest> diffIds, IReadOnlyList<ImageHistory> history) => OciWriter.Write(json =>
    {
        var created = image.Created?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        OciWriter.WriteOptional(json, "created", created);
        OciWriter.WriteOptional(json, "author", image.Author);
        OciWriter.WriteOptional(json, "architecture", image.Architecture);
        OciWriter.WriteOptional(json, "variant", image.Variant);
        OciWriter.WriteOptional(json, "os", image.Os);
        json.WriteStartObject("config");
        if (image.Config is { } container) WriteContainer(json, container);
        json.WriteEndObject();
        json.WriteStartObject("rootfs");
        json.WriteString("type", "layers");
        OciWriter.WriteStrings(json, "diff_ids", diffIds.Select(id => id.ToString()).ToArray());
        json.WriteEndObject();
        json.WriteStartArray("history");
        foreach (var line in history) WriteHistory(json, line, created);
        json.WriteEndArray();
    });

    private static void WriteContainer(Utf8JsonWriter json, ContainerConfiguration container)
    {
        OciWriter.WriteOptional(json, "User", container.User);
        if (container.ExposedPorts is { Count: > 0 } ports)
        {
            json.WriteStartObject("ExposedPorts");
            foreach (var port in ports.Keys)
            {
                json.WriteStartObject(port);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        OciWriter.WriteStrings(json, "Env", container.Environment);
        OciWriter.WriteStrings(json, "Entrypoint", container.Entrypoint);
        OciWriter.WriteStrings(json, "Cmd", container.Command);
        OciWriter.WriteOptional(json, "WorkingDir", container.WorkingDirectory);
        OciWriter.WriteStrings(json, "Labels", container.Labels);
    }

    private static void WriteHistory(Utf8JsonWriter json, ImageHistory line, string? created)
    {
        json.WriteStartObject();
        OciWriter.WriteOptional(json, "created", created);
        json.WriteString("created_by", line.CreatedBy);
        if (line.EmptyLayer) json.WriteBoolean("empty_layer", true);
        json.WriteEndObject();
    }
}
