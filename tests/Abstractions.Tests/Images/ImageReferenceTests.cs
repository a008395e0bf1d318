using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CsCheck;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Tests.Images;

/// <summary>The rules are those of github.com/distribution/reference, in tables of our own.</summary>
public partial class ImageReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Sha256 = "sha256:" + Hex;
    private const string Sha512 = "sha512:" + Hex + Hex;

    [Theory]
    [InlineData("nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("nginx:1.27", "docker.io", "library/nginx", "1.27", null)]
    [InlineData("library/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("bitnami/redis:7", "docker.io", "bitnami/redis", "7", null)]
    [InlineData("docker.io/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("docker.io/bitnami/redis", "docker.io", "bitnami/redis", null, null)]
    [InlineData("index.docker.io/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("index.docker.io/library/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("registry-1.docker.io/nginx:1", "docker.io", "library/nginx", "1", null)]
    [InlineData("registry-1.docker.io/library/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("Docker.IO/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("docker.io/library/a/b", "docker.io", "library/a/b", null, null)]
    [InlineData("docker.io.example/nginx", "docker.io.example", "nginx", null, null)]
    [InlineData("ghcr.io/team/app:v1@" + Sha256, "ghcr.io", "team/app", "v1", Sha256)]
    [InlineData("ghcr.io/team/app@" + Sha512, "ghcr.io", "team/app", null, Sha512)]
    [InlineData("app@" + Sha256, "docker.io", "library/app", null, Sha256)]
    [InlineData("GHCR.io/team/app", "ghcr.io", "team/app", null, null)]
    [InlineData("ghcr.io:443/team/app", "ghcr.io:443", "team/app", null, null)]
    [InlineData("registry:05000/app", "registry:5000", "app", null, null)]
    [InlineData("registry:5000/app:5000", "registry:5000", "app", "5000", null)]
    [InlineData("localhost/app", "localhost", "app", null, null)]
    [InlineData("LOCALHOST/app", "localhost", "app", null, null)]
    [InlineData("localhost:5000/a/b/c", "localhost:5000", "a/b/c", null, null)]
    [InlineData("127.0.0.1:5000/a", "127.0.0.1:5000", "a", null, null)]
    [InlineData("10.0.0.1/a:b", "10.0.0.1", "a", "b", null)]
    [InlineData("[2001:db8::1]/a", "[2001:db8::1]", "a", null, null)]
    [InlineData("[2001:DB8:0:0::1]:5000/a:t@" + Sha256, "[2001:db8::1]:5000", "a", "t", Sha256)]
    [InlineData("[::ffff:102:304]:5000/a", "[::ffff:102:304]:5000", "a", null, null)]
    [InlineData("xn--n3h.example/a", "xn--n3h.example", "a", null, null)]
    [InlineData("a-b.c-d.example/a", "a-b.c-d.example", "a", null, null)]
    // Without a slash nothing is a registry, with one a part is where it has a dot, a port or a capital letter.
    [InlineData("localhost", "docker.io", "library/localhost", null, null)]
    [InlineData("example.com", "docker.io", "library/example.com", null, null)]
    [InlineData("registry:5000", "docker.io", "library/registry", "5000", null)]
    [InlineData("10.0.0.1:80", "docker.io", "library/10.0.0.1", "80", null)]
    [InlineData("Team/app", "Team", "app", null, null)]
    [InlineData("my_team/app", "docker.io", "my_team/app", null, null)]
    [InlineData("a__b/c---d/e.f_g", "docker.io", "a__b/c---d/e.f_g", null, null)]
    [InlineData("app:Tag_1.0-x", "docker.io", "library/app", "Tag_1.0-x", null)]
    [InlineData("app:_", "docker.io", "library/app", "_", null)]
    [InlineData("docker.io/" + Hex, "docker.io", "library/" + Hex, null, null)]
    [InlineData("abc123", "docker.io", "library/abc123", null, null)]
    public void Parse_Reference_GivesItsCanonicalParts(string text, string registry, string repository, string? tag, string? digest)
    {
        var reference = ImageReference.Parse(text);

        (reference.Registry, reference.Repository, reference.Tag, reference.Digest?.ToString()).ShouldBe((registry, repository, tag, digest));
        reference.Name.ShouldBe($"{registry}/{repository}");
        reference.ToString().ShouldBe($"{registry}/{repository}{(tag is null ? "" : ":" + tag)}{(digest is null ? "" : "@" + digest)}");
    }

    [Theory]
    [InlineData("", "'' is not an image reference: at character 1, there is no repository.")]
    [InlineData(":tag", "at character 1, there is no repository")]
    [InlineData("@" + Sha256, "at character 1, there is no repository")]
    [InlineData("ghcr.io/", "at character 9, there is no repository")]
    [InlineData("/app", "at character 1, '/' can't stand there: a repository has lower-case letters")]
    [InlineData("app/", "at character 4, the repository ends with '/'")]
    [InlineData("App", "at character 1, the upper-case letter 'A' can't stand there")]
    [InlineData("ghcr.io/team/App:1", "at character 14, the upper-case letter 'A' can't stand there: a repository has lower-case letters")]
    [InlineData("team//app", "at character 6, '/' can't stand there")]
    [InlineData("a..b", "at character 3, '.' can't stand there")]
    [InlineData("a___b", "at character 4, '_' can't stand there")]
    [InlineData("a_.b", "at character 3, '.' can't stand there")]
    [InlineData("a-.b", "at character 3, '.' can't stand there")]
    [InlineData("-a", "at character 1, '-' can't stand there")]
    [InlineData("a-", "at character 2, the repository ends with '-'")]
    [InlineData("a b", "at character 2, a space can't stand there")]
    [InlineData("a\n", "at character 2, a control character (U+000A) can't stand there")]
    [InlineData("aé", "at character 2, 'é' can't stand there")]
    [InlineData("a\ud83d\ude00", "at character 2, a character beyond ASCII can't stand there")]
    [InlineData("a$b/c", "at character 2, '$' can't stand there")]
    [InlineData("app:", "at character 5, the tag after ':' is empty")]
    [InlineData("app:@" + Sha256, "at character 5, the tag after ':' is empty")]
    [InlineData("app:.1", "at character 5, '.' can't stand there: a tag has letters")]
    [InlineData("app:-1", "at character 5, '-' can't stand there: a tag has letters")]
    [InlineData("app:1+2", "at character 6, '+' can't stand there: a tag has letters")]
    [InlineData("app:1:2", "at character 6, ':' can't stand there")]
    [InlineData("app@", "at character 5, what stands after '@' is not a digest")]
    [InlineData("app@sha256:abc", "at character 5, what stands after '@' is not a digest")]
    [InlineData("app:1@sha256:0", "at character 7, what stands after '@' is not a digest")]
    [InlineData("https://ghcr.io/app", "at character 6, there is the end of a scheme: a reference begins with the registry's host, without https://")]
    [InlineData(Hex, "at character 1, there is a digest without a repository: write REPOSITORY@sha256:…")]
    [InlineData(Sha256, "at character 1, there is a digest without a repository")]
    [InlineData("a.:1/b", "at character 2, a part of the registry's host is empty")]
    [InlineData("a..b/c", "at character 3, a part of the registry's host is empty")]
    [InlineData("-a.b/c", "at character 1, '-' can't stand there: a registry's host")]
    [InlineData("a.b-/c", "at character 4, '-' can't stand there: a registry's host")]
    [InlineData("a_b.c/d", "at character 2, '_' can't stand there: a registry's host")]
    [InlineData("a:/b", "at character 2, there is no port after ':'")]
    [InlineData("a:b/c", "at character 3, the port 'b' is no number from 1 to 65535")]
    [InlineData("a:0/c", "at character 3, the port '0' is no number")]
    [InlineData("a:65536/c", "at character 3, the port '65536' is no number")]
    [InlineData("a:99999999999999999999/c", "is no number from 1 to 65535")]
    [InlineData("fc00::1:5000/a", "at character 6, the port ':1:5000' is no number from 1 to 65535; an IPv6 address stands in brackets, e.g. [2001:db8::1]")]
    [InlineData("[fc00::1/a", "at character 1, the bracket '[' of an IPv6 address is not closed")]
    [InlineData("[fe80::1%eth0]:5000/a", "at character 2, what stands in brackets is not an IPv6 address")]
    [InlineData("[2001:db8::192.0.2.33]:5000/a", "at character 2, what stands in brackets is not an IPv6 address")]
    [InlineData("[:]/a", "at character 2, what stands in brackets is not an IPv6 address")]
    [InlineData("[12]:1/a", "at character 2, what stands in brackets is not an IPv6 address")]
    [InlineData("[]:1/a", "at character 2, what stands in brackets is not an IPv6 address")]
    [InlineData("[::1]5000/a", "at character 6, '5' can't stand there: after an address in brackets come ':' and the port, or '/'")]
    [InlineData("[2001:db8::1]", "at character 1, '[' can't stand there: a repository has")]
    public void Parse_OtherText_SaysWhatIsWrongAndWhere(string text, string expected)
    {
        Should.Throw<FormatException>(() => ImageReference.Parse(text)).Message.ShouldContain(expected);
        ImageReference.TryParse(text, out var reference).ShouldBeFalse();
        reference.ShouldBeNull();
    }

    [Fact]
    public void TryParse_Null_IsFalse() => ImageReference.TryParse(null, out _).ShouldBeFalse();

    [Theory]
    [InlineData("r.example/", 255, "", true)]
    [InlineData("r.example/", 256, "", false)]
    [InlineData("", 247, "", true)] // with library/
    [InlineData("", 248, "", false)]
    [InlineData("a/", 253, "", true)]
    [InlineData("a/", 254, "", false)]
    [InlineData("a:", 128, "", true)]
    [InlineData("a:", 129, "", false)]
    [InlineData("r.example/a:", 128, "@" + Sha512, true)]
    [InlineData("r.example/a@a:", 1200, "", false)]
    public void TryParse_PartOfThisLength_IsTakenUpToItsLimit(string before, int length, string after, bool expected) =>
        ImageReference.TryParse(before + new string('a', length) + after, out _).ShouldBe(expected);

    [Fact]
    public void Parse_EndlessText_IsQuotedInPart() =>
        Should.Throw<FormatException>(() => ImageReference.Parse(new string('a', 1_000_000))).Message.Length.ShouldBeLessThan(300);

    [Theory]
    [InlineData("docker.io/library/nginx:1", "nginx:1")]
    [InlineData("nginx", "nginx")]
    [InlineData("library/nginx@" + Sha256, "nginx@" + Sha256)]
    [InlineData("registry-1.docker.io/bitnami/redis", "bitnami/redis")]
    [InlineData("docker.io/library/a/b", "library/a/b")]
    [InlineData("ghcr.io/team/app:1", "ghcr.io/team/app:1")]
    [InlineData("docker.io/library", "library")]
    // What the short form would mean is something else.
    [InlineData("docker.io/example.com/app", "docker.io/example.com/app")]
    [InlineData("docker.io/localhost/app", "docker.io/localhost/app")]
    [InlineData("docker.io/" + Hex, "docker.io/library/" + Hex)]
    public void Familiar_Reference_IsTheShortestTextThatMeansTheSame(string text, string expected)
    {
        var reference = ImageReference.Parse(text);

        reference.Familiar.ShouldBe(expected);
        ImageReference.Parse(expected).ShouldBe(reference);
    }

    [Theory]
    [InlineData("nginx:1", "docker.io/library/nginx:1", true)]
    [InlineData("registry-1.docker.io/library/nginx", "index.docker.io/nginx", true)]
    [InlineData("GHCR.IO/a/b", "ghcr.io/a/b", true)]
    [InlineData("[::1]:5000/a", "[0:0:0:0:0:0:0:1]:5000/a", true)]
    [InlineData("nginx", "nginx:latest", false)]
    [InlineData("nginx:v1", "nginx:V1", false)]
    [InlineData("ghcr.io/nginx", "quay.io/nginx", false)]
    [InlineData("nginx:1", "nginx:1@" + Sha256, false)]
    public void Equals_TwoReferences_ComparesCanonicalParts(string one, string other, bool expected)
    {
        ImageReference x = ImageReference.Parse(one), y = ImageReference.Parse(other);

        (x == y).ShouldBe(expected);
        if (expected) x.GetHashCode().ShouldBe(y.GetHashCode());
    }

    [Theory]
    [InlineData("nginx:1", "https://registry-1.docker.io", "library/nginx", true)]
    [InlineData("nginx", "https://docker.io", "nginx", true)]
    [InlineData("docker.io/library/nginx", "https://index.docker.io:443", "nginx", true)]
    [InlineData("bitnami/nginx", "https://docker.io", "nginx", false)]
    [InlineData("nginx", "https://ghcr.io", "nginx", false)]
    [InlineData("ghcr.io/team/app:1", "https://ghcr.io", "team/app", true)]
    [InlineData("ghcr.io:443/team/app:1", "https://GHCR.io", "team/app", true)]
    [InlineData("ghcr.io:80/team/app:1", "https://ghcr.io", "team/app", false)]
    [InlineData("ghcr.io:80/team/app:1", "http://ghcr.io", "team/app", true)]
    [InlineData("ghcr.io:5000/team/app:1", "https://ghcr.io", "team/app", false)]
    [InlineData("ghcr.io/team/app:1", "https://ghcr.io:5000", "team/app", false)]
    [InlineData("ghcr.io/team/apps:1", "https://ghcr.io", "team/app", false)]
    [InlineData("127.0.0.1:5000/app", "http://127.0.0.1:5000", "app", true)]
    [InlineData("Registry/app", "https://registry", "app", true)]
    [InlineData("registry:443/app", "https://registry", "app", true)]
    [InlineData("registry/app", "https://registry", "app", false)] // Docker Hub's registry/app
    [InlineData("[0:0::1]:5000/app", "http://[::1]:5000", "app", true)]
    [InlineData("folder/app", "oci-layout:///folder", "app", false)]
    public void IsIn_RepositoryOfAResource_ComparesRegistryAndPath(string image, string url, string repository, bool expected) =>
        ImageReference.Parse(image).IsIn(new RepositoryReference(new Uri(url), repository)).ShouldBe(expected);

    [Theory]
    [InlineData("latest", true)]
    [InlineData("1.2.3-rc.1_x", true)]
    [InlineData("1.0.0_x-Y", true)]
    [InlineData("_", true)]
    [InlineData("A", true)]
    [InlineData(".", false)]
    [InlineData("-", false)]
    [InlineData("a:b", false)]
    [InlineData("ä", false)]
    [InlineData(".x", false)]
    [InlineData("-x", false)]
    [InlineData("a+b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsTag_Text_IsOneByTheSpecification(string? text, bool expected) => ImageReference.IsTag(text).ShouldBe(expected);

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void IsTag_OfThisLength_IsOneUpToTheLimit(int length, bool expected) => ImageReference.IsTag(new string('a', length)).ShouldBe(expected);

    [Theory]
    [InlineData("library/nginx", true)]
    [InlineData("ghcr.io/team/app", true)] // a path may look like a host
    [InlineData("a:1", false)]
    [InlineData("A", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsRepository_Text_IsAPathAlone(string? text, bool expected) => ImageReference.IsRepository(text).ShouldBe(expected);

    [Fact]
    public void ToString_AnyReference_MeansTheSameWhenReadAgain() =>
        References.Sample(text =>
        {
            var reference = ImageReference.Parse(text);
            ImageReference.Parse(reference.ToString()).ShouldBe(reference);
            ImageReference.Parse(reference.Familiar).ShouldBe(reference);
            reference.ToString().ShouldBe(ImageReference.Parse(reference.ToString()).ToString());
        });

    [Fact]
    public void TryParse_AnyText_AgreesWithTheReferenceGrammar() =>
        Gen.OneOf(Noise, References, Gen.Select(References, Gen.Int[0, 40], Noise).Select((text, at, noise) => text.Insert(Math.Min(at, text.Length), noise)))
            .Sample(text => ImageReference.TryParse(text, out _).ShouldBe(IsReference(text), text), iter: 20_000);

    /// <summary>The grammar as the regular expression that the reference implementation uses, with what we ask beyond it.</summary>
    private static bool IsReference(string text)
    {
        if (IdentifierPattern().IsMatch(text) || text.StartsWith("sha256:", StringComparison.Ordinal) && Digest.TryParse(text, out _)) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var hasRegistry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
            || first.Equals("localhost", StringComparison.OrdinalIgnoreCase) || first.Any(char.IsAsciiLetterUpper);
        var full = hasRegistry ? text : "docker.io/" + (slash < 0 ? "library/" : "") + text;
        if (ReferencePattern().Match(full) is not { Success: true } match) return false;
        var host = match.Groups["host"].Value;
        var isHost = !host.StartsWith('[') || (IPAddress.TryParse(host[1..^1], out var address) && address.AddressFamily == AddressFamily.InterNetworkV6);
        var isPort = !match.Groups["port"].Success || (int.TryParse(match.Groups["port"].Value, out var port) && port is > 0 and <= 65535);
        return isHost && isPort && match.Groups["path"].Length <= 255
            && (!match.Groups["digest"].Success || Digest.TryParse(match.Groups["digest"].Value, out _));
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> Noise = Gen.Char["aZ09.-_/:@[]\n"].Array[0, 12].Select(characters => new string(characters));

    private static readonly Gen<string> Component =
        Gen.Select(OneOf("a", "app", "0", "library", "latest"), OneOf("", ".b", "_b", "__b", "-b", "---9"), (one, two) => one + two);

    private static readonly Gen<string> References = Gen.Select(
        OneOf(
            "", "", "docker.io/", "index.docker.io/", "registry-1.docker.io/", "localhost/", "localhost:5000/", "ghcr.io/", "Host/", "h:1/",
            "[::1]/", "[FE80::0:1]:443/", "10.1.1.1:80/"),
        Component.Array[1, 4].Select(parts => string.Join('/', parts)),
        OneOf("", ":latest", ":V1.0_x-y", ":5000", ":" + Hex),
        OneOf("", "@" + Sha256, "@" + Sha512),
        (registry, path, tag, digest) => registry + path + tag + digest);

    [GeneratedRegex("^[0-9a-f]{64}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(
        """
        ^(?<host>(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])
        (?::(?<port>[0-9]+))?/
        (?<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)
        (?::[0-9A-Za-z_][0-9A-Za-z_.-]{0,127})?(?:@(?<digest>.+))?\z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking)]
    private static partial Regex ReferencePattern();
}
