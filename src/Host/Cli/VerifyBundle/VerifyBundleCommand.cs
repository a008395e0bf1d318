using System.CommandLine;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.TrustRoot;
using RegistryOperator.Host.Settings;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Host.Cli.VerifyBundle;

/// <summary>
/// <c>registry-operator verify-bundle</c>: a Sigstore bundle and what it is for, as the protocol of Sigstore's conformance suite has it
/// (<see href="https://github.com/sigstore/sigstore-conformance/blob/main/docs/cli_protocol.md"/>). Needs no data directory, plugin or network.
/// </summary>
internal sealed class VerifyBundleCommand
{
    /// <summary>As large as the verifier reads.</summary>
    private const int LargestBundle = 32 * 1024 * 1024;

    private readonly Argument<string> _artifact = new("FILE_OR_DIGEST")
    {
        Description = "What is signed: a file, or its digest, sha256: and 64 hexadecimal digits. Of an in-toto statement, one of its subjects.",
    };

    private readonly Option<string> _bundle = new("--bundle") { Description = "The Sigstore bundle.", HelpName = "FILE", Required = true };

    private readonly Option<string?> _identity = new("--certificate-identity")
    {
        Description = "Who has to have signed: the certificate's subject alternative name, exactly.",
        HelpName = "ID",
    };

    private readonly Option<string?> _issuer = new("--certificate-oidc-issuer")
    {
        Description = "Who has to have told the identity: the certificate's OpenID Connect issuer, exactly.",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "The public key, in PEM, in the place of an identity; of several in the file, any may have signed.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _trustedRoot = new("--trusted-root")
    {
        Description = "The instance's trusted_root.json. Default: the shipped one of the public-good instance.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _staging = new("--staging")
    {
        Description = "The bundle is of Sigstore's staging instance, whose root is not shipped: --trusted-root has to name it.",
    };

    private readonly Terminal _terminal;

    private VerifyBundleCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal) => new VerifyBundleCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command(
            "verify-bundle",
            "Verify a Sigstore bundle over a file, offline. " +
            "Exit code: 0 verified; 1 not verified, or a file can't be used, with the reason on standard error; 2 the command line is not valid.")
        {
            _bundle, _identity, _issuer, _key, _trustedRoot, _staging, _artifact,
        };
        // A file may be an idle pipe, and reading it ignores cancellation: Ctrl-C must not wait for it.
        command.SetAction(async (parsed, cancellationToken) => await Task.Run(() => Verify(parsed), cancellationToken).WaitAsync(cancellationToken));
        return command;
    }

    private int Verify(ParseResult parsed)
    {
        CheckArguments(parsed);
        VerificationResult result;
        try
        {
            // The policy first: who trusts nobody need not read a bundle.
            var policies = ReadPolicies(parsed);
            var root = TrustRoots.Read(_trustedRoot.Name, parsed.GetValue(_trustedRoot));
            var bundle = SigstoreBundle.Read(GivenFile.Read(_bundle.Name, parsed.GetRequiredValue(_bundle), LargestBundle));
            var artifact = BundleArtifact.Read(_artifact.Name, parsed.GetRequiredValue(_artifact));
            var verifier = new BundleVerifier(root);
            var results = policies.Select(policy => verifier.Verify(bundle, artifact, policy)).ToArray();
            result = Array.Find(results, one => one.Verified) ?? results[0];
        }
        catch (InputException unusable)
        {
            // The protocol has one answer for all that is not verified.
            _terminal.WriteError($"error: {unusable.Message}");
            return ExitCodes.Failure;
        }

        if (result.Verified) return ExitCodes.Success;
        _terminal.WriteError($"error: {result.Reason}: {result.Message}");
        return ExitCodes.Failure;
    }

    private void CheckArguments(ParseResult parsed)
    {
        var isKeyless = parsed.GetValue(_identity) is not null || parsed.GetValue(_issuer) is not null;
        if (parsed.GetValue(_key) is not null && isKeyless)
            throw new InputException($"{_key.Name} is in the place of {_identity.Name} and {_issuer.Name}: give the key, or the identity and its issuer.");
        if (parsed.GetValue(_key) is null && (parsed.GetValue(_identity) is null || parsed.GetValue(_issuer) is null))
            throw new InputException($"Whose signature is accepted? Give {_identity.Name} and {_issuer.Name}, or {_key.Name}.");
        if (parsed.GetValue(_staging) && parsed.GetValue(_trustedRoot) is null)
        {
            throw new InputException(
                $"{_staging.Name}: the root of Sigstore's staging instance is not shipped; give its trusted_root.json with {_trustedRoot.Name}.");
        }
    }

    /// <summary>One that is met is enough.</summary>
    private IReadOnlyList<VerificationPolicy> ReadPolicies(ParseResult parsed) => parsed.GetValue(_key) is { } file
        ? [.. PublicKeyFile.Read(_key.Name, file).Select(key => new KeyPolicy(key))]
        : [new KeylessPolicy(Name(_identity, parsed), Name(_issuer, parsed))];

    private static NamePattern Name(Option<string?> option, ParseResult parsed) => parsed.GetValue(option) is { Length: > 0 } name
        ? NamePattern.Exactly(name)
        : throw new InputException($"{option.Name}: it is empty, which is nobody's name.");
}
