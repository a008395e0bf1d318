using System.Globalization;
using System.Numerics;
using System.Text;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>
/// Names that other tags of the repository spell out further: <c>1.27</c> where there is <c>1.27.3</c>, <c>1.27.3</c> where there is <c>1.27.3-r1</c>,
/// <c>3.15-rc</c> where there is <c>3.15.0rc1</c>. Such a tag moves from release to release.
/// </summary>
internal static class FloatingNames
{
    public static HashSet<string> Of(IEnumerable<ShapedTag> tags)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            for (var parts = 1; parts < tag.Numbers.Count; parts++) names.Add(NameOf(tag, parts, tag.Variant, tag.StageNumbers));
            if (tag.StageNumbers.Count > 0)
            {
                for (var parts = 1; parts <= tag.Numbers.Count; parts++) names.Add(NameOf(tag, parts, tag.Variant, []));
            }

            // The last part of the variant counts builds: '-debian-9-r24' is a build of '-debian-9'.
            if (tag.Moving is [.., { IsBase: false }] && tag.Variant.EndsWith('#') && ShorterVariant(tag.Variant) is { } shorter)
                names.Add(NameOf(tag, tag.Numbers.Count, shorter, tag.StageNumbers, tag.Moving.Take(tag.Moving.Count - 1)));
        }

        return names;
    }

    public static string NameOf(ShapedTag tag) => NameOf(tag, tag.Numbers.Count, tag.Variant, tag.StageNumbers);

    private static string NameOf(ShapedTag tag, int parts, string variant, IReadOnlyList<BigInteger> stage, IEnumerable<MovingPart>? moving = null)
    {
        var name = new StringBuilder(tag.Prefix).Append(tag.Kind is NumberKind.Date or NumberKind.DashedDate or NumberKind.Build ? '#' : ' ');
        for (var i = 0; i < parts; i++) name.Append(CultureInfo.InvariantCulture, $"{tag.Numbers[i]}.");
        name.Append(' ').Append(tag.StageWord);
        foreach (var number in stage) name.Append(CultureInfo.InvariantCulture, $".{number}");
        name.Append(' ').Append(variant);
        foreach (var part in moving ?? tag.Moving) name.Append(CultureInfo.InvariantCulture, $" {string.Join('.', part.Numbers)}");
        return name.ToString();
    }

    private static string? ShorterVariant(string variant)
    {
        var end = variant.LastIndexOfAny(['-', '_']);
        return end < 0 ? null : variant[..end];
    }
}
