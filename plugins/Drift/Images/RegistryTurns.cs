using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>
/// Shares what one check may ask of the registry: a namespace can't take what is for the others. Where the registry fails, it is not asked the same again, and
/// soon not at all: else each workload waited for its own timeout.
/// </summary>
/// <param name="namespaces">How many namespaces workloads are of.</param>
internal sealed class RegistryTurns(int namespaces)
{
    /// <summary>The most tags and digests that are asked for in one check.</summary>
    private const int MostTags = 2000;

    /// <summary>Of these, candidates may take so many: the rest is for what runs.</summary>
    private const int MostCandidates = MostTags / 2;

    /// <summary>After so many failures that may pass, one of a workload at most, a namespace's other workloads do without the registry.</summary>
    private const int MostFailuresOfNamespace = 3;

    /// <summary>After so many of all without an answer in between, the registry is taken to be down.</summary>
    private const int MostFailuresInARow = 10;

    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegistryException> _failed = new(StringComparer.Ordinal);
    private Share _own = new("");
    private RegistryException? _stopped;
    private int _failuresInARow;

    /// <summary>How much was asked for so far.</summary>
    public int Asked { get; private set; }

    /// <summary>False where the rest is for those that run.</summary>
    public bool HasRoom => Asked < MostCandidates && _own.Asked < MostOfNamespace * 3 / 4;

    /// <summary>A quarter; all of it where there is no other.</summary>
    private int MostOfNamespace => namespaces > 1 ? MostTags / 4 : MostTags;

    /// <summary>From here on, a workload of that namespace asks.</summary>
    public void Begin(string name)
    {
        if (!_shares.TryGetValue(name, out var share)) _shares[name] = share = new Share(name);
        _own = share;
        if (_failuresInARow < MostFailuresInARow) _stopped = share.Failures < MostFailuresOfNamespace ? null : share.Last;
    }

    /// <summary>Counts what is about to be asked for the first time.</summary>
    /// <exception cref="NotAskedException">Too much was asked for.</exception>
    public void Count(string reference)
    {
        if (_failed.ContainsKey(reference) || _stopped is not null) return;
        if (_own.Asked >= MostOfNamespace)
        {
            throw new NotAskedException(namespaces > 1
                ? $"the workloads of the namespace {_own.Name} have asked for {MostOfNamespace} tags, and the rest is for those of others"
                : $"{MostTags} tags were asked for, and a check asks for no more");
        }

        if (Asked >= MostTags) throw new NotAskedException($"{MostTags} tags were asked for, and a check asks for no more");
        Asked++;
        _own.Asked++;
    }

    /// <summary>Asks, unless the same has failed in this check, or the registry is not to be asked now.</summary>
    /// <exception cref="RegistryException">It failed, or has failed before.</exception>
    public async Task<T> AskAsync<T>(string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_failed.TryGetValue(what, out var before)) throw before;
        if (_stopped is { } stopped) throw new RegistryException(stopped.Kind, $"The registry was not asked again after a failure: {stopped.Message}", stopped);
        try
        {
            var answer = await ask();
            _failuresInARow = 0;
            return answer;
        }
        catch (RegistryException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Noted(what, failure);
        }
        catch (OperationCanceledException own) when (!cancellationToken.IsCancellationRequested)
        {
            throw Noted(what, new RegistryException(RegistryErrorKind.TimedOut, "The registry did not answer in time.", own));
        }
    }

    private RegistryException Noted(string what, RegistryException failure)
    {
        _failed[what] = failure;
        if (!failure.IsTransient)
        {
            _failuresInARow = 0;
            return failure;
        }

        _own.Failures++;
        _failuresInARow++;
        _own.Last = _stopped = failure;
        return failure;
    }

    private sealed record Share(string Name)
    {
        public int Asked { get; set; }

        public int Failures { get; set; }

        public RegistryException? Last { get; set; }
    }
}

/// <summary>The registry was not asked, since what may be asked is shared.</summary>
/// <param name="message">Why, a clause.</param>
internal sealed class NotAskedException(string message) : Exception(message);
