using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace RegistryOperator.Testing.Registries;

/// <summary>
/// What is done to a request before the registry answers it, and to which requests. Conditions are asked in the order in which they were
/// added, and the first that is not met ends it: <c>Faults.Hang().OnBlobs().Times(1)</c> strikes the first request for a blob.
/// </summary>
public sealed class Fault
{
    private readonly Func<HttpContext, Task<bool>> _strike;
    private readonly ImmutableArray<Func<HttpRequest, bool>> _conditions;

    /// <summary>Makes a fault that strikes every request.</summary>
    /// <param name="strike">Called before the registry's own answer; true where it has answered the request.</param>
    public Fault(Func<HttpContext, Task<bool>> strike)
        : this(strike, [])
    {
    }

    private Fault(Func<HttpContext, Task<bool>> strike, ImmutableArray<Func<HttpRequest, bool>> conditions) => (_strike, _conditions) = (strike, conditions);

    /// <summary>Only requests for which <paramref name="condition"/> holds.</summary>
    public Fault When(Func<HttpRequest, bool> condition) => new(_strike, _conditions.Add(condition));

    /// <summary>Only the next <paramref name="count"/> requests of those that meet the conditions before this one.</summary>
    public Fault Times(int count)
    {
        var left = count;
        return When(_ => Interlocked.Decrement(ref left) >= 0);
    }

    /// <summary>Only requests after the first <paramref name="count"/> of those that meet the conditions before this one.</summary>
    public Fault After(int count)
    {
        var left = count;
        return When(_ => Interlocked.Decrement(ref left) < 0);
    }

    /// <summary>Only requests with this HTTP method.</summary>
    public Fault OnMethod(string method) => When(request => HttpMethods.Equals(request.Method, method));

    /// <summary>Only requests whose path contains this.</summary>
    public Fault OnPath(string part) => When(request => request.Path.Value?.Contains(part, StringComparison.Ordinal) == true);

    /// <summary>Only requests for lists of tags.</summary>
    public Fault OnTags() => OnPath("/tags/list");

    /// <summary>Only requests for manifests.</summary>
    public Fault OnManifests() => OnPath("/manifests/");

    /// <summary>Only requests for blobs.</summary>
    public Fault OnBlobs() => OnPath("/blobs/");

    /// <summary>Only requests for referrers.</summary>
    public Fault OnReferrers() => OnPath("/referrers/");

    internal Task<bool> StrikeAsync(HttpContext context) =>
        _conditions.All(condition => condition(context.Request)) ? _strike(context) : Task.FromResult(false);
}
