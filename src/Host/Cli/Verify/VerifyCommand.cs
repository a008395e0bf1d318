using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Sources.Manifests;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary><c>registry-operator verify IMAGE…</c>: the scan that verifies what is attached to an image, once, for images that are named.</summary>
internal sealed class VerifyCommand
{
    private const string Tree = "tree";

    /// <summary>Images looked at at the same time.</summary>
    private const int ImagesAtATime = 4;

    private readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "[REGISTRY/]REPOSITORY[:TAG|@DIGEST], as Docker has it: without a registry Docker Hub's, without a tag 'latest'; " +
            "with http:// in front, of a registry without TLS that is not on this machine; may be repeated.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "A YAML file with a Registry of the image's repository, and the Secrets it names: verification, expectations and credentials are its. " +
            "'-' for standard input. Keys and identities of the command line are in the place of its own.",
        HelpName = "FILE",
    };

    private readonly Option<string> _output = OutputOption.Of(Tree, OutputOption.Json, OutputOption.Yaml);

    private readonly VerifyOptions _options = new();
    private readonly HostOptions _host;
    private readonly Terminal _terminal;

    private VerifyCommand(Terminal terminal)
    {
        _terminal = terminal;
        _host = new HostOptions(terminal);
    }

    public static Command Create(Terminal terminal) => new VerifyCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command(
            "verify",
            "Verify the signatures and attestations of images, and show what is attached to them. Without a key, an identity or a policy it is only shown. " +
            "Exit code: 0 of each image something is verified and expectations are met, 1 not so, or an image can't be read, 2 bad input.")
        {
            _images, _policy,
        };
        _options.AddTo(command);
        command.Options.Add(_output);
        _host.AddTo(command);
        command.SetAction(VerifyAsync);
        return command;
    }

    private async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var images = parsed.GetRequiredValue(_images).Select(ImageArgument.Parse).ToArray();
        // Files may be idle pipes, and reading them ignores cancellation: Ctrl-C must not wait for them.
        var settings = await Task.Run(() => _options.Read(parsed), cancellationToken).WaitAsync(cancellationToken);
        ManifestSet? policy = null;
        if (parsed.GetValue(_policy) is { } file)
        {
            policy = await GivenManifests.ReadAsync([file], _policy.Name, _terminal, cancellationToken);
            if (policy is null) return ExitCodes.BadInput;
        }

        var kinds = ScanKinds.Create();
        VerifyTarget[] targets = [.. images.Select(image => VerifyTarget.Of(image, policy?.Registries, settings, kinds.Verifying))];
        var given = new ManifestSecrets(
            policy?.Secrets ?? [], policy?.ServiceAccounts, $"Add it to the file of {_policy.Name}, or correct its name or namespace.");

        using var data = TemporaryData.Create();
        var results = await RunAsync(_host.Read(parsed), data.Path, targets, rules => settings.SecretsWith(given, rules), cancellationToken);
        Write(parsed.GetRequiredValue(_output), results);
        return results.All(result => result.Result == VerifyResults.Verified) ? ExitCodes.Success : ExitCodes.Failure;
    }

    private async Task<IReadOnlyList<VerifyResult>> RunAsync(
        HostSettings host, string data, VerifyTarget[] targets, Func<SecretRules, ISecretSource> secretsUnder, CancellationToken cancellationToken)
    {
        var logins = new LoginWarnings();
        var retries = new RetryNotices(_terminal);
        await using var engine = await Engine.StartAsync(
            retries.With(logins.With(host)), data, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        var secrets = secretsUnder(engine.SecretRules);
        foreach (var notice in engine.Plugins.Notices) _terminal.WriteError($"notice: {notice}");
        foreach (var failure in engine.Plugins.Failures) _terminal.WriteError($"warning: {failure}");
        var results = await RoundProgress.RunAsync(
            _terminal, targets, target => target.Image.Text, "opening the registry",
            async (target, progress, token) => VerifyResult.Of(
                target, await engine.NamedImages!.RunAsync(target.Resource, target.Image.Reference, secrets, progress, token), engine.Kinds),
            ImagesAtATime, cancellationToken, retries);
        logins.Write(_terminal);
        return results;
    }

    private void Write(string format, IReadOnlyList<VerifyResult> results)
    {
        if (format == Tree)
        {
            new VerifyTree(_terminal).Write(results);
            return;
        }

        var document = VerifyResultJson.Write(results);
        _terminal.WriteDocument(format == OutputOption.Json ? JsonDocumentText.ToJson(document) : JsonDocumentText.ToYaml(document));
    }
}
