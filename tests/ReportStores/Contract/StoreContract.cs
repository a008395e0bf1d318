using RegistryOperator.Reports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>
/// What every store has to do, whatever it keeps its reports in. A store's own tests derive from each class of this folder, with a sandbox that opens it.
/// </summary>
public abstract class StoreContract<TSandbox> : IAsyncLifetime
    where TSandbox : IStoreSandbox, new()
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TSandbox Sandbox { get; } = new();

    protected IReportStore Store { get; set; } = null!;

    public virtual async ValueTask InitializeAsync() => Store = await Sandbox.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
