namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>An archive can't be used; the message says what "it" is or lacks.</summary>
internal sealed class ArchiveException(string message, Exception? innerException = null) : Exception(message, innerException);
