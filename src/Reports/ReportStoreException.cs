namespace RegistryOperator.Reports;

/// <summary>The store can't do its work; the message says what is wrong and what to do.</summary>
public class ReportStoreException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A document is larger than the store takes.</summary>
public sealed class ReportTooLargeException(string message) : ReportStoreException(message);

/// <summary>There is no store yet where one was to be read.</summary>
public sealed class ReportStoreMissingException(string message) : ReportStoreException(message);
