using System.Globalization;
using System.Text.RegularExpressions;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks;

/// <summary>The bare load client by which the registry's own limit is measured.</summary>
internal static partial class Wrk
{
    private const int Connections = 10;
    private const int Seconds = 5;

    /// <summary>Requests a second that the registry answers, over the paths in turn.</summary>
    public static async Task<double> RequestsPerSecondAsync(Uri registry, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("wrk");
        folder.Write("paths", string.Join('\n', paths));
        var script = folder.Write("script.lua", $$"""
            local paths = {}
            for line in io.lines("{{folder.File("paths")}}") do paths[#paths + 1] = line end
            local headers = { Accept = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" }
            local next = 0
            request = function()
              next = next % #paths + 1
              return wrk.format("GET", paths[next], headers)
            end
            """);
        var result = await Tool.RunAsync(
            ServerBinaries.Find("wrk"),
            ["-t1", $"-c{Connections}", $"-d{Seconds}s", "-s", script, registry.AbsoluteUri],
            environment: new Dictionary<string, string> { ["LC_ALL"] = "C" }, cancellationToken: cancellationToken);
        result.EnsureSuccess();
        if (result.Output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"The registry refused wrk's requests:\n{result.Output}");
        return double.Parse(RequestsPerSecond().Match(result.Output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RequestsPerSecond();
}
