using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;

namespace RegistryOperator.Plugins.Trivy;

/// <summary>Runs Trivy over the image of a request and, where it fails, finds out why.</summary>
internal sealed class ImageRun(TrivyExecutable executable, TrivyDatabase javaDatabase, TrivyOptions options)
{
    /// <summary>Runs Trivy.</summary>
    /// <param name="request">The image.</param>
    /// <param name="arguments">What to do with it.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="outputFile">Name of the file there that the output goes to.</param>
    /// <param name="cancellationToken">Ends Trivy.</param>
    /// <returns>Trivy's log: the end of standard error.</returns>
    /// <exception cref="ScanException">There is no output, for a reason the user reads.</exception>
    public async Task<string> RunAsync(
        ImageScanRequest request, IReadOnlyList<string> arguments, IToolFolder folder, string outputFile, CancellationToken cancellationToken)
    {
        var run = new TrivyRun
        {
            Arguments = arguments,
            Environment = LayerCache.Separate(
                await TrivyEnvironment.ForRegistryAsync(request, folder, cancellationToken), request, options, Environment.GetEnvironmentVariable),
            Folder = folder,
            OutputFile = outputFile,
            OpensCache = true,
        };
        // Only where an image has needed it before: it is large.
        if (await javaDatabase.FindAsync(cancellationToken) is { } index) javaDatabase.RefreshInBackground(index);
        var result = await executable.RunAsync(run, cancellationToken);
        if (TrivyFailure.NeedsJavaDatabase(result))
        {
            await javaDatabase.EnsureAsync(cancellationToken);
            File.Delete(Path.Combine(folder.Path, outputFile));
            result = await executable.RunAsync(run, cancellationToken);
        }

        if (result.ExitCode == 0) return result.ErrorTail;
        // After a cancellation, the cause in the log may be any.
        cancellationToken.ThrowIfCancellationRequested();
        throw TrivyFailure.Recognise(result, request.Credential)
            ?? await AskRegistryAsync(request, cancellationToken)
            ?? TrivyFailure.Unknown(result, request.Credential, options.Server);
    }

    /// <summary>Some builds of Trivy end without an error message. What the registry answers to this process is then most likely what it answered to
    /// Trivy.</summary>
    private static async Task<ScanException?> AskRegistryAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await request.Client.ResolveAsync(request.Digest.ToString(), cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is RegistryException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A timeout of the client itself says nothing about the cause.
            if (exception is not RegistryException { Kind: var kind, Advice: var advice }) return null;
            return new ScanException(ScanReasons.Of(kind), advice is null ? exception.Message : $"{exception.Message} {advice}", exception);
        }
    }
}
