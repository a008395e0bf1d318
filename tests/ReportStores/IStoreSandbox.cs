using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Reports;

namespace RegistryOperator.Tests.ReportStores;

/// <summary>A place for one test's store, empty at first and gone afterwards. The tests of the contract run over one of these.</summary>
public interface IStoreSandbox : IAsyncDisposable
{
    /// <summary>The clock of the stores that are opened without another one.</summary>
    FakeTimeProvider Time { get; }

    /// <summary>Opens the store of this place: it has what was saved before. It is closed with the place, if not before.</summary>
    Task<IReportStore> OpenAsync(ReportLimits? limits = null, TimeProvider? time = null);
}
