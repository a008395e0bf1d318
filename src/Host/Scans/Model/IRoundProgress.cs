namespace RegistryOperator.Host.Scans.Model;

/// <summary>Receives the progress of a round, for display.</summary>
internal interface IRoundProgress
{
    /// <summary>The tags are listed and filtered; this many may be read.</summary>
    void TagsListed(int candidates);

    /// <summary>One more image was read.</summary>
    void ImageRead();

    /// <summary>So many more scans are to be made.</summary>
    void ScansPlanned(int scans);

    /// <summary>One more scan has ended.</summary>
    void ScanEnded();
}
