using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.ReportStores.Contract;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>The ways in which users name an image, in this store.</summary>
public sealed class FindImagesTests : FindImagesContract<ReportSandbox>;

/// <summary>Searching in this store.</summary>
public sealed class SearchTests : SearchContract<ReportSandbox>;

/// <summary>What tags have named, in this store.</summary>
public sealed class TagHistoryTests : TagHistoryContract<ReportSandbox>;

/// <summary>What this store remembers of tags.</summary>
public sealed class TagMemoryTests : TagMemoryContract<ReportSandbox>;

/// <summary>Garbage collection of this store.</summary>
public sealed class GarbageCollectionTests : GarbageCollectionContract<ReportSandbox>;
