namespace RegistryOperator.Reports;

/// <summary>The store can't be used; the message says what is wrong and what to do.</summary>
public class ReportStoreException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A document is larger than the store accepts.</summary>
public sealed class ReportTooLargeException(string message) : ReportStoreException(message);

/// <summary>A store was opened for reading that does not exist yet.</summary>
public sealed class ReportStoreMissingException(string message) : ReportStoreException(message);
