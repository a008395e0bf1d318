using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Cli.Explain;

/// <summary><c>registry-operator explain IMAGE -f FILE</c>: why an image has the state that it has, by the values that decided.</summary>
internal sealed class ExplainCommand
{
    private const string Table = "table";
    private const string Json = "json";
    private const string Yaml = "yaml";

    private readonly Argument<string> _image = new("IMAGE")
    {
        Description = "REPOSITORY:TAG with or without the registry's host, a tag alone, REPOSITORY@DIGEST, or a digest or its beginning.",
    };

    private readonly Option<string[]> _files = new("--file", "-f")
    {
        Description = "A YAML file with Registry resources and the Secrets they name; '-' for standard input; may be repeated. " +
            "A status in it, as 'kubectl get -o yaml' prints it, is explained too.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Ask no registry: explain by what the last scan knew.",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "table, json or yaml.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Table,
    };

    private readonly HostOptions _host = new();
    private readonly DataOptions _data = new();
    private readonly Terminal _terminal;

    private ExplainCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal) => new ExplainCommand(terminal).Build();

    private Command Build()
    {
        _output.AcceptOnlyFromAmong(Table, Json, Yaml);
        var command = new Command(
            "explain",
            "Explain why an image has the state that it has: chosen or not, which platforms and scanners, due or not, what was verified, " +
            "each with the field and value that decided. Runs no scanner. Exit code: 0 explained, 2 bad input.")
        {
            _image, _files, _offline, _output,
        };
        _host.AddTo(command);
        _data.AddTo(command);
        command.SetAction(ExplainAsync);
        return command;
    }

    private async Task<int> ExplainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var asked = Parse(parsed.GetRequiredValue(_image));
        var files = parsed.GetRequiredValue(_files);
        // Standard input may be an idle terminal, and reading it ignores cancellation: Ctrl-C must not wait for it.
        var manifests = await Task.Run(() => ManifestFiles.Read(files, _terminal.In), cancellationToken).WaitAsync(cancellationToken);
        foreach (var notice in manifests.Notices) _terminal.WriteError($"notice: {notice}");
        foreach (var problem in manifests.Problems) _terminal.WriteError($"error: {problem}");
        if (manifests.Problems.Count > 0) return ExitCodes.BadInput;
        if (manifests.Registries.Count == 0)
            throw new InputException($"{string.Join(", ", files)}: there is no Registry in it. The README shows one of six lines.");

        await using var engine = await Engine.StartReadingAsync(
            _host.Read(parsed), _data.Read(parsed), NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        foreach (var failure in engine.Plugins.Failures) _terminal.WriteError($"warning: {failure}");
        var explanations = await ExplainAsync(engine.Explainer, asked, manifests, parsed.GetValue(_offline), cancellationToken);
        switch (parsed.GetRequiredValue(_output))
        {
            case Json:
                _terminal.WriteDocument(ExplanationJson.Write(explanations) + "\n");
                break;
            case Yaml:
                _terminal.WriteDocument(YamlWriter.Write(ExplanationJson.ToElement(explanations)));
                break;
            default:
                new ExplainTree(_terminal).Write(explanations);
                break;
        }

        return ExitCodes.Success;
    }

    /// <summary>By the resources of the image's repository; by all where none is: each says why not.</summary>
    private static async Task<IReadOnlyList<ImageExplanation>> ExplainAsync(
        ImageExplainer explainer, AskedImage asked, ManifestSet manifests, bool isOffline, CancellationToken cancellationToken)
    {
        var secrets = new ManifestSecrets(manifests.Secrets, manifests.ServiceAccounts);
        var resources = manifests.Registries.Select(manifest => manifest.Resource).ToArray();
        var own = resources.Where(resource => asked.IsOf(resource.Spec)).ToArray();
        var explanations = new List<ImageExplanation>();
        try
        {
            foreach (var resource in own.Length > 0 ? own : resources)
                explanations.Add(await explainer.ExplainAsync(asked, resource, secrets, isOffline, cancellationToken));
        }
        catch (ReportStoreException failure)
        {
            throw new InputException(failure.Message, failure);
        }

        return explanations;
    }

    private static AskedImage Parse(string image)
    {
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
