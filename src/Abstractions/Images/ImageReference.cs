using System.Diagnostics.CodeAnalysis;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Images;

/// <summary>
/// The name of an image as people and workloads write it: <c>[registry/]repository[:tag][@digest]</c>, by the grammar of
/// <see href="https://github.com/distribution/reference/blob/v0.6.0/reference.go"/> and with Docker Hub's short forms. Its parts are canonical:
/// <c>nginx</c>, <c>docker.io/nginx</c> and <c>registry-1.docker.io/library/nginx</c> are equal. Beyond that grammar: a port is a number from 1 to
/// 65535, text in brackets is an IPv6 address, and a digest alone is not an image reference.
/// </summary>
public sealed record ImageReference
{
    /// <summary>The most characters of a repository, without the registry.</summary>
    public const int LongestRepository = 255;

    /// <summary>The most characters of a tag.</summary>
    public const int LongestTag = 128;

    /// <summary>The tag that a runtime uses where a reference has neither tag nor digest.</summary>
    public const string DefaultTag = "latest";

    private const int LongestText = 1024;
    private const int LongestQuote = 100;

    private ImageReference(string registry, string repository, string? tag, Digest? digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry's host and port, e.g. <c>docker.io</c>, <c>127.0.0.1:5000</c>, <c>[2001:db8::1]:5000</c>; never empty.</summary>
    public string Registry { get; }

    /// <summary>The repository's path in the registry, e.g. <c>library/nginx</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag; null where none is written.</summary>
    public string? Tag { get; }

    /// <summary>The digest; null where none is written. Where there is a tag as well, the digest takes precedence.</summary>
    public Digest? Digest { get; }

    /// <summary>The tag that a runtime pulls: <see cref="DefaultTag"/> where neither tag nor digest is written, null where only a digest is.</summary>
    public string? EffectiveTag => Tag ?? (Digest is null ? DefaultTag : null);

    /// <summary><c>registry/repository</c>.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The shortest text that means the same, as Docker shows it: <c>nginx:1.27</c>, <c>team/app</c>, <c>ghcr.io/team/app</c>.</summary>
    public string Familiar
    {
        get
        {
            if (Registry != DockerHub.Name) return ToString();
            var isOfficial = Repository.StartsWith(DockerHub.OfficialPrefix, StringComparison.Ordinal)
                && Repository.LastIndexOf('/') < DockerHub.OfficialPrefix.Length;
            var text = (isOfficial ? Repository[DockerHub.OfficialPrefix.Length..] : Repository) + Suffix;
            // Hub's 'example.com/app' would be read as an app of example.com.
            return TryParse(text, out var same) && same == this ? text : ToString();
        }
    }

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>Parses a reference.</summary>
    /// <exception cref="FormatException">The text is not a reference; the message says what is wrong and at which character, counted from 1.</exception>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Read(text, out var fault) is { } reference) return reference;
        var quote = text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
        throw new FormatException($"'{quote}' is not an image reference: at character {fault!.Position + 1}, {fault.Problem}.");
    }

    /// <summary>Parses a reference; false where the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = text is null ? null : Read(text, out _);
        return reference is not null;
    }

    /// <summary>True for a repository's path without a registry, e.g. <c>library/nginx</c>.</summary>
    public static bool IsRepository([NotNullWhen(true)] string? text) => text is not null && ReferenceGrammar.CheckRepository(text) is null;

    /// <summary>True for a tag.</summary>
    public static bool IsTag([NotNullWhen(true)] string? text) => text is not null && ReferenceGrammar.CheckTag(text) is null;

    /// <summary>True where this is an image of the repository: same registry, under any of its names and notations, and same path.</summary>
    public bool IsIn(RepositoryReference repository)
    {
        var url = repository.Registry;
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http")) return false;
        if (DockerHub.IsHost(url.Host)) return Registry == DockerHub.Name && Repository == DockerHub.FullRepository(repository.Repository);
        var host = ReferenceGrammar.CanonicalHost(url.Host, hasPort: true);
        return Repository == repository.Repository
            && (Registry == $"{host}:{url.Port}" || (url.IsDefaultPort && string.Equals(Registry, host, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The canonical text, <c>registry/repository[:tag][@digest]</c>.</summary>
    public override string ToString() => Name + Suffix;

    private static ImageReference? Read(string text, out ReferenceFault? fault)
    {
        fault = CheckWhole(text);
        if (fault is not null) return null;

        var registry = DockerHub.Name;
        var start = 0;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && ReferenceGrammar.IsRegistry(text.AsSpan(0, slash)))
        {
            fault = ReferenceGrammar.CheckRegistry(text[..slash], out registry);
            if (fault is not null) return null;
            if (DockerHub.IsHost(registry)) registry = DockerHub.Name;
            start = slash + 1;
        }

        var at = text.IndexOf('@', start);
        var nameEnd = at < 0 ? text.Length : at;
        var colon = text.IndexOf(':', start, nameEnd - start);
        var repositoryEnd = colon < 0 ? nameEnd : colon;
        var repository = text[start..repositoryEnd];
        fault = ReferenceGrammar.CheckRepository(repository)?.After(start);
        if (registry == DockerHub.Name) repository = DockerHub.FullRepository(repository);
        // The prefix may make it too long.
        fault ??= ReferenceGrammar.CheckRepository(repository)?.After(start);
        if (colon >= 0) fault ??= ReferenceGrammar.CheckTag(text.AsSpan(colon + 1, nameEnd - colon - 1))?.After(colon + 1);
        if (fault is not null) return null;

        if (at < 0) return new ImageReference(registry, repository, Tag(), digest: null);
        if (Oci.Digest.TryParse(text[(at + 1)..], out var digest)) return new ImageReference(registry, repository, Tag(), digest);
        fault = new ReferenceFault(at + 1, "what stands after '@' is not a digest: expected 'algorithm:hex', e.g. sha256 and 64 hexadecimal digits");
        return null;

        string? Tag() => colon < 0 ? null : text[(colon + 1)..nameEnd];
    }

    /// <summary>Rejects texts that fit the grammar but mean something else.</summary>
    private static ReferenceFault? CheckWhole(string text)
    {
        if (text.Length == 0) return new ReferenceFault(0, "there is no repository");
        if (text.Length > LongestText)
            return new ReferenceFault(LongestText, $"it goes on: it has {text.Length} characters, and at most {LongestText} are allowed");
        if (text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0)
            return new ReferenceFault(scheme, "there is the end of a scheme: a reference begins with the registry's host, without https://");
        var isDigest = Oci.Digest.TryParse(text, out var digest) && digest.Algorithm is "sha256" or "sha512";
        return isDigest || ReferenceGrammar.IsIdentifier(text)
            ? new ReferenceFault(0, "there is a digest without a repository: write REPOSITORY@sha256:…")
            : null;
    }
}
