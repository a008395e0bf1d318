using System.CommandLine;
using RegistryOperator.Host.Cli.Output;

namespace RegistryOperator.Host.Cli.TrustRoot;

/// <summary><c>registry-operator trust-root show</c>: whom keyless signatures are verified against.</summary>
internal static class TrustRootCommand
{
    private const string Text = "text";

    public static Command Create(Terminal terminal) => new("trust-root", "Look at the trusted roots of Sigstore instances.") { CreateShow(terminal) };

    private static Command CreateShow(Terminal terminal)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A trusted_root.json. Default: the shipped one of the public-good instance.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = OutputOption.Of(Text, OutputOption.Json, OutputOption.Yaml);
        var show = new Command(
            "show",
            "Show a trusted root: authorities, logs, certificate logs and timestamp authorities, with validity and keys, and which are expired or unusable. " +
            "Exit code: 0 shown, 2 bad input.") { file, output };
        show.SetAction(async (parsed, cancellationToken) => await Task.Run(
            () => Show(parsed.GetValue(file), parsed.GetRequiredValue(output), terminal), cancellationToken).WaitAsync(cancellationToken));
        return show;
    }

    private static int Show(string? file, string format, Terminal terminal)
    {
        var view = TrustRootView.Of(TrustRoots.Read("trust-root show", file), file, TimeProvider.System.GetUtcNow());
        if (format == Text) TrustRootText.Write(terminal, view);
        else terminal.WriteDocument(format == OutputOption.Json ? JsonDocumentText.ToJson(view.ToJson()) : JsonDocumentText.ToYaml(view.ToJson()));
        return ExitCodes.Success;
    }
}
