using System.Text;
using System.Text.Json;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// The members of one object of a document that readers act on, and what is below them. Go's <c>encoding/json</c> compares names without case and takes the
/// last of several; others compare exactly, or take the first. Where that would make a difference, a document is two documents with one digest. What nobody
/// reads may be there twice, and so may annotations and labels, whose names are free.
/// </summary>
internal sealed class MemberNames
{
    /// <summary>Members of the document itself, whose names are kept to compare them: no specification knows a tenth of it.</summary>
    public const int Most = 256;

    private readonly (byte[] Utf8, string Name, string Folded, MemberNames? Below)[] _known;

    private MemberNames(params (string Name, MemberNames? Below)[] known) =>
        _known = [.. known.Select(member => (Encoding.UTF8.GetBytes(member.Name), member.Name, Fold(member.Name), member.Below))];

    private static MemberNames Platform { get; } = Of("architecture", "os", "os.version", "os.features", "variant", "features");

    /// <summary><see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties"/>.</summary>
    private static MemberNames Descriptor { get; } = new(
        ("mediaType", null), ("digest", null), ("size", null), ("urls", null), ("annotations", null), ("data", null), ("artifactType", null),
        ("platform", Platform));

    /// <summary>An image manifest, an index, or a manifest of schema 1; of its own members, those that no specification knows are compared, too.</summary>
    public static MemberNames Manifest { get; } = new(
        ("schemaVersion", null), ("mediaType", null), ("artifactType", null), ("config", Descriptor), ("layers", Descriptor),
        ("manifests", Descriptor), ("subject", Descriptor), ("annotations", null), ("fsLayers", null), ("history", null), ("signatures", null));

    /// <summary>What a container is started with, by Docker's names.</summary>
    private static MemberNames Container { get; } = new(
        ("User", null), ("ExposedPorts", null), ("Env", null), ("Entrypoint", null), ("Cmd", null), ("Volumes", null), ("WorkingDir", null),
        ("Labels", null), ("StopSignal", null), ("ArgsEscaped", null), ("Shell", null), ("Healthcheck", null), ("OnBuild", null));

    /// <summary><see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties"/>.</summary>
    public static MemberNames Configuration { get; } = new(
        ("created", null), ("author", null), ("architecture", null), ("os", null), ("os.version", null), ("os.features", null),
        ("variant", null), ("config", Container), ("rootfs", Of("type", "diff_ids")),
        ("history", Of("created", "author", "created_by", "comment", "empty_layer")));

    /// <summary>Reads a value with all below it.</summary>
    /// <param name="reader">At the value; afterwards at its end.</param>
    /// <param name="names">The members of the object, or of each object of the list, that it is; null where nobody reads it.</param>
    /// <param name="problem">Set to what is wrong, where nothing was before.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static void Look(ref Utf8JsonReader reader, MemberNames? names, ref string? problem)
    {
        if (names is null)
        {
            reader.Skip();
        }
        else if (reader.TokenType is JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray) Look(ref reader, names, ref problem);
        }
        else if (reader.TokenType is JsonTokenType.StartObject)
        {
            var seen = new Seen(names);
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var below = seen.Add(reader, ref problem);
                reader.Read();
                Look(ref reader, below, ref problem);
            }
        }
    }

    private static MemberNames Of(params string[] names) => new([.. names.Select(name => (name, (MemberNames?)null))]);

    /// <summary>Go takes two letters beyond ASCII for their like in it.</summary>
    private static string Fold(string name) => name.ToLowerInvariant().Replace('\u017F', 's').Replace('\u212A', 'k');

    /// <summary>The names seen so far of one object.</summary>
    internal struct Seen(MemberNames names)
    {
        private readonly HashSet<string>? _others = names == Manifest ? new HashSet<string>(StringComparer.Ordinal) : null;
        private uint _known;

        /// <summary>Notes the name at which the reader stands; what may be below it is returned.</summary>
        public MemberNames? Add(in Utf8JsonReader reader, ref string? problem)
        {
            if (!reader.ValueIsEscaped)
            {
                for (var i = 0; i < names._known.Length; i++)
                {
                    if (reader.ValueTextEquals(names._known[i].Utf8)) return AddKnown(i, names._known[i].Name, ref problem);
                }
            }

            var name = JsonText.TextOf(reader);
            var folded = Fold(name);
            for (var i = 0; i < names._known.Length; i++)
            {
                if (names._known[i].Folded == folded) return AddKnown(i, name, ref problem);
            }

            if (_others is null) return null;
            if (!_others.Add(folded)) problem ??= Repeated(name);
            if (_others.Count > Most) problem ??= $"it has more than {Most} members that no specification knows";
            return null;
        }

        private MemberNames? AddKnown(int index, string name, ref string? problem)
        {
            if ((_known & (1u << index)) != 0 || names._known[index].Name != name) problem ??= Repeated(name);
            _known |= 1u << index;
            return names._known[index].Below;
        }

        private static string Repeated(string name) =>
            $"it has more than one member '{OutsideText.Of(name, 100)}', or one in another case, which is refused as ambiguous";
    }
}
