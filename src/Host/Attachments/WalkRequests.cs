using System.Net;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Attachments;

/// <summary>
/// The requests of one walk, and what became of them. Bounded, since anyone with push access to a repository can attach any number of artifacts to its images.
/// </summary>
internal sealed class WalkRequests
{
    /// <summary>The most entries read of one list of referrers; some of each kind are taken of them (<see cref="AttachmentChoice"/>).</summary>
    public const int MaximumListed = 20_000;

    /// <summary>An image of ten platforms needs some 50 without a list of tags, and one more for each attachment whose type only its manifest tells.</summary>
    public const int MaximumRequests = 200;

    /// <summary>Bytes of all manifests that are read; one may have 4 MiB.</summary>
    public const long MaximumBytes = 32 * 1024 * 1024;

    private int _requests;
    private long _bytes;

    /// <summary>The first problem; null for none.</summary>
    public RegistryException? Problem { get; private set; }

    /// <summary>True where any request was answered, even with "not found".</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Sends a request, unless a limit is reached. A failure is recorded as the walk's problem, and returned.</summary>
    /// <exception cref="RegistryException">The registry throttles or is down: no further requests may be sent.</exception>
    public async Task<RegistryException?> SendAsync(Func<Task> request, CancellationToken cancellationToken)
    {
        try
        {
            CheckBounds();
            await request();
            IsAnswered = true;
            return null;
        }
        catch (RegistryException failure) when (!cancellationToken.IsCancellationRequested && !IsOutage(failure))
        {
            Problem ??= failure;
            return failure;
        }
    }

    /// <summary>Counts what an answer has brought.</summary>
    public void Count(int bytes) => _bytes += bytes;

    /// <summary>False for an entry of a list that has too many, which is the walk's problem.</summary>
    /// <param name="index">Where in the list it stands.</param>
    public bool IsWithinList(int index)
    {
        if (index < MaximumListed) return true;
        LeaveOut(TooMuch($"more than {MaximumListed} attachments are listed together"));
        return false;
    }

    /// <summary>Records that a list was not read to its end.</summary>
    public void LeaveOut(RegistryException cut)
    {
        IsAnswered = true;
        Problem ??= cut;
    }

    /// <summary>Records that not all of a list was taken.</summary>
    public void LeaveOut(string what) => Problem ??= TooMuch(what);

    /// <summary>A 500 is an answer about what was asked for; 502 to 504, and none at all, are about the registry.</summary>
    private static bool IsOutage(RegistryException failure) =>
        failure.Kind is RegistryErrorKind.TlsFailure || (failure.IsTransient && failure.StatusCode is not HttpStatusCode.InternalServerError);

    private void CheckBounds()
    {
        if (_bytes >= MaximumBytes) throw TooMuch($"the manifests have more than {MaximumBytes / (1024 * 1024)} MiB");
        if (_requests++ >= MaximumRequests) throw TooMuch($"it takes more than {MaximumRequests} requests");
    }

    private static RegistryException TooMuch(string what) => new(RegistryErrorKind.TooLarge, $"Not all that is attached to the image was looked at: {what}.");
}
