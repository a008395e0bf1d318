using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Secrets;

/// <summary>
/// The real product, with the real Trivy and Syft, leaves no secret anywhere: status, store, log at its finest, temporary files, arguments, API, output. A
/// registry that repeats what it was sent is one that no real server shows.
/// </summary>
public sealed class SecretGrepTests
{
    private const string Repository = "team/app";
    private const string User = "robot";
    private const string Password = "p4ss-WORD/of+robot";
    private const string Variable = "v4lue-of-a-VARIABLE";
    private const string Argument = "v4lue-of-an-ARGUMENT";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>What must be found nowhere.</summary>
    private static readonly string[] Needles =
    [
        Password, Base64(Password), Base64($"{User}:{Password}"), Uri.EscapeDataString(Password), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Password)),
        Variable, Base64(Variable), Argument, Base64(Argument),
    ];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("honest")]
    [InlineData("repeats what it was sent")]
    public async Task Run_PrivateImage_LeavesNoSecretAnywhere(string registryIs)
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        using var folder = new TemporaryFolder("grep");
        await using var registry = await InMemoryRegistry.StartAsync(
            new InMemoryRegistryOptions { User = new RegistryCredential.UsernamePassword(User, Password) }, _cancellation);
        registry.Add(Repository, "1.0.0", Image());
        registry.Add(Repository, "broken", PackagedImages.Debian(1));
        if (registryIs != "honest")
        {
            registry.Inject(new Fault(RepeatAsync).OnPath("/manifests/broken"));
            registry.Inject(new Fault(RepeatAsync).OnPath("/deaf/"));
        }

        var directory = Directory.CreateDirectory(folder.File("registries")).FullName;
        const string Scanners =
            "  credentialsSecret: {name: pull}\n  vulnerabilityScanning: {enabled: true}\n  sbomGeneration: {enabled: true, format: syft-json}";
        await File.WriteAllTextAsync(
            Path.Combine(directory, "registries.yaml"),
            Resources.Registry("app", registry.Url, Repository, Scanners) + Resources.Secret("pull", User, Password)
                + Resources.Registry("deaf", registry.Url, "deaf/app", Scanners),
            _cancellation);
        var temporary = Directory.CreateDirectory(folder.File("tmp")).FullName;
        tools.Set("TMPDIR", temporary);

        await using var running = await RunningOperator.WithAsync(tools.Environment, "--directory", directory, "--log-level", "Trace");
        await using var watch = new ArgumentWatch(running.ProcessId, Needles);
        JsonNode? status = null;
        await Wait.UntilAsync(
            "both resources were scanned",
            async token => (status = await ReadStatusAsync(directory, "app", token)) is not null && await ReadStatusAsync(directory, "deaf", token) is not null,
            Deadline,
            _cancellation);
        var image = status!.Image("1.0.0")!;
        ((string?)image["vulnerabilities"]!["reason"]).ShouldBeNull((string?)image["vulnerabilities"]!["message"]);
        if (registryIs != "honest") ((string?)status!.Image("broken")!["message"]).ShouldNotBeNull().ShouldContain("refused", Case.Insensitive);
        var answers = await AskAsync(running, tools.Data, (string)image["digest"]!);
        var report = await Product.RunAsync(["report", "1.0.0"], environment: tools.Environment);
        await running.StopAsync(TimeSpan.FromSeconds(20));

        ShouldBeClean("the log", Encoding.UTF8.GetBytes(running.Log));
        ShouldBeClean("the API", Encoding.UTF8.GetBytes(string.Join('\n', answers)));
        ShouldBeClean("the output", Encoding.UTF8.GetBytes(report.Output + report.Error));
        watch.Found.ShouldBeEmpty();
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (var root in (string[])[Path.Combine(directory, ".status"), tools.Data, temporary])
        {
            foreach (var file in Directory.EnumerateFiles(root, "*", everything))
                ShouldBeClean(file, await File.ReadAllBytesAsync(file, _cancellation));
        }
    }

    private static TestImage Image() => PackagedImages.DebianBuilder()
        .WithEnvironment("TOKEN", Variable)
        .WithHistory("COPY system /")
        .WithHistory($"ENV TOKEN={Variable}", emptyLayer: true)
        .WithHistory($"RUN |1 SECRET={Argument} /bin/sh -c make # buildkit")
        .Build();

    /// <summary>Answers with the credential in every form in which servers write.</summary>
    private static async Task<bool> RepeatAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return false;
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.Headers.WWWAuthenticate = $"Basic realm=\"{Password}\"";
        await context.Response.WriteAsJsonAsync(
            new { errors = new[] { new { code = "DENIED", message = $"refused: {header} {string.Join(' ', Needles.Take(5))}" } } }, context.RequestAborted);
        return true;
    }

    private static async Task<JsonNode?> ReadStatusAsync(string directory, string name, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory, ".status", $"default.{name}.json");
        if (!File.Exists(file)) return null;
        var resource = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))!;
        return resource["status"]?["lastScanTime"] is null ? null : resource;
    }

    private async Task<IReadOnlyList<string>> AskAsync(RunningOperator running, string data, string digest)
    {
        using var http = new HttpClient { BaseAddress = running.Url };
        var token = await File.ReadAllTextAsync(Path.Combine(data, "api.token"), _cancellation);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        string[] paths =
        [
            $"/api/v1/reports/{digest}", $"/api/v1/reports/{digest}/trivy", $"/api/v1/reports/{digest}/trivy?format=sarif", $"/api/v1/reports/{digest}/syft",
            "/api/v1/search?q=zlib1g", $"/api/v1/search?q={Uri.EscapeDataString("no-such-package")}",
        ];
        var answers = new List<string>();
        foreach (var path in paths)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), _cancellation);
            var body = await answer.Content.ReadAsStringAsync(_cancellation);
            answers.Add(body);
            // What tools keep in Base64 is looked into.
            if (path.EndsWith("/syft", StringComparison.Ordinal) && JsonNode.Parse(body)?["source"]?["metadata"]?["config"] is { } encoded)
                answers.Add(Encoding.UTF8.GetString(Convert.FromBase64String((string)encoded!)));
        }

        return answers;
    }

    private static void ShouldBeClean(string where, byte[] content)
    {
        foreach (var needle in Needles) (content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(needle)) >= 0).ShouldBeFalse($"'{needle}' is in {where}");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
