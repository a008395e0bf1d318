using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// Reads lists and watch lines object by object: one that its model refuses becomes a <see cref="MalformedResource"/> and leaves the others whole.
/// Objects are deserialised from slices of the answer, without a document in between.
/// </summary>
internal sealed class ResourceParser<T>(JsonTypeInfo<T> json)
    where T : class, IKubernetesResource
{
    /// <summary>Reads one page of a list.</summary>
    /// <exception cref="JsonException">The page is not a list in JSON.</exception>
    public PartialMetadata ReadPage(ReadOnlyMemory<byte> page, Action<T> found, Action<MalformedResource> malformed)
    {
        var content = new ReadOnlySequence<byte>(page);
        var reader = new Utf8JsonReader(content);
        ReadStartOfObject(ref reader);

        PartialMetadata? metadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                metadata = JsonSerializer.Deserialize(ref reader, KubernetesJsonContext.Default.PartialMetadata);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                // Go writes an empty list as null in places.
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null) continue;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    ReadItem(ReadSlice(content, ref reader), found, malformed);
            }
            else
            {
                reader.Skip();
            }
        }

        return metadata ?? throw new JsonException("it is no list: it has no metadata");
    }

    /// <summary>Reads one line of a watch.</summary>
    /// <exception cref="JsonException">The line is not an event in JSON.</exception>
    /// <exception cref="KubernetesApiException">The event is an error.</exception>
    public WatchEvent<T> ReadEvent(ReadOnlySequence<byte> line, string operation)
    {
        var reader = new Utf8JsonReader(line);
        ReadStartOfObject(ref reader);

        string? type = null;
        ReadOnlySequence<byte> content = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType) type = reader.GetString();
            else if (isObject) content = ReadSlice(line, ref reader);
            else reader.Skip();
        }

        return type switch
        {
            "ADDED" => ReadChange(WatchEventType.Added, content),
            "MODIFIED" => ReadChange(WatchEventType.Modified, content),
            "DELETED" => ReadChange(WatchEventType.Deleted, content),
            "BOOKMARK" => new WatchEvent<T>(WatchEventType.Bookmark, ReadPartial(content)?.ResourceVersion),
            "ERROR" => throw ReadError(content, operation),
            _ => throw new JsonException($"a watch event has the unknown type \"{type}\""),
        };
    }

    /// <summary>Reads one object.</summary>
    /// <exception cref="JsonException">The model refuses it.</exception>
    public T ReadObject(ReadOnlySequence<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        T? item;
        try
        {
            item = JsonSerializer.Deserialize(ref reader, json);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or OverflowException or NotSupportedException)
        {
            // What a model's own converters and constructors throw.
            throw new JsonException(e.Message, e);
        }

        return string.IsNullOrEmpty(item?.Metadata?.Name) ? throw new JsonException("it has no metadata.name") : item;
    }

    private WatchEvent<T> ReadChange(WatchEventType type, ReadOnlySequence<byte> content)
    {
        try
        {
            var item = ReadObject(content);
            return new WatchEvent<T>(type, item.Metadata.ResourceVersion, item);
        }
        catch (JsonException e)
        {
            var malformed = Describe(content, e);
            var told = type == WatchEventType.Deleted ? type : WatchEventType.Malformed;
            return new WatchEvent<T>(told, malformed.ResourceVersion, Malformed: malformed);
        }
    }

    private void ReadItem(ReadOnlySequence<byte> content, Action<T> found, Action<MalformedResource> malformed)
    {
        T item;
        try
        {
            item = ReadObject(content);
        }
        catch (JsonException e)
        {
            malformed(Describe(content, e));
            return;
        }

        found(item);
    }

    private static MalformedResource Describe(ReadOnlySequence<byte> content, JsonException error)
    {
        var partial = ReadPartial(content);
        ResourceKey? key = partial?.Name is { } name ? new ResourceKey(partial.Namespace ?? "", name) : null;
        return new MalformedResource(key, partial?.ResourceVersion, error.Message);
    }

    private static PartialMetadata? ReadPartial(ReadOnlySequence<byte> content)
    {
        try
        {
            var reader = new Utf8JsonReader(content);
            return JsonSerializer.Deserialize(ref reader, KubernetesJsonContext.Default.PartialResource)?.Metadata;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static KubernetesApiException ReadError(ReadOnlySequence<byte> content, string operation)
    {
        var reader = new Utf8JsonReader(content);
        var status = JsonSerializer.Deserialize(ref reader, KubernetesJsonContext.Default.Status);
        return KubernetesApiException.Refused(operation, (HttpStatusCode)(status?.Code ?? (int)HttpStatusCode.InternalServerError), status);
    }

    private static void ReadStartOfObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("it is not a JSON object");
    }

    private static ReadOnlySequence<byte> ReadSlice(ReadOnlySequence<byte> content, ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        reader.Skip();
        return content.Slice(start, reader.BytesConsumed - start);
    }
}
