using System.Text.Json.Nodes;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>The real Trivy and Syft, with a database of the demo's advisories, and a data directory that outlives one run of the product.</summary>
internal sealed class ScannerTools : IDisposable
{
    private readonly TemporaryFolder _folder = new("scanners");
    private readonly Dictionary<string, string> _environment;

    private ScannerTools()
    {
        Cache = Directory.CreateDirectory(_folder.File("trivy")).FullName;
        Data = Directory.CreateDirectory(_folder.File("data")).FullName;
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["RO_Plugins__Trivy__Path"] = ServerBinaries.Find("trivy"),
            ["RO_Plugins__Trivy__CacheDirectory"] = Cache,
            ["RO_Plugins__Trivy__SkipDbUpdate"] = "true",
            [Product.DataVariable] = Data,
        };
        if (HasSyft) _environment["RO_Plugins__Syft__Path"] = ServerBinaries.Find("syft");
    }

    public static bool HasSyft => ServerBinaries.Has("syft");

    /// <summary>Trivy's cache directory.</summary>
    public string Cache { get; }

    /// <summary>The product's data directory.</summary>
    public string Data { get; }

    /// <summary>The variables with which the product finds all this.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    public static async Task<ScannerTools> CreateAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(
            ServerBinaries.Has("trivy") && TrivyDatabase.CanBeMade,
            "Trivy or mkdb could not be installed here (tests/Servers/install/build.sh says why).");
        var tools = new ScannerTools();
        await TrivyDatabase.MakeAsync(tools.Cache, Advisories(), cancellationToken);
        return tools;
    }

    /// <summary>Makes the database anew, with one more advisory.</summary>
    public Task UpdateDatabaseAsync(string advisory, CancellationToken cancellationToken) =>
        TrivyDatabase.MakeAsync(Cache, [.. Advisories(), _folder.Write("later.yaml", advisory)], cancellationToken);

    /// <summary>Puts a script in the place of Trivy; <c>$TRIVY</c> in it is the real one, <c>$RUNS</c> a file for what it has to tell.</summary>
    /// <returns>The path of <c>$RUNS</c>.</returns>
    public string ReplaceTrivy(string script)
    {
        var runs = _folder.File("runs");
        var path = _folder.Write("trivy.sh", $"#!/bin/bash\nTRIVY={ServerBinaries.Find("trivy")}\nRUNS={runs}\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _environment["RO_Plugins__Trivy__Path"] = path;
        return runs;
    }

    /// <summary>What Trivy itself, asked without the product, finds in an image: each vulnerability's identifier with its severity, once.</summary>
    public async Task<Dictionary<string, string>> FindAsync(string image, CancellationToken cancellationToken)
    {
        var run = await Tool.RunAsync(
            ServerBinaries.Find("trivy"),
            ["image", "--format", "json", "--scanners", "vuln", "--image-src", "remote", "--skip-db-update", "--quiet", "--cache-dir", Cache, image],
            cancellationToken: cancellationToken);
        return JsonNode.Parse(run.EnsureSuccess().Output)!["Results"]!.AsArray()
            .SelectMany(result => result!["Vulnerabilities"]?.AsArray() ?? [])
            .Select(found => ((string)found!["VulnerabilityID"]!, (string)found["Severity"]!)).Distinct()
            .ToDictionary(found => found.Item1, found => found.Item2, StringComparer.Ordinal);
    }

    public void Set(string variable, string value) => _environment[variable] = value;

    public void Dispose() => _folder.Dispose();

    private static string[] Advisories() => Directory.GetFiles(Path.Combine(Product.RepositoryRoot, "samples", "Demo", "advisories"), "*.yaml");
}
