namespace RegistryOperator.Abstractions.Scanning;

/// <summary>What one scan of an image scanner is about.</summary>
public enum ScanSubject
{
    /// <summary>One platform's image manifest: an image of several platforms has a scan for each that is chosen.</summary>
    Platform,

    /// <summary>What the tag names, index or manifest: an image has one scan, regardless of its platforms.</summary>
    Image,
}

/// <summary>Where a result is valid.</summary>
public enum ScanScope
{
    /// <summary>Wherever the registry has the same digest: the result depends on the content alone.</summary>
    Registry,

    /// <summary>In this repository: the result depends on what is attached to the image there.</summary>
    Repository,
}
