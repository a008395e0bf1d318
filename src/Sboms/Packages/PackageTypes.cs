namespace RegistryOperator.Sboms.Packages;

/// <summary>The rules of the package URL specification for a type's namespace and name.</summary>
/// <param name="HasLowerCaseNamespace">The namespace is not case-sensitive.</param>
/// <param name="HasLowerCaseName">The name is not case-sensitive.</param>
/// <param name="HasNoUnderscores">An underscore in the name is a dash.</param>
internal readonly record struct PackageTypeRules(bool HasLowerCaseNamespace, bool HasLowerCaseName, bool HasNoUnderscores = false)
{
    /// <summary>The name in normalized form, for comparison.</summary>
    public string Apply(string name)
    {
        if (HasLowerCaseName) name = PackageUrlParser.Lower(name);
        return HasNoUnderscores ? name.Replace('_', '-') : name;
    }
}

/// <summary>Types of packages, as package URLs name them.</summary>
internal static class PackageTypes
{
    /// <summary>The type of a package whose type is not known.</summary>
    public const string Unknown = "unknown";

    /// <summary>How a type's names are compared (<see href="https://github.com/package-url/purl-spec/tree/main/types"/>).</summary>
    public static PackageTypeRules RulesOf(string type) => type switch
    {
        "pypi" => new(HasLowerCaseNamespace: true, HasLowerCaseName: true, HasNoUnderscores: true),
        "alpm" or "apk" or "bitbucket" or "bitnami" or "composer" or "deb" or "github" or "golang" or "hex" =>
            new(HasLowerCaseNamespace: true, HasLowerCaseName: true),
        "rpm" or "qpkg" => new(HasLowerCaseNamespace: true, HasLowerCaseName: false),
        "oci" or "pub" => new(HasLowerCaseNamespace: false, HasLowerCaseName: true),
        _ => default,
    };

    /// <summary>True for operating systems' packages, whose namespace is the distribution.</summary>
    public static bool IsOfOperatingSystem(string type) => type is "deb" or "rpm" or "apk";

    /// <summary>
    /// The separator of namespace and name in the ecosystem's own names; null where the namespace (e.g. the distribution) is not part of them.
    /// </summary>
    public static char? NamespaceSeparatorOf(string type) => type switch
    {
        "maven" => ':',
        "npm" or "golang" or "composer" or "swift" or "github" or "bitbucket" or "docker" or "huggingface" => '/',
        _ => null,
    };

    /// <summary>The type for a package type of Syft's own (<see href="https://github.com/anchore/syft/blob/main/syft/pkg/type.go"/>).</summary>
    public static string OfSyft(string? type) => type switch
    {
        "apk" or "alpm" or "bitnami" or "cocoapods" or "conan" or "conda" or "deb" or "gem" or "hackage" or "hex" or "npm" or "nix" or "opam" or "otp"
            or "pub" or "rpm" or "swift" or "terraform" => type,
        "go-module" => "golang",
        "python" => "pypi",
        "java-archive" or "jenkins-plugin" => "maven",
        "rust-crate" => "cargo",
        "php-composer" => "composer",
        "php-pear" => "pear",
        "php-pecl" => "pecl",
        "dotnet" => "nuget",
        "R-package" => "cran",
        "pod" => "cocoapods",
        "dart-pub" => "pub",
        "erlang-otp" => "otp",
        "github-action" or "github-action-workflow" => "github",
        "lua-rocks" => "luarocks",
        "portage" => "ebuild",
        "binary" or "linux-kernel" or "linux-kernel-module" or "graalvm-native-image" => "generic",
        _ => Unknown,
    };
}
