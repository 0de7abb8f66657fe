namespace Strata.Engine.Eviction;

/// <summary>Which policy a store follows.</summary>
internal enum EvictionMode
{
    /// <summary>The mode of <see cref="ModeDuel"/> that does best on a sample of the keys.</summary>
    Adaptive,

    /// <summary><see cref="S3FifoPolicy"/>, always.</summary>
    S3Fifo,
}
