namespace Strata.Demo.Traffic;

/// <summary>The requests of one task, one after the other. Used by one thread at a time.</summary>
internal interface IRequestStream
{
    /// <summary>Takes the next request; false when there are no more.</summary>
    bool TryNext(out PageRequest request);
}
