using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Access;

/// <summary>Why a round failed, as the user reads it.</summary>
/// <param name="Reason">One word, the reason of the <c>Ready</c> condition.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
internal sealed record RoundFailure(string Reason, string Message)
{
    /// <summary>What is wrong, where, and what to do; what a registry, a Secret or a plugin says in it is cleaned and cut.</summary>
    public string Message { get; init => field = OutsideText.Of(value); } = OutsideText.Of(Message);

    public const string InvalidSpec = nameof(InvalidSpec);
    public const string InvalidSecret = nameof(InvalidSecret);
    public const string NoRegistryClient = nameof(NoRegistryClient);
    public const string InternalError = nameof(InternalError);

    /// <summary>All scans together take the memory that they may.</summary>
    public const string Busy = nameof(Busy);

    /// <summary>What helps where that is so.</summary>
    public const string BusyAdvice = "It is tried again soon; else narrow what is scanned at the same time, or raise Reading:MemoryMiB.";

    /// <summary>After it others have ended, and given back what they held.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMinutes(1);

    /// <summary>A failure for the reason of an image, or for <see cref="Busy"/>.</summary>
    public static RoundFailure Of(string reason, string message) => new(reason, message) { RetryAfter = reason == Busy ? BusyDelay : null };

    /// <summary>A Secret, or a key in it, is not there: what a condition says more exactly than <see cref="InvalidSecret"/>.</summary>
    public const string SecretNotFound = nameof(SecretNotFound);

    /// <summary>The registry has no such repository: what <see cref="ScanReasons.NotFound"/> is narrowed to where it is not about an image.</summary>
    public const string RepositoryNotFound = nameof(RepositoryNotFound);

    /// <summary>The same as the reason, or a narrower word for it.</summary>
    public string Cause { get => field ?? Reason; init; }

    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same without what its message repeats of the resource's Secrets.</summary>
    public RoundFailure Mask(ResourceSecrets secrets) => this with { Message = secrets.Conceal(Message) };

    /// <summary>True where trying again is pointless until someone changes the resource.</summary>
    public bool NeedsSpecChange => Reason is InvalidSpec or NoRegistryClient;

    /// <summary>Of what registries, credentials and resources cause; null for a fault.</summary>
    public static RoundFailure? Known(Exception failure) => failure switch
    {
        RoundFailedException failed => failed.Failure,
        RegistryException registry => From(registry),
        CredentialException credential => From(credential),
        OutOfMemoryException => new RoundFailure(
            ScanReasons.OutOfMemory,
            "The operator ran out of memory in this scan, and ended it. Raise its memory limit, or lower Reading:MemoryMiB or what it scans at the same time.")
        {
            RetryAfter = TimeSpan.FromMinutes(1),
        },
        _ => null,
    };

    public static RoundFailure From(RegistryException failure)
    {
        var scan = ScanException.From(failure);
        return new RoundFailure(scan.Reason, scan.Message) { RetryAfter = failure.RetryAfter };
    }

    public static RoundFailure From(CredentialException failure) => new(InvalidSecret, failure.Message);

    /// <summary>For an unexpected exception.</summary>
    public static RoundFailure From(Exception fault) =>
        new(InternalError, $"The scan ended by a fault of the operator or of one of its plugins, which its log tells in full. {PluginFault.Describe(fault)}");
}

/// <summary>Carries a <see cref="RoundFailure"/> out of the stage that found it.</summary>
internal sealed class RoundFailedException(RoundFailure failure) : Exception(failure.Message)
{
    public RoundFailure Failure { get; } = failure;
}
