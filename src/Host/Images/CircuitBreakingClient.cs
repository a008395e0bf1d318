using System.Net;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;

namespace RegistryOperator.Host.Images;

/// <summary>
/// The circuit breaker of one round: distinguishes a registry outage from an image that can't be read, by the requests themselves. What fails
/// twice counts once, and an answer closes what failed before it in the same step or an earlier one of reading an image: a registry that
/// answers manifests is not down because blobs fail. Once open, no request is sent: every one fails as the last one did; only where no more manifests are
/// allowed, blobs of those that were read still are. The round's deadline opens it, too.
/// </summary>
internal sealed class CircuitBreakingClient(IRegistryClient client, int concurrency, ReadDeadline? deadline = null)
    : IBoundedManifestClient
{
    /// <summary>This many unanswered tags in a row are an outage; more where more are read concurrently.</summary>
    public const int UnansweredTagsOfAnOutage = 3;

    /// <summary>
    /// This many manifests, or blobs, in a row that could not be read although the registry answers are an outage: its storage is down,
    /// and no further images are tried, however many there are.
    /// </summary>
    public const int ContentFailuresOfAnOutage = 25;

    // What failed since the last answer, for each step.
    private readonly HashSet<string>[] _failed = [.. Enum.GetValues<Step>().Select(_ => new HashSet<string>(StringComparer.Ordinal))];
    private readonly Lock _lock = new();
    private RegistryException? _outage;

    /// <summary>The steps of reading an image, in their order.</summary>
    private enum Step
    {
        /// <summary>Any answer, even an error.</summary>
        Answer,
        Tag,
        Manifest,
        Blob,
    }

    /// <summary>The failure that opened the circuit, or null.</summary>
    public RegistryException? Outage => Volatile.Read(ref _outage);

    public RepositoryReference Repository => client.Repository;

    public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        SendAsync(StepOf(reference), reference, token => client.ResolveAsync(reference, token), cancellationToken);

    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) =>
        SendAsync(StepOf(reference), reference, token => client.GetManifestAsync(reference, token), cancellationToken);

    public Task<Manifest> GetManifestAsync(string reference, long maximumSize, CancellationToken cancellationToken) => SendAsync(
        StepOf(reference), reference, token => client.GetManifestAsync(reference, (long?)maximumSize, token), cancellationToken);

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
        SendAsync(Step.Blob, blob.Digest.ToString(), token => client.ReadBlobAsync(blob, maximumSize, token), cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => client.ListTagsAsync(cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => client.OpenBlobAsync(blob, cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        client.ListReferrersAsync(subject, artifactType, cancellationToken);

    private static Step StepOf(string reference) => Digest.TryParse(reference, out _) ? Step.Manifest : Step.Tag;

    /// <summary>A 500 is an answer about the tag that was asked for, e.g. one whose manifest is damaged; 502 to 504 mean that the registry is down.</summary>
    private static Step StepOf(Step asked, RegistryException failure) =>
        asked is Step.Tag && failure.StatusCode is not HttpStatusCode.InternalServerError ? Step.Answer : asked;

    private async Task<T> SendAsync<T>(Step step, string asked, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        // The manifest that names a blob has been read, and counts: an image that is begun is read to its end.
        if (Outage is { } outage && !(step is Step.Blob && outage.IsOfManifestsAlone())) throw outage;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline?.Token ?? CancellationToken.None);
        try
        {
            var answer = await request(ends.Token);
            Answered(step);
            return answer;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // How a request ends after cancellation says nothing about the registry.
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline is { IsOver: true })
            {
                Interlocked.CompareExchange(ref _outage, deadline.Failure, null);
                throw Outage!;
            }

            var failure = exception as RegistryException ?? Translate(exception, asked);
            if (failure.IsTransient || failure.Kind is RegistryErrorKind.TlsFailure) Failed(StepOf(step, failure), asked, failure);
            else Answered(step);
            if (failure == exception) throw;
            throw failure;
        }
    }

    /// <summary>A plugin's client may throw what the contract does not name. The message is left out: it may quote a credential.</summary>
    private RegistryException Translate(Exception exception, string asked) => exception is OperationCanceledException or TimeoutException
        ? new RegistryException(RegistryErrorKind.TimedOut, $"{client.Repository} gave no answer for {asked} in time.", exception)
        : new RegistryException(RegistryErrorKind.Other, $"The client of {client.Repository} failed on {asked}.", exception);

    private void Answered(Step step)
    {
        lock (_lock)
        {
            for (var earlier = Step.Answer; earlier <= step; earlier++) _failed[(int)earlier].Clear();
        }
    }

    private void Failed(Step step, string asked, RegistryException failure)
    {
        lock (_lock)
        {
            var failed = _failed[(int)step];
            failed.Add(asked);
            if (step is Step.Tag) _failed[(int)Step.Answer].Clear();
            var bound = Math.Max(step is Step.Answer ? UnansweredTagsOfAnOutage : ContentFailuresOfAnOutage, concurrency);
            if (failure.Kind is RegistryErrorKind.RateLimited || failed.Count >= bound) Interlocked.CompareExchange(ref _outage, failure, null);
        }
    }
}
