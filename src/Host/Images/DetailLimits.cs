using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// What is kept of an image's configuration: the status shows it, and details are kept for every image. A configuration may have 4 MiB, all of it labels;
/// scanners are given the whole document.
/// </summary>
internal static class DetailLimits
{
    /// <summary>Labels, ports, variables, arguments of a command: each.</summary>
    public const int Entries = 100;

    /// <summary>Characters of the value of a label, and of any other text.</summary>
    public const int TextLength = 1024;

    /// <summary>Characters of a label's key, and of a variable's name.</summary>
    public const int NameLength = 256;

    /// <summary>Characters of all labels of an image together.</summary>
    public const int LabelsLength = 16 * 1024;

    /// <summary>Platforms of an index.</summary>
    public const int Platforms = 256;

    /// <summary>The text, which ends with "…" where it was longer.</summary>
    public static string Cut(string text, int longest = TextLength) => OutsideText.Cut(text, longest);

    public static string? CutOptional(string? text) => string.IsNullOrEmpty(text) ? null : Cut(text);

    public static IReadOnlyList<string> Cut(IEnumerable<string>? texts, int longest = TextLength) => texts is null ? [] : [.. Shorten(texts, longest)];

    /// <summary>The labels in the order of their keys, as many as there is room for.</summary>
    public static IReadOnlyDictionary<string, string> Cut(IReadOnlyDictionary<string, string>? labels)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        var left = LabelsLength;
        foreach (var (key, value) in (labels ?? kept).OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            var (name, text) = (Cut(key, NameLength), Cut(value ?? ""));
            left -= name.Length + text.Length;
            if (left < 0 || kept.Count == Entries) break;
            kept[name] = text;
        }

        return kept;
    }

    /// <summary>The bytes that details take in memory, about.</summary>
    public static long SizeOf(ImageDetails details)
    {
        var size = 512 + Of(details.MediaType) + Of(details.Message) + details.Platforms.Sum(Of)
            + details.PlatformDigests.Sum(platform => 32 + Of(platform.Platform) + Of(platform.Digest));
        if (details.Config is not { } config) return size;
        size += 256 + Of(config.BaseImage) + Of(config.Author) + Of(config.User) + Of(config.WorkDir) + config.Entrypoint.Sum(Of) + config.Cmd.Sum(Of)
            + config.ExposedPorts.Sum(Of) + config.EnvVars.Sum(Of);
        return size + config.Labels.Sum(label => 32 + Of(label.Key) + Of(label.Value));
    }

    /// <summary>The details without all that may be large.</summary>
    public static ImageDetails WithoutLists(ImageDetails details) => details.Config is not { } config ? details : details with
    {
        Config = new ImageConfigStatus { LayerCount = config.LayerCount },
    };

    private static IEnumerable<string> Shorten(IEnumerable<string> texts, int longest)
    {
        var left = LabelsLength;
        foreach (var text in texts.Take(Entries))
        {
            var cut = Cut(text ?? "", longest);
            left -= cut.Length;
            if (left < 0) yield break;
            yield return cut;
        }
    }

    private static long Of(string? text) => text is null ? 0 : OciClientOptions.SizeOf(text);
}
