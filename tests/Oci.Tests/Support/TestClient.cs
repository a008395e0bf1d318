using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>Makes providers and clients with a test's own patience: no retries unless asked for.</summary>
internal static class TestClient
{
    public const string Repository = "a/b";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static readonly RegistryRetryOptions NoRetries = new(TimeSpan.FromSeconds(30), 0, TimeSpan.Zero);

    /// <summary>No retries, and a time allowed that never ends under a fake clock.</summary>
    public static readonly RegistryRetryOptions PatientWithoutRetries = new(TimeSpan.FromDays(1), 0, TimeSpan.Zero);

    /// <summary>The time allowed never ends under a fake clock that is moved by minutes.</summary>
    public static readonly RegistryRetryOptions PatientRetries = new(TimeSpan.FromDays(1), 3, TimeSpan.FromSeconds(1));

    /// <summary>Redirects, links and token servers may lead to other servers of this machine, as those of tests are.</summary>
    public static OciClientOptions Linked { get; } = OciClientOptions.Default with
    {
        Outbound = new OutboundPolicy(new OutboundOptions { Allow = [AllowedDestination.TryParse("127.0.0.0/8")!, AllowedDestination.TryParse("::1")!] }),
    };

    public static OciRegistryClientProvider Provider(TimeProvider? time = null, OciClientOptions? options = null) =>
        new(options ?? OciClientOptions.Default, time ?? TimeProvider.System, NullLoggerFactory.Instance);

    public static IRegistryClient For(
        this OciRegistryClientProvider provider,
        Uri registry,
        RegistryCredential? credential = null,
        RegistryRetryOptions? retry = null,
        TransportSecurity? security = null,
        string repository = Repository) =>
        provider.CreateClient(new RegistryClientRequest
        {
            Repository = new RepositoryReference(registry, repository),
            Credential = credential ?? RegistryCredential.Anonymous,
            Retry = retry ?? NoRetries,
            Security = security ?? TransportSecurity.Default,
        });

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items) list.Add(item);
        return list;
    }

    /// <summary>The task's result, or a failure where it does not come: what keeps a permit must fail a test and not stop all of them.</summary>
    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(Deadline, TimeProvider.System);

    public static Task<RegistryException> ShouldFailAsync(this Task task) =>
        task.WaitAsync(Deadline, TimeProvider.System).ShouldThrowAsync<RegistryException>();
}
