using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Cli.Explain;

/// <summary><c>registry-operator explain IMAGE -f FILE</c>: why an image has the state that it has, by the values that decided.</summary>
internal sealed class ExplainCommand
{
    private const string Table = "table";

    private readonly Argument<string> _image = new("IMAGE|WORKLOAD")
    {
        Description = "REPOSITORY:TAG with or without the registry's host, a tag alone, REPOSITORY@DIGEST, or a digest or its beginning; " +
            "or KIND/NAMESPACE/NAME of a workload, e.g. Deployment/shop/app.",
    };

    private readonly Option<string[]> _files = new("--file", "-f")
    {
        Description = "A YAML file with Registry resources and the Secrets they name; '-' for standard input; may be repeated. " +
            "A status in it, as 'kubectl get -o yaml' prints it, is explained too.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string[]> _workloads = WorkloadsOption.Create();

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Ask no registry: explain by what the last scan knew.",
    };

    private readonly Option<string> _output = OutputOption.Of(Table, OutputOption.Json, OutputOption.Yaml);

    private readonly HostOptions _host;
    private readonly DataOptions _data = new();
    private readonly Terminal _terminal;

    private ExplainCommand(Terminal terminal)
    {
        _terminal = terminal;
        _host = new HostOptions(terminal);
    }

    public static Command Create(Terminal terminal) => new ExplainCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command(
            "explain",
            "Explain why an image has the state that it has: chosen or not, which platforms and scanners, due or not, what was verified, " +
            "each with the field and value that decided; of a workload, what runs, what could run instead, and what the last comparison " +
            "recommends. Runs no scanner. Exit code: 0 explained, 2 bad input.")
        {
            _image, _files, _workloads, _offline, _output,
        };
        _host.AddTo(command);
        _data.AddTo(command);
        command.SetAction(ExplainAsync);
        return command;
    }

    private async Task<int> ExplainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = parsed.GetRequiredValue(_image);
        TransportNames.RefuseInLookUp(text);
        var workload = AskedWorkload.Parse(text);
        var asked = workload is null ? Parse(text) : null;
        var files = parsed.GetRequiredValue(_files);
        if (await GivenManifests.ReadAsync(files, option: null, _terminal, cancellationToken) is not { } manifests) return ExitCodes.BadInput;
        GivenWorkloads? given = null;
        if (parsed.GetValue(_workloads) is { Length: > 0 } workloadFiles)
        {
            var running = await GivenManifests.ReadWorkloadsAsync(workloadFiles, _terminal, cancellationToken);
            if (running is null) return ExitCodes.BadInput;
            given = new GivenWorkloads(ScanKinds.Create(), WorkloadAssembler.Assemble([.. manifests.Workloads, .. running]));
        }

        var logins = new LoginWarnings();
        var settings = new RetryNotices(_terminal).With(logins.With(_host.Read(parsed)));
        await using var engine = await Engine.StartReadingAsync(
            settings, _data.Read(parsed), NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        foreach (var failure in engine.Plugins.Failures) _terminal.WriteError($"warning: {failure}");
        var output = parsed.GetRequiredValue(_output);
        if (workload is not null)
        {
            var explained = await ExplainAsync(engine.WorkloadExplainer, workload, manifests, given, cancellationToken);
            Write(output, () => ExplanationJson.Write(explained), () => ExplanationJson.ToElement(explained), tree => tree.Write(explained));
            return ExitCodes.Success;
        }

        var explanations = await ExplainAsync(engine.Explainer, asked!, manifests, given, parsed.GetValue(_offline), cancellationToken);
        logins.Write(_terminal);
        Write(output, () => ExplanationJson.Write(explanations), () => ExplanationJson.ToElement(explanations), tree => tree.Write(explanations));
        return ExitCodes.Success;
    }

    private void Write(string output, Func<string> json, Func<JsonElement> element, Action<ExplainTree> table)
    {
        switch (output)
        {
            case OutputOption.Json:
                _terminal.WriteDocument(JsonDocumentText.Of(json()));
                break;
            case OutputOption.Yaml:
                _terminal.WriteDocument(YamlWriter.Write(element()));
                break;
            default:
                table(new ExplainTree(_terminal));
                break;
        }
    }

    /// <summary>By the resources that compare it; by all where none does: each says why not.</summary>
    private static async Task<IReadOnlyList<WorkloadExplanation>> ExplainAsync(
        WorkloadExplainer explainer, AskedWorkload asked, ManifestSet manifests, GivenWorkloads? given, CancellationToken cancellationToken)
    {
        var all = new List<WorkloadExplanation>();
        try
        {
            foreach (var resource in manifests.Registries.Select(manifest => manifest.Resource))
            {
                var explained = await explainer.ExplainAsync(asked, resource, cancellationToken);
                all.AddRange(explained.Select(one => given?.Add(one, asked, resource) ?? one));
            }
        }
        catch (ReportStoreException failure)
        {
            throw new InputException(failure.Message, failure);
        }

        WorkloadExplanation[] own = [.. all.Where(explanation => explanation.State is not null)];
        return own.Length > 0 ? own : all;
    }

    /// <summary>By the resources of the image's repository; by all where none is: each says why not.</summary>
    private static async Task<IReadOnlyList<ImageExplanation>> ExplainAsync(
        ImageExplainer explainer, AskedImage asked, ManifestSet manifests, GivenWorkloads? given, bool isOffline, CancellationToken cancellationToken)
    {
        var secrets = GivenManifests.SecretsOf(manifests);
        var resources = manifests.Registries.Select(manifest => manifest.Resource).ToArray();
        var own = resources.Where(asked.IsOf).ToArray();
        var explanations = new List<ImageExplanation>();
        try
        {
            foreach (var resource in own.Length > 0 ? own : resources)
            {
                var explained = await explainer.ExplainAsync(asked, resource, secrets, isOffline, cancellationToken);
                explanations.Add(given?.Add(explained, resource) ?? explained);
            }
        }
        catch (ReportStoreException failure)
        {
            throw new InputException(failure.Message, failure);
        }

        return explanations;
    }

    private static AskedImage Parse(string image)
    {
        if (AskedWorkload.Meant(image) is { } workload)
            throw new InputException($"'{image}' names no image; a workload is written KIND/NAMESPACE/NAME, e.g. {workload}.");
        try
        {
            return AskedImage.Parse(image);
        }
        catch (FormatException invalid)
        {
            throw new InputException(invalid.Message, invalid);
        }
    }
}
