namespace RegistryOperator.Reports.Versions;

/// <summary>Which order the versions of a package have: every packaging system has its own.</summary>
internal static class PackageVersions
{
    /// <summary>The order for a package type as in package URLs (<see href="https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst"/>).</summary>
    public static IComparer<string> OrderOf(string type) => type switch
    {
        "deb" => DebianVersionOrder.Instance,
        "rpm" => RpmVersionOrder.Instance,
        "apk" => ApkVersionOrder.Instance,
        "pypi" => PythonVersionOrder.Instance,
        "maven" => MavenVersionOrder.Instance,
        "gem" => RubyVersionOrder.Instance,
        "nuget" => GeneralVersionOrder.NuGet,
        "composer" => GeneralVersionOrder.Composer,
        "npm" or "cargo" or "golang" or "hex" or "pub" or "swift" => GeneralVersionOrder.Semantic,
        _ => GeneralVersionOrder.Loose,
    };

    /// <summary>Compares two runs of digits as numbers, however long.</summary>
    internal static int CompareDigits(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
    }

    /// <summary>Removes <c>epoch:</c> from a version and returns it; 0 where there is none.</summary>
    internal static ReadOnlySpan<char> TakeEpoch(ref ReadOnlySpan<char> version)
    {
        var colon = version.IndexOf(':');
        if (colon < 0 || version[..colon].ContainsAnyExceptInRange('0', '9')) return [];
        var epoch = version[..colon];
        version = version[(colon + 1)..];
        return epoch;
    }
}
