using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Tools;

/// <summary>Runs the real cosign, 2.x or 3.x, with a key pair and a configuration folder of its own; nothing is sent to a transparency log.</summary>
public sealed class Cosign : IDisposable
{
    private const string Name = "cosign";

    /// <summary>From Debian's unstable suite alone, which moves.</summary>
    private const string NewerName = "cosign3";

    private readonly TemporaryFolder _folder = new(Name);
    private readonly Dictionary<string, string> _environment;
    private readonly string _program;
    private readonly bool _isNewer;

    private Cosign(bool isNewer)
    {
        _isNewer = isNewer;
        _program = ServerBinaries.Find(isNewer ? NewerName : Name);
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["COSIGN_PASSWORD"] = "of a test",
            ["DOCKER_CONFIG"] = _folder.Path,
            ["HOME"] = _folder.Path,
            // Version 2.x has the OCI 1.1 mode behind it.
            ["COSIGN_EXPERIMENTAL"] = "1",
        };
    }

    /// <summary>The public key, PEM.</summary>
    public string PublicKey => File.ReadAllText(_folder.File("cosign.pub"));

    /// <summary>True where that version is installed.</summary>
    public static bool Has(int version) => ServerBinaries.Has(version == 3 ? NewerName : Name);

    /// <summary>Makes a key pair.</summary>
    public static async Task<Cosign> CreateAsync(int version, CancellationToken cancellationToken)
    {
        var cosign = new Cosign(isNewer: version == 3);
        await cosign.RunAsync(["generate-key-pair", "--output-key-prefix", cosign._folder.File(Name)], cancellationToken);
        return cosign;
    }

    /// <summary>Signs an image.</summary>
    /// <param name="image">By its digest.</param>
    /// <param name="more">More arguments, which choose where the signature goes.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public Task SignAsync(string image, IEnumerable<string> more, CancellationToken cancellationToken) =>
        RunAsync(["sign", .. Common(), .. more, image], cancellationToken);

    /// <summary>Attests a predicate.</summary>
    /// <param name="image">By its digest.</param>
    /// <param name="type">As cosign names it, e.g. <c>slsaprovenance1</c>.</param>
    /// <param name="predicate">JSON.</param>
    /// <param name="more">More arguments, which choose where the attestation goes.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public Task AttestAsync(string image, string type, string predicate, IEnumerable<string> more, CancellationToken cancellationToken) =>
        RunAsync(["attest", .. Common(), "--type", type, "--predicate", _folder.Write("predicate.json", predicate), .. more, image], cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private IEnumerable<string> Common()
    {
        string[] common = ["--key", _folder.File("cosign.key"), "--tlog-upload=false", "--allow-http-registry", "--yes"];
        return _isNewer ? [.. common, "--use-signing-config=false"] : common;
    }

    private async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await Tool.RunAsync(_program, arguments, environment: _environment, cancellationToken: cancellationToken)).EnsureSuccess();
}
