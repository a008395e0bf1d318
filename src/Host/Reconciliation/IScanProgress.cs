namespace RegistryOperator.Host.Reconciliation;

/// <summary>What a watching person is shown while a scan runs.</summary>
internal interface IScanProgress
{
    /// <summary>The tags are listed and filtered; this many may be read.</summary>
    void TagsListed(int candidates);

    /// <summary>One more image was read.</summary>
    void ImageRead();
}
