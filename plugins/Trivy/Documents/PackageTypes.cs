using System.Collections.Frozen;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>
/// The type of a package as package URLs name it
/// (<see href="https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst"/>). Reports of Trivy before 0.49 have no package URLs: there
/// it follows from the result's type.
/// </summary>
internal static class PackageTypes
{
    private const string Scheme = "pkg:";

    private static readonly FrozenDictionary<string, string> ByResultType = new (string PackageType, string[] ResultTypes)[]
    {
        ("deb", ["debian", "ubuntu", "echo"]),
        ("apk", ["alpine", "wolfi", "chainguard", "minimos"]),
        ("rpm",
        [
            "redhat", "centos", "rocky", "alma", "amazon", "fedora", "oracle", "photon", "azurelinux", "cbl-mariner", "mariner", "bottlerocket",
            "opensuse", "opensuse-leap", "opensuse-tumbleweed", "opensuse.leap", "opensuse.tumbleweed",
            "suse linux enterprise server", "sles", "slem", "slem micro",
        ]),
        ("golang", ["gomod", "gobinary"]),
        ("npm", ["npm", "yarn", "pnpm", "bun", "node-pkg", "javascript"]),
        ("pypi", ["pip", "poetry", "pipenv", "python-pkg", "uv", "pylock"]),
        ("conda", ["conda-pkg", "conda-environment"]),
        ("gem", ["bundler", "gemspec"]),
        ("maven", ["jar", "pom", "gradle", "sbt"]),
        ("cargo", ["cargo", "rustbinary", "rust-binary"]),
        ("composer", ["composer", "composer-vendor"]),
        ("nuget", ["nuget", "dotnet-core", "packages-props"]),
        ("conan", ["conan"]),
        ("hex", ["hex", "mix"]),
        ("pub", ["pub"]),
        ("swift", ["swift"]),
        ("cocoapods", ["cocoapods"]),
        ("julia", ["julia"]),
        ("bitnami", ["bitnami"]),
        ("k8s", ["kubernetes"]),
    }
    .SelectMany(entry => entry.ResultTypes.Select(resultType => KeyValuePair.Create(resultType, entry.PackageType)))
    .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The type in the package URL, else the one that belongs to the result's type; null where that is not known.</summary>
    public static string? Find(string? packageUrl, string? resultType)
    {
        if (packageUrl is not null
            && packageUrl.StartsWith(Scheme, StringComparison.Ordinal)
            && packageUrl.IndexOf('/', StringComparison.Ordinal) is var slash && slash > Scheme.Length)
        {
            return packageUrl[Scheme.Length..slash];
        }

        return resultType is null ? null : ByResultType.GetValueOrDefault(resultType);
    }
}
