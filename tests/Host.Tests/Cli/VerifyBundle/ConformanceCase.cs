using System.Text;
using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Host.Tests.Cli.VerifyBundle;

/// <summary>A case as Sigstore's conformance suite has it: files, and a name that ends in <c>_fail</c> where verification has to fail.</summary>
/// <param name="Name">The case's name.</param>
internal sealed record ConformanceCase(string Name)
{
    private const string Beacon = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon";
    private const string Suite = "sigstore";

    public required byte[] Bundle { get; init; }

    public required byte[] Artifact { get; init; }

    public string? Key { get; init; }

    public string Identity { get; init; } = TestInstance.Identity;

    public string Issuer { get; init; } = TestInstance.Issuer;

    /// <summary>Null for the shipped root.</summary>
    public byte[]? TrustedRoot { get; init; }

    /// <summary>False where the signature is over another digest than SHA-256, or over the bytes themselves: then the artifact's bytes are needed.</summary>
    public bool IsOverSha256 { get; init; } = true;

    public bool HasToFail => Name.EndsWith("_fail", StringComparison.Ordinal);

    /// <summary>The cases of the suite that are beside the clone.</summary>
    public static IReadOnlyList<ConformanceCase> OfTheSuite() =>
    [
        .. TestDocuments.ListShared(Suite)
            .Select(file => file.Split('/', '\\'))
            .Where(parts => parts is [_, _, "bundle.sigstore.json"])
            .Select(parts => Read(parts[1]))
            .OrderBy(one => one.Name, StringComparer.Ordinal),
    ];

    /// <summary>The arguments, with the case's files in a folder.</summary>
    public string[] Write(string folder)
    {
        Directory.CreateDirectory(folder);
        List<string> arguments = ["verify-bundle", "--bundle", File("bundle.sigstore.json", Bundle)];
        if (Key is { } key) arguments.AddRange(["--key", File("key.pub", Encoding.UTF8.GetBytes(key))]);
        else arguments.AddRange(["--certificate-identity", Identity, "--certificate-oidc-issuer", Issuer]);
        if (TrustedRoot is { } root) arguments.AddRange(["--trusted-root", File("trusted_root.json", root)]);
        return [.. arguments, File("artifact", Artifact)];

        string File(string name, byte[] content)
        {
            var path = Path.Combine(folder, name);
            System.IO.File.WriteAllBytes(path, content);
            return path;
        }
    }

    private static ConformanceCase Read(string name)
    {
        byte[]? Bytes(string file) => TestDocuments.TryReadShared($"{Suite}/{name}/{file}");
        string? Text(string file) => Bytes(file) is { } bytes ? Encoding.UTF8.GetString(bytes).Trim() : null;

        return new ConformanceCase(name)
        {
            Bundle = Bytes("bundle.sigstore.json")!,
            Artifact = Bytes("artifact") ?? TestDocuments.ReadShared($"{Suite}/a.txt"),
            Key = Text("key.pub"),
            Identity = Text("identity") ?? $"{Beacon}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main",
            Issuer = Text("issuer") ?? "https://token.actions.githubusercontent.com",
            TrustedRoot = Bytes("trusted_root.json"),
        };
    }
}
