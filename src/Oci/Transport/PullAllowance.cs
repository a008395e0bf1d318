namespace RegistryOperator.Oci.Transport;

/// <summary>Of the manifests that a registry lets a user read in some time, none is left; nothing was sent.</summary>
internal sealed class AllowanceUsedException(string allowance, TimeSpan continues) : Exception("The registry's allowance is used up.")
{
    /// <summary>What is allowed, e.g. <c>100 manifests in 6 h</c>.</summary>
    public string Allowance => allowance;

    /// <summary>How long until one request asks anew.</summary>
    public TimeSpan Continues => continues;
}

/// <summary>
/// What is left of the manifests that a registry lets one user read in a window of time, where it tells so without saying when there will be more, as
/// Docker Hub does (<see href="https://docs.docker.com/docker-hub/usage/pulls/"/>: GETs of manifests count, HEADs don't). None is asked for beyond it: the
/// registry would refuse, and count that against everybody behind the same address.
/// </summary>
internal sealed class PullAllowance(TimeProvider time)
{
    private readonly Lock _lock = new();
    private RateLimit? _told;
    private long _toldAt;
    private long _begun;
    private long _begunWhenTold;
    private int _underWay;

    /// <summary>What the registry told last; null for nothing, and where that is too old to be believed.</summary>
    public RateLimit? Current
    {
        get
        {
            lock (_lock) return _told is { } told && Left(told) > TimeSpan.Zero ? told with { Remaining = Math.Max(0, told.Remaining - _underWay) } : null;
        }
    }

    /// <summary>How long until one request asks anew; zero where requests may be sent.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_lock) return _told is { } told && told.Remaining <= _underWay && Left(told) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes one, which counts until its answer tells what is left, or until <see cref="Leave"/>.</summary>
    /// <exception cref="AllowanceUsedException">There is none.</exception>
    public void Enter()
    {
        lock (_lock)
        {
            if (_told is { } told && told.Remaining <= _underWay)
            {
                var left = Left(told);
                if (left > TimeSpan.Zero) throw new AllowanceUsedException(Describe(told), left);
                // What was told is old: one request asks anew, and the others wait for what it is told.
                _told = told with { Remaining = _underWay + 1 };
                _toldAt = time.GetTimestamp();
            }

            _underWay++;
        }
    }

    public void Leave()
    {
        lock (_lock) _underWay--;
    }

    /// <summary>Begins a request, be it one that costs nothing.</summary>
    /// <returns>Its place in the order of requests.</returns>
    public long Begin() => Interlocked.Increment(ref _begun);

    /// <summary>Notes what an answer tells.</summary>
    /// <param name="told">What it tells.</param>
    /// <param name="request">Which request it answers.</param>
    /// <param name="isTaken">True where one was taken for it.</param>
    /// <returns>True where the answer is one that was taken: what is left is told with it, so that it is not to be given back.</returns>
    public bool Observe(RateLimit told, long request, bool isTaken)
    {
        // Where it says when there will be more, the host's pause is exact. Without a window it is no allowance of this kind.
        if (told.Reset is not null || told.Window is null) return false;
        lock (_lock)
        {
            if (isTaken) _underWay--;
            // Of two requests that were under way together, the answer that comes later may be the older: the lower number is the newer one. Only who began
            // after that was told knows that there are more again.
            if (request <= _begunWhenTold && _told?.Remaining < told.Remaining) return isTaken;
            _told = told;
            _toldAt = time.GetTimestamp();
            _begunWhenTold = Interlocked.Read(ref _begun);
            return isTaken;
        }
    }

    private static string Describe(RateLimit told)
    {
        var window = told.Window!.Value;
        var span = window >= TimeSpan.FromHours(1) ? $"{window.TotalHours:0.#} h" : $"{window.TotalMinutes:0.#} min";
        return told.Limit is { } limit ? $"{limit} manifests in {span}" : $"no more manifests in {span}";
    }

    private TimeSpan Left(RateLimit told)
    {
        var believed = DelayHeader.Bound(told.Window ?? TimeSpan.Zero);
        return believed - time.GetElapsedTime(_toldAt);
    }
}
