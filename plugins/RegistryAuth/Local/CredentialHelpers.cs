using System.Collections;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.RegistryAuth.Local;

/// <summary>
/// Asks Docker's credential helpers (<see href="https://github.com/docker/docker-credential-helpers"/>): <c>docker-credential-NAME get</c>, which reads a
/// registry from its standard input and writes a login as JSON. What one has answered for a registry is not asked again.
/// </summary>
internal sealed class CredentialHelpers(IToolRunner tools, TimeProvider time)
{
    /// <summary>What the names of their programs begin with.</summary>
    public const string Prefix = "docker-credential-";

    // A user name by which helpers say that the secret is an identity token.
    private const string TokenUser = "<token>";
    private const long LargestAnswer = 1024 * 1024;
    private const int MaximumAnswers = 1000;

    // How helpers say so, all with exit code 1.
    private static readonly string[] HasNone = ["credentials not found", "no credentials server URL"];

    /// <summary>A helper may ask its user for a passphrase.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    private readonly BoundedCache<(string Name, string Server), Answer> _answers = new(MaximumAnswers);
    private readonly SingleFlight<(string Name, string Server), Answer> _runs = new();

    /// <summary>True where the helper is on this machine.</summary>
    public bool Has(string name) => IsName(name) && tools.Find(Prefix + name) is not null;

    /// <summary>The login that a helper has for a registry; null for none.</summary>
    /// <param name="name">The helper's name.</param>
    /// <param name="server">The registry.</param>
    /// <param name="file">The file that names the helper, for errors.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="CredentialException">The helper is not there, or fails.</exception>
    public async Task<RegistryCredential?> GetAsync(string name, string server, string file, CancellationToken cancellationToken)
    {
        var key = (name, server);
        var answer = _answers.Find(key) ?? await _runs.RunAsync(
            key,
            async ends =>
            {
                if (_answers.Find(key) is { } given) return given;
                // A failure is not kept: the user may unlock the store and ask again.
                var made = new Answer(await AskAsync(name, server, file, ends));
                _answers.Set(key, made);
                return made;
            },
            cancellationToken);
        return answer.Login;
    }

    private async Task<RegistryCredential?> AskAsync(string name, string server, string file, CancellationToken cancellationToken)
    {
        if (!IsName(name))
            throw new CredentialException($"'{name}' is not the name of a credential helper. Correct credsStore or credHelpers in {file}.");
        var executable = tools.Find(Prefix + name) ?? throw new CredentialException(
            $"The credential helper {Prefix}{name}, which {file} names for {server}, is not on the PATH. Install it, or log in without it.");
        using var deadline = new CancellationTokenSource(LongestRun, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var result = await tools.RunAsync(
                new ToolCommand
                {
                    Executable = executable,
                    Arguments = ["get"],
                    Input = Encoding.UTF8.GetBytes(server),
                    // It is the user's own program, and needs what it needs elsewhere: a session's bus, a home, a cloud's profile.
                    Environment = OwnVariables(),
                    MaximumOutput = LargestAnswer,
                },
                ends.Token);
            if (result.ExitCode == 0) return Read(result.Output, name, server);
            if (HasNone.Any(words => result.Output.Contains(words, StringComparison.OrdinalIgnoreCase))) return null;
            throw Failed(name, server, $"ended with exit code {result.ExitCode}{HelperWords.Of(result.Output, result.ErrorTail)}");
        }
        catch (ScanException failure)
        {
            throw new CredentialException(failure.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(name, server, "gave no answer within a minute");
        }
    }

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    private static RegistryCredential? Read(string output, string name, string server)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var (user, secret) = (Text(document.RootElement, "Username"), Text(document.RootElement, "Secret"));
            if (user == TokenUser) return secret == "" ? null : new RegistryCredential.IdentityToken(secret);
            return user == "" && secret == "" ? null : new RegistryCredential.UsernamePassword(user, secret);
        }
        catch (Exception fault) when (JsonText.IsFault(fault))
        {
            throw Failed(name, server, "wrote no JSON");
        }
    }

    private static string Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private static CredentialException Failed(string name, string server, string what) =>
        new($"The credential helper {Prefix}{name} {what} when asked for {server}. Try it: echo {server} | {Prefix}{name} get");

    private static Dictionary<string, string> OwnVariables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    /// <summary>What a helper has answered.</summary>
    /// <param name="Login">Null for none.</param>
    private sealed record Answer(RegistryCredential? Login);
}
