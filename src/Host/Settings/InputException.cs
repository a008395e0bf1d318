namespace RegistryOperator.Host.Settings;

/// <summary>What the user gave is not valid; the message says what, where and what to do.</summary>
internal sealed class InputException(string message, Exception? innerException = null) : Exception(message, innerException);
